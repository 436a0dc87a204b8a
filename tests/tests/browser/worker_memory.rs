//! What workers leave behind: nothing. And what they cost while they wait: nearly nothing.

use std::time::{Duration, Instant};

use pyrite_tests::{Page, Site, on_both_interpreters};

/// Collects on the page and in the worker until no more comes back; gives the page's heap in bytes.
fn collect(page: &Page) -> u64 {
    let mut least = u64::MAX;
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let now = page
            .run("await worker.sync.collect(); await new Promise((done) => setTimeout(done, 80)); gc(); await worker.sync.collect(); gc(); return performance.memory.usedJSHeapSize")
            .as_u64()
            .expect("a number of bytes");
        if now >= least || Instant::now() > end {
            return least.min(now);
        }
        least = now;
    }
}

on_both_interpreters! {
    fn a_hundred_thousand_elements_leave_nothing_behind(on) {
        let code = "import gc, js\nfrom pyscript import document, sync\n\
            def make(count):\n    \
                for index in range(count):\n        document.createElement('i')\n\
            def collect():\n    gc.collect()\n    js.gc()\n\
            def heap():\n    return js.performance.memory.usedJSHeapSize if hasattr(js.performance, 'memory') else 0\n\
            sync.make = make\nsync.collect = collect\n";
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            window.worker = await Python('./worker.py', {{ async: true }});</script>", if on.tag() == "py" { "PyWorker" } else { "MPWorker" });
        let page = Site::page(&body).file("worker.py", code).open();
        page.wait_until("window.worker && typeof gc === 'function'");
        // What is made once, for the class and the code.
        page.run("await worker.sync.make(2000)");
        let before = collect(&page);
        for _ in 0..10 {
            page.run("await worker.sync.make(10000)");
        }
        let after = collect(&page);
        assert!(after as f64 <= before as f64 * 1.1, "the page's heap had {before} bytes, now {after}");
        page.assert_no_errors();
    }

    fn a_worker_that_has_ended_leaves_nothing_on_the_page(on) {
        let code = "from pyscript import document, sync, window\n\
            def listen(event):\n    pass\n\
            document.addEventListener('click', listen)\n\
            document.mine = [document.createElement('b') for _ in range(200)]\n\
            sync.kept = lambda: document.createElement('u')\n";
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            window.round = async () => {{
              const worker = await Python('./worker.py');
              const element = await worker.sync.kept();
              const refs = [new WeakRef(worker), new WeakRef(worker.sync), new WeakRef(element)];
              worker.terminate();
              return refs;
            }};</script>", if on.tag() == "py" { "PyWorker" } else { "MPWorker" });
        let page = Site::page(&body).file("worker.py", code.replace("document.mine = [document.createElement('b') for _ in range(200)]\n", "")).open();
        page.wait_until("window.round");
        page.run("window.refs = []; for (let i = 0; i < 3; i++) refs.push(...await round())");
        page.wait_until("(gc(), refs.every((ref) => ref.deref() === undefined))");
    }
}

/// Ticks of the browser's processes, in hundredths of a second, while JavaScript of the page runs.
#[cfg(target_os = "linux")]
fn ticks_of(page: &mut Page, code: &str) -> (u64, f64) {
    let process = page.browser().process().expect("the browser's process");
    let (before, start) = (crate::bridge::ticks(process), Instant::now());
    page.run(code);
    (crate::bridge::ticks(process) - before, start.elapsed().as_secs_f64())
}

#[cfg(target_os = "linux")]
on_both_interpreters! {
    fn python_that_waits_for_the_page_uses_no_processor(on) {
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            window.worker = await Python('./worker.py');
            worker.sync.pause = (ms) => new Promise((done) => setTimeout(done, ms));</script>", if on.tag() == "py" { "PyWorker" } else { "MPWorker" });
        let mut page = Site::page(&body)
            .file("worker.py", "from pyscript import sync\nsync.wait = lambda ms: sync.pause(ms)\n")
            .open();
        page.wait_until("window.worker?.sync.pause");
        page.run("await worker.sync.wait(1000)");
        // The same four seconds with nobody waiting are what the browser itself uses.
        let (idle, _) = ticks_of(&mut page, "await new Promise((done) => setTimeout(done, 4000))");
        let (waiting, seconds) = ticks_of(&mut page, "await worker.sync.wait(4000)");
        let share = (waiting as f64 - idle as f64) / (seconds * 100.0);
        assert!(share < 0.05, "{waiting} ticks against {idle} in {seconds} s");
    }
}
