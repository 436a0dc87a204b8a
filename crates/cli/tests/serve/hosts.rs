//! `--as HOST`: a built folder as its host sends it.

use crate::command::{Folder, Server};

const FILES: &[(&str, &str)] = &[
    ("index.html", "<script type=module src=https://pyscript.net/releases/2025.11.2/core.js></script>"),
    ("_headers", "/*\n  X-All: 1\n  Cross-Origin-Opener-Policy: same-origin\n/a/*\n  X-All: 2\n"),
    ("a/x.txt", "x"),
    ("_b/y.txt", "y"),
    ("404.html", "<p>Not here"),
];

#[test]
fn a_host_of_files_sends_them_as_they_are_and_nothing_of_ours() {
    let folder = Folder::with(FILES);
    let server = Server::with(&folder, &["--as", "plain"]);
    let page = server.get("/");
    assert_eq!(page.text(), FILES[0].1);
    assert_eq!(page.header("cross-origin-opener-policy"), "");
    assert_eq!(server.get("/_pyrite/core.js").status, 404);
    assert_eq!(server.get("/_b/y.txt").status, 200);
    // No list of files, and the site's own words.
    let missing = server.get("/a/");
    assert_eq!((missing.status, missing.text().as_str()), (404, "<p>Not here"));
}

#[test]
fn netlify_and_cloudflare_send_the_headers_of_the_folder() {
    for host in ["netlify", "cloudflare"] {
        let folder = Folder::with(FILES);
        let server = Server::with(&folder, &["--as", host]);
        assert_eq!(server.get("/a/x.txt").text(), "x");
        assert_eq!(server.get("/").header("x-all"), "1");
        assert_eq!(server.get("/").header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(server.get("/a/x.txt").header("x-all"), "2");
        assert_eq!(server.get("/_headers").status, 404);
    }
}

#[test]
fn github_pages_leaves_out_underscores_unless_told_otherwise() {
    let folder = Folder::with(FILES);
    let server = Server::with(&folder, &["--as", "github-pages"]);
    assert_eq!(server.get("/_b/y.txt").status, 404);
    assert_eq!(server.get("/").header("x-all"), "");
    let with = Folder::with(FILES);
    with.write(".nojekyll", "");
    assert_eq!(Server::with(&with, &["--as", "github-pages"]).get("/_b/y.txt").status, 200);
}
