//! The gallery, served as `cargo xtask serve` does: what a newcomer opens first has to run.

use std::fs;

use pyrite_tests::{Page, Site, line_of, paths};

use crate::{editor, terminal};

/// All of `examples/`.
fn gallery() -> Page {
    Site::new().reloading().files_below(&paths::root().join("examples")).open()
}

/// One of them.
fn card(address: &str) -> Page {
    let page = gallery();
    page.goto(address);
    page
}

/// The addresses of the gallery's cards, in order.
pub(crate) fn cards(page: &Page) -> Vec<String> {
    let list = page.run("return [...document.querySelectorAll('h3 a')].map((link) => link.getAttribute('href'))");
    serde_json::from_value(list).unwrap()
}

/// Opens every card of the gallery that is shown, and waits for its scripts. `mount` is where it is on its host.
#[track_caller]
pub(crate) fn every_example_runs(page: &Page, mount: &str) {
    let cards = cards(page);
    assert!(cards.len() > 10, "the gallery has only {cards:?}");
    for card in cards.iter().filter(|card| *card != "errors/") {
        page.goto(&format!("{mount}{card}"));
        page.wait_for_all_done();
        page.assert_no_errors();
    }
}

#[test]
fn every_example_runs_without_an_error() {
    every_example_runs(&gallery(), "/");
}

#[test]
fn the_source_of_every_example_can_be_seen() {
    let page = gallery();
    for card in cards(&page) {
        let name = card.trim_end_matches('/');
        page.goto(&format!("/source/?{name}"));
        let seen = page.wait_for_all_done();
        page.assert_no_errors();
        let source = fs::read_to_string(paths::root().join(format!("examples/{name}/index.html"))).unwrap();
        let title = source.lines().find(|line| line.contains("<title>")).unwrap();
        assert!(seen.text.contains(title.trim()), "no source of {name}:\n{}", seen.text);
        assert!(!seen.text.contains("reload.js"), "the server's own script is shown as the author's");
    }
}

/// The page of errors shows both, with the lines of its source.
#[track_caller]
pub(crate) fn shows_both_errors(page: &Page) {
    let source = fs::read_to_string(paths::root().join("examples/errors/index.html")).unwrap();
    let seen = page.wait_for_all_done();
    assert_eq!(seen.banners.len(), 2, "{:?}", seen.banners);
    let place = |needle: &str| format!("File \"index.html\", line {}", line_of(&source, needle));
    // Which Python is first is not said.
    for needle in ["print(failure)", "return sum(prices) + failure"] {
        assert!(seen.banner(&place(needle)).is_some(), "no banner for {needle:?}: {:?}", seen.banners);
    }
    let explained = place("print(failure)").replace('"', "&quot;");
    assert!(
        source.contains(&place("print(failure)")) || source.contains(&explained),
        "the page explains another line than {explained}"
    );
}

#[test]
fn the_example_of_errors_shows_both_with_their_lines() {
    shows_both_errors(&card("/errors/"));
}

/// The page of tasks keeps one over a reload.
#[track_caller]
pub(crate) fn keeps_a_task(page: &Page) {
    page.wait_for_all_done();
    page.run(
        "document.querySelector('#task').value = 'Read <b>a</b> book'; document.querySelector('#new').requestSubmit()",
    );
    assert_eq!(page.text_of("document.querySelector('#list').textContent"), "Read <b>a</b> bookRemove");
    page.reload();
    page.wait_for_all_done();
    assert_eq!(page.text_of("document.querySelector('#summary').textContent"), "1 of 1 left to do");
}

#[test]
fn a_task_is_kept_over_a_reload() {
    keeps_a_task(&card("/todo/"));
}

/// The page of notes keeps one over a reload, and forgets it.
#[track_caller]
pub(crate) fn keeps_notes(page: &Page) {
    page.wait_for_all_done();
    page.run("document.querySelector('#text').value = 'Buy <b>bread</b>'; document.querySelector('#keep').click()");
    assert_eq!(page.text_of("document.querySelector('#notes').textContent"), "Buy <b>bread</b>Remove");
    page.reload();
    page.wait_for_all_done();
    assert_eq!(page.text_of("document.querySelector('#notes').textContent"), "Buy <b>bread</b>Remove");
    page.run("document.querySelector('#notes button').click()");
    assert_eq!(page.text_of("document.querySelector('#summary').textContent"), "0 kept");
    assert_eq!(page.text_of("document.querySelector('#notes').textContent"), "");
}

#[test]
fn notes_are_kept_over_a_reload() {
    keeps_notes(&card("/notes/"));
}

/// The page of Markdown makes HTML of it, and only of it.
#[track_caller]
pub(crate) fn renders_markdown(page: &Page) {
    page.wait_for_all_done();
    assert_eq!(page.text_of("document.querySelector('#preview h1 em').textContent"), "Markdown");
    assert_eq!(page.text_of("document.querySelector('#preview pre').textContent.trim()").lines().count(), 2);
    page.run(
        "const source = document.querySelector('#source'); source.value = '- **a**\\n- <b>\\n\\n[x](javascript:alert())'; \
         source.dispatchEvent(new Event('input'))",
    );
    assert_eq!(
        page.text_of("document.querySelector('#preview').innerHTML.replace(/\\s/g, '').match(/<ul>.*<\\/p>/)[0]"),
        "<ul><li><strong>a</strong></li><li>&lt;b&gt;</li></ul><p>[x](javascript:alert())</p>"
    );
}

#[test]
fn markdown_becomes_html_and_nothing_else() {
    renders_markdown(&card("/markdown/"));
}

/// The page of primes counts in a worker, stops and begins again.
#[track_caller]
pub(crate) fn counts_primes(page: &Page) {
    page.wait_until("!document.querySelector('#start').disabled");
    page.run("document.querySelector('#start').click()");
    page.wait_until("document.querySelector('#bar').value > 0");
    page.run("document.querySelector('#stop').click()");
    page.wait_until("document.querySelector('#result').textContent === 'Stopped.'");
    page.run("document.querySelector('#start').click()");
    page.wait_until("document.querySelector('#result').textContent === '5133 prime numbers below 50000.'");
    page.assert_no_errors();
}

#[test]
fn a_worker_counts_until_it_is_stopped() {
    counts_primes(&card("/primes/"));
}

/// The page with a prompt answers what is typed, and asks.
#[track_caller]
pub(crate) fn answers_at_its_prompt(page: &Page) {
    terminal::wait_for(page, 0, ">>>");
    terminal::focus(page, 0);
    page.type_text("6 * 7\n");
    terminal::wait_for(page, 0, "\n42\n");
    page.type_text("input('Name? ').upper()\nAda\n");
    terminal::wait_for(page, 0, "'ADA'");
    page.type_text("from pyscript import document; document.title\n");
    terminal::wait_for(page, 0, "\"Python's prompt");
    page.assert_no_errors();
}

#[test]
fn the_prompt_answers() {
    answers_at_its_prompt(&card("/repl/"));
}

/// The page of editors runs them, one after the other.
#[track_caller]
pub(crate) fn runs_a_notebook(page: &Page) {
    editor::wait_for_editors(page, 3);
    for (number, text) in [(0, "pear 4"), (1, "together: 10")] {
        editor::click(page, number);
        editor::wait_for(page, number, text);
    }
    editor::click(page, 2);
    page.wait_until("document.querySelector('rect[width=\"200\"]')");
    page.assert_no_errors();
}

#[test]
fn the_notebook_runs() {
    runs_a_notebook(&card("/notebook/"));
}

/// The snake moves, turns, and meets the wall.
#[track_caller]
pub(crate) fn plays_snake(page: &Page) {
    page.wait_for_all_done();
    assert_eq!(page.text_of("document.querySelector('#score').textContent"), "Length: 3.");
    // Down to the wall, however long that takes; what it eats on the way makes it longer.
    page.run(
        "document.querySelector('#again').click(); \
         board.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))",
    );
    page.wait_until("document.querySelector('#score').textContent.endsWith('The game is over.')");
    page.assert_no_errors();
}

#[test]
fn the_snake_moves_and_turns() {
    plays_snake(&card("/snake/"));
}

/// The page of the camera takes a picture.
#[track_caller]
pub(crate) fn takes_a_picture(page: &Page) {
    page.wait_for_all_done();
    page.run("document.querySelector('#start').click()");
    page.wait_until("!document.querySelector('#snap').disabled && document.querySelector('#video').videoWidth > 0");
    page.run("document.querySelector('#snap').click()");
    page.wait_until("document.querySelector('#pictures img').naturalWidth > 0");
    page.assert_no_errors();
}

#[test]
fn a_picture_is_taken_with_the_camera() {
    takes_a_picture(&card("/camera/"));
}

/// MicroPython asks, and Pyodide computes.
#[track_caller]
pub(crate) fn computes_together(page: &Page) {
    page.wait_for_all_done();
    page.run("document.querySelector('#digits').value = 30; document.querySelector('#compute').click()");
    page.wait_until("document.querySelector('#result').textContent === '3.141592653589793238462643383279'");
}

#[test]
fn one_python_computes_for_the_other() {
    computes_together(&card("/together/"));
}

#[test]
fn the_page_of_pyscript_names_a_released_version() {
    let page = fs::read_to_string(paths::root().join("examples/from-pyscript/index.html")).unwrap();
    assert!(page.contains("https://pyscript.net/releases/2025.11.2/core.js"), "it would show nothing");
}
