//! What `pyrite build` writes, on a host that only sends files: no header of ours, and no runtime under `/_pyrite/`.

use std::path::PathBuf;
use std::process::Command;

use crate::gallery::every_example_runs;
use pyrite_tests::{Browser, HEAD, Host, Page, Site, on_both_interpreters, paths};

fn examples() -> PathBuf {
    paths::root().join("examples")
}

#[test]
fn a_build_of_every_example_runs_on_a_plain_host() {
    let server = Host::build(&examples(), &[]).serve();
    let page = server.open("/");
    every_example_runs(&page, "/");
    let lost: Vec<_> =
        server.log().into_iter().filter(|line| !line.starts_with("200") && !line.ends_with("favicon.ico")).collect();
    assert_eq!(lost, [""; 0], "what is not in the build was asked for");
}

#[test]
fn a_build_of_every_example_runs_under_its_own_policy() {
    let server = Host::build(&examples(), &["--target", "netlify"]).with_its_headers().serve();
    let page = server.open("/");
    page.run(
        "const s = document.createElement('script'); s.textContent = 'globalThis.ran = 1'; document.body.append(s)",
    );
    assert_eq!(page.run("return globalThis.ran ?? null"), serde_json::Value::Null, "the policy is not in force");
    every_example_runs(&page, "/");
}

#[test]
fn a_build_of_every_example_runs_from_a_folder_of_the_host() {
    let server = Host::build(&examples(), &["--base", "/docs/"]).below("/docs/").serve();
    every_example_runs(&server.open("/docs/"), "/docs/");
}

on_both_interpreters! {
    fn a_worker_of_a_build_reaches_its_page(on) {
        let body = on.script_with("worker", "from pyscript import document\ndocument.title = 'From a worker'\nprint(document.title)");
        let page = Site::page(&body).build(&[]).serve().open("/");
        page.wait_until("document.title === 'From a worker'");
    }

    fn a_built_page_has_its_files_and_modules(on) {
        let body = on.script_with(
            "config='{\"files\": {\"./words.py\": \"\", \"./data/a.txt\": \"a.txt\"}}' src='./main.py'",
            "",
        );
        let site = Site::page(&body)
            .file("main.py", "import words\nfrom pyscript import storage, web\nprint(words.HELLO, open('a.txt').read())")
            .file("words.py", "HELLO = 'Hello'")
            .file("data/a.txt", "file");
        let page = site.build(&["--target", "cloudflare"]).with_its_headers().serve().open("/");
        page.wait_for_line("Hello file");
        page.wait_for_all_done();
        page.assert_no_errors();
    }

    fn an_error_in_a_build_names_the_line_of_its_author(on) {
        let page = Site::page(&on.script("x = 1\nprint(unknown)")).build(&[]).serve().open("/");
        page.wait_for_banner("File \"index.html\", line 4");
    }
}

/// What a page with a worker shows once it has asked its page for something.
const WORKER: &str = "<script type=\"mpy\" worker>from pyscript import document\ndocument.title = 'VERSION'</script>";

/// Waits until the service worker has kept everything.
#[track_caller]
fn wait_until_kept(page: &Page) {
    page.wait_until("navigator.serviceWorker.controller?.state === 'activated'");
}

#[test]
fn a_page_that_was_visited_opens_without_its_host_and_is_isolated() {
    let host = Site::page(&WORKER.replace("VERSION", "one")).build(&["--offline"]);
    let out = host.out();
    let server = host.serve();
    let page = server.open_in(Browser::fresh(), "/");
    page.wait_until("document.title === 'one'");
    wait_until_kept(&page);
    // The host has lost everything.
    std::fs::rename(&out, out.with_extension("gone")).unwrap();
    page.reload();
    page.wait_until("document.title === 'one'");
    assert_eq!(page.run("return crossOriginIsolated"), true);
    page.assert_no_errors();
}

#[test]
fn a_new_build_is_seen_at_the_next_visit_and_whole() {
    let site = Site::page(&WORKER.replace("VERSION", "one")).file("words.txt", "one");
    let pages = site.folder().to_owned();
    let host = Host::build(&pages, &["--offline"]);
    let out = host.out();
    let server = host.serve();
    let page = server.open_in(Browser::fresh(), "/");
    page.wait_until("document.title === 'one'");
    wait_until_kept(&page);
    let site = site.file("index.html", format!("{HEAD}{}", WORKER.replace("VERSION", "two"))).file("words.txt", "two");
    built(&pages, &out, &["--offline"]);
    // This visit is still the old version, whole, and finds the new one.
    page.reload();
    page.run("return navigator.serviceWorker.getRegistration().then((registration) => registration.update()).then(() => true)");
    page.wait_until("(await navigator.serviceWorker.getRegistration()).waiting");
    assert_eq!(page.text_of("await (await fetch('words.txt')).text()"), "one");
    page.reload();
    page.wait_until("document.title === 'two'");
    assert_eq!(page.text_of("await (await fetch('words.txt')).text()"), "two");
    drop(site);
}

fn built(pages: &std::path::Path, out: &std::path::Path, flags: &[&str]) {
    let output = Command::new(paths::pyrite()).arg("build").arg(pages).arg("-o").arg(out).args(flags).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_page_with_compiled_packages_works_from_lock_and_folder_alone() {
    let wheels = paths::root().join("target/test-wheels");
    let config = r#"config='{"packages": ["pydantic>=2.13"]}'"#;
    let code = "import pydantic\nclass P(pydantic.BaseModel):\n    x: int\nprint(P(x='41').x + 1)";
    let site = Site::page(&pyrite_tests::Interpreter::Pyodide.script_with(config, code));
    let output = Command::new(paths::pyrite())
        .args(["lock", "--offline", "--find-links"])
        .arg(&wheels)
        .arg(site.folder())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let server = site.build(&[]).serve();
    let page = server.open("/");
    page.wait_for_line("42");
    page.wait_for_all_done();
    page.assert_no_errors();
    assert!(
        server.log().iter().any(|line| line.contains("/pydantic_core-") && line.starts_with("200")),
        "{:?}",
        server.log()
    );
}
