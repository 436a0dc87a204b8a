//! What single keys of a configuration do, on the main thread and in workers.

use std::path::Path;

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

/// A configuration and a script that says something by JavaScript's console, on the main thread and in a worker.
fn everywhere(on: Interpreter, config: &str, code: &str) -> [Site; 2] {
    let config = format!("<{tag}-config>{config}</{tag}-config>\n", tag = on.tag());
    let code = format!("from pyscript import config, window\nsay = window.console.log\n{code}");
    [Site::page(&(config.clone() + &on.script(&code))), Site::page(&(config + &on.script_with("worker", &code)))]
}

/// The interpreter of the distribution as files of the site.
fn with_own_interpreter(mut site: Site, on: Interpreter, folder: &str) -> Site {
    let (name, files): (_, &[&str]) = match on {
        Interpreter::Pyodide => (
            "pyodide",
            &["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"],
        ),
        Interpreter::MicroPython => ("micropython", &["micropython.mjs", "micropython.wasm"]),
    };
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/dist").join(name);
    for file in files {
        site = site.file(&format!("{folder}/{file}"), std::fs::read(dist.join(file)).unwrap());
    }
    site
}

fn name(on: Interpreter) -> &'static str {
    if on == Interpreter::Pyodide { "pyodide" } else { "micropython" }
}

on_both_interpreters! {
    fn an_interpreter_of_ones_own_is_loaded_from_beside_the_configuration(on) {
        let name = name(on);
        let show = "from pyscript import config, window\nwindow.console.log('runs', config['interpreter'])";
        for attribute in ["", "worker", "worker config=\"./conf/it.toml\""] {
            let config = format!("<{tag}-config src=\"./conf/it.toml\"></{tag}-config>\n", tag = on.tag());
            let config = if attribute.contains("config") { String::new() } else { config };
            let site = Site::page(&(config + &on.script_with(attribute, show)))
                .file("conf/it.toml", format!("interpreter = \"./own/{name}.mjs\"\n"));
            let page = with_own_interpreter(site, on, "conf/own").open();
            page.wait_for_line(&format!("runs ./own/{name}.mjs"));
            page.assert_no_errors();
            let log = page.server().log();
            assert!(log.iter().any(|line| line.contains(&format!("GET /conf/own/{name}.mjs"))), "{log:#?}");
            assert!(!log.iter().any(|line| line.contains(&format!("/_pyrite/{name}/"))), "{log:#?}");
        }
    }

    fn a_version_that_cannot_be_reached_is_told_with_its_address(on) {
        // The browser of the tests has no network but the page's own site.
        for body in [
            format!("<{tag}-config>interpreter = \"0.29.3\"</{tag}-config>", tag = on.tag()) + &on.script("print('never')"),
            format!("<{tag}-config>interpreter = \"0.29.3\"</{tag}-config>", tag = on.tag()) + &on.script_with("worker", "print('never')"),
            on.script_with("worker config='{\"version\": \"0.29.3\"}'", "print('never')"),
        ] {
            let page = Site::page(&(body + &on.other().script("print('the other runs')"))).open();
            let seen = page.wait_for_all_done();
            let banner = page.wait_for_banner("could not be started");
            assert!(banner.text.contains("https://cdn.jsdelivr.net/") && banner.text.contains("0.29.3"), "{}", banner.text);
            assert!(banner.text.contains("`interpreter`"), "{}", banner.text);
            assert_eq!((seen.printed("the other runs"), seen.printed("never")), (1, 0));
            assert_eq!(seen.events(&on.event("done")).len(), 1);
        }
    }

    fn debug_reaches_the_interpreter(on) {
        let code = if on == Interpreter::Pyodide {
            // It gives the state from before.
            "import pyodide_js\nsay('debug', pyodide_js.setDebug(False))"
        } else {
            "import sys\nsay('debug', hasattr(sys, 'settrace'))"
        };
        for (config, says) in [("debug = true", "debug true"), ("debug = false", "debug false")] {
            for site in everywhere(on, config, code) {
                let page = site.open();
                page.wait_for_line(says);
                page.assert_no_errors();
            }
        }
    }

    fn keys_for_proxies_and_workers_are_understood(on) {
        let code = "import _pyscript\nsay(_pyscript.create_proxy, _pyscript.sync_main_only)";
        for (config, says) in [
            ("name = \"it\"", "auto false"),
            ("experimental_create_proxy = \"auto\"", "auto false"),
            ("[experimental_create_proxy]\nauto = true", "auto false"),
            ("sync_main_only = true\nexperimental_create_proxy = \"manual\"", "manual true"),
        ] {
            for site in everywhere(on, config, code) {
                let page = site.open();
                page.wait_for_line(says);
                page.assert_no_errors();
            }
        }
    }

    fn a_worker_believes_properties_for_as_long_as_it_is_told(on) {
        let page_code = "<script>globalThis.box = {n: 1, get computed() { return this.n }}; globalThis.change = (n) => { box.n = n }</script>";
        let code = "
import asyncio
from pyscript import window
box = window.box
found = [box.n]
window.change(2)
found.append(box.n)
found.append(box.computed)
box.n = 3
found.append(box.n)
window.change(4)
await asyncio.sleep(0.05)
found.append(box.n)
window.console.log(*found)";
        for (config, says) in [
            ("", "1 2 2 3 4"),
            ("experimental_ffi_timeout = -1", "1 2 2 3 4"),
            ("experimental_ffi_timeout = 0", "1 1 2 3 4"),
            ("experimental_ffi_timeout = 600000", "1 1 2 3 3"),
        ] {
            let config = format!("<{tag}-config>{config}</{tag}-config>", tag = on.tag());
            let page = Site::page(&(page_code.to_owned() + &config + &on.script_with("worker", code))).open();
            page.wait_for_line(says);
            page.assert_no_errors();
        }
    }

    fn errors_can_be_kept_off_the_page_for_one_language(on) {
        let config = format!("<{tag}-config>plugins = [\"!error\"]</{tag}-config>\n", tag = on.tag());
        for attributes in ["", "worker"] {
            let failing = "import sys\nprint('careful', file=sys.stderr)\nfailure";
            let body = config.clone() + &on.script_with(attributes, failing) + &on.other().script("other_failure");
            let page = Site::page(&body).open();
            page.wait_for_error("NameError");
            page.wait_for_error("careful");
            // The other language has no such configuration.
            page.wait_for_banner("other_failure");
            page.wait_for_all_done();
            let seen = page.wait_for_error("'failure'");
            assert_eq!(seen.banners.len(), 1, "{:?}", seen.banners);
        }
    }

    fn a_parser_of_the_authors_that_fails_is_told(on) {
        for (content, words) in [
            (None, "The config-parser"),
            (Some("export default () => { throw new Error('not today') }"), "failed: not today"),
            (Some("export default () => 3"), "a configuration is an object"),
        ] {
            for attributes in ["", "worker"] {
                let config = format!("<{tag}-config config-parser=\"./parser.js\">any words</{tag}-config>", tag = on.tag());
                let mut site = Site::page(&(config + &on.script_with(attributes, "print('never')")));
                if let Some(content) = content {
                    site = site.file("parser.js", content);
                }
                let page = site.open();
                page.wait_for_all_done();
                assert_eq!(page.wait_for_banner(words).code.as_deref(), Some("PY1000"));
            }
        }
    }

    fn an_unknown_plugin_is_a_warning(on) {
        let page = Site::page(&format!("<{tag}-config>plugins = [\"!eror\", \"own\"]</{tag}-config>{}", on.script("print('runs')"), tag = on.tag())).open();
        let seen = page.wait_for_line("runs");
        assert_eq!(seen.warnings().len(), 1, "{:?}", seen.warnings());
        assert!(seen.warnings()[0].contains("`eror`") && seen.warnings()[0].contains("did you mean `error`?"));
    }

    fn what_nobody_knows_is_kept_for_the_author(on) {
        let config = "name = \"it\"\nversion = \"mine\"\ndescription = \"words\"\n[app]\ncolour = \"blue\"\nsizes = [1, 2]";
        for site in everywhere(on, config, "say(config['app']['colour'], config['app']['sizes'][1], config['version'], config['type'])") {
            // `version` is the author's own: it asks for an interpreter in a worker's own configuration only.
            let page = site.open();
            page.wait_for_line(&format!("blue 2 mine {}", on.tag()));
            page.assert_no_errors();
            assert_eq!(page.seen().warnings(), [""; 0]);
        }
    }

    fn text_that_the_parser_took_for_elements_is_read_all_the_same(on) {
        let config = "\nname = '<b>bold</b> &amp; <i>more</i>'\n";
        for site in everywhere(on, config, "say(config['name'])") {
            let page = site.open();
            page.wait_for_line("<b>bold</b> & <i>more</i>");
            page.assert_no_errors();
        }
    }

    fn downloads_begin_early_where_no_other_interpreter_can_be_asked_for(on) {
        let hints = "document.head.querySelectorAll('link[rel=modulepreload]').length > 0";
        let early = |config: &str| {
            let page = Site::page(&format!("<{tag}-config>{config}</{tag}-config>{}", on.script("print('runs')"), tag = on.tag())).open();
            page.wait_for_line("runs");
            page.assert_no_errors();
            page.text_of(hints)
        };
        assert_eq!(early("packages = []\n[files]\n\"./index.html\" = \"x.html\""), "true");
        assert_eq!(early(&format!("interpreter = \"/_pyrite/{name}/{name}.mjs\"", name = name(on))), "false");
        assert_eq!(early("debug = true"), "false");
    }
}

#[test]
fn the_schema_for_editors_is_beside_the_runtime() {
    let page = Site::page("").open();
    let title = page
        .text_of("fetch('/_pyrite/pyrite.schema.json').then((answer) => answer.json()).then((schema) => schema.title)");
    assert!(title.contains("Configuration"), "{title}");
}
