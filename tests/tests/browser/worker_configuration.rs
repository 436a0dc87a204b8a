//! Configurations of workers: those of the page, of a script's own attribute, and of `PyWorker` and `MPWorker`.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

/// A module script that makes a worker of `worker.py` with these options and says how that ended.
fn made_by_javascript(on: Interpreter, options: &str) -> String {
    let factory = if on == Interpreter::Pyodide { "PyWorker" } else { "MPWorker" };
    format!(
        "<script type=\"module\">
           import {{ {factory} as Python }} from '/_pyrite/core.js';
           try {{
             const worker = await Python('./worker.py', {options});
             console.log('says', await worker.sync.say());
           }} catch (error) {{
             console.log('rejected', error.message);
           }}
         </script>\n"
    )
}

const SAY: &str = "
from pyscript import config, sync
def content(name):
    try:
        return open(name).read()
    except OSError:
        return 'nothing'
sync.say = lambda: '/'.join([config['type'], config.get('name', 'nameless'), content('a.txt'), content('b.txt')])
";

fn site(body: &str) -> Site {
    let json = r#"{"name": "of a file", "files": {"./a.txt": ""}}"#;
    Site::page(body)
        .file("worker.py", SAY)
        .file("a.txt", "beside the page")
        .file("conf/it.json", json)
        .file("conf/it.toml", "name = 'of a file'\n[files]\n\"./a.txt\" = \"\"\n")
        .file("conf/a.txt", "beside the configuration")
}

on_both_interpreters! {
    fn javascript_gives_a_worker_its_configuration(on) {
        for (options, says) in [
            ("{}", "nameless/nothing/nothing"),
            ("{config: {name: 'an object', files: {'./a.txt': ''}}}", "an object/beside the page/nothing"),
            ("{config: '{\"name\": \"as JSON\"}'}", "as JSON/nothing/nothing"),
            ("{config: 'name = \"as TOML\"\\n[files]\\n\"./a.txt\" = \"./b.txt\"'}", "as TOML/nothing/beside the page"),
            ("{config: './conf/it.json'}", "of a file/beside the configuration/nothing"),
            ("{config: './conf/it.toml?v=1'}", "of a file/beside the configuration/nothing"),
            ("{config: {files: {'./a.txt': ''}}, configURL: './conf/'}", "nameless/beside the configuration/nothing"),
            ("{config: '[files]\\n\"./a.txt\" = \"\"', configURL: './conf/it.toml'}", "nameless/beside the configuration/nothing"),
        ] {
            let page = site(&made_by_javascript(on, options)).open();
            page.wait_for_line(&format!("says {}/{says}", on.tag()));
            page.assert_no_errors();
        }
    }

    fn the_pages_configuration_is_not_that_of_a_worker_made_by_code(on) {
        let config = format!("<{tag}-config>name = 'of the page'</{tag}-config>", tag = on.tag());
        let page = site(&(config + &made_by_javascript(on, "{config: {debug: false}}"))).open();
        page.wait_for_line(&format!("says {}/nameless/nothing/nothing", on.tag()));
    }

    fn python_gives_a_worker_its_configuration(on) {
        for options in [
            "config={'name': 'given', 'files': {'./a.txt': ''}}",
            "{'config': {'name': 'given', 'files': {'./a.txt': ''}}}",
            "config='name = \"given\"\\n[files]\\n\"./a.txt\" = \"\"'",
            "{'config': './given.toml'}, async_=True",
        ] {
            let code = format!("from pyscript import PyWorker\nworker = PyWorker('./worker.py', {options})\nawait worker.ready\nprint(await worker.sync.say())");
            let page = site(&on.script(&code)).file("given.toml", "name = 'given'\n[files]\n\"./a.txt\" = \"\"\n").open();
            page.wait_for_line(&format!("{}/given/beside the page/nothing", on.tag()));
            page.assert_no_errors();
        }
    }

    fn what_is_wrong_with_a_workers_configuration_is_on_the_page_and_rejects(on) {
        for (options, code, words) in [
            ("{config: 'packages = ['}", "PY1000", "Invalid TOML"),
            ("{config: './conf.yaml'}", "PY1000", "Invalid URL: ./conf.yaml"),
            ("{config: './nope.json'}", "PY0404", "./nope.json"),
            ("{config: {files: {'./nope.txt': ''}}}", "PY0404", "./nope.txt"),
            ("{config: {packages: 3}}", "PY1000", "`packages` should be"),
        ] {
            let page = site(&made_by_javascript(on, options)).open();
            page.wait("the rejection", |seen| seen.logged().iter().any(|line| line.starts_with("rejected") && line.contains(words)));
            assert_eq!(page.wait_for_banner(words).code.as_deref(), Some(code));
        }
    }

    fn a_workers_config_attribute_replaces_that_of_the_page(on) {
        let say = "from pyscript import config, window\nwindow.console.log(config.get('name', 'nameless'), config.get('own', 0))";
        for (attribute, says) in [
            ("", "of the page 0"),
            ("config='{\"own\": 1}'", "nameless 1"),
            ("config=\"./own.json?v=2\"", "in a file 2"),
            ("config=\"./own.toml\"", "in a file 3"),
        ] {
            let body = format!("<{tag}-config>name = 'of the page'</{tag}-config>", tag = on.tag()) + &on.script_with(&format!("worker {attribute}"), say);
            let page = Site::page(&body)
                .file("own.json", r#"{"name": "in a file", "own": 2}"#)
                .file("own.toml", "name = 'in a file'\nown = 3\n")
                .open();
            page.wait_for_line(says);
            page.assert_no_errors();
        }
    }

    fn the_configuration_of_a_worker_whose_page_fixes_an_interpreter_is_whole(on) {
        let name = if on == Interpreter::Pyodide { "pyodide" } else { "micropython" };
        let config = format!("<{tag}-config>interpreter = \"/_pyrite/{name}/{name}.mjs\"\nname = 'of the page'</{tag}-config>", tag = on.tag());
        let say = "from pyscript import config, window\nwindow.console.log(config['type'], config.get('name'), config.get('own'))";
        for (attribute, says) in [
            ("worker", format!("{} of the page ", on.tag())),
            ("worker config='{\"name\": \"own\", \"own\": 1}'", format!("{} own 1", on.tag())),
        ] {
            let page = Site::page(&(config.clone() + &on.script_with(attribute, say))).open();
            page.wait("the configuration", |seen| seen.logged().iter().any(|line| line.starts_with(&says)));
            page.assert_no_errors();
        }
    }
}
