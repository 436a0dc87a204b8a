//! What is kept of installed packages: a second visit asks no index and fetches no wheel, unless something has changed.

use std::time::Duration;

use pyrite_tests::{Fault, Interpreter, Page, Server, Site, paths};
use serde_json::json;

use crate::wheels::{Wheel, asked, with_index};

const WHEELS: [Wheel<'_>; 2] = [
    Wheel { name: "alpha", version: "1.0", tag: "py3-none-any", requires: &["beta"] },
    Wheel { name: "beta", version: "1.0", tag: "py3-none-any", requires: &[] },
];

fn script(attributes: &str) -> String {
    Interpreter::Pyodide.script_with(attributes, "import alpha, beta\nfrom pyscript import document\ndocument.body.append('has ' + alpha.NAME + ' and ' + beta.NAME)")
}

fn site(config: &str, attributes: &str) -> Site {
    with_index(Site::page(&format!("<py-config>\n{config}\n</py-config>\n{}", script(attributes))), &WHEELS)
}

const USUAL: &str = "packages = [\"alpha\"]\nindex_urls = \"/simple\"";

/// Opens a site in a browser where nothing is kept of other tests.
#[track_caller]
fn fresh(site: Site) -> Page {
    first(&site.file("empty.html", "<!doctype html><title>Empty</title>").serve())
}

#[track_caller]
fn first(server: &Server) -> Page {
    let page = server.open("/empty.html");
    page.run("return caches.delete('pyrite-packages')");
    page.goto("/");
    page
}

/// Waits for the modules, and for as many wheels in the cache.
#[track_caller]
fn visited(page: &Page, text: &str, kept: usize) {
    page.wait("the modules", |seen| seen.text.contains(text));
    // They are kept after the page has begun to run.
    let count = "return (async () => { const keys = await (await caches.open('pyrite-packages')).keys(); \
        return [keys.filter(({url}) => url.endsWith('.whl')).length, keys.filter(({url}) => url.includes('/packages/')).length] })()";
    let wanted = json!([kept, usize::from(kept > 0)]);
    let end = std::time::Instant::now() + Duration::from_secs(90);
    while page.run(count) != wanted {
        assert!(std::time::Instant::now() < end, "{} is kept, not {wanted}", page.run(count));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What another visit asks the server for, of index and wheels.
#[track_caller]
fn asked_again(page: &Page, text: &str) -> Vec<String> {
    let before = marked(page).len();
    page.reload();
    page.wait("the modules again", |seen| seen.text.contains(text));
    page.assert_no_errors();
    asked(&marked(page)[before..], &["/simple", "/wheels"])
}

/// The server's log, complete up to this moment.
#[track_caller]
fn marked(page: &Page) -> Vec<String> {
    let mark = format!("/index.html?mark={}", page.server().log().len());
    page.run(&format!("return fetch('{mark}').then(({{status}}) => status)"));
    let end = std::time::Instant::now() + Duration::from_secs(90);
    loop {
        let log = page.server().log();
        if log.iter().any(|line| line.contains(&mark)) {
            return log;
        }
        assert!(std::time::Instant::now() < end, "the server has not logged {mark}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

const HAS: &str = "has alpha and beta";

#[test]
fn the_second_visit_asks_no_index_and_fetches_no_wheel() {
    for attributes in ["", "worker"] {
        let page = fresh(site(USUAL, attributes));
        visited(&page, HAS, 2);
        assert_eq!(asked(&marked(&page), &["/simple", "/wheels"]).len(), 4);
        assert_eq!(asked_again(&page, HAS), [""; 0]);
    }
}

#[test]
fn a_kept_file_that_is_damaged_is_fetched_again() {
    let late = Fault::Late(Duration::from_secs(1));
    let mut page = fresh(site(USUAL, "").fault("pyodide.asm.wasm", late));
    visited(&page, HAS, 2);
    page.run("return (async () => { const cache = await caches.open('pyrite-packages'); for (const key of await cache.keys()) if (/beta/.test(key.url)) await cache.put(key, new Response('damaged')) })()");
    // Otherwise the browser would have the interpreter, and not ask for it.
    page.browser().devtools("Network.clearBrowserCache", &json!({})).unwrap();
    page.run("return caches.delete('pyrite-snapshots')");
    assert_eq!(asked_again(&page, HAS), ["/wheels/beta-1.0-py3-none-any.whl"]);
    // It was looked at, and fetched, while the interpreter was on its way.
    let requests = asked(&marked(&page), &["/wheels/beta", "/_pyrite/pyodide/pyodide.asm.wasm"]);
    let without_key = |address: &String| address.split('?').next().unwrap_or_default().to_owned();
    let last_two: Vec<String> = requests.iter().rev().take(2).map(without_key).collect();
    assert_eq!(last_two, ["/_pyrite/pyodide/pyodide.asm.wasm", "/wheels/beta-1.0-py3-none-any.whl"]);
    // And now it is whole again.
    assert_eq!(asked_again(&page, HAS), [""; 0]);
}

#[test]
fn another_version_of_the_interpreter_asks_again() {
    let page = fresh(site(USUAL, ""));
    visited(&page, HAS, 2);
    page.run("return (async () => { const cache = await caches.open('pyrite-packages'); for (const key of await cache.keys()) if (/\\/packages\\//.test(key.url)) { const kept = await (await cache.match(key)).json(); await cache.put(key, new Response(JSON.stringify({...kept, version: '0.0.1'}))) } })()");
    let again = asked_again(&page, HAS);
    assert!(again.iter().any(|request| request.starts_with("/simple/alpha/")), "{again:?}");
}

#[test]
fn another_list_or_index_asks_again() {
    let page = fresh(site(USUAL, ""));
    visited(&page, HAS, 2);
    for config in [
        "packages = [\"alpha\", \"beta\"]\nindex_urls = \"/simple\"",
        "packages = [\"alpha\"]\nindex_urls = \"/simple/{package_name}/index.html\"",
    ] {
        let body = format!("<py-config>\n{config}\n</py-config>\n{}", script(""));
        std::fs::write(page.server().path("index.html"), format!("{}{body}", pyrite_tests::HEAD)).unwrap();
        let again = asked_again(&page, HAS);
        assert!(again.iter().any(|request| request.starts_with("/simple/alpha/")), "{config}: {again:?}");
    }
}

#[test]
fn what_was_kept_long_ago_makes_room() {
    let page = first(&site(USUAL, "").file("empty.html", "<!doctype html><title>Empty</title>").serve());
    visited(&page, HAS, 2);
    // What other lists of packages, sixteen of them, have left in the course of time; one needs what this page needs.
    page.run(
        "return (async () => { const cache = await caches.open('pyrite-packages'); \
         const own = (await cache.keys()).find(({url}) => url.includes('/packages/')); const kept = await (await cache.match(own)).json(); \
         await cache.delete(own); \
         for (let i = 0; i < 16; i++) { const name = i.toString(16).padStart(64, '0'), url = `${location.origin}/wheels/old-${i}.whl`; \
         await cache.put(url, new Response('old')); await cache.put(own.url.replace(/[^/]*$/, name), \
         new Response(JSON.stringify({...kept, files: i === 3 ? kept.files : [{...kept.files[0], url}]}))) } })()",
    );
    page.reload();
    let count = "return (async () => { const urls = (await (await caches.open('pyrite-packages')).keys()).map(({url}) => url); \
        return [urls.filter((url) => url.includes('/packages/')).length, urls.filter((url) => url.includes('/old-')).length, \
        urls.some((url) => url.includes('/old-0.')), urls.filter((url) => /alpha|beta/.test(url)).length] })()";
    page.wait("the modules again", |seen| seen.text.contains(HAS));
    let end = std::time::Instant::now() + Duration::from_secs(90);
    // The oldest made room; of the files, so did those that nobody needs.
    while page.run(count) != json!([16, 14, false, 2]) {
        assert!(std::time::Instant::now() < end, "{}", page.run(count));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(asked_again(&page, HAS), [""; 0]);
}

#[test]
fn packages_cache_never_keeps_nothing_and_empties_the_cache() {
    let page = fresh(site(USUAL, ""));
    visited(&page, HAS, 2);
    let body = format!("<py-config>\npackages_cache = \"never\"\n{USUAL}\n</py-config>\n{}", script(""));
    std::fs::write(page.server().path("index.html"), format!("{}{body}", pyrite_tests::HEAD)).unwrap();
    assert_ne!(asked_again(&page, HAS), [""; 0]);
    visited(&page, HAS, 0);
    assert_ne!(asked_again(&page, HAS), [""; 0]);
}

/// A page with a wheel that has an address.
fn local(cache: &str) -> (Page, &'static str) {
    let code = "import beta\nfrom pyscript import document\ndocument.body.append('has ' + beta.NAME)";
    let config = format!("packages = [\"./wheels/beta-1.0-py3-none-any.whl\"]\n{cache}");
    let body = format!("<py-config>\n{config}\n</py-config>\n{}", Interpreter::Pyodide.script(code));
    (fresh(with_index(Site::page(&body), &WHEELS)), "has beta")
}

#[test]
fn wheels_with_an_address_are_kept_when_all_are() {
    let (page, has) = local("");
    visited(&page, has, 0);
    assert_eq!(asked_again(&page, has).len(), 1);
    let (page, has) = local("packages_cache = \"all\"");
    visited(&page, has, 1);
    assert_eq!(asked_again(&page, has), [""; 0]);
}

#[test]
fn the_interpreter_itself_loads_what_is_passed_through() {
    let (page, has) = local("packages_cache = \"passthrough\"");
    visited(&page, has, 0);
    assert!(asked(&marked(&page), &["/_pyrite/pyodide/micropip"]).is_empty());
    assert_eq!(asked_again(&page, has).len(), 1);

    let page = site("packages = [\"alpha\"]\npackages_cache = \"passthrough\"", "").open();
    page.wait_for_all_done();
    let banner = page.wait_for_banner("No known package with name 'alpha'");
    assert_eq!(banner.code.as_deref(), Some("PY3102"));
    assert!(banner.text.contains("leave it out to ask the index too"), "{}", banner.text);
}

#[test]
fn what_python_installs_while_it_runs_is_kept_too() {
    let code = "import _pyscript\nawait _pyscript.install('alpha')\nimport alpha, beta\nfrom pyscript import document\ndocument.body.append('has ' + alpha.NAME + ' and ' + beta.NAME)";
    let body = format!("<py-config>index_urls = \"/simple\"</py-config>\n{}", Interpreter::Pyodide.script(code));
    let page = fresh(with_index(Site::page(&body), &WHEELS));
    visited(&page, HAS, 2);
    assert_eq!(asked_again(&page, HAS), [""; 0]);
}

/// Real wheels, which `cargo xtask test` fetches, served with an index of them.
fn real(config: &str, code: &str) -> Server {
    let folder = paths::root().join("target/test-wheels");
    let mut wheels: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask test` fetches what belongs there", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .collect();
    wheels.sort();
    let body = format!("<py-config>\n{config}\n</py-config>\n{}", Interpreter::Pyodide.script(code));
    let mut site = Site::page(&body);
    for wheel in wheels {
        let file = wheel.file_name().unwrap().to_str().unwrap().to_owned();
        let name = file.split('-').next().unwrap().to_lowercase().replace('_', "-");
        site = crate::wheels::with_page(site, &name, std::slice::from_ref(&file));
        site = site.file(&format!("wheels/{file}"), std::fs::read(&wheel).unwrap());
    }
    site.file("empty.html", "<!doctype html><title>Empty</title>").serve()
}

#[test]
fn rich_and_httpx_come_from_a_local_index_once() {
    let code = "import rich.text, httpx\nfrom pyscript import document\ndocument.body.append('has ' + rich.text.Text.from_markup('[b]rich[/b]').plain + ' and ' + str(httpx.URL('https://example.org/a b')))";
    let server = real("packages = [\"rich\", \"httpx\"]\nindex_urls = \"/simple\"", code);
    let page = first(&server);
    let has = "has rich and https://example.org/a%20b";
    visited(&page, has, 11);
    assert_eq!(asked(&marked(&page), &["/wheels"]).len(), 11);
    assert_eq!(asked_again(&page, has), [""; 0]);
}

#[test]
fn a_compiled_wheel_comes_from_a_local_index_once() {
    let code = "from pydantic import BaseModel, ValidationError\nfrom pyscript import document\nclass Point(BaseModel):\n    x: int\ntry:\n    Point(x='no')\nexcept ValidationError as error:\n    document.body.append(f\"has {Point(x='3').x} and {error.error_count()} error\")";
    let server = real("packages = [\"pydantic\"]\nindex_urls = \"/simple\"", code);
    let page = first(&server);
    let has = "has 3 and 1 error";
    visited(&page, has, 5);
    assert_eq!(asked_again(&page, has), [""; 0]);
    assert_eq!(page.run("return document.querySelectorAll('.py-error').length"), json!(0));
}
