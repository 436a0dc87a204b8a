//! Files of the served folder.

use crate::command::{Folder, Server};

const NAVIGATION: &[(&str, &str)] = &[("Accept", "text/html,*/*;q=0.8"), ("Sec-Fetch-Dest", "document")];

#[test]
fn files_have_their_types_and_bytes() {
    let folder = Folder::with(&[
        ("index.html", "<p>home</p>"),
        ("main.py", "print('ü')"),
        ("style.css", "p {}"),
        ("main.js", "let a"),
        ("pyscript.toml", ""),
        ("a b/ü.txt", "text"),
    ]);
    folder.write("image.png", b"\x89PNG\0\xff");
    folder.write("module.wasm", b"\0asm");
    let server = Server::start(&folder);
    for (path, media_type, body) in [
        ("/", "text/html; charset=utf-8", "<p>home</p>".as_bytes()),
        ("/index.html?x=1", "text/html; charset=utf-8", b"<p>home</p>"),
        ("/main.py", "text/x-python; charset=utf-8", "print('ü')".as_bytes()),
        ("/style.css", "text/css; charset=utf-8", b"p {}"),
        ("/main.js", "text/javascript; charset=utf-8", b"let a"),
        ("/pyscript.toml", "application/toml; charset=utf-8", b""),
        ("/a%20b/%C3%BC.txt", "text/plain; charset=utf-8", b"text"),
        ("/image.png", "image/png", b"\x89PNG\0\xff"),
        ("/module.wasm", "application/wasm", b"\0asm"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}");
        assert_eq!(answer.body, body, "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
    }
}

#[test]
fn a_file_that_did_not_change_is_not_sent_again() {
    let folder = Folder::with(&[("main.py", "print(1)")]);
    let server = Server::start(&folder);
    let first = server.get("/main.py");
    let (etag, modified) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{first:?}");
    for headers in [[("If-None-Match", etag.as_str())], [("If-Modified-Since", modified.as_str())]] {
        let again = server.get_with("/main.py", &headers);
        assert_eq!((again.status, again.body.len()), (304, 0), "{headers:?}");
        assert_eq!(again.header("etag"), etag);
    }
    folder.write("main.py", "print(22)");
    let changed = server.get_with("/main.py", &[("If-None-Match", &etag)]);
    assert_eq!((changed.status, changed.text().as_str()), (200, "print(22)"));
    assert_ne!(changed.header("etag"), etag);
}

#[test]
fn a_part_of_a_file_can_be_asked_for() {
    let folder = Folder::new();
    // Long enough to be streamed, with every position recognisable.
    let content: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    folder.write("film.mp4", &content);
    let server = Server::start(&folder);
    for (range, from, to) in [
        ("bytes=0-3", 0, 4),
        ("bytes=1000-250999", 1000, 251_000),
        ("bytes=299990-", 299_990, 300_000),
        ("bytes=-10", 299_990, 300_000),
        ("bytes=10-9999999", 10, 300_000),
    ] {
        let answer = server.get_with("/film.mp4", &[("Range", range)]);
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(answer.body, content[from..to], "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes {from}-{}/300000", to - 1));
        assert_eq!(answer.header("accept-ranges"), "bytes");
    }
    let past = server.get_with("/film.mp4", &[("Range", "bytes=300000-")]);
    assert_eq!((past.status, past.header("content-range")), (416, "bytes */300000"));
    let whole = server.get("/film.mp4");
    assert_eq!((whole.status, whole.body == content), (200, true));

    let etag = whole.header("etag");
    let part = server.get_with("/film.mp4", &[("Range", "bytes=0-3"), ("If-Range", etag)]);
    assert_eq!(part.status, 206);
    let outdated = server.get_with("/film.mp4", &[("Range", "bytes=0-3"), ("If-Range", "\"old\"")]);
    assert_eq!((outdated.status, outdated.body.len()), (200, 300_000));
}

#[test]
fn head_says_the_same_without_a_body() {
    let folder = Folder::with(&[("index.html", "<!doctype html><p>home</p>"), ("main.py", "print(1)")]);
    let server = Server::start(&folder);
    for path in ["/", "/main.py", "/_pyrite/core.js", "/missing", "/%2e%2e/x"] {
        let (get, head) = (server.get(path), server.request("HEAD", path));
        assert_eq!(head.body, b"", "{path}");
        for name in ["content-length", "content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
        assert_eq!(head.status, get.status, "{path}");
    }
}

#[test]
fn a_folder_is_its_page_or_a_list() {
    let folder = Folder::with(&[
        ("app/index.html", "<p>the app</p>"),
        ("data/b.csv", "1"),
        ("data/a & b.html", ""),
        ("data/.hidden", ""),
        ("data/sub/x", ""),
    ]);
    let server = Server::start(&folder);
    let without_slash = server.get("/app?x=1");
    assert_eq!((without_slash.status, without_slash.header("location")), (307, "/app/?x=1"));
    assert_eq!(server.get("/app/").text(), "<p>the app</p>");
    let elsewhere = server.get("//app");
    assert_eq!(elsewhere.header("location"), "/app/", "a redirect stays on this server");

    let list = server.get("/data/").text();
    let names: Vec<&str> = list.split("<a href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(names, ["../", "./a%20%26%20b.html", "./sub/", "./b.csv"], "{list}");
    assert!(list.contains("a &amp; b.html"), "{list}");
    assert!(server.get("/").text().contains("./app/"));
}

#[test]
fn what_is_missing_is_said_with_what_may_have_been_meant() {
    let folder = Folder::with(&[("about.html", ""), ("main.py", ""), ("sub/index.html", "")]);
    let server = Server::start(&folder);
    let page = server.get_with("/abuot.html", NAVIGATION);
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.text().contains("There is no file <code>/abuot.html</code> here"), "{page:?}");
    assert!(page.text().contains("<a href=\"/about.html\">/about.html</a>"), "{page:?}");
    assert!(page.text().contains("/_pyrite/reload.js"), "it appears when the file does: {page:?}");

    let script = server.get("/mian.py");
    assert_eq!((script.status, script.header("content-type")), (404, "text/plain; charset=utf-8"));
    assert_eq!(script.text(), "There is no file /mian.py here.\nhint: did you mean /main.py?\n");
    assert_eq!(server.get("/about.html/").status, 404);
    assert_eq!(server.get("/about.html/x").status, 404);
    let strange = server.get_with("/%3Cscript%3E", NAVIGATION).text();
    assert!(!strange.contains("<script>"), "{strange}");
}

#[test]
fn a_page_without_an_icon_gets_one() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let answer = server.get("/favicon.ico");
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/svg+xml; charset=utf-8"));
    folder.write("favicon.ico", b"\0\0\x01\0");
    let own = server.get("/favicon.ico");
    assert_eq!((own.header("content-type"), own.body.as_slice()), ("image/x-icon", b"\0\0\x01\0".as_slice()));
}

#[test]
fn only_get_and_head_are_answered() {
    let folder = Folder::with(&[("main.py", "")]);
    let server = Server::start(&folder);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        for path in ["/main.py", "/_pyrite/core.js", "/_pyrite/events"] {
            let answer = server.request(method, path);
            assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"), "{method} {path}");
        }
    }
}

#[test]
fn every_answer_is_isolated_unless_switched_off() {
    let names = [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "cross-origin"),
    ];
    let folder = Folder::with(&[("main.py", "print(1)"), ("sub/x", "")]);
    let (on, off) = (Server::start(&folder), Server::with(&folder, &["--no-isolation"]));
    let etag = on.get("/main.py").header("etag").to_owned();
    for (path, status, headers) in [
        ("/", 200, vec![]),
        ("/main.py", 200, vec![]),
        ("/main.py", 304, vec![("If-None-Match", etag.as_str())]),
        ("/main.py", 206, vec![("Range", "bytes=0-1")]),
        ("/main.py", 416, vec![("Range", "bytes=99-")]),
        ("/sub", 307, vec![]),
        ("/missing", 404, vec![]),
        ("/.env", 403, vec![]),
        ("/_pyrite/core.js", 200, vec![]),
        ("/_pyrite/missing.js", 404, vec![]),
    ] {
        let (with, without) = (on.get_with(path, &headers), off.get_with(path, &headers));
        assert_eq!((with.status, without.status), (status, status), "{path}");
        for (name, value) in names {
            assert_eq!(with.header(name), value, "{name} of {path} {status}");
            assert_eq!(without.header(name), "", "{name} of {path} {status}");
        }
    }
}

#[test]
fn a_page_that_is_not_utf_8_is_sent_as_it_is() {
    let folder = Folder::new();
    let page =
        b"<!doctype html><meta charset=latin1><script src=https://pyscript.net/latest/core.js></script>gr\xfc\xdfe";
    folder.write("old.html", page);
    let answer = Server::start(&folder).get("/old.html");
    assert_eq!(answer.body, page);
    assert_eq!(answer.header("content-type"), "text/html", "the page itself says how it is written");
}
