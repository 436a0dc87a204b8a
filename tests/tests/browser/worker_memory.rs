//! What workers leave behind: nothing. And what they cost while they wait: nearly nothing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use pyrite_tests::{Interpreter, Page, Site, on_both_interpreters};
use serde_json::Value;

fn factory(on: Interpreter) -> &'static str {
    if on.tag() == "py" { "PyWorker" } else { "MPWorker" }
}

const TOUCHING: &str = "import gc, js\nfrom pyscript import document, sync\n\
    def touch(count):\n    \
        for index in range(count):\n        \
            element = document.createElement('i')\n        \
            element.id = 'i' + str(index)\n        \
            assert element.id\n\
    def used():\n    \
        gc.collect()\n    \
        js.gc()\n    \
        # Bytes on MicroPython; Pyodide has no count of them, but of objects.\n    \
        return gc.mem_alloc() if hasattr(gc, 'mem_alloc') else len(gc.get_objects())\n\
    sync.touch = touch\nsync.used = used\n";

/// What is in use when everybody has collected: bytes of the page, of the worker and of elements, what Python has
/// allocated, and how many objects of the page the worker knows.
fn used(page: &Page) -> [f64; 5] {
    let found = page.run(
        "const pause = () => new Promise((done) => setTimeout(done, 120));
         for (let round = 0; round < 3; round++) { await worker.sync.used(); await pause(); gc(); }
         const { breakdown } = await performance.measureUserAgentSpecificMemory();
         const bytes = (is) => breakdown.filter(is).reduce((sum, { bytes }) => sum + bytes, 0);
         const scope = (name) => bytes(({ attribution: [of] }) => of?.scope === name);
         return [scope('Window'), scope('DedicatedWorkerGlobalScope'), bytes(({ types }) => types.includes('DOM')),
           await worker.sync.used(), worker.bridge.shared]",
    );
    let numbers: Vec<f64> = found.as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    numbers.try_into().expect("five numbers")
}

on_both_interpreters! {
    fn a_hundred_thousand_elements_touched_by_python_leave_nothing_behind(on) {
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            window.worker = await Python('./worker.py');</script>", factory(on));
        let page = Site::page(&body).file("worker.py", TOUCHING).open();
        page.wait_until("window.worker && typeof gc === 'function'");
        // What is made once, for the class and the code.
        page.run("await worker.sync.touch(2000)");
        let before = used(&page);
        for _ in 0..10 {
            page.run("await worker.sync.touch(10000)");
        }
        let mut after = used(&page);
        // Collectors owe nobody anything at once.
        for _ in 0..20 {
            if after.iter().zip(before).all(|(after, before)| *after <= before * 1.1) {
                break;
            }
            after = used(&page);
        }
        let what = ["the page's heap", "the worker's heap", "elements", "Python's heap", "objects that the worker knows"];
        for ((what, before), after) in what.into_iter().zip(before).zip(after) {
            println!("{what} of {on:?}: {before} before, {after} after");
            assert!(after <= before * 1.1, "{what}: {before} before, {after} after");
        }
        page.assert_no_errors();
    }

    fn a_worker_that_has_ended_leaves_nothing_on_the_page(on) {
        let code = "from pyscript import document, sync\n\
            def listen(event):\n    pass\n\
            document.addEventListener('click', listen)\n\
            sync.kept = lambda: document.createElement('u')\n\
            sync.listen = listen\n";
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            window.round = async () => {{
              const worker = await Python('./worker.py');
              worker.sync.mine = () => worker;
              const element = await worker.sync.kept();
              const refs = [worker, worker.sync, element].map((object) => new WeakRef(object));
              worker.terminate();
              return refs;
            }};</script>", factory(on));
        let page = Site::page(&body).file("worker.py", code).open();
        page.wait_until("window.round");
        page.run("window.refs = []; for (let i = 0; i < 3; i++) refs.push(...await round())");
        page.wait_until("(gc(), refs.every((ref) => ref.deref() === undefined))");
        // Their listeners are still there, and do nothing.
        page.run("document.body.click(); await new Promise((done) => setTimeout(done))");
        page.assert_no_errors();
    }
}

/// Processor time of each thread of a page and its workers, in ticks: that of the engine's own helpers, and of
/// everything else on the machine, says nothing about who waits.
#[cfg(target_os = "linux")]
fn threads(process: u64) -> HashMap<PathBuf, u64> {
    let mut found = HashMap::new();
    let mut open = vec![process];
    while let Some(process) = open.pop() {
        let Ok(tasks) = std::fs::read_dir(format!("/proc/{process}/task")) else { continue };
        let command = std::fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let page = PathBuf::from(format!("/proc/{process}/task/{process}"));
        for task in tasks.flatten().map(|task| task.path()) {
            let read = |name: &str| std::fs::read_to_string(task.join(name)).unwrap_or_default();
            let is_page = task == page && command.contains("--type=renderer");
            if is_page || read("comm").starts_with("DedicatedWorker") {
                let stat = read("stat");
                // The name before may have spaces; user and system time are the 12th and 13th after it.
                let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
                let ticks = after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
                found.insert(task.clone(), ticks);
            }
            open.extend(read("children").split_whitespace().filter_map(|child| child.parse::<u64>().ok()));
        }
    }
    found
}

/// Ticks while JavaScript of the page runs.
#[cfg(target_os = "linux")]
fn used_by(page: &mut Page, code: &str) -> u64 {
    let process = page.browser().process().expect("the browser's process");
    let before = threads(process);
    page.run(code);
    threads(process).iter().map(|(thread, ticks)| ticks - before.get(thread).copied().unwrap_or(0)).sum()
}

#[cfg(target_os = "linux")]
on_both_interpreters! {
    fn python_that_waits_for_the_page_uses_no_processor(on) {
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            window.worker = await Python('./worker.py');
            worker.sync.pause = (ms) => new Promise((done) => setTimeout(done, ms));</script>", factory(on));
        let code = "from js import performance\nfrom pyscript import sync\n\
            sync.wait = lambda ms: sync.pause(ms)\n\
            def compute(seconds):\n    end = performance.now() + seconds * 1000\n    while performance.now() < end:\n        pass\n\
            sync.compute = compute\n";
        let mut page = Site::page(&body).file("worker.py", code).open();
        page.wait_until("window.worker?.sync.pause");
        // The threads that are looked at are those that work, however little of the processor they get.
        let mut computing = 0;
        while computing < 20 {
            computing += used_by(&mut page, "await worker.sync.compute(0.5)");
        }
        page.run("await worker.sync.wait(500)");
        let start = Instant::now();
        let waiting = used_by(&mut page, "await worker.sync.wait(4000)");
        // A tick is a hundredth of a second.
        let share = waiting as f64 / 100.0 / start.elapsed().as_secs_f64();
        println!("{on:?}: {share} of a core");
        assert!(share < 0.05, "{share} of a core while it waits");
    }
}
