//! How a worker reaches its page on hosts without isolation headers: docs/workers.md names the ways.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

use pyrite_tests::{Browser, Fault, HEAD, Interpreter, Page, Site, on_both_interpreters};

/// An engine without JavaScript Promise Integration, as far as pages can tell.
pub(crate) const WITHOUT_SUSPENDING: &str = "<script>delete WebAssembly.Suspending</script>";

/// What interpreters can use without headers, and what the page has to have for it.
const WAYS: [(&str, &str); 2] = [("promise-integration", ""), ("service-worker", WITHOUT_SUSPENDING)];

/// A page whose module script gets the worker `worker` that runs `code`; `before` is JavaScript before that one begins.
fn with_worker(on: Interpreter, head: &str, before: &str, code: &str) -> Site {
    let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
    let body = format!(
        "{head}<title>Page</title><ul id=\"list\"><li id=\"a\"><li id=\"b\"><li id=\"c\"></ul><button id=\"button\">b</button>
         <script type=\"module\">
           import {{ {factory} as Python }} from '/_pyrite/core.js';
           const worker = new Python('./worker.py', {{ async: true }});
           window.worker = worker;
           {before}
           await worker.ready;
           console.log('way', worker.bridge.way);
         </script>"
    );
    Site::new().file("index.html", format!("{}{body}", HEAD.replace("<title>Test</title>", ""))).file("worker.py", code)
}

/// How the page was opened: `reload`, if anybody has reloaded it.
fn loads(page: &Page) -> String {
    page.text_of("performance.getEntriesByType('navigation')[0].type")
}

const EVERYTHING: &str = r##"
import sys, time
import js
from pyscript import document, display, sync, window
from pyscript.ffi import create_proxy

def raises(function, text):
    try:
        function()
    except Exception as error:
        assert text in str(error), str(error)
        return
    raise AssertionError("nothing was raised")

item = document.createElement("p")
item.id = "made"
item.textContent = "made in a worker"
document.body.append(item)
assert document.getElementById("made").textContent == "made in a worker"
assert window.Date.new(0).getTime() == 0
assert [child.id for child in document.querySelectorAll("#list li")] == ["a", "b", "c"]
assert hasattr(document, "title") and not hasattr(document, "nothing")
assert js.document.title == "Page"
window.word = "set"
assert window.word == "set"
raises(lambda: window.JSON.parse("{"), "JSON")
raises(lambda: document.querySelector("["), "selector")

# Values of any size.
window.text = "x" * 300000
assert len(window.text) == 300000
data = js.Uint8Array.new(2000000)
data.fill(7)
window.data = data
assert window.data.length == 2000000 and window.data[1999999] == 7

# Functions of the page, fast, slow and failing.
assert sync.add(20, 22) == 42
assert sync.slow("x") == "x!"
raises(lambda: sync.bad(), "too far")
start = time.time()
time.sleep(0.1)
assert time.time() - start >= 0.09

class Page:
    @property
    def title(self):
        return document.title

assert Page().title == getattr(document, "title") == "Page"
assert sorted(document.querySelectorAll("#list li"), key=lambda li: -ord(document.getElementById(li.id).id))[0].id == "c"
display("displayed", target="button")
window.console.log("everything there")
"##;

on_both_interpreters! {
    fn without_isolation_the_page_is_there_all_the_same(on) {
        let sync = "worker.sync.add = (a, b) => a + b;
                    worker.sync.slow = async (x) => { await new Promise((r) => setTimeout(r, 300)); return x + '!' };
                    worker.sync.bad = async () => { throw new RangeError('too far') };";
        for (way, head) in WAYS {
            let page = with_worker(on, head, sync, EVERYTHING).flag("--no-isolation").open();
            page.wait_for_line("everything there");
            page.wait_for_line(&format!("way {way}"));
            assert_eq!(page.text_of("crossOriginIsolated"), "false");
            assert_eq!(page.text_of("button.textContent"), "bdisplayed");
            // Nothing has reloaded the page.
            assert_eq!(loads(&page), "navigate");
            page.assert_no_errors();
        }
    }

    fn with_isolation_memory_is_shared_and_the_worker_says_so(on) {
        let page = Site::page(&on.script_with("worker id=\"it\" name=\"mine\"", "from pyscript import document\ndocument.title")).open();
        page.wait_for_all_done();
        assert_eq!(page.text_of("it.xworker.bridge.way"), "shared-memory");
        page.assert_no_errors();
    }

    fn without_isolation_a_script_shows_its_output_and_tells_its_events(on) {
        for (way, head) in WAYS {
            let body = format!("{head}{}", on.script_with("worker id=\"it\"", "from pyscript import display\ndisplay('from afar')"));
            let page = Site::page(&body).flag("--no-isolation").open();
            let seen = page.wait_for_all_done();
            assert_eq!(page.text_of("it.nextElementSibling.textContent"), "from afar", "{way}");
            for name in ["ready", "done"] {
                assert_eq!(seen.events(&on.event(name)).len(), 1, "{way} {name}");
            }
            page.assert_no_errors();
        }
    }

    fn without_isolation_input_asks_the_visitor(on) {
        for (way, head) in WAYS {
            let code = "from pyscript import window\nwindow.console.log('hello ' + input('Your name? '))";
            let page = Site::page(&format!("{head}{}", on.script_with("worker", code))).flag("--no-isolation").open();
            page.answer(Some("Ada"));
            page.wait_for_line("hello Ada");
            assert!(!way.is_empty());
            page.assert_no_errors();
        }
    }

    fn without_isolation_events_wait_for_their_turn_and_can_ask_the_page(on) {
        let code = "import asyncio\nfrom pyscript import document, sync, when, window\nfrom pyscript.ffi import create_proxy\nimport js\n\
                    log = []\n\
                    @when('click', '#button')\ndef click(event):\n    log.append(event.type + ' ' + document.title + ' ' + event.target.id)\n\
                    @when('click', '#button')\nasync def later(event):\n    await asyncio.sleep(0)\n    log.append('later ' + document.title)\n\
                    document.getElementById('button').click()\n\
                    for _ in range(20):\n    assert document.title == 'Page'\n\
                    assert log == []\n\
                    sync.work = lambda n: document.title + ' ' + str(n)\n\
                    async def tick():\n    for _ in range(3):\n        await asyncio.sleep(0.01)\n        log.append('tick ' + document.title)\n\
                    task = asyncio.create_task(tick())\n\
                    assert len(log) == 0\n\
                    await task\n\
                    while len(log) < 5:\n    await asyncio.sleep(0.01)\n\
                    window.console.log('log', ', '.join(sorted(log)))\n\
                    def timer():\n    window.console.log('timer', document.title)\n\
                    js.setTimeout(create_proxy(timer), 10)\n";
        for (way, head) in WAYS {
            let page = with_worker(on, head, "", code).flag("--no-isolation").open();
            page.wait_for_line("log click Page button, later Page, tick Page, tick Page, tick Page");
            page.wait_for_line("timer Page");
            page.wait_for_line(&format!("way {way}"));
            assert_eq!(page.text_of("worker.sync.work(7)"), "Page 7");
            page.assert_no_errors();
        }
    }

    fn without_isolation_a_cycle_of_waits_is_an_error_where_it_closes(on) {
        let sync = "worker.sync.ask = async function ask() {
                      try { return await worker.sync.work() } catch (error) { return `caught ${error.message}` }
                    };
                    worker.sync.fine = async () => 'fine';";
        let code = "from pyscript import sync, window\nsync.work = lambda: 1\nwindow.console.log(sync.ask(), '|', sync.fine())";
        for (way, head) in WAYS {
            let page = with_worker(on, head, sync, code).flag("--no-isolation").open();
            let seen = page.wait("the cycle to be told", |seen| seen.logged().iter().any(|line| line.ends_with("| fine")));
            let line = seen.logged().iter().find(|line| line.ends_with("| fine")).unwrap().to_string();
            assert!(line.contains("💀🔒 - Possible deadlock if proxy.work(...args) is awaited"), "{way}: {line}");
            page.assert_no_errors();
        }
    }

    fn without_isolation_two_workers_work_side_by_side(on) {
        let code = |name: &str| format!(
            "from pyscript import document, window\nnode = document.createElement('i')\nnode.id = '{name}'\ndocument.body.append(node)\n\
             for i in range(60):\n    node.textContent = node.textContent + '{name}'\nassert node.textContent == '{name}' * 60\n\
             window.console.log('{name} done')"
        );
        for (_, head) in WAYS {
            let body = head.to_owned() + &on.script_with("worker", &code("x")) + &on.script_with("worker", &code("y")) + &on.other().script_with("worker", &code("z"));
            let page = Site::page(&body).flag("--no-isolation").open();
            for name in ["x", "y", "z"] {
                page.wait_for_line(&format!("{name} done"));
            }
            page.assert_no_errors();
        }
    }

    fn without_any_way_a_worker_runs_and_says_what_to_do(on) {
        let code = "from pyscript import document, sync, window\nimport js\n\
                    async def main():\n    js.console.log('sum', await sync.add(1, 2))\n\
                    import asyncio\nasyncio.create_task(main())\ndocument.title";
        let page = with_worker(on, WITHOUT_SUSPENDING, "worker.sync.add = (a, b) => a + b; worker.ready.catch(() => console.log('why', worker.bridge.way, worker.bridge.why));", code)
            .fault("service-worker.js", Fault::Status(404))
            .flag("--no-isolation")
            .open();
        let banner = page.wait_for_banner("Unable to use `window` or `document` in worker. This requires SharedArrayBuffer support. See: https://docs.pyscript.net/latest/faq/#sharedarraybuffer");
        assert!(banner.text.contains("put `service-worker.js` of the distribution beside the page"), "{}", banner.text);
        page.wait("the reason", |seen| seen.logged().iter().any(|line| line.starts_with("why asynchronous") && line.contains("service-worker.js is not there")));
    }

    fn sync_main_only_means_no_bridge_and_no_warning(on) {
        let code = "from pyscript import sync\nfound = await sync.add(1, 2)\nsync.found = lambda: found";
        let mut page = Site::page(&format!(
            "<{0}-config>{{\"sync_main_only\": true}}</{0}-config>{1}",
            on.tag(),
            on.script_with("worker id=\"it\"", "from pyscript import RUNNING_IN_WORKER, document\nprint('ran', RUNNING_IN_WORKER)\ntry:\n    document.title\nexcept AttributeError as error:\n    print('no document')")
        ))
        .file("worker.py", code)
        .flag("--no-isolation")
        .open();
        page.wait_for_all_done();
        page.wait_until("it.xworker.bridge?.way === 'asynchronous'");
        assert_eq!(page.text_of("it.xworker.bridge.why"), "`sync_main_only` asks for it");
        let log = page.browser().log().unwrap().join("\n");
        assert!(log.contains("no document"), "{log}");
        assert!(!log.contains("Unable to use"), "{log}");
        page.assert_no_errors();
    }
}

#[test]
fn one_warning_says_what_a_worker_lacks() {
    let script = Interpreter::MicroPython.script_with("worker", "print('ran')");
    let mut page = Site::page(&(WITHOUT_SUSPENDING.to_owned() + &script))
        .flag("--no-isolation")
        .fault("service-worker.js", Fault::Status(404))
        .open();
    page.wait_for_all_done();
    let log = page.browser().log().unwrap();
    let warnings: Vec<_> =
        log.iter().filter(|line| line.contains("Unable to use `window` or `document` in worker")).collect();
    assert_eq!(warnings.len(), 1, "{log:#?}");
    assert!(warnings[0].starts_with("WARNING"), "{warnings:?}");
}

#[test]
fn a_sites_own_service_worker_stays_in_charge_of_the_site() {
    let own = "addEventListener('install', () => skipWaiting());
               addEventListener('activate', (event) => event.waitUntil(clients.claim()));
               addEventListener('fetch', (event) => {
                 if (event.request.url.endsWith('/own')) event.respondWith(new Response('from the own one'));
               });";
    let body = "<script>delete WebAssembly.Suspending</script><script type=\"module\">
        import { MPWorker } from '/_pyrite/core.js';
        const ready = new Promise((ok) => navigator.serviceWorker.addEventListener('controllerchange', ok));
        await navigator.serviceWorker.register('/sw.js');
        await ready;
        for (const number of [1, 2]) await MPWorker('./worker.py', { service_worker: './sw.js' });
        const all = await navigator.serviceWorker.getRegistrations();
        console.log(all.map(({ active }) => new URL(active.scriptURL).pathname).sort().join(), await (await fetch('/own')).text());
      </script>";
    let page = Site::page(body)
        .file("sw.js", own)
        .file("worker.py", "from pyscript import document\ndocument.title = 'set'")
        .flag("--no-isolation")
        .open();
    page.wait_for_line("/_pyrite/service-worker.js,/sw.js from the own one");
    assert_eq!(page.text_of("document.title"), "set");
    page.assert_no_errors();
}

#[test]
fn a_worker_gets_its_answer_though_the_service_worker_was_stopped_meanwhile() {
    let mut page = with_worker(
        Interpreter::MicroPython,
        WITHOUT_SUSPENDING,
        "worker.sync.wait = () => new Promise((ok) => { console.log('asked'); window.answer = ok });",
        "from pyscript import sync, window\nfor _ in range(2):\n    window.console.log('got', sync.wait())",
    )
    .flag("--no-isolation")
    .open();
    page.browser().devtools("ServiceWorker.enable", &serde_json::json!({})).unwrap();
    page.wait("the first question", |seen| seen.printed("asked") == 1);
    page.browser().devtools("ServiceWorker.stopAllWorkers", &serde_json::json!({})).unwrap();
    page.run("answer('first')");
    page.wait_for_line("got first");
    page.wait("the second question", |seen| seen.printed("asked") == 2);
    page.run("answer('second')");
    page.browser().devtools("ServiceWorker.stopAllWorkers", &serde_json::json!({})).unwrap();
    page.wait_for_line("got second");
    page.wait_for_line("way service-worker");
    page.assert_no_errors();
}

#[test]
fn an_answer_that_was_lost_on_its_way_to_the_service_worker_is_sent_again() {
    // As when it goes to one that is just being ended.
    let lose = "const { postMessage } = ServiceWorker.prototype;
        ServiceWorker.prototype.postMessage = function (message, ...rest) {
          if (!window.lose || message[0] !== 'pyrite-answer') return postMessage.call(this, message, ...rest);
          window.lose = false;
          console.log('lost');
        };
        worker.sync.wait = async () => { window.lose = true; return 'answer' };";
    let page = with_worker(
        Interpreter::MicroPython,
        WITHOUT_SUSPENDING,
        lose,
        "from pyscript import sync, window\nfor _ in range(2):\n    window.console.log('got', sync.wait())",
    )
    .flag("--no-isolation")
    .open();
    page.wait_for_line("way service-worker");
    let seen = page.seen();
    assert_eq!((seen.printed("lost"), seen.printed("got answer")), (2, 2));
    page.assert_no_errors();
}

/// What both interpreters do first with objects of the page: a table, and what they say of it.
const TABLE: &str = r##"
from pyscript import document, window

def say(*words):
    window.console.log("said " + " ".join(str(word) for word in words))

table = document.createElement("table")
document.body.append(table)
for i in range(50):
    row = document.createElement("tr")
    row.append(str(i))
    table.append(row)
say(table.children.length, len(list(row.textContent for row in document.querySelectorAll("tr"))))
"##;

/// What code in a worker says, after the table, which is the same whatever the way.
#[track_caller]
fn said_whatever_the_way(on: Interpreter, before: &str, code: &str) -> Vec<String> {
    let code = format!("{TABLE}{code}");
    let mut said = Vec::new();
    for (way, head, isolated) in
        [("shared-memory", "", true)].into_iter().chain(WAYS.map(|(way, head)| (way, head, false)))
    {
        let site = with_worker(on, head, before, &code);
        let page = if isolated { site.open() } else { site.flag("--no-isolation").open() };
        let seen = page.wait_for_line("said end");
        page.wait_for_line(&format!("way {way}"));
        page.assert_no_errors();
        said.push(
            seen.logged().into_iter().filter(|line| line.starts_with("said")).map(str::to_owned).collect::<Vec<_>>(),
        );
    }
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0], said[2]);
    said.swap_remove(0)
}

/// What MicroPython can do with objects of the page, in words that are the same wherever it runs.
const SMALL_OBJECTS: &str = r##"
import asyncio
import gc
import js
from pyscript import sync
from pyscript.ffi import create_proxy, to_js
say((lambda f: f(f, 30))(lambda f, n: f(f, n - 1) if n else document.title))
failed = 0
for i in range(50):
    try:
        try:
            document.querySelector("[")
        finally:
            document.title = "Page"
    except Exception as error:
        failed += "selector" in str(error)
say(failed)

# Exceptions of Python's own, through C, with questions on their way.
class Title:
    def __lt__(self, other):
        return document.title < "Q"
    def __len__(self):
        raise KeyError(document.title)
for _ in range(20):
    try:
        len(Title())
    except KeyError as error:
        failed += error.args[0] == "Page"
say(failed, len(sorted([Title(), Title(), Title()])), sorted([3, 1, 2], key=lambda n: (document.title, -n)))

# Values of Python that go into a call which is made again: each is taken apart once.
def adder(n):
    return lambda *more: n + len(more)
kept = []
for i in range(200):
    kept.append(adder(i))
    window.last = kept[-1]
    window.list = to_js([kept[-1], {"x": i}, (1, 2)])
say(window.eval("last instanceof Function"), window.list.length, window.list[1].x)
say(window.JSON.stringify(window.Array.of(1, "two", None, [3, {"four": 4.5}])))
same = adder(5)
node = document.createElement("button")
node.addEventListener("click", same)
node.removeEventListener("click", same)
say(window.eval("(a, b, c) => [a, b, c].length")(adder(1), adder(2), node), window.Reflect.ownKeys(to_js({"a": adder(1)})).length)
say((await (await window.fetch("./worker.py")).text())[1:15], await window.Promise.resolve(5))

async def fails():
    try:
        await window.eval("(promise => (promise.catch(() => {}), promise))(Promise.reject(new Error('away')))")
    except Exception as error:
        return str(error)
say(await fails())

# Memory is collected in between, and nothing is lost that a stack which stands still needs.
def deep(n):
    word = "word%d" % n
    waste = [str(i) for i in range(200)]
    title = document.title if n % 3 else sync.slow(n)
    if n:
        deep(n - 1)
    assert word == "word%d" % n and title and len(waste) == 200
for _ in range(5):
    deep(12)
    await asyncio.sleep(0)
    gc.collect()
say("not lost", kept[100](1), len(kept))

def endless(n):
    return endless(n + 1)
try:
    endless(0)
except RuntimeError as error:
    say("stops", str(error)[:17], document.title)

came = []
window.setTimeout(create_proxy(lambda *words: came.append((document.title,) + words)), 1, "x", 3)
js.setTimeout(lambda: came.append(document.title), 30)
while len(came) < 2:
    await asyncio.sleep(0.01)
# Which of the two clocks is first is not said.
say(sorted(str(one) for one in came))

async def later(n):
    for _ in range(n):
        await asyncio.sleep(0.001)
        document.title
    return document.title + str(n)

say(await asyncio.gather(*[later(n) for n in range(6)]))
say("end")
"##;

#[test]
fn micropython_does_the_same_with_the_page_whatever_the_way() {
    let sync = "worker.sync.slow = async (n) => { await new Promise((r) => setTimeout(r, 1)); return 'slow ' + n };";
    let said = said_whatever_the_way(Interpreter::MicroPython, sync, SMALL_OBJECTS);
    assert_eq!(said.len(), 14, "{said:#?}");
}

#[test]
fn javascript_that_calls_micropython_and_waits_is_told_so_where_that_stands_still() {
    let code = "import js\nfrom pyscript import document, window\n\
                def look(*args):\n    return document.title\n\
                try:\n    js.Array.of(1, 2).map(look)\nexcept Exception as error:\n    window.console.log('first:', str(error))\n\
                try:\n    js.eval('(document) => document.title.length')(document)\nexcept Exception as error:\n    window.console.log('second:', str(error))\n\
                window.console.log('goes on with', document.title, look(), sum(js.Array.of(1, 2).map(lambda n, *_: n + 1)))";
    let page = with_worker(Interpreter::MicroPython, "", "", code).flag("--no-isolation").open();
    let seen = page.wait_for_line("goes on with Page Page 5");
    let said = seen.logged().join("\n");
    assert!(
        said.contains("first: ") && said.contains("JsException: Error: the page cannot be asked from here"),
        "{said}"
    );
    assert!(
        said.contains("second: Error: a JavaScript function of the worker has used an object of the page"),
        "{said}"
    );
    page.wait_for_line("way promise-integration");
    page.assert_no_errors();
}

#[test]
fn javascript_of_a_worker_that_cannot_stand_still_is_told_so() {
    let code = "import js\nfrom pyscript import document, window\nfrom pyodide.code import run_js\n\
                try:\n    run_js('(document) => document.title.length')(document)\nexcept Exception as error:\n    window.console.log('first:', str(error))\n\
                def look(*args):\n    return document.title\n\
                try:\n    js.Array.of(1, 2).map(look)\nexcept Exception as error:\n    window.console.log('second:', str(error))\n\
                window.console.log('goes on with', document.title)";
    let page = with_worker(Interpreter::Pyodide, "", "", code).flag("--no-isolation").open();
    let seen = page.wait_for_line("goes on with Page");
    let said = seen.logged().join("\n");
    assert!(
        said.contains("first: Error: a JavaScript function of the worker has used an object of the page"),
        "{said}"
    );
    assert!(said.contains("the page cannot be asked from here"), "{said}");
    page.wait_for_line("way promise-integration");
    page.assert_no_errors();
}

/// A file of an npm package that sites put beside their pages.
fn of_npm(path: &str) -> Vec<u8> {
    std::fs::read(pyrite_tests::paths::root().join("web/node_modules").join(path)).unwrap()
}

#[test]
fn mini_coi_in_a_page_gives_it_shared_memory() {
    let mini_coi = String::from_utf8(of_npm("mini-coi/mini-coi.js")).unwrap();
    for policy in ["require-corp", "credentialless"] {
        let head = HEAD.replace("<head>", "<head><script src=\"/mini-coi.js\"></script>");
        let script = Interpreter::MicroPython.script_with(
            "worker id=\"it\"",
            "from pyscript import document, window\nwindow.console.log('title', document.title, window.crossOriginIsolated)",
        );
        let page = Site::new()
            .file("index.html", head + &script)
            .file("mini-coi.js", mini_coi.replace("require-corp", policy))
            .flag("--no-isolation")
            .serve()
            // A browser keeps worker.js as the server sends it: without the headers that other tests' pages want of it.
            .open_in(Browser::fresh(), "/");
        page.wait_for_line("title Test true");
        assert_eq!(page.text_of("it.xworker.bridge.way"), "shared-memory", "{policy}");
    }
}

/// The distribution on another site, which lets everybody read it.
pub(crate) fn elsewhere() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || send(client));
        }
    });
    origin
}

fn send(mut client: TcpStream) -> std::io::Result<()> {
    let mut head = String::new();
    BufReader::new(client.try_clone()?).read_line(&mut head)?;
    let path = head.split([' ', '?']).nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let kind = match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "text/plain",
    };
    let (status, body) = match std::fs::read(pyrite_tests::paths::root().join("target/dist").join(&path)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    write!(
        client,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    client.write_all(&body)
}

#[test]
fn a_runtime_from_another_site_takes_the_service_worker_that_lies_beside_the_page() {
    let origin = elsewhere();
    let ours = std::fs::read(pyrite_tests::paths::root().join("target/dist/service-worker.js")).unwrap();
    let code = "from pyscript import document, window\nwindow.text = 'x' * 50000\n\
                window.console.log('title', document.title, len(window.text))";
    for (attribute, name, file) in [
        ("", "service-worker.js", ours.clone()),
        ("service-worker=\"./sw.js\"", "sw.js", ours),
        ("service-worker=\"./sw.js\"", "sw.js", of_npm("coincident/dist/sw.js")),
        ("service-worker=\"./sw.js\"", "sw.js", of_npm("sabayon/dist/sw.js")),
    ] {
        let script = Interpreter::MicroPython.script_with(&format!("worker id=\"it\" {attribute}"), code);
        let page = Site::new()
            .file("index.html", HEAD.replace("/_pyrite/", &format!("{origin}/")) + WITHOUT_SUSPENDING + &script)
            .file(name, file)
            .flag("--no-isolation")
            .open();
        page.wait_for_line("title Test 50000");
        assert_eq!(page.text_of("it.xworker.bridge.way"), "service-worker");
        assert_eq!(loads(&page), "navigate");
        page.assert_no_errors();
    }
}

/// What Python can do with objects of the page, in words that are the same wherever it runs.
const OBJECTS: &str = r##"
import asyncio
import js
from pyodide.ffi import JsException, create_proxy, run_sync, to_js
say((lambda f: f(f, 300))(lambda f, n: f(f, n - 1) if n else document.title))
failed = 0
for _ in range(50):
    try:
        document.querySelector("[")
    except JsException as error:
        failed += error.name == "SyntaxError"
say(failed)
say((await (await window.fetch("./worker.py")).text())[1:15], await window.Promise.resolve(5))
say(js.JSON.stringify(js.Object.assign(js.Object.new(), window.eval("({a: 1, b: [1, 2]})"))))
say(window.eval("({a: {b: [1, {c: 2}]}})").to_py())
numbers = window.eval("new Map([[1, 2], [3, 4]])")
say(dict(numbers), numbers.to_py(), 1 in numbers, numbers[3], len(numbers))
items = window.eval("[5, 6, 7]")
items.append(8)
del items[0]
say(items[0], items[-1], len(items), 6 in items, list(items), items[0:2].to_py(), items.index(7), items.pop(), list(reversed(items)))
say(document, bool(items), items == items, document.body == document.body, "title" in dir(document))
field = document.createElement("input")
field.value = "v"
field.setAttribute("data-x", "1")
field.style.color = "red"
say(field.dataset.x, field.value, field.style.color, hasattr(field, "nothing"))
window.plain = to_js({"a": 1}, dict_converter=js.Object.fromEntries)
say(window.plain.a, js.JSON.stringify(window.plain))
del window.plain.a
say(hasattr(window.plain, "a"))
came = []
window.setTimeout(create_proxy(lambda *words: came.append((document.title, *words))), 1, "x", 3)
js.setTimeout(lambda: came.append(document.title), 30)
while len(came) < 2:
    await asyncio.sleep(0.01)
# Two clocks: which of them is first depends on how busy the machine is.
say(sorted(came, key=str))

async def later():
    await asyncio.sleep(0.01)
    return document.title

say(await asyncio.gather(*[later() for _ in range(3)]))
say("end")
"##;

#[test]
fn python_does_the_same_with_the_page_whatever_the_way() {
    let said = said_whatever_the_way(Interpreter::Pyodide, "", OBJECTS);
    assert!(said.len() >= 15, "{said:#?}");
}
