//! Pages that ask to work offline do, when nobody answers any more.

use pyrite_tests::{Browser, HEAD, Site, on_both_interpreters};
use serde_json::json;

on_both_interpreters! {
    fn a_page_that_was_visited_works_without_a_server(on) {
        let head = HEAD.replace("core.js\"", "core.js\" offline=\"/_pyrite/service-worker.js\"");
        let script = on.script_with("src=\"main.py\"", "");
        let site = Site::new().file("index.html", format!("{head}{script}")).file("main.py", "from pyscript import document\nprint('hello', document.title)");
        let server = site.serve();
        let mut page = server.open_in(Browser::fresh(), "/");
        page.wait_for_line("hello Test");
        let kept = if on.tag() == "py" { "pyodide/python_stdlib_rest.bin" } else { "micropython/micropython.wasm" };
        let wait = format!(
            "return (async () => {{ for (;;) {{ const own = performance.getEntriesByType('resource').map(({{ name }}) => name);
                const found = await Promise.all(['/', '/main.py', '/_pyrite/{kept}', ...own].map((path) => caches.match(path, {{ ignoreSearch: true }}))); if (found.every(Boolean)) return true;
                await new Promise((next) => setTimeout(next, 50)) }} }})()"
        );
        assert_eq!(page.run(&wait), true);
        page.cut_off();
        page.browser().devtools("Network.clearBrowserCache", &json!({})).unwrap();
        page.reload();
        page.wait_for_line("hello Test");
        page.wait_for_all_done();
        page.assert_no_errors();
    }
}

#[test]
fn a_page_without_the_attribute_gets_no_service_worker() {
    let page = Site::page("<p>plain</p>").serve().open_in(Browser::fresh(), "/");
    page.wait_for_all_done();
    assert_eq!(page.run("return navigator.serviceWorker.getRegistrations().then(({length}) => length)"), 0);
}
