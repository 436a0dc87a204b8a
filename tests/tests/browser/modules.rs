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
}
