//! The bridge between a worker and its page, without Python: JavaScript in the worker, the page's own objects.

use std::time::{Duration, Instant};

use pyrite_tests::{Page, Site};
use serde_json::{Value, json};

fn open() -> Page {
    let page = Site::new()
        .file("index.html", include_str!("../../pages/bridge/index.html"))
        .file("worker.js", include_str!("../../pages/bridge/worker.js"))
        .open();
    page.wait_until("window.isReady");
    page
}

/// What JavaScript in a worker gives, with the round trips it took.
#[track_caller]
fn run_in(page: &Page, worker: &str, code: &str) -> (Value, u64) {
    let answer = page.run(&format!("return {worker}.run({})", json!(code)));
    assert!(answer.get("error").is_none(), "{code}\nfailed: {answer}");
    (answer["value"].clone(), answer["trips"].as_u64().unwrap())
}

#[track_caller]
fn run(page: &Page, code: &str) -> Value {
    run_in(page, "first", code).0
}

#[track_caller]
fn error(page: &Page, code: &str) -> String {
    let answer = page.run(&format!("return run({})", json!(code)));
    answer["error"].as_str().unwrap_or_else(|| panic!("{code}\ndid not fail: {answer}")).to_owned()
}

#[test]
fn each_statement_costs_the_round_trips_that_it_must() {
    let page = open();
    // What costs nothing is known since the page introduced itself; each other step costs one.
    let statements: [(&str, Value, u64); 24] = [
        ("return typeof window.document.createElement", json!("function"), 1),
        ("return document.title", json!("Bridge"), 1),
        ("document.title = 'new'; return null", json!(null), 1),
        ("return document.createElement('div')", json!("a reference"), 1),
        ("return document.createElement('p').localName", json!("p"), 2),
        ("store.div = document.createElement('div'); return null", json!(null), 1),
        ("store.div.id = 'x'; return null", json!(null), 1),
        ("return store.div.setAttribute('title', 'y')", json!(null), 1),
        ("return store.div.getAttribute('title')", json!("y"), 1),
        ("document.body.appendChild(store.div); return null", json!(null), 2),
        ("return document.body.lastElementChild.id", json!("x"), 3),
        (
            "return 'then' in store.div || store.div.then === undefined && store.div[Symbol.iterator] === undefined",
            json!(true),
            0,
        ),
        ("return 'title' in store.div && 'getAttribute' in store.div", json!(true), 0),
        ("return store.div[Symbol.toStringTag]", json!("HTMLDivElement"), 0),
        ("return typeof window.setTimeout + typeof store.div.remove", json!("functionfunction"), 0),
        ("return document.querySelectorAll('#list li').length", json!(3), 2),
        ("return [...document.querySelectorAll('#list li')].length", json!(3), 2),
        ("store.list = window.eval('Array.from({length: 1000}, (_, i) => i)'); return null", json!(null), 1),
        ("return [...store.list].reduce((a, b) => a + b)", json!(499_500), 1),
        ("return Array.isArray(store.list) && !Array.isArray(store.div)", json!(true), 0),
        ("return ffi.query(document, 'body.lastElementChild.id')", json!("x"), 1),
        ("return ffi.gather(store.div, 'id', 'title', 'localName').join()", json!("x,y,div"), 1),
        ("ffi.assign(store.div, { id: 'z', title: 'w' }); return null", json!(null), 1),
        ("return window.document.documentElement === document.documentElement", json!(true), 3),
    ];
    let wrong: Vec<_> = statements
        .into_iter()
        .map(|(code, value, trips)| (code, (value, trips), run_in(&page, "first", code)))
        .filter(|(_, expected, got)| expected != got)
        .collect();
    assert!(wrong.is_empty(), "(statement, expected, got): {wrong:#?}");
    page.assert_no_errors();
}

#[test]
fn asking_whether_a_property_is_there_brings_it_along() {
    let page = open();
    page.run("window.answer = 42");
    assert_eq!(run_in(&page, "first", "return 'answer' in window && window.answer"), (json!(42), 1));
    assert_eq!(run(&page, "return 'nothing' in window"), json!(false));
    // The value is for the very next step, not for later.
    run(&page, "return 'answer' in window");
    page.run("window.answer = 43");
    assert_eq!(run(&page, "return window.answer"), json!(43));
}

#[test]
fn a_class_that_another_inherits_from_is_still_a_class() {
    let page = open();
    // What `CustomEvent` itself inherits from is `Event`, which nobody has asked for yet.
    run(&page, "new window.CustomEvent('x'); return null");
    assert_eq!(run(&page, "return new window.Event('y').type"), json!("y"));
    let told = "const { Event, CustomEvent } = window; const custom = new CustomEvent('x'); return [typeof Event, \
                Event.name, Object.getPrototypeOf(CustomEvent) === Event, custom instanceof Event, \
                Object.getPrototypeOf(Event.prototype) === window.Object.prototype]";
    assert_eq!(run(&page, told), json!(["function", "Event", true, true, true]));
    page.run("window.Base = class { static make() { return new this() } }; window.Derived = class extends Base {}");
    assert_eq!(
        run(&page, "new window.Derived(); return [new window.Base() instanceof window.Base, window.Base.make.name]"),
        json!([true, "make"])
    );
    page.assert_no_errors();
}

#[test]
fn a_page_that_cannot_wait_for_memory_is_woken_by_messages() {
    let without = "delete Atomics.waitAsync;";
    let index = include_str!("../../pages/bridge/index.html");
    let page = Site::new()
        .file(
            "index.html",
            index.replace("<script type=\"module\">", &format!("<script>{without}</script><script type=\"module\">")),
        )
        .file("worker.js", format!("{without}{}", include_str!("../../pages/bridge/worker.js")))
        .open();
    page.wait_until("window.isReady");
    assert_eq!(page.text_of("typeof Atomics.waitAsync"), "undefined");
    assert_eq!(run(&page, "for (let i = 0; i < 2000; i++) document.title = i; return document.title"), json!("1999"));
    page.run("sync.pause = () => new Promise((r) => setTimeout(r, 30))");
    // Each finds the page away.
    assert_eq!(run(&page, "for (let i = 0; i < 10; i++) sync.pause(); return 'done'"), json!("done"));
}

#[test]
fn without_isolation_calls_give_promises_and_the_window_says_why_not() {
    let page = Site::new()
        .file("index.html", include_str!("../../pages/bridge/index.html"))
        .file("worker.js", include_str!("../../pages/bridge/worker.js"))
        .flag("--no-isolation")
        .open();
    page.wait_until("window.isReady");
    assert_eq!(page.text_of("crossOriginIsolated"), "false");
    page.run("sync.add = async (a, b) => a + b; sync.bad = () => { throw new RangeError('far') }");
    assert_eq!(run(&page, "return await sync.add(1, 2)"), json!(3));
    assert_eq!(run(&page, "return await sync.bad().catch((e) => e.name + e.message)"), json!("RangeErrorfar"));
    assert_eq!(run(&page, "return await sync.nothing().catch((e) => e.name)"), json!("TypeError"));
    run(&page, "sync.twice = (x) => 2 * x; return null");
    assert_eq!(page.run("return sync.twice(21)"), json!(42));
    assert!(error(&page, "return document.title").contains("Unable to use `window` or `document`"));
    page.assert_no_errors();
}

#[test]
fn values_come_back_as_they_went() {
    let page = open();
    page.run("sync.echo = (value) => value");
    let differing = run(
        &page,
        "const same = (a, b) => Object.is(a, b) || typeof b === 'object' && a !== b &&
           Object.prototype.toString.call(a) === Object.prototype.toString.call(b) && String(a) === String(b) && JSON.stringify(a) === JSON.stringify(b);
         const values = [undefined, null, true, false, 0, -0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 1.5, NaN, -Infinity, '', 'é漢𝄞\\0', '\\ud800',
           12n, -(2n ** 80n), 'x'.repeat(100000), Symbol.iterator, Symbol.for('q'), new Date(7), new Date(NaN), /a+/gi, [1, [2]], { a: { b: 1 } },
           new Uint8Array([1, 2, 3]), new Float64Array([1.5]), new ArrayBuffer(5), new DataView(new ArrayBuffer(3)), new RangeError('far'), { ['__proto__']: 1 }];
         return values.filter((value) => !same(sync.echo(value), value)).map(String)",
    );
    assert_eq!(differing, json!([]));
    assert_eq!(
        run(&page, "const m = sync.echo(new Map([[1, new Set([2])]])); return m instanceof Map && m.get(1).has(2)"),
        json!(true)
    );
    assert_eq!(run(&page, "const a = [1]; a.push(a); const b = sync.echo({ a }); return b.a[1] === b.a"), json!(true));
    assert_eq!(run(&page, "return sync.echo(document.body) === document.body"), json!(true));
    assert_eq!(
        run(
            &page,
            "const context = new window.OffscreenCanvas(4, 4).getContext('2d');
             const data = context.getImageData(0, 0, 2, 2); data.data.set([200, 0, 0, 255]); context.putImageData(data, 0, 0);
             const back = context.getImageData(0, 0, 2, 1); return [back instanceof ImageData, back.width, back.data[0]].join()"
        ),
        json!("true,2,200")
    );
    page.assert_no_errors();
}

#[test]
fn results_of_any_size_cross() {
    let page = open();
    page.run("sync.echo = (value) => value; sync.make = (length) => new Uint8Array(length).fill(7)");
    // Around the size of the shared memory, which longer ones take in parts.
    for length in [0, 1, 65_536, 1_114_080, 1_114_096, 1_114_097, 1_114_113, 5_000_000] {
        let code = format!(
            "const a = new Uint8Array({length}); for (let i = 0; i < a.length; i += 997) a[i] = i;
             const b = sync.echo(a); return b.length === a.length && b.every((value, i) => value === a[i])"
        );
        assert_eq!(run(&page, &code), json!(true), "{length}");
    }
    assert_eq!(run(&page, "const b = sync.make(256 << 20); return [b.length, b.at(-1)].join()"), json!("268435456,7"));
    assert_eq!(run(&page, "const s = 'é'.repeat(4 << 20); return sync.echo(s) === s"), json!(true));
}

#[test]
fn what_cannot_cross_raises_where_it_was_asked_for() {
    let page = open();
    assert_eq!(
        error(&page, "window.console.log(1, { a: [new WeakMap()] })"),
        "TypeError: a WeakMap cannot cross between worker and page: arguments[1].a[0]"
    );
    assert!(error(&page, "document.title = Symbol()").contains("a symbol of its own"));
    let nested = "let list = []; for (let i = 0; i < 600; i++) list = [list]; window.console.log(list)";
    assert!(error(&page, nested).contains("nested deeper than 500 levels"));
    // Nothing is out of step afterwards.
    assert_eq!(run(&page, "return document.title"), json!("Bridge"));
}

#[test]
fn exceptions_keep_their_type_and_message() {
    let page = open();
    page.run(
        "sync.far = function far() { throw new RangeError('too far') };
         sync.odd = () => { throw Object.assign(new Error('odd'), { name: 'OddError' }) };
         sync.late = async () => { throw new SyntaxError('late') }",
    );
    assert_eq!(error(&page, "sync.far()"), "RangeError: too far");
    assert_eq!(error(&page, "sync.odd()"), "OddError: odd");
    assert_eq!(error(&page, "sync.late()"), "SyntaxError: late");
    assert!(error(&page, "document.querySelector('!!')").starts_with("SyntaxError: Failed to execute 'querySelector'"));
    assert_eq!(
        run(&page, "try { sync.far() } catch (e) { return (e instanceof RangeError) && e.stack.includes('far') }"),
        json!(true)
    );
    assert_eq!(
        run(
            &page,
            "try { document.body.appendChild(document) } catch (e) { return e instanceof DOMException && e.code }"
        ),
        json!(3)
    );
    assert!(error(&page, "sync.nothing()").contains("the page has not set it"));
    run(&page, "sync.no = async () => { throw new TypeError('no') }; return null");
    assert_eq!(
        page.run("return sync.no().then(() => 'fulfilled', (e) => [e instanceof TypeError, e.message])"),
        json!([true, "no"])
    );
}

#[test]
fn functions_of_the_worker_are_functions_on_the_page() {
    let page = open();
    run(
        &page,
        "store.seen = []; store.listener = (e) => store.seen.push(e.type + e.currentTarget.id + e.target.localName);
         document.getElementById('list').addEventListener('click', store.listener); return null",
    );
    page.run("document.querySelector('li').click()");
    let seen = || run(&page, "await new Promise((r) => setTimeout(r, 50)); return store.seen.join()");
    assert_eq!(seen(), json!("clicklistli"));
    run(&page, "document.getElementById('list').removeEventListener('click', store.listener); return null");
    page.run("document.querySelector('li').click()");
    assert_eq!(seen(), json!("clicklistli"), "the same function is the same listener");
    run(&page, "sync.twice = (x) => 2 * x; window.twice = async (x) => 2 * x; return null");
    assert_eq!(page.run("return Promise.all([sync.twice(21), window.twice(4)])"), json!([42, 8]));
    assert_eq!(
        run(&page, "return await new Promise((r) => window.setTimeout((a) => r(a), 1, 'timer'))"),
        json!("timer")
    );
    assert_eq!(run(&page, "return await window.Promise.resolve(5)"), json!(5));
    run(&page, "window.later = new Promise((r) => setTimeout(r, 20, 'settled')); return null");
    assert_eq!(page.run("return window.later"), json!("settled"));
    page.assert_no_errors();
}

#[test]
fn a_listener_prevents_what_it_was_declared_to_prevent() {
    let page = open();
    run(
        &page,
        "store.calls = 0;
         document.body.insertAdjacentHTML('beforeend', '<a id=\"a\" href=\"#gone\">a</a>');
         document.getElementById('a').addEventListener('click', () => store.calls++, { invoke: 'preventDefault' }); return null",
    );
    page.run("document.getElementById('a').click()");
    assert_eq!(run(&page, "await new Promise((r) => setTimeout(r, 50)); return store.calls"), json!(1));
    assert_eq!(page.text_of("location.hash"), "");
}

#[test]
fn a_cycle_of_waits_is_an_error_and_the_worker_goes_on() {
    let page = open();
    page.run(
        "sync.main_task = async () => { const value = await sync.worker_task(); return value };
         sync.given = () => sync.worker_task();
         sync.passed = (callback) => callback();
         sync.late = async function late() { await new Promise((r) => setTimeout(r, 20)); return await sync.worker_task() }",
    );
    run(&page, "store.ran = 0; sync.worker_task = () => ++store.ran; return null");
    let start = Instant::now();
    for call in ["main_task()", "given()", "late()"] {
        let error = error(&page, &format!("sync.{call}"));
        assert!(error.contains("💀🔒 - Possible deadlock if proxy.worker_task(...args) is awaited"), "{call}: {error}");
        assert!(error.contains(call), "{error}");
    }
    assert!(error(&page, "sync.passed(function tell() {})").contains("proxy.tell(...args)"));
    assert!(start.elapsed() < Duration::from_secs(10), "found when it closes, not by a timer");
    assert_eq!(page.run("return sync.worker_task()"), json!(4), "what was called runs when the worker is free");
}

#[test]
fn a_cycle_through_two_workers_is_found_by_whoever_closes_it() {
    let page = open();
    page.run(
        "window.second = await startWorker();
         sync.a = async () => await second.sync.b();
         second.sync.c = async () => await sync.d()",
    );
    run(&page, "sync.d = () => 1; return null");
    run_in(&page, "second", "sync.b = () => sync.c(); return null");
    let error = error(&page, "sync.a()");
    assert!(error.contains("💀🔒 - Possible deadlock if proxy.d(...args) is awaited"), "{error}");
    for name in ["a()", "b()", "c()", "d()"] {
        assert!(error.contains(name), "{name} in {error}");
    }
    // Both are free again.
    assert_eq!(page.run("return sync.d()"), json!(1));
    assert_eq!(run_in(&page, "second", "return document.title").0, json!("Bridge"));
}

#[test]
fn scheduling_a_call_is_no_deadlock() {
    let page = open();
    page.run(
        "const pause = () => new Promise((r) => setTimeout(r, 200));
         sync.returns = () => { Promise.resolve(sync.worker_task()); return 'returned' };
         sync.goesOn = async () => { Promise.resolve(sync.worker_task()); await pause(); return 'slow' };
         sync.ignores = async () => { sync.worker_task(); await pause(); return 'ignored' };
         sync.other = async () => { await second.sync.busy(); return 'other worker' };",
    );
    run(&page, "store.ran = 0; sync.worker_task = () => ++store.ran; return null");
    page.run("window.second = await startWorker()");
    run_in(&page, "second", "sync.busy = async () => new Promise((r) => setTimeout(r, 200)); return null");
    for (call, answer) in
        [("returns", "returned"), ("goesOn", "slow"), ("ignores", "ignored"), ("other", "other worker")]
    {
        assert_eq!(run(&page, &format!("return sync.{call}()")), json!(answer));
    }
    assert_eq!(run(&page, "await new Promise((r) => setTimeout(r, 50)); return store.ran"), json!(3));
}

#[test]
fn what_the_worker_has_forgotten_is_forgotten_on_the_page() {
    let page = open();
    let before = page.run("return first.bridge.shared").as_u64().unwrap();
    run(&page, "for (let i = 0; i < 20000; i++) document.createElement('i'); return null");
    assert!(page.run("return first.bridge.shared").as_u64().unwrap() > 10_000, "the worker had them");
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        // Memory that fills is what makes an engine collect.
        run(
            &page,
            "for (let i = 0; i < 40; i++) new Uint8Array(1 << 20); await new Promise((r) => setTimeout(r, 20)); return null",
        );
        let now = page.run("return first.bridge.shared").as_u64().unwrap();
        if now < before + 100 {
            break;
        }
        assert!(Instant::now() < end, "{now} objects are kept, at first it was {before}");
    }
}

#[test]
fn what_is_on_its_way_is_not_forgotten() {
    let page = open();
    // Each result goes by port and mentions an object of the page that nothing holds afterwards, while requests in
    // shared memory go on and both sides collect.
    run(
        &page,
        "sync.make = () => document.createElement('b'); sync.take = (f) => { f(1); return document.title };
         store.calls = 0; return null",
    );
    page.run("sync.touch = () => new Array(1e5).fill(0).length; window.taken = 0");
    let results = page.run(
        "let good = 0;
         for (let i = 0; i < 300; i++) {
           const [made] = await Promise.all([sync.make(), sync.take(() => taken++), run('for (let i = 0; i < 3; i++) { sync.touch(); new Uint8Array(1 << 18) } return 1')]);
           good += made.localName === 'b';
         }
         return good",
    );
    assert_eq!(results, json!(300));
    page.assert_no_errors();
}

#[test]
fn a_class_that_is_met_by_two_ways_is_known_by_both() {
    let page = open();
    run(&page, "sync.met = (thing) => store.met = thing.bark(); return null");
    // While the worker is busy, the first mention waits on the port; the second comes with an answer.
    page.run(
        "class Animal { bark() { return 'wuff' } *[Symbol.iterator]() { yield 1 } }
         class Dog extends Animal { get name() { return 'Dog' } }
         window.dog = new Dog(); window.other = new Dog();
         sync.start = () => { window.call = sync.met(dog) }",
    );
    let code = "sync.start(); const a = window.other, b = window.dog;
        store.bark = a.bark; return [a.bark(), [...b].length, b === window.dog, a.name].join()";
    assert_eq!(run(&page, code), json!("wuff,1,true,Dog"));
    assert_eq!(page.run("return call"), json!("wuff"));
    assert_eq!(run(&page, "return store.bark === window.dog.bark"), json!(true), "the same method as before");
}

#[test]
fn a_worker_that_ended_settles_what_was_asked_of_it() {
    let page = open();
    run(&page, "sync.never = () => new Promise(() => {}); return null");
    let said = page.run(
        "const call = sync.never().catch((error) => error.message);
         await new Promise((r) => setTimeout(r, 50)); first.worker.terminate(); first.bridge.close(); return call",
    );
    assert_eq!(said, json!("the worker has ended before it answered"));
    let after = page.run("return sync.never().catch((error) => error.message)");
    assert!(after.as_str().unwrap().contains("the worker has ended"), "{after}");
}

/// What a process and its descendants have used of the processors, in hundredths of a second.
pub(crate) fn ticks(process: u64) -> u64 {
    let mut sum = 0;
    let mut open = vec![process];
    while let Some(process) = open.pop() {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name before may have spaces; user and system time are the 12th and 13th after it.
        let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
        sum += after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>();
        let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
        open.extend(children.split_whitespace().filter_map(|child| child.parse::<u64>().ok()));
    }
    sum
}

#[test]
#[cfg(target_os = "linux")]
fn a_blocked_worker_idles() {
    let mut page = open();
    page.run("sync.sleep = (ms) => new Promise((r) => setTimeout(r, ms))");
    let process = page.browser().process().expect("the browser's process");
    // The engine may still be compiling what it has just run.
    run(&page, "return sync.sleep(1000)");
    let before = ticks(process);
    assert!(before > 0, "the browser's processes are found");
    run(&page, "return sync.sleep(4000)");
    let used = ticks(process) - before;
    // The whole browser, for four seconds: five hundredths of a core, and as much again for itself.
    assert!(used < 40, "{used} of 400 ticks");
}
