//! Pages that were written for PyScript, as they are, without the network they name.

use pyrite_tests::{Entry, Interpreter, Site, on_both_interpreters};

fn page(on: Interpreter, base: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>Existing</title>\n  \
         <link rel=\"stylesheet\" href=\"{base}/core.css\">\n  <script type=\"module\" src=\"{base}/core.js\"></script>\n\
         </head>\n<body>\n  <p id=\"name\">Polly</p>\n{}</body>\n</html>\n",
        on.script("    from pyscript import display, document\n    display('Hello, ' + document.getElementById('name').textContent)\n    print(failure)")
    )
}

on_both_interpreters! {
    fn a_page_that_names_a_release_runs_without_network(on) {
        let html = page(on, "https://pyscript.net/releases/2025.11.2");
        let page = Site::new().file("index.html", &html).open();
        let seen = page.wait_for_all_done();
        assert!(seen.text.contains("Hello, Polly"), "{}", seen.text);
        let line = pyrite_tests::line_of(&html, "print(failure)");
        let banner = page.wait_for_banner("NameError");
        assert!(banner.text.contains(&format!("index.html\", line {line}")), "{}", banner.text);
        let log = page.server().log().join("\n");
        assert!(log.contains("pyscript.net/releases/2025.11.2/core.js"), "the log does not say so:\n{log}");
    }

    fn a_page_that_names_the_npm_package_runs_without_network(on) {
        let page = Site::new().file("index.html", page(on, "https://cdn.jsdelivr.net/npm/@pyscript/core/dist")).open();
        assert!(page.wait_for_all_done().text.contains("Hello, Polly"));
    }
}

#[test]
fn without_rewriting_such_a_page_is_left_as_it_is() {
    let page = Site::new()
        .file("index.html", page(Interpreter::MicroPython, "https://pyscript.net/releases/2025.11.2"))
        .flag("--no-rewrite")
        .open();
    let seen = page.wait("the lost script", |seen| seen.state == "complete");
    assert!(seen.entries.iter().any(
        |entry| matches!(entry, Entry::Resource { text } if text == "https://pyscript.net/releases/2025.11.2/core.js")
    ));
    assert!(!seen.text.contains("Hello, Polly"));
}
