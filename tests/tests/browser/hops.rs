//! What a page waits for one after the other, as its server sees it: how many answers lie between the page and its last
//! request.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pyrite_tests::{Asked, Browser, HEAD, Interpreter, Site, on_both_interpreters};

use crate::budgets::{budgets, pages};

/// Ten times the 40 ms that are usual between cities: who waits for an answer is seen also on a machine that is busy.
const AWAY: Duration = Duration::from_millis(400);

/// How many a browser opens to one host.
const CONNECTIONS: usize = 6;

/// All that a page asks its server for, the page itself first.
fn asked(body: &str) -> Vec<Asked> {
    let site = Site::new().file("index.html", format!("{HEAD}{body}")).file("main.py", "print('hello')").away(AWAY);
    let server = site.serve();
    let page = server.open_in(Browser::fresh(), "/");
    page.wait_for_all_done();
    page.assert_no_errors();
    let mut asked = server.asked();
    // Nothing waits for this one, which comes when the script has begun to run.
    asked.retain(|request| !request.path.ends_with("/python_stdlib_rest.bin"));
    asked.sort_by_key(|request| request.start);
    asked
}

/// How many answers each request came after; the page's own came after none.
fn hops(asked: &[Asked]) -> BTreeMap<&str, u32> {
    let mut hops: Vec<u32> = Vec::new();
    for request in asked {
        let before = hops.iter().zip(asked).filter(|(_, other)| other.end <= request.start);
        let came_after = before.map(|(hops, _)| hops + 1).max().unwrap_or(0);
        // One that only waits for a connection belongs to those that have them all.
        let together = hops.iter().filter(|other| **other + 1 == came_after).count();
        hops.push(if together >= CONNECTIONS { came_after - 1 } else { came_after });
    }
    asked.iter().map(|request| request.path.as_str()).zip(hops).collect()
}

#[test]
fn no_request_comes_later_than_the_second_hop() {
    let budgets = budgets();
    let mut pages = pages();
    for on in [Interpreter::MicroPython, Interpreter::Pyodide] {
        pages.push((on.tag(), on.script_with("src=\"main.py\"", "")));
    }
    for (name, body) in pages {
        let asked = asked(&body);
        let hops = hops(&asked);
        let most = hops.values().copied().max().unwrap_or(0);
        assert!(most <= budgets[name].hops, "{name}: {hops:#?}");
        // The measure itself: what `core.js` asks for comes after it.
        assert_eq!((hops["/"], hops["/_pyrite/core.js"], hops["/_pyrite/pyrite.wasm"]), (0, 1, 2), "{hops:#?}");
    }
}

/// Each file of the distribution that was sent twice.
fn twice(asked: &[Asked]) -> Vec<&str> {
    let mut known = BTreeSet::new();
    let own = asked.iter().map(|request| request.path.as_str()).filter(|path| path.starts_with("/_pyrite/"));
    own.filter(|path| !known.insert(*path)).collect()
}

on_both_interpreters! {
    fn two_scripts_fetch_nothing_twice(on) {
        let asked = asked(&format!("{}{}", on.script("print(1)"), on.script("print(2)")));
        assert!(asked.iter().any(|request| request.path == "/_pyrite/pyrite.wasm"));
        assert_eq!(twice(&asked), [""; 0]);
    }

    fn workers_fetch_nothing_that_the_page_or_another_has(on) {
        for main in [String::new(), on.script("print(0)")] {
            let asked = asked(&format!("{main}{}{}", on.script_with("worker", "print(1)"), on.script_with("worker", "print(2)")));
            assert!(asked.iter().any(|request| request.path == "/_pyrite/worker.js"));
            assert_eq!(twice(&asked), [""; 0]);
        }
    }
}
