//! What each statement of a worker's Python costs in round trips to the page, counted, not timed.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

/// Counts the answers that the page gives: an answer gives the shared memory back (`docs/protocol.md`, word 0).
const COUNTER: &str = "<script>
  window.answers = 0;
  const { store } = Atomics;
  Atomics.store = (block, word, value) => {
    if (word === 0 && value === 0) answers += 1;
    return store.call(Atomics, block, word, value);
  };
</script>";

/// Statements, with the round trips on MicroPython and on Pyodide. They run one after the other, each for the first
/// time: nothing is warm.
const STATEMENTS: [(&str, [u32; 2]); 26] = [
    ("document.title", [1, 1]),
    ("document.title = 'new'", [1, 1]),
    ("document.createElement('p')", [1, 1]),
    ("p = document.createElement('p')", [1, 1]),
    ("document.createElement", [0, 0]),
    ("p.textContent = 'text'", [1, 1]),
    ("p.setAttribute('title', 't')", [1, 1]),
    ("p.getAttribute('title')", [1, 1]),
    ("body = document.body", [1, 1]),
    ("body.appendChild(p)", [1, 1]),
    ("body.append(p, 'and text')", [1, 1]),
    ("document.body.lastElementChild.textContent", [3, 3]),
    ("p.classList.add('shiny')", [2, 2]),
    ("p.style.color = 'red'", [2, 2]),
    ("p.addEventListener('click', listener)", [1, 1]),
    ("document.querySelector('p')", [1, 1]),
    ("found = document.querySelectorAll('i')", [1, 1]),
    ("found.length", [1, 1]),
    ("list(found)", [1, 3]),
    ("hasattr(p, 'getAttribute')", [0, 0]),
    ("bool(p)", [0, 0]),
    ("p == body", [0, 0]),
    ("list(window.thousand)", [2, 4]),
    ("window.taken = ffi.to_js(thousand)", [1, 1]),
    ("window.Date.new(0).getTime()", [3, 3]),
    ("window.Math.max(1, 2)", [2, 2]),
];

on_both_interpreters! {
    fn each_statement_costs_the_round_trips_that_it_must(on) {
        let statements: Vec<_> = STATEMENTS.iter().map(|(code, _)| code).collect();
        let code = format!(
            "from pyscript import document, ffi, window\n\
             thousand = list(range(1000))\n\
             def listener(event):\n    pass\n\
             space = globals()\n\
             def count(code):\n    \
                 code = compile(code, '<statement>', 'exec')\n    \
                 before = window.answers\n    \
                 exec(code, space)\n    \
                 # One answer was for the number itself.\n    \
                 return int(window.answers - before) - 1\n\
             counts = [count(code) for code in {statements:?}]\n\
             window.counts = ffi.to_js(counts)"
        );
        let body = format!(
            "{COUNTER}<i></i><i></i><i></i><script>window.thousand = Array.from({{ length: 1000 }}, (_, i) => i)</script>{}",
            on.script_with("worker", &code)
        );
        let page = Site::page(&body).open();
        page.wait_for_all_done();
        page.assert_no_errors();
        let counts = page.run("return counts");
        let column = if on == Interpreter::MicroPython { 0 } else { 1 };
        let wrong: Vec<_> = STATEMENTS
            .iter()
            .enumerate()
            .filter(|(at, (_, expected))| counts[at] != expected[column])
            .map(|(at, (code, expected))| format!("{code}: {}, not {}", counts[at], expected[column]))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
