//! Editors: code that visitors change and run.

use pyrite_tests::{Browser, Interpreter, Page, Site, on_both_interpreters};

/// An editor with this code.
pub(crate) fn editor(on: Interpreter, attributes: &str, code: &str) -> String {
    format!("<script type=\"{}-editor\" {attributes}>\n{code}\n</script>\n", on.tag())
}

/// Clicks the button of an editor.
pub(crate) fn click(page: &Page, number: usize) {
    page.run(&format!("document.querySelectorAll('button[class*=editor-run]')[{number}].click()"));
}

/// The output of an editor, as JavaScript.
pub(crate) fn output(number: usize) -> String {
    format!("(document.querySelectorAll('[role=log]')[{number}]?.textContent ?? '')")
}

/// Waits for text in the output of an editor.
#[track_caller]
pub(crate) fn wait_for(page: &Page, number: usize, text: &str) {
    page.wait_until(&format!("{}.includes({})", output(number), serde_json::json!(text)));
}

/// Waits for a status that begins so.
#[track_caller]
pub(crate) fn wait_for_status(page: &Page, number: usize, text: &str) {
    let status = format!("document.querySelectorAll('[class*=editor-status]')[{number}]?.textContent ?? ''");
    page.wait_until(&format!("({status}).startsWith({})", serde_json::json!(text)));
}

/// Waits until so many editors can be run.
#[track_caller]
pub(crate) fn wait_for_editors(page: &Page, number: usize) {
    page.wait_until(&format!("document.querySelectorAll('button[class*=editor-run]').length === {number}"));
}

#[track_caller]
fn open(body: &str, editors: usize) -> Page {
    let page = Site::page(body).open();
    wait_for_editors(&page, editors);
    page
}

on_both_interpreters! {
    fn editors_of_an_environment_share_what_is_defined_and_each_shows_its_own(on) {
        let body = editor(on, "env=one setup", "base = 40")
            + &editor(on, "env=one", "found = base + 2\nprint('first', found)")
            + &editor(on, "env=one", "print('second', found)")
            + &editor(on, "env=other", "try:\n    print(found)\nexcept NameError:\n    print('not here')");
        let page = open(&body, 3);
        click(&page, 0);
        wait_for(&page, 0, "first 42");
        click(&page, 1);
        wait_for(&page, 1, "second 42");
        click(&page, 2);
        wait_for(&page, 2, "not here");
        assert_eq!(page.text_of("document.querySelectorAll('[role=log]')[0].textContent"), "first 42\n");
        page.assert_no_errors();
    }

    fn keys_run_an_editor_and_leave_it(on) {
        let page = open(&(editor(on, "", "x = 1") + "<button id=after>After</button>"), 1);
        page.run("document.querySelector('[class*=editor-input] > div:last-child').shadowRoot.querySelector('.cm-content').focus()");
        page.press("Control+a");
        page.type_text("print('typed', 6 * 7)");
        page.press("Shift+Enter");
        wait_for(&page, 0, "typed 42");
        wait_for_status(&page, 0, "Done");
        page.press("Tab");
        page.press("Escape");
        page.press("Tab");
        page.wait_until("document.activeElement.id === 'after'");
        page.assert_no_errors();
    }

    fn what_is_displayed_lands_in_the_editor_s_output(on) {
        let code = "\
from pyscript import display
class Figure:
    def savefig(self, file, format):
        file.write(b'\\x89PNG')
print('before')
display('shown')
display(Figure())
print('after')";
        let page = open(&editor(on, "", code), 1);
        click(&page, 0);
        wait_for(&page, 0, "after");
        let output = page.text_of("document.querySelector('[role=log]').innerText");
        assert_eq!(output.split_whitespace().collect::<Vec<_>>(), ["before", "shown", "after"]);
        page.wait_until("document.querySelector('[role=log] img').src.startsWith('data:image/png')");
    }

    fn an_error_marks_its_line(on) {
        let page = open(&editor(on, "", "x = 1\ny = 0\nx / y"), 1);
        click(&page, 0);
        wait_for(&page, 0, "ZeroDivisionError");
        wait_for_status(&page, 0, "Error in line 3");
        page.wait_until(
            "document.querySelector('[class*=editor-input] > div:last-child').shadowRoot.querySelectorAll('.cm-lint-marker-error').length === 1",
        );
        page.run("document.querySelector('script[type$=editor-active]').code = 'print(\"better\")'");
        click(&page, 0);
        wait_for(&page, 0, "better");
        page.wait_until(
            "!document.querySelector('[class*=editor-input] > div:last-child').shadowRoot.querySelector('.cm-lint-marker-error')",
        );
    }

    fn what_runs_too_long_can_be_stopped(on) {
        let rest = if on == Interpreter::Pyodide { "pass" } else { "time.sleep(.01)" };
        let page = open(&editor(on, "", &format!("print('on')\nimport time\nwhile True: {rest}")), 1);
        click(&page, 0);
        wait_for(&page, 0, "on");
        click(&page, 0);
        wait_for_status(&page, 0, "Stopped");
        page.run("document.querySelector('script[type$=editor-active]').code = 'print(\"again\")'");
        click(&page, 0);
        wait_for(&page, 0, "again");
    }

    fn a_bad_editor_does_not_stop_the_others(on) {
        let body = editor(on, "src=missing.py", "")
            + &editor(on, "target=nowhere", "1")
            + &editor(on, "env=a config='{}'", "1")
            + &editor(on, "env=a config='{}'", "1")
            + &editor(on, "", "print('fine')");
        let page = open(&body, 2);
        page.wait_until("document.querySelectorAll('[role=alert]').length === 3");
        click(&page, 1);
        wait_for(&page, 1, "fine");
        let told = page.text_of("[...document.querySelectorAll('[role=alert]')].map(e => e.textContent).join('|')");
        for words in ["Invalid source: missing.py", "Unknown target nowhere", "duplicated config for env"] {
            assert!(told.contains(words), "{told}");
        }
    }

    fn a_page_uses_its_editor(on) {
        let body = "<div id=place></div><div id=out></div>".to_owned()
            + &editor(on, "target=place output=out rows=3 onbeforerun=\"print('ready')\"", "  print('own')");
        let page = open(&body, 1);
        page.run("script = document.querySelector('script[type$=editor-active]')");
        assert_eq!(page.text_of("script.code"), "print('own')");
        assert_eq!(page.text_of("script.target.id"), "place");
        page.run("script.handleEvent = (event) => { window.seen = event.code; return false }");
        click(&page, 0);
        page.wait_until("window.seen === \"print('own')\"");
        assert_eq!(page.text_of("out.textContent"), "");
        page.run("script.handleEvent = null");
        page.run("return script.process('print(\"quiet\")')");
        page.wait_for_line("quiet");
        page.run("addEventListener('py-editor:done', () => window.ended = true)");
        click(&page, 0);
        page.wait_until("window.ended");
        assert_eq!(page.text_of("out.textContent"), "ready\nown\n");
        page.assert_no_errors();
    }

    fn pages_without_an_editor_load_none(on) {
        let page = Site::page(&on.script("print('x')")).serve().open_in(Browser::fresh(), "/");
        page.wait_for_all_done();
        assert!(!page.server().log().iter().any(|line| line.contains("/editor.js")));
        // No test holds two browsers: others wait for them.
        drop(page);
        let page = Site::page(&editor(on, "", "1")).serve().open_in(Browser::fresh(), "/");
        page.wait_until("document.querySelector('button[class*=editor-run]')");
        assert!(page.server().log().iter().any(|line| line.contains("/editor.js")), "{:?}", page.server().log());
        // And no interpreter before it is run.
        assert!(!page.server().log().iter().any(|line| line.contains("micropython/") || line.contains("pyodide/")));
    }
}
