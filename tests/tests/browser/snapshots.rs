//! Pyodide starts from a snapshot of its memory where a configuration asks for it, and is as it would be without.

use std::fs;

use pyrite_tests::{Browser, Fault, Interpreter, Page, Site, paths};
use serde_json::json;

const CONFIG: &str = "<py-config>\n[pyrite]\nsnapshot = true\n</py-config>\n";
const WITHOUT: &str = "starts without its snapshot";

/// What a page of Python says, run from a snapshot.
fn site(code: &str) -> Site {
    Site::page(&format!("{CONFIG}{}", Interpreter::Pyodide.script(code)))
}

/// Whether the page has loaded a snapshot, from wherever.
fn loaded(page: &Page) -> bool {
    page.run("return performance.getEntriesByType('resource').some(({ name }) => name.includes('snapshot'))")
        == json!(true)
}

/// Whether the snapshot was asked for and is in use.
fn assert_restored(page: &Page) {
    page.assert_no_errors();
    let seen = page.seen();
    assert!(!seen.warnings().iter().any(|line| line.contains(WITHOUT)), "{}", seen.report());
    assert!(loaded(page), "{}", seen.report());
}

/// Runs code with and without a snapshot; gives what each has printed on lines that begin with `>`.
fn both(code: &str) -> [Vec<String>; 2] {
    [CONFIG, ""].map(|config| {
        let page = Site::page(&format!("{config}{}", Interpreter::Pyodide.script(code))).open();
        page.wait_for_all_done();
        page.assert_no_errors();
        let seen = page.seen();
        if !config.is_empty() {
            assert_restored(&page);
        }
        seen.logged().iter().filter(|line| line.starts_with('>')).map(|line| (*line).to_owned()).collect()
    })
}

#[test]
fn a_page_and_its_worker_start_from_it() {
    let worker =
        Interpreter::Pyodide.script_with("worker", "from pyscript import document\ndocument.title = 'from a worker'");
    let page =
        Site::page(&format!("{CONFIG}{}{worker}", Interpreter::Pyodide.script("import json\nprint(json.dumps([1]))")))
            .open();
    page.wait_for_line("[1]");
    page.wait_until("document.title == 'from a worker'");
    page.wait_for_all_done();
    assert_restored(&page);
}

#[test]
fn python_is_as_it_would_be_without() {
    let [with, without] = both(
        "import os, sys, time, builtins, locale, asyncio, logging\n\
         print('>', sys.version, sys.argv, sys.executable, sys.prefix, sys.platform)\n\
         print('>', sys.path, sys.flags.optimize, sys.flags.inspect, sys.stdout.encoding, sys.stdin.encoding, sys.getfilesystemencoding())\n\
         print('>', sorted(os.environ.items()), os.getcwd(), sorted(os.listdir('/')), sorted(os.listdir('/lib')))\n\
         print('>', time.tzname, time.timezone, time.altzone, time.daylight, time.localtime(0), time.strftime('%Z %z', time.localtime(10**9)))\n\
         print('>', locale.getlocale(), type(asyncio.get_event_loop()).__name__, abs(logging._startTime / 1e9 - time.time()) < 3600)\n\
         print('>', sorted(dir(builtins)), sorted(vars(sys.modules['__main__'])))\n\
         print('>', sys.getrecursionlimit(), sys.excepthook.__name__, [getattr(it, '__name__', type(it).__name__) for it in sys.meta_path + sys.path_hooks])",
    );
    assert!(with.len() == 7, "{with:#?}");
    assert_eq!(with, without);
}

#[test]
fn the_time_zone_is_that_of_the_visitor() {
    let code = "import time, datetime\n\
                print('>', time.tzname, time.timezone, time.altzone, time.daylight)\n\
                print('>', time.localtime(0), time.strftime('%Z %z', time.localtime(0)), datetime.datetime.fromtimestamp(0).astimezone())";
    let told = [CONFIG, ""].map(|config| {
        let browser = Browser::fresh();
        browser.devtools("Emulation.setTimezoneOverride", &json!({ "timezoneId": "Australia/Sydney" })).unwrap();
        let site = Site::page(&format!("{config}{}", Interpreter::Pyodide.script(code)));
        let page = site.serve().open_in(browser, "/");
        page.wait_for_all_done();
        page.assert_no_errors();
        let seen = page.seen();
        seen.logged().iter().filter(|line| line.starts_with('>')).map(|line| (*line).to_owned()).collect::<Vec<_>>()
    });
    assert!(told[0].first().is_some_and(|line| line.contains("-36000 -39600 1")), "{told:#?}");
    assert_eq!(told[0], told[1]);
}

#[test]
fn random_numbers_differ_between_visits() {
    let code = "import random, secrets, uuid, tempfile\n\
                print('>', random.random(), random.getrandbits(64), secrets.token_hex(), uuid.uuid4(), tempfile.mktemp())";
    let drawn: Vec<Vec<String>> = (0..2)
        .map(|_| {
            let page = site(code).open();
            page.wait_for_all_done();
            assert_restored(&page);
            let seen = page.seen();
            let line = seen.logged().into_iter().find(|line| line.starts_with('>')).unwrap_or_default().to_owned();
            line.split(' ').skip(1).map(str::to_owned).collect()
        })
        .collect();
    assert_eq!(drawn[0].len(), 5, "{drawn:?}");
    for (one, other) in drawn[0].iter().zip(&drawn[1]) {
        assert_ne!(one, other);
    }
}

#[test]
fn what_waits_for_javascript_still_does() {
    let page = site(
        "from pyodide.ffi import run_sync, can_run_sync\n\
         import asyncio, js\n\
         print('able', can_run_sync())\n\
         run_sync(asyncio.sleep(0.01))\n\
         print('waited')\n\
         await asyncio.sleep(0)\n\
         print(await js.Promise.resolve(5))",
    )
    .open();
    page.wait_for_line("able True");
    page.wait_for_line("waited");
    page.wait_for_line("5");
    page.wait_for_all_done();
    assert_restored(&page);
}

#[test]
fn methods_and_callbacks_are_called() {
    // Calls of functions with another signature than Python thinks go by the engine's own trampoline.
    let page = site(
        "import functools, re, sqlite3, struct, ctypes, zlib, hashlib, datetime, decimal\n\
         from pyscript import document, when\n\
         print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: a - b)), re.sub('a', lambda m: 'A', 'banana'))\n\
         base = sqlite3.connect(':memory:')\n\
         print(base.execute('select 6 * 7').fetchone(), struct.pack('<H', 513), zlib.crc32(b'a'), hashlib.md5(b'').hexdigest()[:6])\n\
         print(datetime.datetime(2020, 1, 1).isoformat(), decimal.Decimal('1.1') + 1)\n\
         big = bytearray(64 << 20)\n\
         print(len(big))\n\
         @when('click', 'body')\n\
         def clicked(event):\n    print('clicked')\n\
         document.body.click()",
    )
    .open();
    page.wait_for_line("[1, 2, 3] bAnAnA");
    page.wait_for_line("(42,) b'\\x01\\x02' 3904355907 d41d8c");
    page.wait_for_line("2020-01-01T00:00:00 2.1");
    page.wait_for_line("67108864");
    page.wait_for_line("clicked");
    page.wait_for_all_done();
    assert_restored(&page);
}

#[test]
fn tracebacks_are_the_same() {
    let error = |config: &str| {
        let page =
            Site::page(&format!("{config}{}", Interpreter::Pyodide.script("import json\njson.loads('{')"))).open();
        page.wait_for_all_done();
        page.wait_for_banner("JSONDecodeError").text.clone()
    };
    let pad = "\n".repeat(CONFIG.lines().count());
    assert_eq!(error(CONFIG), error(&pad));
}

#[test]
fn one_that_cannot_be_had_is_done_without() {
    let mut other = fs::read(paths::root().join("target/dist/pyodide/snapshot.bin")).unwrap();
    // Pyodide writes in front of a memory which build of it that is of; in front of that stand our own words.
    let words = 4 + u32::from_le_bytes(*other.first_chunk().unwrap()) as usize;
    other[words + 16] ^= 1;
    let body = |bytes| Fault::Body("application/octet-stream", bytes);
    for fault in [Fault::Status(404), body(b"no snapshot".to_vec()), body(other)] {
        let site = site("print('hello')").fault("/snapshot.bin", fault);
        let page = site.serve().open_in(Browser::fresh(), "/");
        page.wait_for_line("hello");
        page.wait("a line that says why", |seen| seen.warnings().iter().any(|line| line.contains(WITHOUT)));
        page.wait_for_all_done();
        page.assert_no_errors();
    }
}

#[test]
fn another_interpreter_has_none() {
    let config = "<py-config>\ninterpreter = '/_pyrite/pyodide/pyodide.mjs'\n[pyrite]\nsnapshot = true\n</py-config>\n";
    let page = Site::page(&format!("{config}{}", Interpreter::Pyodide.script("print('hello')"))).open();
    page.wait_for_line("hello");
    page.wait_for_all_done();
    page.assert_no_errors();
    assert_eq!(loaded(&page), paths::all_from_snapshot());
}

#[test]
fn a_page_that_does_not_ask_loads_none_of_it() {
    let page = Site::page(&Interpreter::Pyodide.script("print('hello')")).open();
    page.wait_for_all_done();
    assert_eq!(loaded(&page), paths::all_from_snapshot());
}

/// The last names of what the browser keeps of a site's snapshots.
const KEPT: &str = "(await (await caches.open('pyrite-snapshots')).keys())
    .map(({ url }) => url.replace(/.*\\/|\\?.*/g, '')).sort().join()";

/// Opens a page in a new browser and waits until what it has unpacked is kept.
fn kept(site: Site) -> Page {
    let page = site.serve().open_in(Browser::fresh(), "/");
    page.wait_for_all_done();
    page.wait_until(&format!("{KEPT} === 'pyodide.asm.wasm,snapshot.bin'"));
    page
}

/// Whether a page has asked for a file of that name, be it the server or what the browser has of it, packed.
fn asked(page: &Page, name: &str) -> bool {
    page.run(&format!("return performance.getEntriesByType('resource').some((load) => load.name.includes('{name}'))"))
        == json!(true)
}

#[test]
fn a_second_visit_takes_what_was_unpacked() {
    for attributes in ["", "worker"] {
        let body = Interpreter::Pyodide.script_with(attributes, "import js\njs.console.log('sum', 6 * 7)");
        let page = kept(Site::page(&format!("{CONFIG}{body}")));
        assert!(asked(&page, "snapshot.bin") && asked(&page, "asm.wasm"), "{attributes}");
        page.reload();
        page.wait_for_all_done();
        assert_restored(&page);
        assert!(!asked(&page, "snapshot.bin") && !asked(&page, "asm.wasm"), "{attributes}: {}", page.seen().report());
    }
}

#[test]
fn what_was_kept_and_does_not_do_is_fetched_again() {
    let page = kept(site("print('hello')"));
    page.run(
        "return (async () => {
            const cache = await caches.open('pyrite-snapshots');
            for (const request of await cache.keys()) await cache.put(request, new Response('nothing'));
        })()",
    );
    page.reload();
    page.wait_for_line("hello");
    page.wait("a line that says why", |seen| seen.warnings().iter().any(|line| line.contains(WITHOUT)));
    page.wait_for_all_done();
    // What came of it is not kept; the next visit has it from the server, or from what the browser has of that.
    page.reload();
    page.wait_for_line("hello");
    page.wait_for_all_done();
    assert_restored(&page);
}

#[test]
fn a_worker_is_handed_what_its_page_has_fetched() {
    let code = "import js\nfrom pyscript import window\n\
                mine = [load.name for load in js.performance.getEntriesByType('resource')]\n\
                window.console.log('>', any('py.js' in name for name in mine), any('snapshot.bin' in name for name in mine))";
    let page = Site::page(&format!("{CONFIG}{}", Interpreter::Pyodide.script_with("worker", code))).open();
    page.wait_for_line("> true false");
    page.wait_for_all_done();
    assert_restored(&page);
}
