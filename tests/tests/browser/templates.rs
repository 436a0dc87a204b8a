//! Pages that `pyrite new` makes: each runs as it is.

use std::fs;
use std::process::Command;

use pyrite_tests::{Page, Site, paths};

/// A page made by `pyrite new`, opened.
fn made(arguments: &[&str], beside: &[(&str, &str)]) -> Page {
    let place = tempfile::tempdir().unwrap();
    for (name, text) in beside {
        fs::write(place.path().join(name), text).unwrap();
    }
    let output =
        Command::new(paths::pyrite()).current_dir(place.path()).args(["new", "page"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let root = place.path().join("page");
    Site::new().files_below(&root).open()
}

#[test]
fn hello_greets() {
    let page = made(&["--template", "hello"], &[]);
    page.wait_for_line("Ready.");
    page.run("document.querySelector('#name').value = 'Ada'; document.querySelector('#greet').click()");
    page.wait_until("document.querySelector('#greeting').textContent === 'Hello, Ada!'");
    page.assert_no_errors();
}

#[test]
fn data_is_summed_up_and_drawn() {
    let page = made(&["--template", "data"], &[]);
    page.wait_for_all_done();
    assert_eq!(page.text_of("document.querySelector('#summary').textContent"), "58 mm a month, most of it in Jul.");
    assert_eq!(page.text_of("String(document.querySelectorAll('#chart rect').length)"), "12");
    page.assert_no_errors();
}

#[test]
fn the_game_goes_on_by_itself() {
    let page = made(&["--template", "game"], &[]);
    // The ball is drawn, and falls.
    let drawn = "document.querySelector('#field').getContext('2d').getImageData(0, 0, 480, 320).data";
    page.wait_until(&format!("{drawn}.some((value) => value)"));
    page.run(&format!("window.before = {drawn}.join()"));
    page.wait_until(&format!("{drawn}.join() !== window.before"));
    page.run("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))");
    page.assert_no_errors();
}

#[test]
fn the_notebook_s_cells_share_what_they_define() {
    let page = made(&["--template", "notebook"], &[]);
    page.wait_until("document.querySelectorAll('button[class*=editor-run]').length === 2");
    page.run("document.querySelectorAll('button[class*=editor-run]').forEach((button) => button.click())");
    page.wait_until("document.querySelectorAll('[role=log]')[0].textContent.startsWith('area: 12.56')");
    page.wait_until("document.querySelectorAll('[role=log]')[1].textContent.startsWith('volume: 33.5')");
    page.assert_no_errors();
}

#[test]
fn the_worker_counts() {
    let page = made(&["--template", "worker"], &[]);
    page.wait_for_line("Ready.");
    page.run("document.querySelector('#limit').value = '100'; document.querySelector('#count').click()");
    page.wait_until("document.querySelector('#answer').textContent === 'There are 25 primes up to 100.'");
    page.assert_no_errors();
}

#[test]
fn a_script_runs_with_the_files_that_it_imports() {
    let script = "import helper\nprint(helper.NAME)\n";
    let page = made(&["--from", "mine.py"], &[("mine.py", script), ("helper.py", "NAME = 'from the helper'\n")]);
    page.wait_for_all_done();
    page.assert_no_errors();
}
