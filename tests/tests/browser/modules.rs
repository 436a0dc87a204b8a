//! JavaScript modules of a configuration, imported by Python.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

fn page(on: Interpreter, code: &str) -> Site {
    let config = "[js_modules.main]\n\"./lib.js\" = \"lib\"\n\"./global.js\" = \"other\"\n\"./look.css\" = \"lib\"";
    Site::page(&format!("<{tag}-config>\n{config}\n</{tag}-config>\n{}", on.script(code), tag = on.tag()))
        .file("lib.js", "export const hello = (name) => `hello ${name}`;\nexport default 42;\n")
        .file("global.js", "globalThis.other = {x: 1};\n")
        .file("look.css", "body { color: rgb(1, 2, 3) }\n")
}

on_both_interpreters! {
    fn every_form_of_import_works(on) {
        let code = "
from pyscript.js_modules import lib
from pyscript.js_modules.lib import hello, default as answer
from pyscript import js_modules
print(lib.hello('a'), hello('b'), answer, js_modules.lib is lib)";
        let page = page(on, code).open();
        page.wait_for_line("hello a hello b 42 True");
        page.wait_until("getComputedStyle(document.body).color === 'rgb(1, 2, 3)'");
        page.assert_no_errors();
    }

    fn what_is_missing_is_explained(on) {
        let code = "
for line in ('from pyscript.js_modules.other import x', 'from pyscript.js_modules.lib import nope', 'from pyscript.js_modules import gone'):
    try:
        exec(line)
    except ImportError as error:
        print(error)
print('end')";
        let page = page(on, code).open();
        let seen = page.wait_for_line("end");
        for words in ["is not an ES module", "https://esm.run/other", "exports no 'nope'; it has: default, hello", "no module named 'gone'; it has: lib, other"] {
            assert!(seen.logged().iter().any(|line| line.contains(words)), "{words} is not in {:?}", seen.logged());
        }
    }

    fn a_module_can_be_imported_while_python_runs(on) {
        let code = "from pyscript import js_import\nlib, = await js_import('./lib.js')\nprint(lib.hello('later'))";
        page(on, code).open().wait_for_line("hello later");
    }

    fn a_module_that_does_not_load_is_told(on) {
        for (content, code) in [(None, "PY0404"), (Some("this is no JavaScript"), "PY3103")] {
            let mut site = page(on, "print('never')");
            if let Some(content) = content {
                site = site.file("lib.js", content);
            } else {
                site = site.fault("lib.js", pyrite_tests::Fault::Status(404));
            }
            let page = site.open();
            let seen = page.wait_for_all_done();
            assert_eq!(page.wait_for_banner("lib.js").code.as_deref(), Some(code));
            assert_eq!(seen.printed("never"), 0);
        }
    }

    fn a_worker_imports_the_modules_of_its_page(on) {
        let config = "[js_modules.main]\n\"./lib.js\" = \"lib\"\n\"./look.css\" = \"lib\"\n\"./never.js\" = \"never\"\n\
                      [js_modules.worker]\n\"./own.js\" = \"own\"";
        let code = "
from pyscript.js_modules import lib, own
from pyscript.js_modules.lib import hello, default as answer
from pyscript.js_modules.own import where
from pyscript import js_modules, window
lib.keep('from the worker')
window.console.log(lib.hello('a'), hello('b'), answer, js_modules.lib is lib, where())";
        let body = format!("<{tag}-config>\n{config}\n</{tag}-config>\n{}", on.script_with("worker", code), tag = on.tag());
        let page = Site::page(&body)
            .file("lib.js", "export const hello = (name) => `hello ${name}`;\nexport default 42;\nlet kept;\nexport const keep = (it) => (kept = it);\nexport const given = () => kept;\n")
            .file("never.js", "document.body.append('imported without need')")
            .file("own.js", "export const where = () => globalThis.constructor.name;\n")
            .file("look.css", "body { color: rgb(1, 2, 3) }\n")
            .open();
        page.wait_for_line("hello a hello b 42 true DedicatedWorkerGlobalScope");
        page.wait_until("getComputedStyle(document.body).color === 'rgb(1, 2, 3)'");
        // It is the page's own module, and nobody has asked for the other one.
        page.wait_until("import('/lib.js').then(({given}) => given() === 'from the worker')");
        page.assert_no_errors();
        assert!(!page.seen().text.contains("imported without need"));
    }

    fn in_a_worker_too_what_is_missing_is_explained(on) {
        let config = "[js_modules.main]\n\"./global.js\" = \"other\"\n\"./lost.js\" = \"lost\"\n\"./wrong.js\" = \"wrong\"";
        let code = "
from pyscript import window
for line in ('from pyscript.js_modules.other import x', 'from pyscript.js_modules import gone', 'from pyscript.js_modules import lost', 'from pyscript.js_modules.wrong import x'):
    try:
        exec(line)
    except ImportError as error:
        window.console.log(str(error))
window.console.log('end')";
        let body = format!("<{tag}-config>\n{config}\n</{tag}-config>\n{}", on.script_with("worker", code), tag = on.tag());
        let page = Site::page(&body).file("global.js", "globalThis.other = {x: 1};\n").file("wrong.js", "this is no JavaScript").open();
        let seen = page.wait_for_line("end");
        for words in ["is not an ES module", "https://esm.run/other", "no module named 'gone'; it has: lost, other, wrong", "lost.js: 404", "(PY3103): The JavaScript module wrong could not be loaded"] {
            assert!(seen.logged().iter().any(|line| line.contains(words)), "{words} is not in {:?}", seen.logged());
        }
    }

    fn a_module_of_a_worker_that_does_not_load_is_told(on) {
        let config = format!("<{tag}-config>\n[js_modules.worker]\n\"./own.js\" = \"own\"\n</{tag}-config>\n", tag = on.tag());
        for (content, code) in [(None, "PY0404"), (Some("this is no JavaScript"), "PY3103")] {
            let mut site = Site::page(&(config.clone() + &on.script_with("worker", "print('never')")));
            if let Some(content) = content {
                site = site.file("own.js", content);
            }
            let page = site.open();
            let seen = page.wait_for_all_done();
            assert_eq!(page.wait_for_banner("own.js").code.as_deref(), Some(code));
            assert_eq!(seen.events(&on.event("done")).len(), 1);
        }
    }

    fn without_isolation_a_worker_has_the_modules_of_the_page_too(on) {
        let config = "[js_modules.main]\n\"./lib.js\" = \"lib\"";
        let body = format!("<{tag}-config>\n{config}\n</{tag}-config>\n{}", on.script_with("worker", "from pyscript import window\nfrom pyscript.js_modules import lib\nwindow.console.log('default', lib.default)"), tag = on.tag());
        let page = Site::page(&body).file("lib.js", "export default 1;\n").flag("--no-isolation").open();
        page.wait_for_line("default 1");
        page.assert_no_errors();
    }

    fn a_worker_without_a_bridge_says_why_a_module_of_the_page_is_not_there(on) {
        let config = "sync_main_only = true\n[js_modules.main]\n\"./lib.js\" = \"lib\"";
        let body = format!("<{tag}-config>\n{config}\n</{tag}-config>\n{}", on.script_with("worker", "from pyscript.js_modules import lib"), tag = on.tag());
        let page = Site::page(&body).file("lib.js", "export default 1;\n").flag("--no-isolation").open();
        page.wait_for_all_done();
        assert!(page.wait_for_banner("lives on the page").text.contains("[js_modules.worker]"));
    }

    fn without_a_configuration_there_are_no_modules_and_that_is_said(on) {
        let code = "
from pyscript import js_modules
import pyscript.js_modules
for line in ('js_modules.gone', 'from pyscript.js_modules import gone', 'from pyscript.js_modules.gone import x'):
    try:
        exec(line)
    except (ImportError, AttributeError) as error:
        print(error)
print('end')";
        let page = Site::page(&on.script(code)).open();
        let seen = page.wait_for_line("end");
        assert_eq!(seen.logged().len(), 4, "{:?}", seen.logged());
        assert!(seen.logged().iter().any(|line| line.contains("no configuration has `js_modules`")), "{:?}", seen.logged());
    }
}
