//! Workers whose interpreter breaks down: the page says so, and nobody waits for them in vain.

use pyrite_tests::{Interpreter, Page, Site, on_both_interpreters};

fn line_with(page: &Page, text: &str) -> String {
    let seen = page.wait(&format!("a line with {text:?}"), |seen| seen.logged().iter().any(|line| line.contains(text)));
    let lines = seen.logged();
    (*lines.iter().find(|line| line.contains(text)).expect("the line that was waited for")).to_owned()
}

fn module(on: Interpreter, code: &str) -> String {
    let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
    format!("<script type=\"module\">import {{ {factory} as Python }} from '/_pyrite/core.js';\n{code}</script>")
}

/// Calls that wait while the worker breaks down, and one after it.
const CALLS: &str = "
    const worker = await Python('./worker.py');
    worker.sync.never().catch((error) => console.log('other:', error.message));
    console.log('call:', await worker.sync.end().then((value) => 'gave ' + value, (error) => error.message));
    console.log('after:', await worker.sync.end().catch((error) => error.message));";

fn breaks_down(on: Interpreter, prelude: &str, end: &str) {
    let never = if on.tag() == "py" { "create_proxy(lambda ok, no: None)" } else { "lambda ok, no: None" };
    let worker = format!(
        "{prelude}\nimport js\nfrom pyscript import sync\nfrom pyscript.ffi import create_proxy\n\
         def end():\n    {end}\n\
         async def never():\n    await js.Promise.new({never})\n\
         sync.end = end\nsync.never = never\n"
    );
    // At the top, too.
    let script = on.script_with("worker", &format!("{prelude}\n{end}"));
    let page = Site::page(&(module(on, CALLS) + &script)).file("worker.py", worker).open();
    page.wait_for_all_done();
    for what in ["call:", "other:", "after:"] {
        let line = line_with(&page, what);
        assert!(!line.contains("gave"), "{end}: {line}");
    }
    page.wait("two banners", |seen| {
        seen.banners.iter().filter(|banner| banner.code.as_deref() == Some("PY3004")).count() == 2
    });
}

#[test]
fn an_abort_is_told_and_settles_all_that_waits() {
    breaks_down(Interpreter::Pyodide, "import os", "os.abort()");
}

#[test]
fn an_exit_of_the_process_is_told_and_settles_all_that_waits() {
    breaks_down(Interpreter::Pyodide, "import os", "os._exit(3)");
}

#[test]
fn a_wild_pointer_is_told_and_settles_all_that_waits() {
    breaks_down(Interpreter::Pyodide, "import ctypes", "ctypes.string_at(0xfffffff0, 64)");
}

on_both_interpreters! {
    fn memory_that_runs_out_is_told_and_settles_all_that_waits(on) {
        // More than an interpreter's memory can ever hold; Python may have an exception of its own for it.
        let worker = "import js\nfrom pyscript import sync\n\
            def end():\n    \
                kept = []\n    \
                while True:\n        kept.append(bytearray(200_000_000))\n\
            sync.end = end\n";
        let body = module(on, "
            const worker = await Python('./worker.py');
            console.log('call:', await worker.sync.end().then((value) => 'gave ' + value, (error) => error.message.trimEnd().split('\\n').pop()));
            console.log('after:', await worker.sync.end().then((value) => 'gave ' + value, (error) => error.message.trimEnd().split('\\n').pop()));");
        let page = Site::page(&body).file("worker.py", worker).open();
        for what in ["call:", "after:"] {
            let line = line_with(&page, what);
            assert!(line.contains("Memory") || line.contains("memory"), "{line}");
        }
        drop(page);
        // Pyodide's memory holds so much that to fill it a second time takes a small machine minutes.
        if on == Interpreter::Pyodide {
            return;
        }
        let script = on.script_with("worker", "kept = []\nwhile True:\n    kept.append(bytearray(200_000_000))");
        let page = Site::page(&script).open();
        page.wait_for_all_done();
        page.wait("a banner", |seen| seen.banners.iter().any(|banner| banner.text.to_lowercase().contains("memory")));
    }
}
