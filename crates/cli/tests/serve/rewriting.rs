//! Existing pages get the runtime in the place of a released PyScript.

use crate::command::{Folder, Server};

const PAGE: &str = "<!doctype html>\n<html>\n<head>\n\
    <link rel=\"stylesheet\" href=\"https://pyscript.net/releases/2025.11.2/core.css\">\n\
    <script type=\"module\" src=\"https://pyscript.net/releases/2025.11.2/core.js\" integrity=\"sha384-x\"></script>\n\
    </head>\n<body>\n<!-- https://pyscript.net/releases/2025.11.2/core.js -->\n\
    <script type=\"mpy\">\nprint(failure)\n</script>\n</body>\n</html>\n";

#[test]
fn an_existing_page_gets_the_runtime_and_the_log_says_so_once() {
    let folder = Folder::with(&[("index.html", PAGE)]);
    let server = Server::with(&folder, &["--no-reload"]);
    let text = server.get("/").text();
    assert_eq!(
        text,
        PAGE.replacen("https://pyscript.net/releases/2025.11.2/core.css", "/_pyrite/core.css", 1)
            .replacen("https://pyscript.net/releases/2025.11.2/core.js", "/_pyrite/core.js", 1)
            .replacen(" integrity=\"sha384-x\"", " ", 1)
    );
    server.get("/");
    server.get("/index.html");
    server.wait_for_log("GET /index.html 200");
    let version = env!("CARGO_PKG_VERSION");
    let line = format!(
        "index.html: pyscript.net/releases/2025.11.2/core.js → Pyrite {version} (--no-rewrite to switch off)\n"
    );
    assert_eq!(server.log().matches(&line).count(), 1, "{}", server.log());
    for path in ["/_pyrite/core.css", "/_pyrite/core.js"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn lines_stay_where_they_are_with_everything_switched_on() {
    let folder = Folder::with(&[("index.html", PAGE)]);
    let server = Server::start(&folder);
    let text = server.get("/").text();
    assert!(text.contains("/_pyrite/core.js") && text.contains("/_pyrite/reload.js"), "{text}");
    let line = |text: &str| text.lines().position(|line| line == "print(failure)");
    assert_eq!(line(&text), line(PAGE));
    assert_eq!(text.lines().count(), PAGE.lines().count());
}

#[test]
fn it_can_be_switched_off() {
    let folder = Folder::with(&[("index.html", PAGE)]);
    let server = Server::with(&folder, &["--no-rewrite", "--no-reload"]);
    assert_eq!(server.get("/").text(), PAGE);
    server.wait_for_log("GET / 200");
    assert!(!server.log().contains("Pyrite"), "{}", server.log());
}

#[test]
fn the_tag_tells_the_forms_of_a_page_apart() {
    let folder = Folder::with(&[("index.html", PAGE), ("main.js", "import 'https://esm.run/@pyscript/core'")]);
    let on = Server::with(&folder, &["--no-reload"]);
    let off = Server::with(&folder, &["--no-reload", "--no-rewrite"]);
    for path in ["/", "/main.js"] {
        let (one, other) = (on.get(path), off.get(path));
        assert_ne!(one.header("etag"), other.header("etag"), "{path}");
        assert_eq!(on.get_with(path, &[("If-None-Match", one.header("etag"))]).status, 304, "{path}");
        assert_eq!(on.get_with(path, &[("If-None-Match", other.header("etag"))]).status, 200, "{path}");
    }
    let early = off.get("/").header("last-modified").to_owned();
    assert_eq!(on.get_with("/", &[("If-Modified-Since", &early)]).status, 200, "the date says nothing of the runtime");
}

#[test]
fn modules_of_the_folder_get_the_runtime() {
    let source = "// https://pyscript.net/latest/core.js\nimport { hooks } from 'https://pyscript.net/latest/core.js';\n\
                  const text = 'https://pyscript.net/latest/core.js';\n";
    let folder = Folder::with(&[("main.mjs", source)]);
    let server = Server::start(&folder);
    assert_eq!(server.get("/main.mjs").text(), source.replace("from 'https://pyscript.net/latest/", "from '/_pyrite/"));
    server.wait_for_log("main.mjs: pyscript.net/latest/core.js → Pyrite");
}

#[test]
fn the_bare_name_is_found_through_the_modules_of_the_folder() {
    let folder = Folder::with(&[
        ("app/index.html", "<!doctype html>\n<script type=\"module\" src=\"./main.js\"></script>\n"),
        ("app/main.js", "import './lib/one.js'"),
        ("app/lib/one.js", "import '../../two.js'; import './one.js'"),
        ("two.js", "export { hooks } from '@pyscript/core'"),
        ("other.html", "<!doctype html>\n<script type=\"module\" src=\"./other.js\"></script>\n"),
        ("other.js", "import './app/lib/missing.js'"),
    ]);
    let server = Server::with(&folder, &["--no-reload"]);
    assert_eq!(
        server.get("/app/").text(),
        "<!doctype html>\n<script type=\"importmap\">{\"imports\":{\"@pyscript/core\":\"/_pyrite/core.js\"}}</script>\
         <script type=\"module\" src=\"./main.js\"></script>\n"
    );
    assert!(!server.get("/other.html").text().contains("importmap"));
}

#[test]
fn other_pages_are_sent_as_they_are() {
    let page = "<!doctype html>\n<script src=\"https://cdn.example/core.js\" integrity=\"x\"></script>\n<p>pyscript.net/latest/core.js\n";
    let folder = Folder::with(&[("index.html", page), ("notes.txt", "https://pyscript.net/latest/core.js")]);
    let server = Server::with(&folder, &["--no-reload"]);
    let answer = server.get("/");
    assert_eq!(answer.text(), page);
    assert_ne!(answer.header("last-modified"), "", "it is the file itself");
    assert_eq!(server.get("/notes.txt").text(), "https://pyscript.net/latest/core.js");
}
