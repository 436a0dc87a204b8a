//! Starting and stopping: folders, ports, hosts, signals, and what is said when it does not work.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::client::Events;
use crate::command::{Folder, PYRITE, Server, finish, run};
use crate::safety::{as_somebody, runnable_by_others};

/// The exit code and the text on standard error.
fn failed(output: &Output) -> (Option<i32>, String) {
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "nothing was served");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_address_is_announced_when_it_can_be_opened() {
    let folder = Folder::with(&[("index.html", "home")]);
    let server = Server::start(&folder);
    let expected = format!("Serving {} at http://127.0.0.1:{}/", folder.path().display(), server.port);
    assert_eq!(server.announced, expected);
    assert_eq!(server.get("/").text(), "home");
    server.wait_for_log("GET / 200\n");
}

#[test]
fn without_a_folder_the_current_one_is_served_and_named() {
    let folder = Folder::with(&[("index.html", "here")]);
    let mut command = Command::new(PYRITE);
    let server = Server::of(command.current_dir(folder.path()).args(["serve", "--port", "0"]));
    assert_eq!(server.get("/").text(), "here");
    let path = folder.path().canonicalize().unwrap();
    assert!(server.announced.starts_with(&format!("Serving {} at ", path.display())), "{}", server.announced);
}

#[test]
fn a_page_can_be_named_instead_of_a_folder() {
    let folder = Folder::with(&[("my page.html", "the page"), ("main.py", "1")]);
    let mut command = Command::new(PYRITE);
    let server = Server::of(command.arg("serve").arg(folder.join("my page.html")).args(["--port", "0"]));
    assert!(server.announced.ends_with("/my%20page.html"), "{}", server.announced);
    assert_eq!(server.get("/my%20page.html").text(), "the page");
    assert_eq!(server.get("/main.py").text(), "1");
}

#[test]
fn quiet_leaves_requests_out() {
    let folder = Folder::with(&[("a.txt", "")]);
    let server = Server::with(&folder, &["--quiet"]);
    server.get("/a.txt");
    server.get("/../x");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(server.log(), "");
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_a_hint() {
    let folder = Folder::with(&[("examples/index.html", ""), ("notes.txt", "")]);
    let inside = |arguments: &[&str]| failed(&finish(Command::new(PYRITE).current_dir(folder.path()).args(arguments)));
    assert_eq!(
        inside(&["serve", "exmaples"]),
        (Some(1), "error: There is no folder `exmaples`.\nhint: did you mean `examples`?\n".to_owned())
    );
    let (code, text) = inside(&["serve", "quite/another"]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("error: There is no folder `quite/another`.\nhint: "), "{text}");
    assert_eq!(
        inside(&["serve", "notes.txt"]),
        (
            Some(1),
            "error: `notes.txt` is neither a folder nor an HTML page.\nhint: to serve the folder it is in: pyrite serve .\n"
                .to_owned()
        )
    );
}

#[test]
fn a_folder_that_may_not_be_read_is_an_error_with_a_hint() {
    let (copy, folder) = (runnable_by_others(), Folder::new());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = Command::new(copy.join("pyrite"));
    command.arg("serve").arg(folder.path());
    as_somebody(&mut command);
    let (code, text) = failed(&finish(&mut command));
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code, Some(1));
    let path = folder.path().display();
    assert_eq!(
        text,
        format!("error: `{path}` may not be read by this user.\nhint: look at its permissions: ls -ld {path}\n")
    );
}

#[test]
fn a_port_that_is_asked_for_and_in_use_is_an_error_with_a_hint() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = Folder::new();
    let output = run(["serve".as_ref(), folder.path().as_os_str(), "--port".as_ref(), port.to_string().as_ref()]);
    assert_eq!(
        failed(&output),
        (
            Some(1),
            format!(
                "error: Port {port} of 127.0.0.1 is in use.\n\
                 hint: stop the other program, or leave out --port to take the next free one.\n"
            )
        )
    );
}

#[test]
fn the_usual_port_in_use_gives_the_next_free_one() {
    // Taken by this test, or by another program on this machine already: in use either way.
    let _taken = TcpListener::bind("127.0.0.1:8000");
    let folder = Folder::with(&[("index.html", "home")]);
    let server = Server::of(Command::new(PYRITE).arg("serve").arg(folder.path()));
    assert!((8001..=8099).contains(&server.port), "{}", server.announced);
    assert_eq!(server.get("/").text(), "home");
    server.wait_for_log(&format!("Port 8000 is in use, so this is port {}.\n", server.port));
}

#[test]
fn a_host_that_is_not_this_machine_is_an_error_with_a_hint() {
    let folder = Folder::new();
    for host in ["192.0.2.1", "no such host"] {
        let output = run(["serve".as_ref(), folder.path().as_os_str(), "--host".as_ref(), host.as_ref()]);
        let (code, text) = failed(&output);
        assert_eq!(code, Some(1), "{host}");
        assert!(text.starts_with(&format!("error: {host} is not an address of this machine.\nhint: ")), "{text}");
    }
}

#[test]
fn other_devices_can_be_let_in() {
    let folder = Folder::with(&[("a.txt", "a")]);
    let server = Server::with(&folder, &["--host", "0.0.0.0"]);
    assert!(server.announced.contains(" at http://127.0.0.1:"), "{}", server.announced);
    assert_eq!(server.get("/a.txt").text(), "a");
    server.wait_for_log("not secure");
}

#[test]
fn the_browser_is_opened_when_asked_for() {
    let folder = Folder::with(&[("index.html", "home")]);
    let tools = Folder::new();
    // What Linux desktops call to open an address; here it writes down what it is asked to open.
    tools.write("xdg-open", "#!/bin/sh\necho \"$1\" > \"$OPENED\"\n");
    fs::set_permissions(tools.join("xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(PYRITE);
    command.env("PATH", tools.path()).env("OPENED", tools.join("opened"));
    let server = Server::of(command.arg("serve").arg(folder.path()).args(["--port", "0", "--open"]));
    let end = Instant::now() + Duration::from_secs(10);
    let opened = loop {
        let text = fs::read_to_string(tools.join("opened")).unwrap_or_default();
        if text.ends_with('\n') {
            break text;
        }
        assert!(Instant::now() < end, "nothing was opened\n{}", server.log());
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(opened, format!("http://127.0.0.1:{}/\n", server.port));
}

#[test]
fn a_missing_browser_is_said_and_the_pages_are_served() {
    let (folder, empty) = (Folder::with(&[("a.txt", "a")]), Folder::new());
    let mut command = Command::new(PYRITE);
    command.env("PATH", empty.path());
    let server = Server::of(command.arg("serve").arg(folder.path()).args(["--port", "0", "--open"]));
    server.wait_for_log("warning: no browser could be opened");
    server.wait_for_log(&format!("hint: open http://127.0.0.1:{}/ yourself.", server.port));
    assert_eq!(server.get("/a.txt").text(), "a");
}

#[test]
fn a_signal_ends_it_at_once_even_with_pages_open() {
    for signal in [libc::SIGINT, libc::SIGTERM] {
        let folder = Folder::with(&[("index.html", "<!doctype html>home")]);
        let server = Server::start(&folder);
        let mut events = Events::open(server.port);
        events.next();
        // A connection on which nothing was asked yet.
        let _idle = std::net::TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        let (status, time) = server.stop(signal);
        assert_eq!(status.code(), Some(0), "{status}");
        assert!(time < Duration::from_secs(1), "{time:?}");
    }
}

#[test]
fn the_version_names_both_interpreters() {
    let output = run(["--version"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(text.starts_with(&format!("pyrite {version} (Pyodide ")), "{text}");
    assert!(text.trim_end().ends_with(')') && text.contains(", MicroPython "), "{text}");
}

#[test]
fn help_tells_how_and_wrong_usage_is_code_2() {
    let help = run(["serve", "--help"]);
    assert_eq!(help.status.code(), Some(0));
    let text = String::from_utf8(help.stdout).unwrap();
    for part in
        ["/_pyrite/core.js", "--port", "--host", "--open", "--no-isolation", "--no-rewrite", "--no-reload", "Examples:"]
    {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    for wrong in
        [vec![], vec!["servo"], vec!["serve", "--prot", "1"], vec!["serve", "--port", "99999"], vec!["serve", "a", "b"]]
    {
        let output = run(&wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert_ne!(output.stderr, b"", "{wrong:?}");
    }
}
