//! A second visit: what the browser has already, and that has not changed, it does not wait for.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use pyrite_tests::{Browser, HEAD, Interpreter, Page, Server, Site, on_both_interpreters, paths};

/// What the server was asked by a visit after one in the same browser: path and status.
fn asked_again(server: &Server, page: &Page) -> Vec<(String, String)> {
    let before = server.log().len();
    page.goto("/again.html");
    page.wait_for_all_done();
    page.assert_no_errors();
    let log = server.log().split_off(before);
    log.iter()
        .filter_map(|line| {
            let mut words = line.strip_prefix("GET ")?.split(' ');
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        })
        .collect()
}

/// Waits until the browser keeps what no start waits for, which comes after it.
fn wait_for_the_rest(server: &Server, page: &Page) {
    let asked = || server.log().into_iter().find(|line| line.contains("_rest.bin"));
    let start = Instant::now();
    let line = loop {
        if let Some(line) = asked() {
            break line;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "the rest of the library was never asked for");
        thread::sleep(Duration::from_millis(20));
    };
    let address = line.split(' ').nth(1).unwrap();
    page.run(&format!(
        "return (async () => {{ for (;;) {{
            const answer = await fetch('{address}', {{ cache: 'only-if-cached', mode: 'same-origin' }}).catch(() => undefined);
            if (answer?.ok) return answer.arrayBuffer().then(() => true);
            await new Promise((next) => setTimeout(next, 50));
        }} }})()"
    ));
}

fn on_two_pages(html: &str) -> Site {
    Site::new().file("index.html", html).file("again.html", html)
}

on_both_interpreters! {
    fn only_what_the_page_names_itself_is_asked_for_again(on) {
        for attribute in ["", "worker"] {
            let html = format!("{HEAD}{}", on.script_with(attribute, "import pyscript.web\nfrom pyscript import document\nprint(document.title)"));
            let server = on_two_pages(&html).serve();
            let page = server.open_in(Browser::fresh(), "/");
            page.wait_for_all_done();
            if on == Interpreter::Pyodide {
                wait_for_the_rest(&server, &page);
            }
            let asked = asked_again(&server, &page);
            for (path, status) in &asked {
                let named = ["/_pyrite/core.js", "/_pyrite/core.css"].contains(&path.as_str());
                assert!(path == "/again.html" || named && status == "304", "{attribute}: {asked:#?}");
            }
            assert_eq!(asked[0].0, "/again.html");
        }
    }
}

/// A host that knows nothing of Pyrite: the distribution in a folder beside the page.
#[test]
fn a_plain_host_sends_nothing_twice() {
    let dist = paths::root().join("target/dist");
    let files =
        ["core.js", "core.css", "pyrite.wasm", "mpy.js", "micropython/micropython.mjs", "micropython/micropython.wasm"];
    let html = HEAD.replace("/_pyrite/", "runtime/") + &Interpreter::MicroPython.script("print('hello')");
    let site = files.iter().fold(on_two_pages(&html), |site, name| {
        site.file(&format!("runtime/{name}"), fs::read(dist.join(name)).unwrap())
    });
    let server = site.serve();
    let page = server.open_in(Browser::fresh(), "/");
    page.wait_for_line("hello");
    let asked = asked_again(&server, &page);
    assert!(asked.iter().any(|(path, _)| path.starts_with("/runtime/core.js")), "{asked:#?}");
    for (path, status) in &asked {
        assert!(path == "/again.html" || status == "304", "{asked:#?}");
    }
}
