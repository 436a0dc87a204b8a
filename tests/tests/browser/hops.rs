//! What a page waits for one after the other: how many answers lie between the page and its last request.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use pyrite_tests::{Browser, Fault, HEAD, Interpreter, Site, on_both_interpreters, paths};
use serde::Deserialize;

#[derive(Deserialize)]
struct Budget {
    hops: u32,
}

#[derive(Deserialize)]
struct Request {
    name: String,
    start: f64,
    end: f64,
}

/// All requests of a page whose answers take long, so that what waits for one shows.
fn requests(body: &str) -> Vec<Request> {
    let slow = Fault::Late(Duration::from_millis(700));
    let endings = [".js", ".mjs", ".wasm", ".zip", ".json", ".py", ".css"];
    let site = Site::new().file("index.html", format!("{HEAD}{body}")).file("main.py", "print('hello')");
    let site = endings.iter().fold(site, |site, ending| site.fault(ending, slow.clone()));
    let page = site.serve().open_in(Browser::fresh(), "/");
    page.wait_for_all_done();
    let entries = page.run(
        "return JSON.stringify(performance.getEntriesByType('resource').map(
            ({name, startTime, responseEnd}) => ({name: new URL(name).pathname, start: startTime, end: responseEnd})))",
    );
    page.assert_no_errors();
    serde_json::from_str(entries.as_str().unwrap()).unwrap()
}

/// How many answers each request came after, itself included; the page's own is none.
fn hops(requests: &[Request]) -> BTreeMap<&str, u32> {
    let mut hops = vec![0; requests.len()];
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by(|a, b| requests[*a].start.total_cmp(&requests[*b].start));
    for &index in &order {
        let before = order.iter().filter(|other| requests[**other].end <= requests[index].start);
        hops[index] = 1 + before.map(|other| hops[*other]).max().unwrap_or(0);
    }
    requests.iter().map(|request| request.name.as_str()).zip(hops).collect()
}

#[test]
fn no_request_comes_later_than_the_second_hop() {
    let budgets: BTreeMap<String, Budget> =
        toml::from_str(&fs::read_to_string(paths::root().join("budgets.toml")).unwrap()).unwrap();
    for (name, body) in [
        ("none", String::new()),
        ("mpy", Interpreter::MicroPython.script("print('hello')")),
        ("py", Interpreter::Pyodide.script("print('hello')")),
        ("mpy", Interpreter::MicroPython.script_with("src=\"main.py\"", "")),
        ("py", Interpreter::Pyodide.script_with("src=\"main.py\"", "")),
    ] {
        let requests = requests(&body);
        let hops = hops(&requests);
        let most = hops.values().copied().max().unwrap_or(0);
        assert!(most <= budgets[name].hops, "{name}: {hops:#?}");
        // The measure itself: what `core.js` asks for comes after it.
        assert_eq!((hops["/_pyrite/core.js"], hops["/_pyrite/pyrite.wasm"]), (1, 2), "{hops:#?}");
    }
}

on_both_interpreters! {
    fn two_scripts_fetch_nothing_twice(on) {
        let body = format!("{}{}", on.script("print(1)"), on.script("print(2)"));
        let requests = requests(&body);
        let names: BTreeSet<&str> = requests.iter().map(|request| request.name.as_str()).collect();
        assert!(names.contains("/_pyrite/pyrite.wasm"));
        let all: Vec<&str> = requests.iter().map(|request| request.name.as_str()).collect();
        assert_eq!(names.len(), all.len(), "{all:#?}");
    }
}
