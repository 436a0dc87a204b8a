//! `<py-progress>`: how far a page is.

use std::time::Duration;

use pyrite_tests::{Fault, Site, on_both_interpreters};

/// What a screen reader is told, every time that it changes.
const WATCH: &str = "<script>
  window.told = [];
  const look = () => {
    const bar = document.querySelector('py-progress')?.shadowRoot?.querySelector('[role=progressbar]');
    if (!bar || window.watched) return;
    window.watched = true;
    const note = () => told.push([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuetext')]);
    note();
    new MutationObserver(note).observe(bar, { attributes: true, attributeFilter: ['aria-valuetext'] });
  };
  const timer = setInterval(look, 1);
</script>";

on_both_interpreters! {
    fn it_tells_steps_and_bytes_and_goes_away(on) {
        // Else it may be there before anybody looks.
        let wasm = if on.tag() == "py" { "pyodide/pyodide.asm.wasm" } else { "micropython/micropython.wasm" };
        let body = format!("{WATCH}<py-progress label=\"Getting Python\"></py-progress>{}", on.script("print('ran')"));
        let page = Site::page(&body).fault(wasm, Fault::Late(Duration::from_secs(2))).open();
        page.wait_for_all_done();
        page.wait_until("document.querySelector('py-progress').hidden");
        let bar = page.run("const bar = document.querySelector('py-progress').shadowRoot.querySelector('[role=progressbar]'); return ['aria-label', 'aria-valuemin', 'aria-valuemax'].map((name) => bar.getAttribute(name)).join()");
        assert_eq!(bar, "Getting Python,0,100");
        let told = page.run("return told");
        let told = told.as_array().unwrap();
        let numbers: Vec<i64> = told.iter().map(|one| one[0].as_str().unwrap().parse().unwrap()).collect();
        assert!(numbers.is_sorted(), "{numbers:?}");
        let name = if on.tag() == "py" { "Pyodide" } else { "MicroPython" };
        let words: Vec<_> = told.iter().filter_map(|one| one[1].as_str()).collect();
        assert!(words.iter().any(|text| text.contains(name) || text.contains("interpreter")), "{words:?}");
        assert!(words.iter().all(|text| text.contains(" MB of ")), "{words:?}");
        page.assert_no_errors();
    }
}

#[test]
fn it_shows_nothing_where_nothing_starts() {
    let page = Site::page("<py-progress></py-progress>").open();
    page.wait_for_all_done();
    page.wait_until("document.querySelector('py-progress').shadowRoot && document.querySelector('py-progress').hidden");
}

#[test]
fn a_chunk_that_is_not_to_be_had_is_told_and_scripts_run() {
    let page = Site::page("<py-progress></py-progress><script type=\"mpy\">print('ran')</script>")
        .fault("progress.js", Fault::Status(404))
        .open();
    page.wait_for_line("ran");
    page.wait_for_banner("(PY3002)");
}
