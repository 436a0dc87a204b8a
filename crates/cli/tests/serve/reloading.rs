//! Pages hear of changes.

use std::fs;
use std::time::Duration;

use crate::client::Events;
use crate::command::{Folder, Server};

const PAGE: &str = "<!doctype html>\n<head><title>x</title></head>\n<p>home\n";

/// The token that a page carries.
fn token(text: &str) -> String {
    text.split("data-token=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[test]
fn a_page_gets_the_script_and_a_piece_of_one_does_not() {
    let folder = Folder::with(&[("index.html", PAGE), ("piece.html", "<p>piece")]);
    let server = Server::start(&folder);
    let page = server.get("/").text();
    let tag = format!("<script src=\"/_pyrite/reload.js\" data-token=\"{}\"></script>", token(&page));
    assert_eq!(page, PAGE.replace("</head>", &format!("{tag}</head>")));
    assert_eq!(server.get("/piece.html").text(), "<p>piece");
    let fetched = server.get_with("/", &[("Sec-Fetch-Dest", "empty")]);
    assert_eq!(fetched.text(), PAGE, "what a script asks for is left alone");
    assert_ne!(fetched.header("etag"), server.get("/").header("etag"), "a cache does not take one for the other");
    assert_eq!(server.get("/").header("vary"), "", "the runtime finds the opened page in the browser's cache");
    let script = server.get("/_pyrite/reload.js");
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert!(script.text().contains("EventSource"));
}

#[test]
fn a_change_reaches_the_page() {
    let folder = Folder::with(&[("index.html", PAGE), ("main.py", "1"), ("a b/ü.py", "1")]);
    let server = Server::start(&folder);
    let page = token(&server.get("/").text());
    let mut events = Events::open(server.port);
    let (name, hello) = events.next();
    assert_eq!((name.as_str(), hello["token"].as_str()), ("hello", Some(page.as_str())), "the page is up to date");

    folder.write("main.py", "2");
    let (paths, change) = events.next_change();
    assert_eq!(paths, ["/main.py"]);
    assert_ne!(change["token"], hello["token"]);
    assert_eq!(token(&server.get("/").text()), change["token"].as_str().unwrap(), "a page loaded now is up to date");

    folder.write("a b/ü.py", "2");
    assert_eq!(events.next_change().0, ["/a%20b/%C3%BC.py"]);
    fs::remove_file(folder.join("main.py")).unwrap();
    assert_eq!(events.next_change().0, ["/main.py"]);
    fs::rename(folder.join("a b/ü.py"), folder.join("main.py")).unwrap();
    assert_eq!(events.next_change().0, ["/a%20b/%C3%BC.py", "/main.py"], "several changes at once are told once");
}

#[test]
fn a_page_that_missed_a_change_learns_of_it() {
    let folder = Folder::with(&[("index.html", PAGE)]);
    let server = Server::start(&folder);
    let old = token(&server.get("/").text());
    let mut other = Events::open(server.port);
    other.next();
    folder.write("index.html", "<!doctype html><p>new");
    other.next_change();
    let (_, hello) = Events::open(server.port).next();
    assert_ne!(hello["token"], old.as_str());

    let again = Server::start(&folder);
    let (_, restarted) = Events::open(again.port).next();
    assert_ne!(restarted["token"], hello["token"], "another run of the server is another state");
}

#[test]
fn files_in_new_folders_are_watched() {
    let folder = Folder::with(&[("index.html", PAGE)]);
    let server = Server::start(&folder);
    let mut events = Events::open(server.port);
    events.next();
    folder.write("new/deep/main.py", "1");
    assert_eq!(events.next_change().0, ["/new/deep/main.py"]);
    folder.write("new/deep/main.py", "2");
    assert_eq!(events.next_change().0, ["/new/deep/main.py"]);
}

#[test]
fn what_tools_write_and_what_is_read_is_no_change() {
    let folder = Folder::with(&[("index.html", PAGE), ("node_modules/a.js", ""), (".git/index", ""), ("target/x", "")]);
    let server = Server::start(&folder);
    let mut events = Events::open(server.port);
    events.next();
    for name in [
        "node_modules/a.js",
        "node_modules/b/c.js",
        ".git/index",
        "target/x",
        "__pycache__/a.pyc",
        ".a.py.swp",
        "a.py~",
        "x.log",
    ] {
        folder.write(name, "changed");
    }
    server.get("/");
    fs::read(folder.join("index.html")).unwrap();
    assert!(events.is_silent_for(Duration::from_millis(1200)));
    folder.write("index.html", "changed");
    assert_eq!(events.next_change().0, ["/index.html"]);
}

#[test]
fn a_broken_configuration_is_told_with_its_place_until_it_is_mended() {
    let folder = Folder::with(&[("index.html", PAGE), ("app/pyscript.toml", "packages = []\n"), ("c.json", "{}")]);
    let server = Server::start(&folder);
    let mut events = Events::open(server.port);
    assert_eq!(events.next().1["problems"], serde_json::json!([]));

    folder.write("app/pyscript.toml", "packages = [\"numpy\"]\nname = oops\n");
    let (paths, change) = events.next_change();
    assert_eq!(paths, ["/app/pyscript.toml"]);
    let problem = &change["problems"][0];
    assert_eq!(
        (problem["path"].as_str(), problem["file"].as_str(), problem["line"].as_u64(), problem["column"].as_u64()),
        (Some("/app/pyscript.toml"), Some("app/pyscript.toml"), Some(2), Some(8)),
        "{change}"
    );
    assert_eq!(problem["fresh"], true);
    assert!(!problem["message"].as_str().unwrap().is_empty());
    let (_, hello) = Events::open(server.port).next();
    assert_eq!(hello["problems"], change["problems"], "a page opened now is told too");

    folder.write("c.json", "{\n  \"a\": ]\n}");
    let (_, both) = events.next_change();
    assert_eq!(both["problems"].as_array().unwrap().len(), 2, "{both}");
    folder.write("app/pyscript.toml", "packages = [\"numpy\"]\n");
    let (_, one) = events.next_change();
    assert_eq!((one["problems"][0]["path"].as_str(), one["problems"][0]["line"].as_u64()), (Some("/c.json"), Some(2)));
    fs::remove_file(folder.join("c.json")).unwrap();
    assert_eq!(events.next_change().1["problems"], serde_json::json!([]));
}

#[test]
fn a_configuration_that_was_broken_before_is_told_as_such() {
    let folder = Folder::with(&[("index.html", PAGE), ("pyscript.json", "{ nonsense")]);
    let server = Server::start(&folder);
    // It is looked for while the first pages are served already.
    let end = std::time::Instant::now() + Duration::from_secs(10);
    let problems = loop {
        let (_, hello) = Events::open(server.port).next();
        let problems = hello["problems"].as_array().unwrap().clone();
        if !problems.is_empty() || std::time::Instant::now() > end {
            break problems;
        }
    };
    assert_eq!(problems[0]["path"], "/pyscript.json");
    assert_eq!(problems[0]["fresh"], false, "only pages that name it show it");
}

#[test]
fn reloading_can_be_switched_off() {
    let folder = Folder::with(&[("index.html", PAGE)]);
    let server = Server::with(&folder, &["--no-reload"]);
    assert_eq!(server.get("/").text(), PAGE);
    assert_eq!(server.get("/_pyrite/reload.js").status, 404);
    assert_eq!(server.get("/_pyrite/events").status, 404);
}
