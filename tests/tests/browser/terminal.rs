//! Scripts with a terminal: what they write, what they read, and Python's prompt in it.

use pyrite_tests::{Browser, HEAD, Interpreter, Page, Server, Site, line_of, on_both_interpreters};

/// What stands in the terminal of a script, as JavaScript.
fn shown(number: usize) -> String {
    format!(
        "(() => {{
            const {{ terminal }} = document.querySelectorAll('[terminal]')[{number}];
            if (!terminal) return '';
            const {{ active }} = terminal.buffer, lines = [];
            for (let i = 0; i < active.length; i++) lines.push(active.getLine(i).translateToString(true));
            return lines.join('\\n').trimEnd();
        }})()"
    )
}

#[track_caller]
pub(crate) fn wait_for(page: &Page, number: usize, text: &str) {
    page.wait_until(&format!("{}.includes({})", shown(number), serde_json::json!(text)));
}

pub(crate) fn focus(page: &Page, number: usize) {
    page.run(&format!("document.querySelectorAll('[terminal]')[{number}].terminal.focus()"));
}

fn loads(server: &Server, chunk: &str) -> bool {
    server.log().iter().any(|line| line.contains(chunk))
}

/// Reads lines and runs Python's prompt: `open` opens a page with this body.
#[track_caller]
fn reads_from_a_worker(on: Interpreter, open: impl FnOnce(&str) -> Page) {
    let code = "print('hello ' + input('Name? '))\nimport code\ncode.interact()";
    let page = open(&on.script_with("terminal worker", code));
    wait_for(&page, 0, "Name?");
    focus(&page, 0);
    // The cursor goes back, and what is wrong is taken away.
    page.type_text("Adda");
    page.press("ArrowLeft");
    page.press("Backspace");
    page.press("Enter");
    wait_for(&page, 0, "hello Ada");
    wait_for(&page, 0, ">>>");
    page.type_text("for i in range(40, 42): print('number', i)\n\n");
    wait_for(&page, 0, "number 41");
    page.type_text("import sys\nsys.imp");
    page.press("Tab");
    page.type_text(".name\n");
    let name = if on.tag() == "py" { "'cpython'" } else { "'micropython'" };
    wait_for(&page, 0, name);
    page.press("ArrowUp");
    page.type_text(" * 2\n");
    wait_for(&page, 0, &name.replace('\'', "").repeat(2));
    page.type_text("input('More? ').upper()\nyes\n");
    wait_for(&page, 0, "'YES'");
    page.type_text("1 / 0\n");
    wait_for(&page, 0, "ZeroDivisionError");
    page.assert_no_errors();
}

on_both_interpreters! {
    fn each_terminal_shows_what_its_script_writes(on) {
        for attributes in ["terminal", "terminal worker"] {
            let body = on.script_with(attributes, "print('one', end='!'); print('\x1b[32mgreen\x1b[39m')")
                + &on.script_with(attributes, "print('two')\n1 / 0")
                + &on.script("print('elsewhere')");
            let page = Site::page(&body).open();
            page.wait_for_all_done();
            wait_for(&page, 0, "one!green");
            wait_for(&page, 1, "ZeroDivisionError");
            page.wait_for_line("elsewhere");
            page.wait_for_banner("ZeroDivisionError");
            assert_eq!(page.text_of(&shown(0)), "one!green");
            assert!(page.text_of(&shown(1)).starts_with("two\nTraceback"), "{}", page.text_of(&shown(1)));
            // Green is a colour, not text.
            let colour = "document.querySelector('[terminal]').terminal.buffer.active.getLine(0).getCell(4).getFgColor()";
            assert_eq!(page.text_of(colour), "2");
        }
    }

    fn a_worker_reads_lines_and_python_s_prompt_from_its_terminal(on) {
        reads_from_a_worker(on, |body| Site::page(body).open());
    }

    fn so_does_one_that_stands_still_by_promise_integration(on) {
        reads_from_a_worker(on, |body| Site::page(body).flag("--no-isolation").open());
    }

    fn an_exception_in_a_terminal_names_the_lines_of_its_author(on) {
        for attributes in ["terminal", "terminal worker"] {
            let body = on.script("first = 1\nsecond = 2") + &on.script_with(attributes, "def f():\n    return 1 / 0\n\nf()");
            let page = Site::page(&body).open();
            page.wait_for_all_done();
            wait_for(&page, 0, "ZeroDivisionError");
            let source = format!("{HEAD}{body}");
            for needle in ["return 1 / 0", "f()\n<"] {
                let place = format!("File \"index.html\", line {}", line_of(&source, needle));
                assert!(page.text_of(&shown(0)).contains(&place), "no {place} in\n{}", page.text_of(&shown(0)));
            }
            // What is given to it later counts its own lines.
            page.run("return document.querySelector('[terminal]').process('x = 1\\ny = 2\\nunknown')");
            wait_for(&page, 0, "NameError");
            let told = page.text_of(&shown(0));
            let last = told.rfind("Traceback").unwrap();
            assert!(told[last..].contains(", line 3"), "{told}");
        }
    }

    fn a_page_gives_a_terminal_code_and_uses_it(on) {
        for attributes in ["terminal", "terminal worker"] {
            let page = Site::page(&on.script_with(attributes, "kept = 40\n__terminal__.write('from Python')")).open();
            page.wait_for_all_done();
            wait_for(&page, 0, "from Python");
            page.run("return document.querySelector('[terminal]').process('kept += 2\\nprint(\"it is\", kept)')");
            wait_for(&page, 0, "it is 42");
            page.assert_no_errors();
        }
    }

    fn a_terminal_is_where_its_target_says_and_fits(on) {
        let body = "<div id=here style='width: 300px'></div>".to_owned() + &on.script_with("terminal worker target=here", "print('x')");
        let page = Site::page(&body).open();
        page.wait_for_all_done();
        page.wait_until("document.querySelector('#here .xterm-screen')");
        let columns = "document.querySelector('[terminal]').terminal.cols";
        page.wait_until(&format!("{columns} < 40"));
        page.run("here.style.width = '600px'");
        page.wait_until(&format!("{columns} > 50"));
        assert_eq!(page.text_of("document.querySelector('[terminal]').terminal.options.screenReaderMode"), "true");
        page.wait_until("here.querySelector('.xterm-accessibility')");
        page.assert_no_errors();
    }

    fn the_tab_key_leaves_a_terminal_after_escape(on) {
        let body = on.script_with("terminal worker", "input('? ')") + "<button id=after>After</button>";
        let page = Site::page(&body).open();
        wait_for(&page, 0, "?");
        focus(&page, 0);
        page.press("Tab");
        assert_ne!(page.text_of("document.activeElement.id"), "after");
        page.press("Escape");
        page.press("Tab");
        assert_eq!(page.text_of("document.activeElement.id"), "after");
    }

    fn pages_without_a_terminal_load_none(on) {
        let body = on.script("print('x')") + &on.script_with("worker", "print('y')");
        // A fresh one has nothing in its cache.
        let page = Site::page(&body).serve().open_in(Browser::fresh(), "/");
        page.wait_for_all_done();
        assert!(!loads(page.server(), "/terminal.js") && !loads(page.server(), "/console.js"));
        // No test holds two browsers: others wait for them.
        drop(page);
        let page = Site::page(&on.script_with("terminal", "print('x')")).serve().open_in(Browser::fresh(), "/");
        page.wait_for_all_done();
        assert!(loads(page.server(), "/terminal.js"), "the log names chunks: {:?}", page.server().log());
    }
}

#[test]
fn pyodide_s_prompt_works_on_the_main_thread() {
    let code = "print('hello', input('Name? '))\nimport code\ncode.interact()";
    let page = Site::page(&format!("<script type=py terminal>\n{code}\n</script>")).open();
    wait_for(&page, 0, "Name?");
    focus(&page, 0);
    page.type_text("Ada\n");
    wait_for(&page, 0, "hello Ada");
    wait_for(&page, 0, ">>>");
    page.type_text("for i in range(40, 42):\nprint('number', i)\n\n");
    wait_for(&page, 0, "number 41");
    // All of the loop is one entry of the history.
    page.press("ArrowUp");
    page.press("ArrowUp");
    page.press("End");
    for _ in "2):".chars() {
        page.press("Backspace");
    }
    page.type_text("4):");
    page.press("ArrowDown");
    page.press("End");
    page.type_text("\n\n");
    wait_for(&page, 0, "number 43");
    page.press("Control+d");
    wait_for(&page, 0, "now exiting");
    page.assert_no_errors();
}

#[test]
fn what_was_typed_at_the_prompt_can_be_recalled_after_a_reload() {
    let page = Site::page("<script type=py worker terminal>\nimport code\ncode.interact()\n</script>").open();
    wait_for(&page, 0, ">>>");
    focus(&page, 0);
    page.type_text("'kept' + ' line'\n");
    wait_for(&page, 0, "'kept line'");
    page.reload();
    wait_for(&page, 0, ">>>");
    focus(&page, 0);
    page.press("ArrowUp");
    wait_for(&page, 0, "'kept' + ' line'");
    page.press("Enter");
    wait_for(&page, 0, "'kept line'");
    page.assert_no_errors();
}

#[test]
fn without_promise_integration_pyodide_s_terminal_on_the_main_thread_says_that_it_is_read_only() {
    let body = "<script>delete WebAssembly.Suspending</script><script type=py terminal>\nimport code\ncode.interact()\n</script>";
    let page = Site::page(body).open();
    page.wait_for_all_done();
    wait_for(&page, 0, "read only");
    wait_for(&page, 0, "add `worker` to the script");
    assert!(page.seen().warnings().iter().any(|line| line.contains("py-terminal is read only on main thread")));
}

#[test]
fn micropython_s_prompt_works_on_the_main_thread() {
    let page = Site::page("<script type=mpy terminal>\nimport code\ncode.interact()\n</script>").open();
    wait_for(&page, 0, ">>>");
    focus(&page, 0);
    page.type_text("6 * 7\n");
    wait_for(&page, 0, "42");
    page.assert_no_errors();
}
