//! `pyrite build --snapshot` with packages that have compiled libraries: these are linked again before the memory is there.

use std::fs;
use std::path::Path;

use pyrite_tests::{Browser, Host, Interpreter, Page, Server, Site};

use crate::built_snapshots::{WITHOUT, assert_restored, locked, snapshots};

const CONFIG: &str = r#"config='{"packages": ["pydantic>=2.13", "jiter"]}'"#;

/// Uses two libraries: the one for data, with its errors, and the other for JSON. A worker has a console of its own.
const CODE: &str = "import sys\n\
     there = [name in sys.modules for name in ('pydantic', 'jiter')]\n\
     import jiter, pydantic\n\
     from pyscript import window\n\
     class Point(pydantic.BaseModel):\n\
     \u{20}   x: int\n\
     \u{20}   names: list[str] = []\n\
     try:\n\
     \u{20}   Point(x='no')\n\
     except pydantic.ValidationError as error:\n\
     \u{20}   count = error.error_count()\n\
     big = bytearray(80 << 20)\n\
     point = Point.model_validate_json('{\"x\": 41, \"names\": [\"' + 'a' * 1000 + '\"]}')\n\
     window.console.log('WHERE', str(there), point.x + 1, len(point.names[0]), count, str(jiter.from_json(b'[1, {\"a\": 2.5}]')))\n";

const USED: &str = "42 1000 1 [1, {'a': 2.5}]";

fn site() -> Site {
    let on = Interpreter::Pyodide;
    let worker = format!("worker {CONFIG}");
    let body = on.script_with(CONFIG, &CODE.replace("WHERE", "page"))
        + &on.script_with(&worker, &CODE.replace("WHERE", "worker"));
    locked(Site::page(&body), &[])
}

/// Visits the page with a browser of its own: both are told to work, and whether the modules were there before.
#[track_caller]
fn visit(server: &Server, there: &str) -> Page {
    let page = server.open_in(Browser::fresh(), "/");
    for place in ["page", "worker"] {
        page.wait_for_line(&format!("{place} [{there}, {there}] {USED}"));
    }
    page.wait_for_all_done();
    page.assert_no_errors();
    page
}

/// Changes the first number behind a word in a file.
fn change(file: &Path, word: &str, to: impl Fn(&str) -> String) {
    let text = fs::read_to_string(file).unwrap();
    let at = text.find(word).unwrap() + word.len();
    let digits = text[at..].find(|one: char| !one.is_ascii_digit() && one != '-').unwrap();
    let changed = to(&text[at..at + digits]);
    fs::write(file, format!("{}{changed}{}", &text[..at], &text[at + digits..])).unwrap();
}

/// Another number.
fn other(number: &str) -> String {
    let (rest, last) = number.split_at(number.len() - 1);
    format!("{rest}{}", if last == "1" { '2' } else { '1' })
}

#[test]
fn a_page_and_its_worker_start_with_compiled_packages_in_memory() {
    let host = Host::build(site().folder(), &["--snapshot"]);
    assert!(!host.said().contains("Not in the snapshot"), "{}", host.said());
    let snapshots = snapshots(&host.out());
    assert_eq!(snapshots.len(), 1, "both ask for the same: {snapshots:?}");
    let index = host.out().join("index.html");
    let server = host.serve();
    assert_restored(&visit(&server, "True"));
    // Another library than the one that the snapshot was made with, and one that would be elsewhere.
    let chunk = snapshots[0].parent().unwrap().parent().unwrap().join("snapshot.js");
    // The page's hint says which chunk it is, and these are others.
    let text = fs::read_to_string(&index).unwrap();
    let from = text.find("<link rel=\"modulepreload\"").unwrap();
    let to = from + text[from..].find('>').unwrap() + 1;
    fs::write(&index, format!("{}{}", &text[..from], &text[to..])).unwrap();
    for (what, why) in [("\"sum\":", "is not that of the build"), ("\"ends\":[", "gets another place")] {
        let before = fs::read(&chunk).unwrap();
        change(&chunk, what, other);
        let page = visit(&server, "False");
        let seen = page.seen();
        let line = seen.warnings().into_iter().find(|line| line.contains(WITHOUT)).unwrap_or_default();
        assert!(line.contains(why), "{}", seen.report());
        fs::write(&chunk, before).unwrap();
    }
}

#[test]
fn compiled_packages_run_from_a_snapshot_under_a_strict_policy() {
    let host = Host::build(site().folder(), &["--snapshot", "--precompile", "--target", "netlify"]);
    assert!(!host.said().contains("Not in the snapshot"), "{}", host.said());
    assert_restored(&visit(&host.with_its_headers().serve(), "True"));
}

#[test]
fn libraries_that_are_loaded_later_go_with_those_of_the_snapshot() {
    let code = "import sys\n\
         import pydantic\n\
         def later():\n\
         \u{20}   import jiter\n\
         \u{20}   return jiter.from_json(b'[1, 2]')\n\
         print('jiter' in sys.modules, later(), pydantic.TypeAdapter(list[int]).validate_python(['3']))";
    let site = locked(Site::page(&Interpreter::Pyodide.script_with(CONFIG, code)), &[]);
    let page = Host::build(site.folder(), &["--snapshot"]).serve().open("/");
    page.wait_for_line("False [1, 2] [3]");
    page.wait_for_all_done();
    assert_restored(&page);
}

/// Loads a copy of a library, which a page does not have when it starts.
const COPYING: &str = "import ctypes, shutil, jiter\n\
     library = ctypes.CDLL(shutil.copy(jiter.jiter.__file__, '/lib/python3.14/site-packages/copied.so'))\n";
/// Lets the engine make a function that calls Python.
const CALLING: &str = "import ctypes\nback = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7)\n";
/// Uses a library like anything else.
const USING: &str = "import jiter\nDATA = jiter.from_json(b'[7]')\n";

#[test]
fn what_cannot_be_linked_before_is_left_out_and_told() {
    let code = "import sys\n\
         there = [name in sys.modules for name in ('copying', 'calling', 'using', 'jiter')]\n\
         import copying, calling, using\n\
         print(there, calling.back(), using.DATA, bool(copying.library))";
    let config = r#"config='{"packages": ["copying", "calling", "using", "jiter"]}'"#;
    let site = Site::page(&Interpreter::Pyodide.script_with(config, code));
    let wheels = [("copying", COPYING), ("calling", CALLING), ("using", USING)];
    let host = Host::build(locked(site, &wheels).folder(), &["--snapshot"]);
    for line in [
        "Not in the snapshot: `import copying` (it loads a compiled library that no wheel has).",
        "Not in the snapshot: `import calling` (it makes functions for the engine).",
    ] {
        assert!(host.said().lines().any(|told| told == line), "{line}\n{}", host.said());
    }
    let page = host.serve().open("/");
    page.wait_for_line("[False, False, True, True] 7 [7] True");
    page.wait_for_all_done();
    assert_restored(&page);
}
