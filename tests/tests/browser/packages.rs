//! Packages on Pyodide: from an index and from wheels beside the page, and what is told when one cannot be had.

use std::time::Duration;

use pyrite_tests::{Fault, Interpreter, Site, on_both_interpreters};

use crate::wheels::{Wheel, asked, with_index, with_page};

/// A page with Pyodide and this configuration.
fn page(config: &str, code: &str) -> Site {
    Site::page(&format!("<py-config>\n{config}\n</py-config>\n{}", Interpreter::Pyodide.script(code)))
}

/// A page that asks for packages of its own server's index.
fn indexed(packages: &str, code: &str, wheels: &[Wheel<'_>]) -> Site {
    with_index(page(&format!("packages = {packages}\nindex_urls = \"/simple\""), code), wheels)
}

const USUAL: [Wheel<'_>; 2] = [
    Wheel { name: "alpha", version: "1.0", tag: "py3-none-any", requires: &["beta"] },
    Wheel { name: "beta", version: "1.0", tag: "py3-none-any", requires: &[] },
];

#[test]
fn a_wheel_beside_the_page_is_installed_without_another_site() {
    let page = indexed("[\"./wheels/beta-1.0-py3-none-any.whl\"]", "import beta\nprint(beta.NAME)", &USUAL).open();
    page.wait_for_line("beta");
    page.assert_no_errors();
}

#[test]
fn a_table_of_names_and_versions_is_a_list_of_requirements() {
    let config = "index_urls = \"/simple\"\n[packages]\nalpha = \"==1.0\"\nbeta = \"\"";
    let page = with_index(page(config, "import alpha, beta\nprint(alpha.VERSION, beta.NAME)"), &USUAL).open();
    page.wait_for_line("1.0 beta");
}

#[test]
fn a_wheel_in_the_virtual_file_system_is_installed() {
    let config = "packages = [\"emfs:/tmp/beta-1.0-py3-none-any.whl\"]\n[files]\n\"./wheels/beta-1.0-py3-none-any.whl\" = \"/tmp/\"";
    let page = with_index(page(config, "import beta\nprint(beta.NAME)"), &USUAL).open();
    page.wait_for_line("beta");
}

#[test]
fn packages_are_there_in_a_worker() {
    let body = "<py-config>packages = [\"alpha\"]\nindex_urls = \"/simple\"</py-config>\n".to_owned()
        + &Interpreter::Pyodide.script_with(
            "worker",
            "import alpha, beta\nfrom pyscript import document\ndocument.body.append(alpha.NAME + ' and ' + beta.NAME)",
        );
    let page = with_index(Site::page(&body), &USUAL).open();
    page.wait("both modules", |seen| seen.text.contains("alpha and beta"));
}

#[test]
fn an_index_may_answer_in_json() {
    let kind = "application/vnd.pypi.simple.v1+json";
    let answer = r#"{"meta": {"api-version": "1.0"}, "name": "beta", "files": [
        {"filename": "beta-1.0-py3-none-any.whl", "url": "/wheels/beta-1.0-py3-none-any.whl", "hashes": {}}]}"#;
    let page = indexed("[\"beta>0.5\"]", "import beta\nprint(beta.NAME)", &USUAL)
        .fault("/simple/beta/", Fault::Body(kind, answer.into()))
        .open();
    page.wait_for_line("beta");
}

#[test]
fn what_micropip_will_ask_for_is_on_its_way_before_the_interpreter_runs() {
    let packages = "[\"alpha\", \"./wheels/beta-1.0-py3-none-any.whl\"]";
    let page = indexed(packages, "import alpha, beta\nprint(alpha.NAME, beta.NAME)", &USUAL)
        .fault("pyodide.asm.wasm", Fault::Late(Duration::from_secs(2)))
        .open();
    page.wait_for_line("alpha beta");
    let log = page.server().log();
    let requests = asked(
        &log,
        &["/simple/alpha", "/wheels/beta", "/_pyrite/pyodide/micropip", "/_pyrite/pyodide/pyodide.asm.wasm"],
    );
    let position = |what: &str| {
        requests
            .iter()
            .position(|request| request.contains(what))
            .unwrap_or_else(|| panic!("no {what} in {requests:?}"))
    };
    for early in ["/simple/alpha", "/wheels/beta", "micropip"] {
        assert!(position(early) < position("pyodide.asm.wasm"), "{early} came late: {requests:?}");
    }
    // And nothing is asked twice.
    let mut once = requests.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), requests.len(), "{requests:?}");
}

/// Fails to install, and gives the banner.
#[track_caller]
fn failure(site: Site, words: &str) -> String {
    let page = site.open();
    let seen = page.wait_for_all_done();
    let banner = page.wait_for_banner(words);
    assert_eq!(banner.code.as_deref(), Some("PY3102"));
    assert_eq!(seen.printed("never"), 0);
    banner.text
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn a_package_that_is_not_there_is_named_with_who_asks_for_it() {
    let wheels = [Wheel::pure("alpha", "1.0", &["gamma>=2"])];
    let text =
        failure(indexed("[\"alpha\", \"delta\"]", "print('never')", &wheels), "Can't find a pure Python 3 wheel for");
    says(
        &text,
        &[
            "gamma>=2 (alpha 1.0 asks for it): there is no such package at ",
            "/simple/gamma/",
            "delta: there is no such package",
            "Hint: check its spelling",
        ],
    );
}

#[test]
fn a_package_without_a_wheel_for_this_platform_says_what_there_is() {
    let files = [
        "native-2.0-cp314-cp314-manylinux_2_17_x86_64.whl",
        "native-2.0-cp314-cp314-win_amd64.whl",
        "native-2.0.tar.gz",
    ];
    let site = with_page(
        page("packages = [\"native\"]\nindex_urls = \"/simple\"", "print('never')"),
        "native",
        &files.map(String::from),
    );
    let text = failure(site, "Can't find a pure Python 3 wheel for: 'native'");
    says(
        &text,
        &[
            "native: version 2.0 has compiled wheels for Linux, Windows, and none for Pyodide (pyemscripten_2026_0_wasm32)",
        ],
    );
}

#[test]
fn a_package_without_the_wanted_version_says_which_there_are() {
    let wheels = [Wheel::pure("beta", "1.0", &[]), Wheel::pure("beta", "1.1", &[])];
    let text =
        failure(indexed("[\"beta>=9\"]", "print('never')", &wheels), "Can't find a pure Python 3 wheel for: 'beta>=9'");
    says(&text, &["beta>=9: no version suits; there are: 1.0, 1.1", "Hint: ask for a version of beta that is there"]);
}

#[test]
fn packages_that_want_different_versions_are_named() {
    let wheels = [
        Wheel::pure("alpha", "1.0", &["common<2"]),
        Wheel::pure("beta", "3.0", &["common>=2"]),
        Wheel::pure("common", "1.0", &[]),
        Wheel::pure("common", "2.0", &[]),
    ];
    let text = failure(indexed("[\"alpha\", \"beta\"]", "print('never')", &wheels), "could not be installed");
    says(
        &text,
        &[
            "alpha 1.0 asks for common<2",
            "beta 3.0 asks for common>=2",
            "Hint: packages want different versions of common",
        ],
    );
}

#[test]
fn a_wheel_that_is_not_there_is_named() {
    let text = failure(
        page("packages = [\"./wheels/none-1.0-py3-none-any.whl\"]", "print('never')"),
        "./wheels/none-1.0-py3-none-any.whl",
    );
    says(&text, &["could not be installed: File not found: ", "packages = ["]);
}

#[test]
fn an_index_that_does_not_answer_is_named() {
    let site = indexed("[\"beta==1.0\"]", "print('never')", &USUAL).fault("/simple/beta/", Fault::Refuse);
    says(
        &failure(site, "Can't find a pure Python 3 wheel for: 'beta==1.0'"),
        &["/simple/beta/ could not be reached: "],
    );
}

on_both_interpreters! {
    fn a_description_brings_files_modules_and_more_packages(on) {
        let body = format!("<{0}-config>packages = [\"./far/tools.toml\"]</{0}-config>\n", on.tag())
            + &on.script("import own, beta\nfrom pyscript.js_modules import helper\nprint(own.NAME, beta.NAME, helper.name, open('data/more.txt').read())");
        let site = Site::page(&body)
            .file("far/tools.toml", "name = \"tools\"\npackages = [\"./deep/more.json\", \"./beta-1.0-py3-none-any.whl\"]\n[files]\n\"./own.py\" = \"\"\n[js_modules.main]\n\"./helper.js\" = \"helper\"\n")
            .file("far/own.py", "NAME = 'own'")
            .file("far/helper.js", "export const name = 'helper'")
            .file("far/beta-1.0-py3-none-any.whl", Wheel::pure("beta", "1.0", &[]).bytes())
            .file("far/deep/more.json", r#"{"name": "more", "files": {"./more.txt": "./data/more.txt"}}"#)
            .file("far/deep/more.txt", "more");
        site.open().wait_for_line("own beta helper more");
    }

    fn descriptions_that_go_in_circles_or_clash_are_named(on) {
        let body = |packages: &str| format!("<{0}-config>packages = [{packages}]\n[files]\n\"./far/x.txt\" = \"y.txt\"</{0}-config>\n", on.tag()) + &on.script("print('never')");
        let circle = Site::page(&body("\"./far/a.toml\""))
            .file("far/a.toml", "name = \"A\"\npackages = [\"./b.toml\"]")
            .file("far/b.toml", "name = \"B\"\npackages = [\"./a.toml\"]");
        let text = failure(circle, "Unable to process A @ ");
        assert!(text.contains("/far/b.toml → "), "{text}");
        let clash = Site::page(&body("\"./far/c.toml\"")).file("far/c.toml", "[files]\n\"./x.txt\" = \"z.txt\"").file("far/x.txt", "x");
        failure(clash, "Duplicated path: ");
        let gone = Site::page(&body("\"./far/none.toml\""));
        let page = gone.open();
        page.wait_for_all_done();
        assert_eq!(page.wait_for_banner("far/none.toml").code.as_deref(), Some("PY0404"));
    }
}
