//! Workers that are killed, pages that leave, receivers that are gone: in the middle of calls, again and again.

use pyrite_tests::{Site, on_both_interpreters};

/// Each round starts a worker, lets calls run both ways, and ends it at some moment in one of many ways. Everything that
/// was asked has to be answered, well or not.
const ROUNDS: &str = "
  const settles = (promise, what) => Promise.race([
    Promise.resolve(promise).then(() => 'ok', () => 'failed'),
    new Promise((done) => setTimeout(done, 20000, `hangs: ${what}`)),
  ]);
  window.chaos = async (seed, rounds) => {
    let state = seed;
    const random = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
    const trouble = [];
    const counts = {};
    const ends = ['kill', 'killAtOnce', 'killFromItsCall', 'dropReceiver', 'raise', 'leave', 'interrupt', 'removeSync'];
    // A few live side by side.
    const one = async (round) => {
      const end = ends[random(ends.length)];
      counts[end] = (counts[end] ?? 0) + 1;
      const worker = new Python('./worker.py');
      let calls = [];
      const call = (name, ...args) => calls.push(settles(worker.sync[name](...args), `${end} ${name} in round ${round}`));
      worker.sync.page_slow = () => new Promise((done) => setTimeout(done, random(8), 'slow'));
      worker.sync.page_never = () => new Promise(() => {});
      worker.sync.page_kill = () => { worker.terminate(); return 'gone' };
      worker.sync.page_throw = () => { throw new RangeError('on purpose') };
      calls.push(settles(worker.ready, `${end} ready in round ${round}`));
      call('add', 1, 2);
      if (end === 'killAtOnce') { worker.terminate(); call('add', 1, 2) }
      else {
        if (random(2)) await settles(worker.ready, 'ready');
        for (let i = random(4); i >= 0; i--) call(['add', 'dom', 'ask', 'fail', 'nothing_like_it'][random(5)], i, i);
        if (end === 'kill') { await new Promise((done) => setTimeout(done, random(30))); worker.terminate() }
        if (end === 'killFromItsCall') call('kill');
        if (end === 'dropReceiver') { call('never'); await new Promise((done) => setTimeout(done, random(10))); worker.terminate() }
        if (end === 'raise') call('fail');
        if (end === 'leave') call('leave');
        if (end === 'removeSync') { delete worker.sync.page_slow; call('ask', 0, 0) }
        if (end === 'interrupt') {
          await settles(worker.ready, 'ready');
          call('never');
          const timer = setInterval(() => worker.interrupt(), 5);
          await calls.at(-1);
          clearInterval(timer);
        }
      }
      for (const outcome of await Promise.all(calls)) if (outcome.startsWith('hangs')) trouble.push(outcome);
      worker.terminate();
      trouble.push(...(await Promise.all([settles(worker.sync.add(1, 1), `after ${end}`)])).filter((outcome) => outcome !== 'failed'));
    };
    const queue = Array.from({ length: rounds }, (_, round) => round);
    await Promise.all([1, 2].map(async () => { for (let round; (round = queue.shift()) !== undefined; ) await one(round) }));
    return { trouble, counts };
  };
  window.unhandled = [];
  addEventListener('unhandledrejection', (event) => unhandled.push(String(event.reason?.message ?? event.reason)));";

const WORKER: &str = "import js\nfrom pyscript import document, sync\n\
    def dom(a, b):\n    \
        element = document.createElement('i')\n    element.textContent = str(a)\n    return element.textContent\n\
    def fail(*args):\n    raise ValueError('on purpose')\n\
    def leave():\n    js.close()\n\
    sync.add = lambda a, b: a + b\nsync.dom = dom\nsync.fail = fail\nsync.leave = leave\n\
    sync.ask = lambda a, b: sync.page_slow()\nsync.never = lambda: sync.page_never()\nsync.kill = lambda: sync.page_kill()\n";

on_both_interpreters! {
    fn workers_that_end_in_the_middle_of_everything_leave_nobody_waiting(on) {
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let body = format!("<script type=\"module\">import {{ {factory} as Python }} from '/_pyrite/core.js';{ROUNDS}</script>");
        let page = Site::page(&body).file("worker.py", WORKER).open();
        page.wait_until("window.chaos");
        // Pyodide takes its time to start.
        let rounds = if on.tag() == "py" { 24 } else { 140 };
        for start in (0..rounds).step_by(12) {
            let found = page.run(&format!("return chaos({}, 12)", 7 + start));
            assert_eq!(found["trouble"].as_array().map(Vec::len), Some(0), "{found}");
        }
        assert_eq!(page.text_of("unhandled.join('|')"), "");
    }

    fn a_page_that_is_left_during_calls_comes_back_whole(on) {
        let code = "from pyscript import document, sync, window\n\
            window.begun = True\nwhile True:\n    document.title = document.title\n    sync.answer()\n";
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            const worker = new Python('./worker.py');
            worker.sync.answer = async () => 1;</script>", if on.tag() == "py" { "PyWorker" } else { "MPWorker" });
        let page = Site::page(&body).file("worker.py", code).file("other.html", "<title>other</title><p>other</p>").open();
        let rounds = if on.tag() == "py" { 6 } else { 30 };
        for round in 0..rounds {
            // In the middle of a call. Not before it has begun: Chromium 156 itself breaks down now and then when a page is left
            // whose worker is just loading WebAssembly, without any of ours.
            page.wait_until("window.begun");
            match round % 2 {
                0 => page.reload(),
                _ => {
                    page.goto("/other.html");
                    page.goto("/");
                }
            }
        }
        page.wait_until("window.begun");
        page.assert_no_errors();
    }
}
