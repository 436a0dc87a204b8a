//! `debug = true`.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

const FAILS: &str = "def inner():\n    raise ValueError('look closely')\ninner()";

/// What the console is told of the exception.
fn told(config: &str, attributes: &str) -> String {
    let py = Interpreter::Pyodide;
    let page = Site::page(&format!("<py-config>{config}</py-config>{}", py.script_with(attributes, FAILS))).open();
    page.wait_for_banner("look closely");
    page.wait_for_all_done().errors().join("\n")
}

#[test]
fn tracebacks_have_all_frames_if_asked_for() {
    for attributes in ["", "worker"] {
        let full = told("debug = true", attributes);
        assert!(full.contains("_pyrite.py"), "{attributes}: {full}");
        assert!(full.contains("index.html"), "{attributes}: {full}");
        let short = told("", attributes);
        assert!(!short.contains("_pyrite.py"), "{attributes}: {short}");
    }
}

#[test]
fn micropython_can_trace() {
    let page = Site::page(&format!(
        "<mpy-config>debug = true</mpy-config>{}",
        Interpreter::MicroPython.script("import sys\nlines = []\nsys.settrace(lambda frame, event, arg: lines.append(event))\ndef f():\n    return 1\nf()\nsys.settrace(None)\nprint('call' in lines)")
    ))
    .open();
    page.wait_for_line("True");
    page.assert_no_errors();
}

on_both_interpreters! {
    fn workers_log_what_they_ask_their_page(on) {
        for (config, logs) in [("debug = true", true), ("", false)] {
            let script = on.script_with("worker", "from pyscript import document, window\nwindow.console.log(document.title)");
            let mut page = Site::page(&format!("<{0}-config>{config}</{0}-config>{script}", on.tag())).open();
            page.wait_for_line("Test");
            page.wait_for_all_done();
            // A worker's console is the browser's, not the page's.
            let log = page.browser().log().unwrap();
            assert_eq!(log.iter().any(|line| line.contains("Pyrite bridge: get title of ")), logs, "{log:?}");
        }
    }
}
