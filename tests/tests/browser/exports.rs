//! What `core.js` gives to JavaScript.

use pyrite_tests::{Browser, Interpreter, Site, on_both_interpreters};

/// A page whose module has all exports as `core`, and says `ready` when its code is there.
fn with_exports(body: &str) -> Site {
    Site::page(&format!(
        "{body}<script type=\"module\">window.core = await import('/_pyrite/core.js'); console.log('imported')</script>"
    ))
}

#[test]
fn everything_that_pyscript_exports_is_there() {
    let page = with_exports("").open();
    page.wait_for_line("imported");
    let names = page.run("return Object.keys(core).sort().join(' ')");
    let names: Vec<_> = names.as_str().unwrap().split(' ').collect();
    for name in [
        "MPWorker",
        "PyWorker",
        "TYPES",
        "codemirror",
        "config",
        "donkey",
        "hooks",
        "inputFailure",
        "offline_interpreter",
        "optional",
        "relative_url",
        "stdlib",
        "version",
        "whenDefined",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    assert_eq!(page.run("return [...core.TYPES].join()"), "py,pyodide,mpy,micropython");
    assert_eq!(
        page.run("return [typeof core.stdlib, typeof core.optional, typeof core.inputFailure].join()"),
        "string,string,string"
    );
}

#[test]
fn codemirror_gives_the_modules_of_the_editors() {
    // A fresh one has nothing in its cache.
    let page = with_exports("<div id=place></div><script type=\"mpy-editor\">1</script>")
        .serve()
        .open_in(Browser::fresh(), "/");
    page.wait_for_line("imported");
    assert_eq!(page.run("return Object.keys(core.codemirror).join()"), "core,state,python,language,view,commands");
    page.run(
        "const { codemirror } = core;
         const [{ basicSetup, EditorView }, { EditorState }, { python }, { syntaxTree }, view, { undo }] =
           await Promise.all(['core', 'state', 'python', 'language', 'view', 'commands'].map((name) => codemirror[name]));
         const made = new EditorView({ parent: place, state: EditorState.create({ doc: 'x = 1', extensions: [basicSetup, python()] }) });
         made.dispatch({ changes: { from: 5, insert: '2' } });
         const grown = made.state.doc.toString();
         undo(made);
         window.found = [view.EditorView === EditorView, syntaxTree(made.state).topNode.name, grown, made.state.doc.toString()].join();",
    );
    page.wait_until("window.found");
    assert_eq!(page.run("return found"), "true,Script,x = 12,x = 1");
    page.wait_until(
        "document.querySelector('#place .cm-content') && document.querySelector('button[class*=editor-run]')",
    );
    let loads = page.server().log().iter().filter(|line| line.contains("/editor.js")).count();
    assert_eq!(loads, 1, "{:?}", page.server().log());
    page.assert_no_errors();
}

#[test]
fn addresses_are_made_absolute() {
    let page = with_exports("").open();
    page.wait_for_line("imported");
    assert_eq!(page.run("return core.relative_url('a/b.js')").as_str().unwrap(), page.url("a/b.js"));
    assert_eq!(page.run("return core.relative_url('../c', 'https://x.test/a/b/')"), "https://x.test/a/c");
    assert_eq!(
        page.run("return core.offline_interpreter({interpreter: './p/pyodide.mjs'})").as_str().unwrap(),
        page.url("p/pyodide.mjs")
    );
    assert_eq!(page.run("return String(core.offline_interpreter({}))"), "undefined");
    assert_eq!(page.run("return String(core.offline_interpreter())"), "undefined");
}

on_both_interpreters! {
    fn config_has_what_the_page_configures(on) {
        let page = with_exports(&format!("<{0}-config type=\"json\">{{\"colour\": \"red\"}}</{0}-config>{1}", on.tag(), on.script("print('ran')"))).open();
        page.wait_for_all_done();
        assert_eq!(page.run(&format!("return core.config.{}.colour", on.tag())), "red");
        assert_eq!(page.run(&format!("return String(core.config.{})", on.other().tag())), "undefined");
    }

    fn when_defined_gives_the_interpreter(on) {
        let page = with_exports(&on.script("x = 6 * 7")).open();
        page.wait_for_all_done();
        assert_eq!(page.run(&format!("return core.whenDefined('{}').then(async (wrap) => {{ await wrap.runAsync('y = x + 1'); return [wrap.type, wrap.interpreter.globals.get('y')].join() }})", on.tag())), format!("{},43", on.tag()));
    }

    fn the_prologue_can_be_run_and_input_be_turned_off(on) {
        let page = with_exports(&on.script("")).open();
        page.wait_for_all_done();
        page.run(&format!("return core.whenDefined('{}').then(async (wrap) => {{ await wrap.runAsync(core.stdlib); await wrap.runAsync('from pyscript import window\\nwindow.console.log(\"package\")'); await wrap.runAsync(core.inputFailure); await wrap.runAsync('input()') }})", on.tag()));
        page.wait_for_line("package");
        page.wait_for_error("TypeError");
    }
}

#[test]
fn a_page_loads_nothing_for_what_it_only_could_use() {
    let server = with_exports(&Interpreter::MicroPython.script("print('ran')")).serve();
    let page = server.open("/");
    page.wait_for_all_done();
    page.wait_for_line("imported");
    for chunk in [
        "hooks.js",
        "attributes.js",
        "define.js",
        "defined.js",
        "donkey.js",
        "editor.js",
        "progress.js",
        "game.js",
        "stage.js",
        "workers.js",
        "setup.js",
        "separate",
    ] {
        assert!(!page.server().log().iter().any(|line| line.contains(chunk)), "{chunk} was loaded");
    }
}
