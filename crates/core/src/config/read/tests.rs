use std::string::{String, ToString};
use std::vec;

use super::*;
use crate::config::Origin;
use crate::diagnostic::{Diagnostic, Severity};
use crate::{json, toml};

fn of(text: &str) -> (Config, Vec<Diagnostic>) {
    let mut report = Report::new(Origin { file: "index.html", line: 1, text });
    let config = read(toml::parse(text).unwrap(), Format::Toml, &mut report);
    (config, report.diagnostics)
}

fn of_json(text: &str) -> (Config, Vec<Diagnostic>) {
    let Ok(Value::Table(table)) = json::parse(text) else { panic!("no table: {text}") };
    let mut report = Report::default();
    let config = read(table, Format::Json, &mut report);
    (config, report.diagnostics)
}

/// What is said about a configuration: `E` or `W`, line, message, hint.
fn said(text: &str) -> Vec<String> {
    let short = |diagnostic: &Diagnostic| {
        let level = if diagnostic.severity == Severity::Error { "E" } else { "W" };
        let line = diagnostic.place.as_ref().and_then(|place| place.line).unwrap_or(0).to_string();
        [level, &line, " ", &diagnostic.message, " | ", diagnostic.hint.as_deref().unwrap_or("")].concat()
    };
    of(text).1.iter().map(short).collect()
}

#[test]
fn every_key_finds_its_field() {
    let (config, diagnostics) = of(r#"
name = "page"
version = "1.2"
interpreter = "0.29.3"
packages = ["numpy", "./x.whl"]
packages_cache = "never"
index_urls = "https://i.org"
plugins = ["!error", "mine"]
sync_main_only = true
experimental_create_proxy = "auto"
experimental_ffi_timeout = 30
debug = true
description = "free"
[files]
"{A}" = "b"
"./a.csv" = ""
[js_modules.main]
"./m.js" = "m"
[js_modules.worker]
"./w.js" = "w"
[[fetch]]
from = "x"
to_folder = "y"
files = ["z"]
[pyrite]
snapshot = true
[app]
own = 1
"#);
    assert_eq!(diagnostics, []);
    let pair = |from: &str, to: &str, line| Pair { from: from.into(), to: to.into(), line };
    let text = |text: &str| Text { text: text.into(), line: 5 };
    let expected = Config {
        name: Some("page".into()),
        version: Some("1.2".into()),
        interpreter: Some("0.29.3".into()),
        packages: vec![text("numpy"), text("./x.whl")],
        packages_cache: PackagesCache::Never,
        index_urls: vec!["https://i.org".into()],
        files: vec![pair("{A}", "b", 15), pair("./a.csv", "", 16)],
        fetch: vec![Fetch {
            from: "x".into(),
            to_folder: Some("y".into()),
            to_file: None,
            files: Some(vec!["z".into()]),
            line: 22,
        }],
        main_modules: vec![pair("./m.js", "m", 18)],
        worker_modules: vec![pair("./w.js", "w", 20)],
        disabled_plugins: vec!["error".into()],
        sync_main_only: true,
        create_proxy: CreateProxy::Auto,
        ffi_timeout: Some(30),
        debug: true,
        snapshot: true,
        value: config.value.clone(),
    };
    assert_eq!(config, expected);
    assert!(config.value.get("app").is_some() && config.value.get("description").is_some());
}

#[test]
fn both_spellings_of_the_documentation_are_accepted() {
    let proxy = |text: &str| {
        let (config, diagnostics) = of(text);
        assert_eq!(diagnostics, []);
        config.create_proxy
    };
    assert_eq!(proxy("experimental_create_proxy = 'auto'"), CreateProxy::Auto);
    assert_eq!(proxy("[experimental_create_proxy]\nauto = true"), CreateProxy::Auto);
    assert_eq!(proxy("[experimental_create_proxy]\nauto = false"), CreateProxy::Manual);
    assert_eq!(proxy("experimental_create_proxy = 'manual'"), CreateProxy::Manual);

    let (config, diagnostics) = of("[packages]\n\"unittest\" = \"\"\nx = '*'\ny = \"1.2\"\nz = '>=1'\n");
    assert_eq!(diagnostics, []);
    let texts: Vec<_> = config.packages.iter().map(|package| (package.text.as_str(), package.line)).collect();
    assert_eq!(texts, [("unittest", 2), ("x", 3), ("y==1.2", 4), ("z>=1", 5)]);
}

#[test]
fn a_wrong_type_is_told_with_an_example() {
    assert_eq!(
        said("\npackages = 'numpy'"),
        [concat!(
            "E2 (PY1000): `packages` should be a list of texts, or a table of names and versions, but it is `numpy`. | ",
            "write `packages = [\"numpy\", \"sympy>=1.13\", \"./wheels/mine-1.0-py3-none-any.whl\"]`"
        )]
    );
    assert_eq!(
        said("packages = ['numpy', 1]"),
        [concat!(
            "E1 (PY1000): `packages` should be a list of texts, or a table of names and versions, but it is ",
            "a list with a number in it. | write `packages = [\"numpy\", \"sympy>=1.13\", \"./wheels/mine-1.0-py3-none-any.whl\"]`"
        )]
    );
    assert_eq!(
        said("files = ['a.csv']"),
        [concat!(
            "E1 (PY1000): `files` should be a table with text on both sides, but it is a list. | ",
            "write `files = {\"./data.csv\" = \"\", \"./lib.zip\" = \"./lib/*\"}`"
        )]
    );
    assert_eq!(
        said("interpreter = 1.24"),
        [
            "E1 (PY1000): `interpreter` should be text, but it is a number. | write `interpreter = \"./pyodide/pyodide.mjs\"`"
        ]
    );
    assert_eq!(
        said("js_modules.main = ['x']"),
        [concat!(
            "E1 (PY1000): `js_modules.main` should be a table with text on both sides, but it is a list. | ",
            "write `main = {\"https://esm.run/d3\" = \"d3\"}`"
        )]
    );
    assert_eq!(
        said("[packages]\nx = 1"),
        [
            "E2 (PY1000): In `packages`, `x` should be a version in quotes, where `\"\"` takes any, but it is a number. | "
        ]
    );

    let (_, diagnostics) = of_json("{\n\"files\": 1}");
    assert_eq!(
        diagnostics[0].hint.as_deref(),
        Some("write `\"files\": {\"./data.csv\": \"\", \"./lib.zip\": \"./lib/*\"}`")
    );
}

#[test]
fn what_pyscript_overlooks_is_only_a_warning() {
    assert_eq!(
        said("packages_cache = 'none'"),
        [concat!(
            "W1 (PY3100): `packages_cache` should be one of `never`, `passthrough`, `all`, but it is `none`. | ",
            "write `packages_cache = \"never\"`"
        )]
    );
    for (text, on) in [("debug = 1", true), ("debug = 'true'", true), ("debug = 'false'", false), ("debug = 0", false)]
    {
        let (config, diagnostics) = of(text);
        assert_eq!((config.debug, diagnostics.len()), (on, 1), "{text}");
        assert_eq!(diagnostics[0].severity, Severity::Warning);
    }
    assert_eq!(of("experimental_create_proxy = true").0.create_proxy, CreateProxy::Auto);
    assert_eq!(said("experimental_create_proxy = true").len(), 1);
}

#[test]
fn slips_are_recognised() {
    assert_eq!(
        said("pakages = ['numpy']"),
        ["W1 (PY3100): `pakages` is not a key that Pyrite knows. | did you mean `packages`?"]
    );
    assert_eq!(
        said("[fils]\n'a' = 'b'"),
        ["W1 (PY3100): `fils` is not a key that Pyrite knows. | did you mean `files`?"]
    );
    assert_eq!(
        said("[js_modules.mian]\n'a' = 'b'"),
        ["W1 (PY3100): `js_modules.mian` is not a key that Pyrite knows. | did you mean `main`?"]
    );
    assert_eq!(
        said("[[fetch]]\nform = 'x'"),
        ["W2 (PY3100): `fetch.form` is not a key that Pyrite knows. | did you mean `from`?"]
    );
    assert_eq!(
        said("[js_modules]\n'https://esm.run/d3' = 'd3'"),
        [concat!(
            "W2 (PY3100): `js_modules.https://esm.run/d3` is neither `main` nor `worker`, so the module is not loaded. | ",
            "put modules for the page into `[js_modules.main]`, those for workers into `[js_modules.worker]`"
        )]
    );
    assert_eq!(
        said("plugins = ['!eror', '!x']"),
        [
            "W1 (PY3100): There is no plugin `eror` to switch off. | did you mean `error`?".to_string(),
            ["W1 (PY3100): There is no plugin `x` to switch off. | there are `", &PLUGINS.join("`, `"), "`"].concat(),
        ]
    );
}

#[test]
fn own_settings_belong_into_a_table() {
    assert_eq!(
        said("colour = 'red'"),
        [concat!(
            "W1 (PY3100): `colour` is not a key that Pyrite knows; it is only kept in `pyscript.config`. | ",
            "put settings of your own into a table, `[app]` for example"
        )]
    );
    assert_eq!(said("[app]\ncolour = 'red'"), [""; 0]);
}

#[test]
fn keys_below_the_wrong_header_are_explained() {
    assert_eq!(
        said("[files]\n'a' = 'b'\npackages = ['numpy']"),
        [concat!(
            "E3 (PY1000): In `files`, `packages` should be the destination, text, but it is a list. | ",
            "`packages` belongs to `[files]` because it stands below that line; move it above the first `[…]`"
        )]
    );
    assert_eq!(
        said("[files]\n'a' = 'b'\ninterpreter = '1.2'"),
        [concat!(
            "W3 (PY3100): `files` asks for a file called `interpreter`. | ",
            "`interpreter` belongs to `[files]` because it stands below that line; move it above the first `[…]`"
        )]
    );
}

#[test]
fn a_module_that_is_turned_around_is_explained() {
    assert_eq!(
        said("[js_modules.main]\nd3 = 'https://esm.run/d3'"),
        [concat!(
            "E2 (PY1000): In `js_modules.main`, the name on the right is an address: `https://esm.run/d3`. | ",
            "the address comes first: `\"https://esm.run/d3\" = \"d3\"`"
        )]
    );
}

#[test]
fn null_is_as_good_as_nothing() {
    let (config, diagnostics) =
        of_json(r#"{"packages": null, "debug": null, "js_modules": {"main": null}, "fetch": [{"from": null}]}"#);
    assert_eq!(diagnostics, []);
    assert_eq!(config.packages, []);
}
