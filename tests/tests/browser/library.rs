//! Python's standard library comes in two files, and no start waits for the second.

use std::time::Duration;

use pyrite_tests::{Fault, Interpreter, Page, Site};

const REST: &str = "/python_stdlib_rest.bin";

/// A page whose script says something by way of the page, wherever it runs.
fn site(attributes: &str, code: &str) -> Site {
    let code = format!("from pyscript import window\nsay = window.console.log\n{code}");
    Site::page(&Interpreter::Pyodide.script_with(attributes, &code))
}

/// How the page itself has asked for the second file.
fn asked(page: &Page) -> String {
    page.text_of(&format!(
        "performance.getEntriesByType('resource').filter(({{ name }}) => name.includes('{REST}')).map(({{ initiatorType }}) => initiatorType).join()"
    ))
}

#[test]
fn a_start_needs_only_the_first() {
    for attributes in ["", "worker"] {
        let code = "import asyncio, inspect, json, re, traceback, typing\nfrom pyscript import display, fetch, when\n\
                    await asyncio.sleep(0)\nsay(json.dumps({'a': 1}))";
        let page = site(attributes, code).fault(REST, Fault::Refuse).open();
        page.wait_for_line("{\"a\": 1}");
        page.wait_for_all_done();
    }
}

#[test]
fn scripts_wait_for_what_they_import_and_the_page_does_not() {
    for attributes in ["", "worker"] {
        let site =
            site(attributes, "import sched\nsay(sched.__name__)").fault(REST, Fault::Late(Duration::from_millis(500)));
        let page = site.open();
        page.wait_for_line("sched");
        page.wait_for_all_done();
        page.assert_no_errors();
        assert!(!asked(&page).contains("xmlhttprequest"));
    }
}

#[test]
fn what_nobody_could_foresee_is_fetched_at_once() {
    for attributes in ["async='false'", "", "worker"] {
        let page = site(attributes, "say(__import__('sc' + 'hed').__name__)").open();
        page.wait_for_line("sched");
        page.wait_for_all_done();
        page.assert_no_errors();
        // It has run before anything else could be asked for.
        if attributes.contains("false") {
            assert!(asked(&page).contains("xmlhttprequest"), "{}", asked(&page));
        }
    }
}

#[test]
fn one_that_cannot_be_had_is_told_and_asked_for_again() {
    let site = site("", "import sched\nsay(sched.__name__)").fault(REST, Fault::Status(404));
    let page = site.open();
    page.wait_for_all_done();
    let seen = page.seen();
    let lines = seen.errors().join("\n");
    assert!(lines.contains("standard library could not be loaded") && lines.contains("404"), "{}", seen.report());
    assert!(seen.banner("I/O error").is_some(), "{}", seen.report());

    // Its browser is for the next. Some hosts answer everything, with a page.
    drop(page);
    let page = self::site("", "import sched").fault(REST, Fault::Body("text/html", b"<!doctype html>".to_vec())).open();
    page.wait_for_all_done();
    let seen = page.seen();
    assert!(seen.errors().iter().any(|line| line.contains("the server has another file")), "{}", seen.report());
    assert!(seen.banner("I/O error").is_some(), "{}", seen.report());

    drop(page);
    // The first is what the start hints at or asks for; an import asks again.
    let page = self::site("", "import sched\nsay(sched.__name__)").fault(REST, Fault::Status(503).times(1)).open();
    page.wait_for_line("sched");
}

#[test]
fn a_start_from_a_snapshot_needs_neither() {
    let config = "<py-config>\n[pyrite]\nsnapshot = true\n</py-config>\n";
    let code = "import asyncio, csv, datetime, json, statistics, xml.etree.ElementTree\nprint(json.dumps({'a': 1}))";
    let site = |code| Site::page(&format!("{config}{}", Interpreter::Pyodide.script(code)));
    let page = site(code).fault(REST, Fault::Refuse).fault("/python_stdlib_compiled.zip", Fault::Refuse).open();
    page.wait_for_line("{\"a\": 1}");
    page.wait_for_all_done();
    // Its browser is for the next.
    drop(page);
    for code in ["import sched\nprint(sched.__name__)", "print(__import__('sc' + 'hed').__name__)"] {
        let page = site(code).open();
        page.wait_for_line("sched");
        page.wait_for_all_done();
        page.assert_no_errors();
    }
    // Whoever reads the archive itself finds all of it.
    let page = site("import sys, zipfile\nprint(zipfile.ZipFile([path for path in sys.path if path.endswith('.zip')][0]).testzip())").open();
    page.wait_for_line("None");
}
