//! WebAssembly is compiled once for a page and all its workers.

use pyrite_tests::{Browser, HEAD, Site, on_both_interpreters};

/// Counts what the page compiles, before anything of the runtime is there.
const COUNT: &str = "<script>
globalThis.compiled = [];
for (const name of ['compileStreaming', 'instantiateStreaming']) {
  const own = WebAssembly[name];
  WebAssembly[name] = async (source, imports) => {
    const response = await source;
    compiled.push(new URL(response.url).pathname);
    return own.call(WebAssembly, response, imports);
  };
}
</script>";

/// Writes down which WebAssembly a worker has asked for by itself.
const ASKED: &str = "import js
from pyscript import document
names = [entry.name for entry in js.performance.getEntriesByType('resource')]
told = document.createElement('i')
told.textContent = ' '.join(['asked:'] + [name for name in names if '.wasm' in name])
document.body.append(told)";

fn page(body: &str) -> pyrite_tests::Page {
    let page = Site::new()
        .file("index.html", format!("{COUNT}{HEAD}{body}"))
        .file("pyscript.toml", "name = 'one'\n[files]\n\"data.txt\" = \"\"\n")
        .file("data.txt", "text")
        .serve()
        .open_in(Browser::fresh(), "/");
    page.wait_for_all_done();
    page.wait_until("document.querySelectorAll('i').length == 2");
    page.assert_no_errors();
    assert_eq!(
        page.text_of("[...document.querySelectorAll('i')].map((told) => told.textContent).join()"),
        "asked:,asked:"
    );
    page
}

/// How often something whose path contains `name` was compiled on the page.
fn compiled(page: &pyrite_tests::Page, name: &str) -> usize {
    let compiled = page.run("return compiled");
    compiled
        .as_array()
        .into_iter()
        .flatten()
        .filter(|path| path.as_str().is_some_and(|path| path.contains(name)))
        .count()
}

on_both_interpreters! {
    fn a_page_and_its_workers_compile_once(on) {
        for main in [String::new(), on.script("print('main')")] {
            let worker = on.script_with("worker", ASKED);
            let page = page(&format!("{main}{worker}{worker}"));
            let folder = if on.tag() == "py" { "/pyodide/" } else { "/micropython/" };
            assert_eq!(compiled(&page, folder), 1);
        }
    }

    fn workers_share_what_reads_their_configuration(on) {
        let worker = on.script_with("worker config='./pyscript.toml'", ASKED);
        let page = page(&format!("{worker}{worker}"));
        assert_eq!(compiled(&page, "/parts/config.wasm"), 1);
    }
}
