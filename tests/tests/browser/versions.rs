//! Interpreters of other versions, and packages from GitHub, as pages ask for them: by a number or a short name that leads to
//! another site.

use std::fs;
use std::path::PathBuf;

use pyrite_tests::{Browser, Interpreter, Page, Site, paths};

/// Where `cargo xtask test` has put an interpreter.
fn interpreter(on: Interpreter, version: &str) -> PathBuf {
    let name = match on {
        Interpreter::MicroPython => "micropython",
        Interpreter::Pyodide => "pyodide",
    };
    paths::root().join(format!("target/test-interpreters/node_modules/{name}-{version}"))
}

/// The CDN that version numbers lead to, with one version.
fn cdn(on: Interpreter, version: &str) -> Site {
    let folder = interpreter(on, version);
    let place = match on {
        Interpreter::MicroPython => {
            format!("cdn.jsdelivr.net/npm/@micropython/micropython-webassembly-pyscript@{version}")
        }
        Interpreter::Pyodide => format!("cdn.jsdelivr.net/pyodide/v{version}/full"),
    };
    fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}\nhint: cargo xtask test fetches it", folder.display()))
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .fold(Site::new(), |site, entry| {
            site.file(&format!("{place}/{}", entry.file_name().to_string_lossy()), fs::read(entry.path()).unwrap())
        })
}

/// Opens a page that reaches other sites.
fn open(page: Site, elsewhere: Site) -> Page {
    let elsewhere = elsewhere.elsewhere();
    let page = page.serve().open_in(Browser::reaching(&elsewhere), "/");
    page.wait_for_all_done();
    page
}

/// What most pages use.
const CODE: &str = r##"
import asyncio, sys
from pyscript import config, display, document, fetch, when, window
from pyscript.ffi import is_none, to_js
from pyscript.web import page

@when("click", "#button")
def clicked(event):
    window.console.log("clicked", event.type)

async def plain(event):
    pass

window.console.log("Python", ".".join(str(part) for part in sys.version_info[:2]), sys.version)
display("shown")
document.getElementById("button").click()
window.setTimeout(lambda: window.console.log("later"), 1)
window.console.log("element", document.createElement("p").tagName, page["button"].id)
window.console.log("list", to_js([1, 2]).length, "none", is_none(document.getElementById("nothing")))
try:
    window.JSON.parse("{")
except Exception as error:
    window.console.log("caught", type(error).__name__)
window.console.log("configured", config["interpreter"])
window.console.log("fetched", await fetch("/note.txt").text())
await asyncio.sleep(0.05)
raise ValueError("told")
"##;

/// A page with its interpreter by version, on the main thread and in a worker.
fn runs(on: Interpreter, version: &str, python: &str) {
    for attributes in ["", "worker"] {
        let tag = on.tag();
        let body = format!(
            "<button id=\"button\">Button</button>\n<{tag}-config>interpreter = \"{version}\"</{tag}-config>\n{}",
            on.script_with(attributes, CODE)
        );
        let page = open(Site::page(&body).file("note.txt", "a note"), cdn(on, version));
        let seen = page.wait_for_line("later");
        let lines = seen.logged();
        for line in [
            "clicked click",
            "element P button",
            "list 2 none true",
            "caught JsException",
            &format!("configured {version}"),
            "fetched a note",
        ] {
            assert!(lines.iter().any(|entry| entry.contains(line)), "no `{line}` in {lines:#?}");
        }
        assert!(lines.iter().any(|entry| entry.contains(python)), "another Python: {lines:#?}");
        assert!(seen.text.contains("shown"), "{}", seen.text);
        page.wait_for_banner("ValueError: told");
    }
}

#[test]
fn pyodide_of_2025_runs() {
    runs(Interpreter::Pyodide, "0.27.7", "Python 3.12 3.12");
}

#[test]
fn pyodide_with_another_python_runs() {
    runs(Interpreter::Pyodide, "0.29.5", "Python 3.13 3.13");
}

#[test]
fn micropython_of_2024_runs() {
    runs(Interpreter::MicroPython, "1.24.1", "MicroPython v1.24.1");
}

#[test]
fn micropython_of_2024_cannot_stand_still_and_says_so() {
    let code =
        "import js\nfrom pyscript import sync, window\njs.console.log('sum', await sync.add(1, 2))\nwindow.document";
    let body = format!(
        "<mpy-config>interpreter = \"1.24.1\"</mpy-config>\n{}<script>\n\
         addEventListener('mpy:progress', () => {{ it.xworker.sync.add = (a, b) => a + b }}, {{ once: true }})</script>",
        Interpreter::MicroPython.script_with("worker id=\"it\"", code)
    );
    let mut page = open(Site::page(&body).flag("--no-isolation"), cdn(Interpreter::MicroPython, "1.24.1"));
    assert_eq!(
        page.run("return [it.xworker.bridge.way, it.xworker.bridge.why]"),
        serde_json::json!(["asynchronous", "this version of the interpreter cannot be made to stand still"])
    );
    page.wait_for_banner("Unable to use `window` or `document` in worker.");
    // Promises it has all the same.
    let log = page.browser().log().unwrap().join("\n");
    assert!(log.contains("sum 3"), "{log}");
}

#[test]
fn micropython_of_2025_runs() {
    runs(Interpreter::MicroPython, "1.27.0", "MicroPython v1.27.0");
}

#[test]
fn micropython_takes_packages_from_github() {
    let packages = r#"["github:someone/tools/shout.py", "github:someone/kit@v2"]"#;
    let code = "import shout, kit\nfrom pyscript import window\nwindow.console.log(shout.loud('hello'), kit.NAME)";
    for attributes in ["", "worker"] {
        let script = Interpreter::MicroPython.script_with(attributes, code);
        let page = Site::page(&format!("<mpy-config>packages = {packages}</mpy-config>\n{script}"));
        let github = Site::new()
            .file("raw.githubusercontent.com/someone/tools/HEAD/shout.py", "def loud(text):\n    return text.upper()\n")
            .file(
                "raw.githubusercontent.com/someone/kit/v2/package.json",
                r#"{"urls": [["kit/__init__.py", "github:someone/kit/kit/__init__.py"]], "version": "2"}"#,
            )
            .file("raw.githubusercontent.com/someone/kit/v2/kit/__init__.py", "NAME = 'kit'\n");
        let page = open(page, github);
        page.wait_for_line("HELLO kit");
        page.assert_no_errors();
    }
}
