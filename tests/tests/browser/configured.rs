//! What a module knows when it has imported `core.js`: the configuration, and what runs the first script of a type.

use std::time::Duration;

use pyrite_tests::{Fault, Seen, Site, on_both_interpreters};

/// A module that tells, in one step after its import, what `config` has.
const READS: &str = "<script type=\"module\">import { config } from '/_pyrite/core.js'; console.log('@' + [config.py?.colour, config.mpy?.colour].join())</script>";

on_both_interpreters! {
    fn config_is_there_when_core_js_is_imported(on) {
        let tag = on.tag();
        let expected = if tag == "py" { "@red," } else { "@,red" };
        // Without a script no interpreter starts; with one in a worker, none of the page's.
        for (config, script) in [
            (format!("<{tag}-config type=\"json\">{{\"colour\": \"red\"}}</{tag}-config>"), String::new()),
            (format!("<{tag}-config>colour = 'red'</{tag}-config>"), on.script("print('ran')")),
            (format!("<{tag}-config src=\"conf.toml\"></{tag}-config>"), on.script_with("worker", "print('ran')")),
        ] {
            let page = Site::page(&format!("{READS}{config}{script}")).file("conf.toml", "colour = 'red'").open();
            page.wait_for_line(expected);
            page.wait_for_all_done();
            page.assert_no_errors();
        }
    }

    fn a_configuration_in_an_attribute_is_there_too(on) {
        let script = on.script_with("config='{\"colour\": \"blue\"}'", "from pyscript import config\nprint('script', config['colour'])");
        let page = Site::page(&format!("{READS}{script}")).open();
        page.wait_for_line(if on.tag() == "py" { "@blue," } else { "@,blue" });
        page.wait_for_line("script blue");
    }

    fn a_broken_configuration_is_told_once_and_keeps_nobody_waiting(on) {
        let tag = on.tag();
        let page = Site::page(&format!("{READS}<{tag}-config>colour = </{tag}-config>{}", on.script("print('never')"))).open();
        page.wait_for_line("@,");
        page.wait_for_banner("PY1000");
        let seen = page.wait_for_all_done();
        assert_eq!(seen.banners.len(), 1, "{:?}", seen.banners);
        assert_eq!(seen.printed("never"), 0);
    }

    fn a_configuration_of_a_file_is_requested_once(on) {
        let tag = on.tag();
        let server = Site::page(&format!("{READS}<{tag}-config src=\"conf.json\"></{tag}-config>{}", on.script("print('ran')")))
            .file("conf.json", "{\"colour\": \"red\"}").serve();
        let page = server.open("/");
        page.wait_for_line("ran");
        let asked = page.server().log().iter().filter(|line| line.contains("/conf.json")).count();
        assert_eq!(asked, 1, "{:?}", page.server().log());
    }

    fn hooks_of_a_module_that_waits_for_the_configuration_hold_for_all_scripts(on) {
        // The other language has nothing to wait for, and its interpreter starts at once.
        let (tag, other) = (on.tag(), on.other());
        let plugin = "<script type=\"module\">import { config, hooks } from '/_pyrite/core.js';
            hooks.main.onReady.add((wrap) => console.log('@' + wrap.type + ' ' + typeof config[wrap.type]));
            hooks.main.onWorker.add(() => console.log('@worker'))</script>";
        let page = Site::page(&format!(
            "{plugin}<{tag}-config src=\"conf.toml\"></{tag}-config>{}{}{}",
            other.script("print('other')"), on.script("print('own')"), other.script_with("worker", "print('in a worker')")
        ))
        .file("conf.toml", "colour = 'red'")
        .fault("/conf.toml", Fault::Late(Duration::from_millis(1500)))
        .open();
        page.wait_for_line(&format!("@{} undefined", other.tag()));
        page.wait_for_line(&format!("@{tag} object"));
        page.wait_for_line("@worker");
        page.wait_for_all_done();
    }

    fn a_parser_of_the_page_may_import_the_runtime(on) {
        let tag = on.tag();
        let parser = "import { version } from '/_pyrite/core.js'; export default (text) => ({ colour: text.trim() + version.length })";
        let page = Site::page(&format!(
            "<{tag}-config config-parser=\"parser.js\">a = 1</{tag}-config>{}<script type=\"module\">import {{ config, whenDefined }} from '/_pyrite/core.js';
             await whenDefined('{tag}'); console.log('@' + config.{tag}.colour.startsWith('a = 1'))</script>",
            on.script("print('ran')")
        ))
        .file("parser.js", parser)
        .open();
        page.wait_for_line("ran");
        page.wait_for_line("@true");
    }

    fn when_defined_gives_a_worker_where_there_is_no_other_script(on) {
        let page = Site::page(&format!(
            "{}<script type=\"module\">import {{ whenDefined }} from '/_pyrite/core.js';
             const {{ type, xworker }} = await whenDefined('{}'); console.log(['@' + type, xworker instanceof Worker, xworker === document.querySelector('#w').xworker].join())</script>",
            on.script_with("worker id=\"w\"", "print('ran')"), on.tag()
        ))
        .open();
        page.wait_for_line(&format!("@{},true,true", on.tag()));
    }

    fn when_defined_gives_the_interpreter_of_the_page_where_there_is_one(on) {
        let page = Site::page(&format!(
            "{}{}<script type=\"module\">import {{ whenDefined }} from '/_pyrite/core.js';
             const {{ type, interpreter }} = await whenDefined('{}'); console.log(['@' + type, typeof interpreter.runPython].join())</script>",
            on.script_with("worker", "print('in a worker')"), on.script("print('ran')"), on.tag()
        ))
        .open();
        page.wait_for_line(&format!("@{},function", on.tag()));
    }

    fn when_defined_waits_for_a_script_that_comes_later(on) {
        let tag = on.tag();
        let page = Site::page(&format!(
            "<script type=\"module\">import {{ whenDefined }} from '/_pyrite/core.js';
             console.log('waits'); console.log('@' + (await whenDefined('{tag}')).type)</script>"
        ))
        .open();
        let seen = page.wait_for_line("waits");
        assert_eq!(seen.printed(&format!("@{tag}")), 0);
        page.wait_for_all_done();
        page.run(&format!("const s = document.createElement('script'); s.type = '{tag}'; s.textContent = 'pass'; document.body.append(s)"));
        page.wait_for_line(&format!("@{tag}"));
    }

    fn when_defined_fails_where_nothing_can_be_started(on) {
        let tag = on.tag();
        let module = format!("<script type=\"module\">import {{ whenDefined }} from '/_pyrite/core.js';
            await whenDefined('{tag}').catch((error) => console.log('@' + error.message))</script>");
        let told = format!("@no script of type \"{tag}\" could be started; the messages before say why");
        for body in [
            on.script_with("worker src=\"nowhere.py\"", ""),
            on.script_with("worker=\"old.py\"", "print('never')"),
            format!("<{tag}-config>broken = </{tag}-config>{}", on.script("print('never')")),
        ] {
            let page = Site::page(&format!("{module}{body}")).open();
            page.wait_for_line(&told);
        }
    }
}

#[test]
fn a_page_with_two_copies_of_core_js_waits_for_its_configuration_once() {
    let page = Site::page(
        "<mpy-config type=\"json\">{\"colour\": \"red\"}</mpy-config><script type=\"mpy\">print('ran')</script>
         <script type=\"module\">const one = await import('/_pyrite/core.js'); const two = await import('/_pyrite/core.js?again');
           console.log('@' + [one !== two, one.config === two.config, two.config.mpy.colour].join())</script>",
    )
    .open();
    page.wait_for_line("@true,true,red");
    assert_eq!(page.wait_for_all_done().printed("ran"), 1);
}

#[test]
fn an_address_of_latest_is_told_of_once() {
    // What matters is in the middle of the address.
    let page = Site::page(
        "<script src=\"/pyscript.net/latest/other.js\"></script><script type=\"module\" src=\"/pyscript.net/latest/more.js\"></script>
         <script type=\"mpy\">print('one')</script><script type=\"mpy\">print('two')</script><script type=\"py\" src=\"x.py\"></script>",
    )
    .file("pyscript.net/latest/other.js", "")
    .file("pyscript.net/latest/more.js", "")
    .file("x.py", "print('three')")
    .open();
    let notices = |seen: &Seen| {
        seen.warnings().iter().filter(|line| line.contains("Loading scripts from latest is deprecated")).count()
    };
    let seen = page.wait_for_all_done();
    for line in ["one", "two", "three"] {
        assert_eq!(seen.printed(line), 1);
    }
    page.wait("the notice", |seen| notices(seen) == 1);
    page.run("const s = document.createElement('script'); s.src = '/pyscript.net/latest/other.js?again'; document.head.append(s); const m = document.createElement('script'); m.type = 'mpy'; m.textContent = 'print(\"four\")'; document.body.append(m)");
    let seen = page.wait_for_line("four");
    assert_eq!(notices(&seen), 1);
    assert!(seen.banners.is_empty(), "{:?}", seen.banners);
}
