//! Builds on the servers that people use, set up by the files that `pyrite build --target` writes for them.

use pyrite_tests::{HEAD, Interpreter, Page, Site, Software};

/// A page with both interpreters, one of them in a worker that needs the page.
fn scripts() -> String {
    let worker = "from pyscript import document\ndocument.title = 'From a worker'";
    Interpreter::MicroPython.script_with("worker", worker) + &Interpreter::Pyodide.script("print('On the page')")
}

/// The page on this server; one with templates gets it as a template.
fn served(software: Software) -> Page {
    let template = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Test</title>\
         <link rel=\"icon\" href=\"data:,\">{{% include \"pyrite.html\" %}}</head><body>{}",
        scripts()
    );
    let site = Site::new().file("index.html", format!("{HEAD}{}", scripts())).file("templates/page.html", template);
    site.build(&["--target", software.target()]).serve_with(software).open("/")
}

/// The page runs under the build's policy, isolated, and no one sends what is not for visitors.
fn runs(software: Software) {
    let page = served(software);
    page.wait_for_line("On the page");
    page.wait_until("document.title === 'From a worker'");
    page.assert_no_errors();
    assert_eq!(page.run("return crossOriginIsolated"), true);
    page.run(
        "const s = document.createElement('script'); s.textContent = 'globalThis.ran = 1'; document.body.append(s)",
    );
    assert_eq!(page.run("return globalThis.ran ?? null"), serde_json::Value::Null, "the policy is not in force");
}

/// How `core.js` is compressed, and for how long it may be kept.
fn how_the_runtime_comes(page: &Page) -> String {
    page.text_of(
        "await fetch(document.querySelector('script[type=module]').src, {cache: 'no-store'})\
         .then(({headers}) => `${headers.get('content-encoding')} ${headers.get('cache-control')}`)",
    )
}

#[test]
fn nginx_serves_a_build_compressed() {
    runs(Software::Nginx);
    let page = served(Software::Nginx);
    let answer = how_the_runtime_comes(&page);
    assert_eq!(answer, "gzip public, max-age=31536000, immutable");
    assert_eq!(page.run("return fetch('/.pyrite/manifest.json').then(({status}) => status)"), 403);
}

#[test]
fn caddy_serves_a_build_compressed() {
    runs(Software::Caddy);
    let page = served(Software::Caddy);
    let answer = how_the_runtime_comes(&page);
    assert!(answer.ends_with(" public, max-age=31536000, immutable"), "{answer}");
    assert!(answer.starts_with("br ") || answer.starts_with("gzip "), "{answer}");
    assert_eq!(page.run("return fetch('/.pyrite/manifest.json').then(({status}) => status)"), 404);
}

#[test]
fn a_django_project_has_the_runtime_among_its_static_files() {
    runs(Software::Django);
}

#[test]
fn a_flask_application_has_the_runtime_among_its_static_files() {
    runs(Software::Flask);
}
