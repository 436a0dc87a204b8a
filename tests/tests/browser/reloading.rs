//! What an open page does when a file of its folder is saved.

use std::fs;

use pyrite_tests::{HEAD, Page, Site};

/// Marks the document, so that a new one in its place is noticed.
const MARK: &str = "window.__first = true";
const IS_MARKED: &str = "window.__first === true";
const OVERLAY: &str = "document.querySelector('#pyrite-problems[role=alert]')";
const INSIDE: &str = "document.querySelector('#pyrite-problems')?.shadowRoot.querySelector('section')";

/// Waits until the page hears of changes: it has heard how things are, and asked what is wrong with it.
fn connected(page: &Page) {
    page.wait_until("performance.getEntriesByType('resource').some(({ name }) => name.includes('/_pyrite/findings'))");
}

fn save(page: &Page, name: &str, content: &str) {
    // At once, and not empty first: a busy machine may take that for two changes.
    let beside = page.server().folder().with_extension("saved");
    fs::write(&beside, content).unwrap();
    fs::rename(&beside, page.server().path(name)).unwrap();
}

#[test]
fn a_page_is_loaded_again_when_its_python_is_saved() {
    let code = |word: &str| format!("from pyscript import window\nprint('{word}')");
    let page =
        Site::page("<script type=\"mpy\" src=\"main.py\"></script>").file("main.py", code("one")).reloading().open();
    page.wait_for_line("one");
    connected(&page);
    save(&page, "main.py", &code("two"));
    let seen = page.wait_for_line("two");
    assert_eq!(seen.printed("one"), 0, "the old page is gone");
    page.assert_no_errors();
}

#[test]
fn the_reader_stays_where_they_were_though_python_fills_the_page_late() {
    let body = |text: &str| {
        format!(
            "{HEAD}<p>{text}</p><script type=\"mpy\">\nfrom pyscript import document\n\
             document.body.insertAdjacentHTML('beforeend', '<div style=\"height:9000px\">tall</div>')\n</script>"
        )
    };
    let page = Site::new().file("index.html", body("one")).reloading().open();
    page.wait_for_all_done();
    connected(&page);
    page.run("scrollTo(0, 3210)");
    save(&page, "index.html", &body("two"));
    page.wait("the new text", |seen| seen.text.contains("two"));
    page.wait_until("Math.abs(scrollY - 3210) < 2");
}

#[test]
fn a_style_sheet_is_exchanged_in_place() {
    let page = Site::page("<link rel=\"stylesheet\" href=\"style.css\"><p>text</p>")
        .file("style.css", "p { color: rgb(1, 2, 3) }")
        .reloading()
        .open();
    let color = "getComputedStyle(document.querySelector('p')).color";
    page.wait_until(&format!("{color} === 'rgb(1, 2, 3)'"));
    connected(&page);
    page.run(MARK);
    for number in [4, 5, 6] {
        save(&page, "style.css", &format!("p {{ color: rgb({number}, 2, 3) }}"));
        page.wait_until(&format!("{color} === 'rgb({number}, 2, 3)'"));
    }
    page.wait_until("document.querySelectorAll('link[href*=\"style.css\"]').length === 1");
    assert_eq!(page.text_of(IS_MARKED), "true", "the page was not loaded again");
}

#[test]
fn a_broken_configuration_is_shown_until_it_is_mended() {
    let page = Site::page("<p>text</p>").file("pyscript.toml", "name = 'good'\n").reloading().open();
    connected(&page);
    page.run(MARK);
    save(&page, "pyscript.toml", "packages = []\nname = oops\n");
    page.wait_until(OVERLAY);
    let text = page.text_of(&format!("{INSIDE}.textContent"));
    assert!(text.contains("pyscript.toml, line 2, column 8"), "{text}");
    assert_eq!(page.text_of(IS_MARKED), "true", "what runs is not thrown away for a file that cannot be read");

    page.run(&format!("{INSIDE}.querySelector('button').click()"));
    assert_eq!(page.text_of(OVERLAY), "null", "it can be dismissed");
    save(&page, "pyscript.toml", "packages = []\nname = oops oops\n");
    page.wait_until(OVERLAY);

    save(&page, "pyscript.toml", "packages = []\nname = 'oops'\n");
    page.wait_until(&format!("!{OVERLAY}"));
    assert_eq!(page.text_of(IS_MARKED), "true", "the page itself does not use it");
}

#[test]
fn a_configuration_that_was_broken_before_is_shown_by_the_pages_that_name_it() {
    // Remembers over a reload whether the message was ever there.
    let html = |body: &str| {
        format!(
            "<!doctype html><title>x</title><script>new MutationObserver(() => {{\n\
             if (document.querySelector('#pyrite-problems')) sessionStorage.shown = location.pathname;\n\
             }}).observe(document, {{ childList: true, subtree: true }})</script><body>{body}"
        )
    };
    let server = Site::new()
        .file("with.html", html("<i config=\"sub/bad.json\">text</i>"))
        .file("without.html", html("<i config=\"good.json\">text</i>"))
        .file("sub/bad.json", "{\n \"a\": ]")
        .file("good.json", "{}")
        .reloading()
        .serve();
    let page = server.open("/with.html");
    page.wait_until(OVERLAY);
    let text = page.text_of(&format!("{INSIDE}.textContent"));
    assert!(text.contains("sub/bad.json, line 2"), "{text}");
    assert_eq!(page.text_of("sessionStorage.shown"), "/with.html");

    page.run("delete sessionStorage.shown");
    page.goto("/without.html");
    connected(&page);
    page.run(MARK);
    // Whatever it shows of what it has heard, it has shown once it is loaded again.
    save(&page, "without.html", &html("<i config=\"good.json\">other</i>"));
    page.wait_until(&format!("!({IS_MARKED}) && document.readyState === 'complete'"));
    assert_eq!(page.text_of("sessionStorage.shown ?? 'never'"), "never");
}

#[test]
fn what_the_check_finds_is_on_the_page_until_it_is_mended() {
    let page = Site::page("<script type=\"mpy\" src=\"main.py\"></script>")
        .file("main.py", "from helpers import nothing\nprint('one')")
        .reloading()
        .open();
    page.wait_until(INSIDE);
    let text = page.text_of(&format!("{INSIDE}.textContent"));
    assert!(text.contains("in main.py, line 1, column 21") && text.contains("helpers"), "{text}");
    assert_eq!(page.text_of("document.body.innerText.includes('helpers, line')"), "false");

    // What was dismissed does not come back with the same page.
    page.run(&format!("{INSIDE}.querySelector('button').click()"));
    assert_eq!(page.text_of(OVERLAY), "null");
    page.run(MARK);
    save(&page, "main.py", "from helpers import nothing\nimport helpers2");
    page.wait_until(INSIDE);
    let text = page.text_of(&format!("{INSIDE}.textContent"));
    assert!(text.contains("helpers2"), "{text}");
    page.run(&format!("{INSIDE}.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Escape' }}))"));
    assert_eq!(page.text_of(OVERLAY), "null");

    save(&page, "main.py", "print('mended')");
    page.wait_for_line("mended");
    connected(&page);
    assert_eq!(page.text_of(OVERLAY), "null");
}

#[test]
fn a_page_with_a_strict_policy_is_loaded_again_and_shows_what_is_wrong() {
    let html = |text: &str| {
        format!(
            "<!doctype html><meta http-equiv=\"content-security-policy\" content=\"default-src 'self'\"><title>x</title><p>{text}</p>"
        )
    };
    let page = Site::new().file("index.html", html("one")).reloading().open();
    connected(&page);
    save(&page, "index.html", &html("two"));
    page.wait("the new text", |seen| seen.text.contains("two"));
    connected(&page);
    save(&page, "a.toml", "a =");
    page.wait_until(OVERLAY);
    assert_eq!(page.text_of(&format!("getComputedStyle({OVERLAY}).position")), "fixed");
    let violations = page.seen().errors().join("\n");
    assert_eq!(violations, "");
}

#[test]
fn a_page_that_was_not_there_appears_when_it_is_saved() {
    let server = Site::new().reloading().serve();
    let page = server.open("/new.html");
    page.wait("the missing page", |seen| seen.text.contains("There is no file /new.html here"));
    save(&page, "new.html", "<!doctype html><p>it is here");
    page.wait("the new page", |seen| seen.text.contains("it is here"));
}

#[test]
fn many_open_pages_do_not_use_up_the_connections() {
    // Browsers open six to one server. Frames of a page are reloaded with it, so they hold none.
    let frames = "<iframe src=\"frame.html\"></iframe>".repeat(8);
    let page = Site::page(&format!("{frames}<p>text</p>"))
        .file("frame.html", "<!doctype html><title>x</title><p>frame")
        .reloading()
        .open();
    page.wait_until(
        "frames.length === 8 && Array.from(frames).every(frame => frame.document.readyState === 'complete')",
    );
    assert_eq!(page.text_of("fetch('frame.html').then(answer => answer.status)"), "200");
}
