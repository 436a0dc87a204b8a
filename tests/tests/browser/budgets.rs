//! How much a page loads before its interpreter, against `budgets.toml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use pyrite_tests::{Browser, HEAD, Interpreter, Site, paths};
use serde::Deserialize;

/// What a kind of page may load, as `budgets.toml` says it.
#[derive(Deserialize)]
pub(crate) struct Budget {
    bytes: u64,
    requests: usize,
    pub(crate) hops: u32,
}

pub(crate) fn budgets() -> BTreeMap<String, Budget> {
    toml::from_str(&fs::read_to_string(paths::root().join("budgets.toml")).unwrap()).unwrap()
}

/// A page of each kind in `budgets.toml`: the kind, and what stands after the page's head.
pub(crate) fn pages() -> Vec<(&'static str, String)> {
    let [py, mpy] = [Interpreter::Pyodide, Interpreter::MicroPython];
    vec![
        ("none", String::new()),
        ("mpy", mpy.script("print('hello')")),
        ("py", py.script("print('hello')")),
        ("mpy-worker", mpy.script_with("worker", "print('hello')")),
        ("py-worker", py.script_with("worker", "print('hello')")),
        ("mpy-json", mpy.script_with("config='{\"name\": \"Tea\"}'", "print('hello')")),
        ("mpy-toml", mpy.script_with("config='name = \"Tea\"'", "print('hello')")),
    ]
}

#[derive(Deserialize)]
struct Dist {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    brotli: u64,
}

/// The runtime's own files that a page really asked for, without the interpreters'.
fn loaded(body: &str) -> Vec<String> {
    let server = Site::new().file("index.html", format!("{HEAD}{body}")).serve();
    let page = server.open_in(Browser::fresh(), "/");
    page.wait_for_all_done();
    let names = page.run("return performance.getEntriesByType('resource').map(({name}) => new URL(name).pathname)");
    let names = names.as_array().cloned().unwrap_or_default();
    let mut files: Vec<String> = names
        .iter()
        .filter_map(|name| name.as_str()?.strip_prefix("/_pyrite/").map(str::to_owned))
        .filter(|name| !name.starts_with("pyodide/") && !name.starts_with("micropython/"))
        .collect();
    files.sort_unstable();
    // The page may ask for what a worker needs, and the worker for it again, which the browser has then.
    files.dedup();
    page.assert_no_errors();
    files
}

#[test]
fn a_page_stays_within_its_budget() {
    let budgets = budgets();
    let dist: Dist = serde_json::from_slice(&fs::read(paths::dist_manifest()).unwrap()).unwrap();
    let sizes: BTreeMap<_, _> = dist.files.into_iter().map(|file| (file.path, file.brotli)).collect();
    let pages = pages();
    let mut kinds: Vec<_> = pages.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    assert_eq!(budgets.keys().map(String::as_str).collect::<Vec<_>>(), kinds);

    let mut table = String::from("page        bytes (brotli)   budget   files   budget\n");
    let mut passed = Vec::new();
    for (name, body) in &pages {
        let mut files = loaded(body);
        if paths::all_from_snapshot() {
            // Else only pages that ask for it have it.
            files.retain(|file| file != "snapshot.js");
        }
        let mut bytes = 0;
        for file in &files {
            bytes += sizes.get(file).unwrap_or_else(|| panic!("{file} was loaded but is not in target/dist.json"));
        }
        let budget = &budgets[*name];
        writeln!(table, "{name:<10}  {bytes:>14}  {:>7}  {:>6}  {:>7}", budget.bytes, files.len(), budget.requests)
            .unwrap();
        for file in &files {
            writeln!(table, "              {:>12}  {file}", sizes[file]).unwrap();
        }
        if bytes > budget.bytes || files.len() > budget.requests {
            passed.push(*name);
        }
    }
    fs::write(paths::root().join("target/budgets.txt"), &table).unwrap();
    assert!(
        passed.is_empty(),
        "the budget of {} is exceeded; make it smaller, or say in budgets.toml why it must grow\n{table}",
        passed.join(" and ")
    );
}
