//! Configurations: where they may stand, what they may say, and what is told when they are wrong.

use pyrite_tests::{Fault, Interpreter, Site, on_both_interpreters};

/// `<py-config>` or `<mpy-config>` around a text.
fn config(on: Interpreter, attributes: &str, text: &str) -> String {
    format!("<{tag}-config {attributes}>{text}</{tag}-config>\n", tag = on.tag())
}

const SHOW: &str = "from pyscript import config\nprint(config['name'], config['type'])";

on_both_interpreters! {
    fn every_form_is_read(on) {
        let toml = "name = \"it\"";
        let json = "{\"name\": \"it\"}";
        let pages = [
            config(on, "", toml) + &on.script(SHOW),
            config(on, "", json) + &on.script(SHOW),
            config(on, "type=\"json\"", json) + &on.script(SHOW),
            config(on, "src=\"./conf/it.toml\"", "") + &on.script(SHOW),
            on.script_with("config=\"./conf/it.json?v=1\"", SHOW),
            on.script_with("config='{\"name\": \"it\"}'", SHOW),
        ];
        for body in pages {
            let page = Site::page(&body).file("conf/it.toml", toml).file("conf/it.json", json).open();
            page.wait_for_line(&format!("it {}", on.tag()));
            page.assert_no_errors();
        }
    }

    fn addresses_count_from_the_configurations_file(on) {
        let body = config(on, "src=\"./conf/it.toml\"", "") + &on.script("print(open('data.txt').read())");
        let page = Site::page(&body)
            .file("conf/it.toml", "[files]\n\"./data.txt\" = \"\"\n")
            .file("conf/data.txt", "beside the configuration")
            .open();
        page.wait_for_line("beside the configuration");
    }

    fn an_authors_own_parser_is_asked(on) {
        let body = config(on, "config-parser=\"./parser.js\"", "any words") + &on.script(SHOW);
        let page = Site::page(&body).file("parser.js", "export const parse = (text) => ({name: text})").open();
        page.wait_for_line(&format!("any words {}", on.tag()));
    }

    fn a_workers_own_configuration_is_read_by_the_pages_parser(on) {
        let show = "from pyscript import config, window\nwindow.console.log(config['name'], config['type'])";
        let own = on.script_with("worker config=\"./own.toml\"", show);
        let body = config(on, "config-parser=\"./parser.js\"", "words of the page") + &own;
        let parser = "export const parse = (text) => ({name: `parsed ${text}`})";
        let page = Site::page(&body).file("parser.js", parser).file("own.toml", "words of its own").open();
        page.wait_for_line(&format!("parsed words of its own {}", on.tag()));
        page.assert_no_errors();
    }

    fn a_broken_configuration_is_told_and_the_other_language_runs(on) {
        let body = config(on, "", "packages = [") + &on.script_with("id=\"it\"", "print('never')") + &on.other().script("print('the other runs')");
        let page = Site::page(&body).open();
        let seen = page.wait_for_all_done();
        let banner = page.wait_for_banner("Invalid TOML");
        assert_eq!(banner.code.as_deref(), Some("PY1000"));
        assert!(banner.text.contains("packages = ["), "{}", banner.text);
        assert_eq!(seen.printed("the other runs"), 1);
        assert_eq!(seen.printed("never"), 0);
        assert!(seen.events(&on.event("done")).iter().any(|event| event.target == "it"));
    }

    fn contradictions_have_pyscripts_words(on) {
        let tag = on.tag();
        let two = config(on, "", "a = 1") + &config(on, "", "b = 1") + &on.script("print('never')");
        let both = config(on, "", "a = 1") + &on.script_with("config='{}'", "print('never')");
        let different = on.script_with("config='{}'", "print('never')") + &on.script_with("config='{ }'", "print('never')");
        for (body, words) in [
            (two, format!("(PY0409): Too many {tag}-config")),
            (both, format!("(PY0409): Ambiguous {tag}-config VS config attribute")),
            (different, "(PY0409): Unable to use different configs on main".to_owned()),
        ] {
            let page = Site::page(&body).open();
            let seen = page.wait_for_all_done();
            assert!(seen.banner(&words).is_some(), "no {words} in {:?}", seen.banners);
            assert_eq!(seen.printed("never"), 0);
        }
    }

    fn a_file_that_is_not_there_has_its_code(on) {
        let body = config(on, "src=\"./nope.toml\"", "") + &on.script("print('never')");
        let page = Site::page(&body).open();
        page.wait_for_all_done();
        assert_eq!(page.wait_for_banner("./nope.toml").code.as_deref(), Some("PY0404"));
    }

    fn a_misspelt_key_is_a_warning(on) {
        let body = config(on, "", "pakages = []") + &on.script("print('runs')");
        let page = Site::page(&body).open();
        page.wait_for_line("runs");
        let seen = page.seen();
        assert!(seen.banners.is_empty());
        assert!(seen.warnings().iter().any(|warning| warning.contains("did you mean `packages`?")), "{:?}", seen.warnings());
    }

    fn an_interpreter_is_found_from_the_configurations_file(on) {
        let body = config(on, "src=\"./conf/it.toml\"", "") + &on.script("print('never')");
        let page = Site::page(&body).file("conf/it.toml", "interpreter = \"./own.mjs\"").open();
        page.wait_for_all_done();
        assert!(page.wait_for_banner("could not be started").text.contains("/conf/own.mjs: the server answered 404"));
    }

    fn parts_that_do_not_load_are_told(on) {
        let body = config(on, "", "a = 1") + &on.script("print('never')");
        let page = Site::page(&body).fault("setup.js", Fault::Status(404)).open();
        page.wait_for_all_done();
        assert_eq!(page.wait_for_banner("PY3002").code.as_deref(), Some("PY3002"));
    }

    fn a_worker_has_the_pages_configuration_or_its_own(on) {
        let show = "from pyscript import config, document\ndocument.body.append(config['name'])";
        let body = config(on, "", "name = 'of the page'") + &on.script_with("worker", show) + &on.script_with("worker config='{\"name\": \"its own\"}'", show);
        let page = Site::page(&body).open();
        page.wait("both names", |seen| seen.text.contains("of the page") && seen.text.contains("its own"));
    }
}
