//! What Python writes, and what goes wrong in it: on the console and on the page.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

on_both_interpreters! {
    fn each_printed_line_is_a_console_line(on) {
        let page = Site::page(&on.script("print('one\\ntwo')\nprint('no ', end='')\nprint('break')\nprint()\nprint('ünï → 🐍')")).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["one", "two", "no break", "", "ünï → 🐍"]);
        page.assert_no_errors();
    }

    fn standard_error_goes_to_the_console_and_the_page(on) {
        let page = Site::page(&on.script("import sys\nprint('careful', file=sys.stderr)\nprint('goes on')")).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.printed("goes on"), 1);
        assert!(seen.errors().iter().any(|line| line.trim() == "careful"), "{:?}", seen.errors());
        let banner = page.wait_for_banner("careful");
        assert_eq!(banner.code.as_deref(), Some("PY4001"));
        assert!(banner.visible);
    }

    fn an_exception_is_on_the_console_and_in_an_accessible_banner(on) {
        let body = [on.script("raise ValueError('first 🐍 failure')"), on.script("print('the next script runs')")];
        let page = Site::page(&body.concat()).open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.printed("the next script runs"), 1);
        let errors = seen.errors();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains("Traceback (most recent call last):"), "{errors:?}");
        assert!(errors[0].lines().any(|line| line == "ValueError: first 🐍 failure"), "{errors:?}");
        let banner = page.wait_for_banner("ValueError: first 🐍 failure");
        assert_eq!(banner.code.as_deref(), Some("PY4000"));
        assert_eq!(banner.role.as_deref(), Some("alert"));
        assert!(banner.visible);
        assert!(banner.text.contains("Traceback"), "{}", banner.text);
        // It stands over the page and leaves the page as it was.
        assert_eq!(page.text_of("getComputedStyle(document.querySelector('.py-errors')).position"), "fixed");
        assert!(seen.uncaught().is_empty(), "{:?}", seen.uncaught());
    }

    fn text_of_an_error_is_never_taken_for_html(on) {
        let page = Site::page(&on.script("raise ValueError('<img src=x onerror=\"window.hacked = true\"> & <b>bold</b>')")).open();
        let banner = page.wait_for_banner("<img src=x onerror=\"window.hacked = true\"> & <b>bold</b>");
        assert!(banner.visible);
        assert_eq!(page.text_of("document.querySelectorAll('.py-error img, .py-error b').length"), "0");
        assert_eq!(page.text_of("typeof window.hacked"), "undefined");
    }

    fn a_banner_can_be_put_away(on) {
        let page = Site::page(&on.script("raise ValueError('put me away')")).open();
        page.wait_for_banner("put me away");
        page.run("document.querySelector('.py-error button').click()");
        page.wait("the banner to go", |seen| seen.banners.is_empty());
    }
}

#[test]
fn errors_of_both_interpreters_on_one_page_each_have_a_banner() {
    let page = Site::page("<script type=\"mpy\">raise ValueError('from MicroPython')</script><script type=\"py\">raise ValueError('from Pyodide')</script>").open();
    let seen = page.wait_for_all_done();
    for from in ["ValueError: from MicroPython", "ValueError: from Pyodide"] {
        assert!(seen.banner(from).is_some_and(|banner| banner.visible), "no banner {from}");
        assert_eq!(seen.errors().iter().filter(|error| error.contains(from)).count(), 1);
    }
    assert_eq!(seen.banners.len(), 2);
}

#[test]
fn javascript_exceptions_can_be_caught_in_pyodide() {
    let code = "from pyscript import window\ntry:\n    window.JSON.parse('{')\nexcept Exception as error:\n    print('caught', type(error).__name__)\nprint('goes on')";
    let page = Site::page(&Interpreter::Pyodide.script(code)).open();
    let seen = page.wait_for_event("py:done");
    assert_eq!(seen.logged(), ["caught JsException", "goes on"], "{:?}", seen.errors());
    page.assert_no_errors();
}
