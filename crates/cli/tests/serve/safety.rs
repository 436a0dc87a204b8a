//! Nothing outside of the served folder, and nothing hidden, ever leaves.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::command::{Folder, PYRITE, Server};

const SECRET: &str = "the-secret-of-this-test";

/// A folder `site` beside a secret.
fn beside_a_secret() -> (Folder, Folder) {
    let outer = Folder::with(&[("secret.txt", SECRET), ("dir/secret.txt", SECRET)]);
    let site = Folder::with(&[("index.html", "home"), ("sub/page.html", "page")]);
    (outer, site)
}

#[test]
fn no_spelling_leads_outside() {
    let outer = Folder::with(&[("secret.txt", SECRET), ("site/index.html", "home"), ("site/sub/a.html", "")]);
    let mut command = Command::new(PYRITE);
    let server = Server::of(command.arg("serve").arg(outer.join("site")).args(["--port", "0"]));
    let absolute = outer.join("secret.txt");
    let absolute = absolute.to_str().unwrap();
    for path in [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E/secret.txt",
        "/.%2e/secret.txt",
        "/%2e./secret.txt",
        "/..%2fsecret.txt",
        "/..%2Fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/sub/..\\..\\secret.txt",
        "/%252e%252e/secret.txt",
        "/%252e%252e%252fsecret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/%uff0e%uff0e/secret.txt",
        "/../secret.txt%00.html",
        "/index.html%00",
        "/..;/secret.txt",
        "/_pyrite/../../secret.txt",
        "/_pyrite/%2e%2e/%2e%2e/secret.txt",
        "/_pyrite/../secret.txt",
        &format!("/{absolute}"),
        &format!("/%2f{absolute}"),
        &absolute.replace('/', "%2f"),
        "http://127.0.0.1/../secret.txt",
        "/sub/%2e%2e/%2e%2e/secret.txt?x=/index.html",
    ] {
        let answer = server.get(path);
        assert!([400, 403, 404].contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.text().contains(SECRET), "{path}: {answer:?}");
    }
    server.wait_for_log("GET /../secret.txt 403 (leads outside the served folder)");
    assert_eq!(server.get("/sub/a.html").status, 200, "the server still serves");
}

#[test]
fn links_that_lead_outside_are_refused_and_links_inside_are_followed() {
    let (outer, site) = beside_a_secret();
    symlink(outer.join("secret.txt"), site.join("file.txt")).unwrap();
    symlink(outer.join("dir"), site.join("dir")).unwrap();
    symlink(outer.path().join("dir"), site.join("sub/up")).unwrap();
    symlink(site.join("sub/page.html"), site.join("inside.html")).unwrap();
    symlink(site.join("nowhere"), site.join("dangling")).unwrap();
    symlink(site.join("circle"), site.join("circle")).unwrap();
    fs::create_dir(site.join("list")).unwrap();
    symlink(outer.join("secret.txt"), site.join("list/index.html")).unwrap();
    site.write(".env", SECRET);
    symlink(site.join(".env"), site.join("env.txt")).unwrap();

    let server = Server::start(&site);
    for path in ["/file.txt", "/dir/", "/dir", "/dir/secret.txt", "/sub/up/secret.txt", "/list/", "/env.txt"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
        assert!(!answer.text().contains(SECRET), "{path}: {answer:?}");
    }
    server.wait_for_log("GET /file.txt 403 (a link that leads outside the served folder)");
    assert_eq!(server.get("/inside.html").text(), "page");
    assert_eq!(server.get("/dangling").status, 404);
    assert_eq!(server.get("/circle").status, 404);
    let list = server.get("/sub/").text();
    assert!(!list.contains("up/"), "what is refused is not listed: {list}");
}

#[test]
fn hidden_files_are_not_served() {
    let site = Folder::with(&[
        (".env", SECRET),
        (".git/config", SECRET),
        ("sub/.secret", SECRET),
        (".well-known/security.txt", "Contact: me"),
    ]);
    let server = Server::start(&site);
    for path in ["/.env", "/.git/config", "/.git/", "/.git", "/%2egit/config", "/sub/.secret"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
        assert!(!answer.text().contains(SECRET), "{path}");
    }
    server.wait_for_log("GET /.env 403 (hidden files are not served)");
    assert_eq!(server.get("/.well-known/security.txt").text(), "Contact: me");
}

#[test]
fn what_is_no_file_does_not_hold_the_server_up() {
    let site = Folder::with(&[("index.html", "home")]);
    let made = Command::new("mkfifo").arg(site.join("pipe")).status().unwrap();
    assert!(made.success());
    let server = Server::start(&site);
    let answer = server.get("/pipe");
    assert_eq!((answer.status, answer.text().as_str()), (403, "/pipe is not served: neither a file nor a folder.\n"));
    assert_eq!(server.get("/").text(), "home");
}

#[test]
fn a_file_that_may_not_be_read_is_refused_with_the_reason() {
    let site = Folder::with(&[("index.html", "home"), ("secret.txt", SECRET), ("dir/x", "")]);
    fs::set_permissions(site.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for name in ["secret.txt", "dir"] {
        fs::set_permissions(site.join(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let copy = runnable_by_others();
    let mut command = Command::new(copy.join("pyrite"));
    command.arg("serve").arg(site.path()).args(["--port", "0"]);
    as_somebody(&mut command);
    let server = Server::of(&mut command);
    for path in ["/secret.txt", "/dir/", "/dir/x"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
        assert!(answer.text().contains("this user may not read it"), "{path}: {answer:?}");
    }
    assert_eq!(server.get("/").text(), "home");
    fs::set_permissions(site.join("dir"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// The command at a place where every user may run it.
pub(crate) fn runnable_by_others() -> Folder {
    let folder = Folder::new();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(PYRITE, folder.join("pyrite")).unwrap();
    folder
}

/// Permissions mean nothing to root, so root runs the command as somebody else.
pub(crate) fn as_somebody(command: &mut Command) {
    // SAFETY: asks for the number of the user, which cannot fail.
    if unsafe { libc::geteuid() } == 0 {
        command.uid(65534).gid(65534);
    }
}
