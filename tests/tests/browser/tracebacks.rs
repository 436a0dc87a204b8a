//! Tracebacks that a person can use: real files, real lines, nothing of our own.

use pyrite_tests::{HEAD, Interpreter, Page, Seen, Site, line_of, on_both_interpreters};

/// The interpreters' words for a name that is not there.
fn name_error(on: Interpreter, name: &str) -> String {
    match on {
        Interpreter::MicroPython => format!("NameError: name '{name}' isn't defined"),
        Interpreter::Pyodide => format!("NameError: name '{name}' is not defined"),
    }
}

/// The page's one error, after checking what holds for all of them.
#[track_caller]
fn the_error(seen: &Seen) -> String {
    let errors = seen.errors();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let text = errors[0].trim_end();
    for ours in ["_pyodide", "pyscript", "_pyrite", "<stdin>", "<exec>", "wasm", "eval_code"] {
        assert!(!text.contains(ours), "{ours} in:\n{text}");
    }
    assert_eq!(seen.banners.len(), 1);
    text.to_owned()
}

#[track_caller]
fn assert_names(text: &str, file: &str, line: usize) {
    let wanted = format!("{file}\", line {line}");
    let exact =
        text.match_indices(&wanted).any(|(at, _)| !text[at + wanted.len()..].starts_with(|c: char| c.is_ascii_digit()));
    assert!(exact, "no `{wanted}` in:\n{text}");
}

fn open(html: &str) -> Page {
    Site::new().file("index.html", html).open()
}

on_both_interpreters! {
    fn an_error_in_the_middle_of_a_page_has_its_real_line(on) {
        let html = format!(
            "{HEAD}<h1>Title</h1>\n<p>some\ntext</p>\n{}<p>more</p>\n{}<p>end</p>\n",
            on.script("print('fine')"),
            on.script("x = 1\n\nprint(failure)\n")
        );
        let page = open(&html);
        let error = the_error(&page.wait_for_all_done());
        let line = line_of(&html, "print(failure)");
        assert_names(&error, "index.html", line);
        assert!(error.starts_with("Traceback (most recent call last):\n"), "{error}");
        assert_eq!(error.lines().last(), Some(name_error(on, "failure").as_str()));
        let banner = page.wait_for_banner(&name_error(on, "failure"));
        assert_names(&banner.text, "index.html", line);
        assert!(banner.text.contains("print(failure)"), "the banner does not show the line:\n{}", banner.text);
    }

    fn code_on_the_line_of_its_tag_has_that_line(on) {
        let html = format!("{HEAD}<p>a\n</p><script type=\"{}\">print(failure)</script>\n", on.tag());
        let page = open(&html);
        assert_names(&the_error(&page.wait_for_all_done()), "index.html", 3);
    }

    fn functions_of_other_scripts_have_their_own_lines(on) {
        let html = format!(
            "{HEAD}{}<p>between</p>\n{}",
            on.script("def outer(value):\n    def inner():\n        return value + missing\n    return inner()"),
            on.script("print('starts')\nouter(1)")
        );
        let page = open(&html);
        let error = the_error(&page.wait_for_all_done());
        for place in ["return value + missing", "return inner()", "outer(1)\n"] {
            assert_names(&error, "index.html", line_of(&html, place));
        }
        assert_eq!(error.lines().last(), Some(name_error(on, "missing").as_str()));
        let banner = page.wait_for_banner("missing");
        assert!(banner.text.contains("return value + missing"), "{}", banner.text);
    }

    fn a_file_has_its_own_name_and_lines(on) {
        let html = format!("{HEAD}{}{}", on.script_with("src=\"./code/main.py\" async=\"false\"", ""), on.script_with("id=\"caller\"", "x = 1"));
        let page = Site::new()
            .file("index.html", &html)
            .file("code/main.py", "def f():\n    # here\n    return failure\n\nf()\n")
            .open();
        let error = the_error(&page.wait_for_all_done());
        assert_names(&error, "main.py", 3);
        assert_names(&error, "main.py", 5);
        assert!(!error.contains("index.html"), "{error}");
        assert_eq!(error.lines().last(), Some(name_error(on, "failure").as_str()));
        let banner = page.wait_for_banner("main.py\", line 3");
        assert!(banner.text.contains("return failure"), "{}", banner.text);
    }

    fn files_are_told_apart_also_where_their_lines_are_the_same(on) {
        let page = Site::page(&format!(
            "{}{}",
            on.script_with("src=\"one.py\"", ""),
            on.script_with("src=\"lib/two.py\"", "")
        ))
        .file("one.py", "# first\ndef one(value):\n    return value + failure\n")
        .file("lib/two.py", "# first\ndef two():\n    return one(1)\n\ntwo()\n")
        .open();
        let error = the_error(&page.wait_for_all_done());
        assert_names(&error, "one.py", 3);
        assert_names(&error, "two.py", 3);
        assert_names(&error, "two.py", 5);
        assert!(page.wait_for_banner("one.py\", line 3").text.contains("return value + failure"));
    }

    fn an_error_in_a_task_names_its_line(on) {
        let html = format!(
            "{HEAD}{}",
            on.script("import asyncio\n\nasync def job():\n    await asyncio.sleep(0.01)\n    return failure\n\ntask = asyncio.create_task(job())\ndel task")
        );
        let page = open(&html);
        let banner = page.wait_for_banner(&name_error(on, "failure"));
        assert_names(&banner.text, "index.html", line_of(&html, "return failure"));
        assert_eq!(page.seen().banners.len(), 1, "{:?}", page.seen().banners);
    }

    fn a_syntax_error_names_its_line(on) {
        let html = format!("{HEAD}<p>\n</p>{}", on.script("print('never')\nif True\n    pass"));
        let page = open(&html);
        let seen = page.wait_for_all_done();
        assert!(seen.logged().is_empty());
        let error = the_error(&seen);
        assert_names(&error, "index.html", line_of(&html, "if True\n"));
        assert!(error.lines().last().is_some_and(|last| last.starts_with("SyntaxError")), "{error}");
        assert!(page.wait_for_banner("SyntaxError").text.contains("if True"));
    }

    fn an_error_behind_an_await_names_all_lines(on) {
        let html = format!(
            "{HEAD}{}",
            on.script("import asyncio\n\nasync def later():\n    await asyncio.sleep(0.01)\n    return failure\n\nawait later()  # outermost")
        );
        let page = open(&html);
        let error = the_error(&page.wait_for_all_done());
        assert_names(&error, "index.html", line_of(&html, "return failure"));
        assert_names(&error, "index.html", line_of(&html, "# outermost"));
        assert_eq!(error.lines().last(), Some(name_error(on, "failure").as_str()));
    }

    fn an_error_in_an_event_handler_names_its_line(on) {
        let html = format!(
            "{HEAD}<button id=\"b\">b</button>\n{}",
            on.script("from pyscript import when\n\n@when('click', '#b')\ndef clicked(event):\n    return failure\n\n@when('dblclick', '#b')\nasync def clicked_twice(event):\n    return failure_too")
        );
        let page = open(&html);
        page.wait_for_all_done();
        page.run("b.click()");
        let banner = page.wait_for_banner(&name_error(on, "failure"));
        assert_names(&banner.text, "index.html", line_of(&html, "return failure\n"));
        assert!(banner.text.contains("return failure"), "{}", banner.text);
        page.run("b.dispatchEvent(new Event('dblclick'))");
        let banner = page.wait_for_banner(&name_error(on, "failure_too"));
        assert_names(&banner.text, "index.html", line_of(&html, "return failure_too"));
    }

    fn an_error_in_a_timer_names_its_line(on) {
        let html = format!(
            "{HEAD}{}",
            on.script("from pyscript import window, ffi\n\ndef tick():\n    return failure\n\nwindow.setTimeout(ffi.create_proxy(tick), 10)")
        );
        let page = open(&html);
        let banner = page.wait_for_banner(&name_error(on, "failure"));
        assert_names(&banner.text, "index.html", line_of(&html, "return failure"));
    }

    fn elements_and_indented_code_have_their_real_lines(on) {
        let html = format!("{HEAD}<div>\n{}\n</div>\n", on.element("", "\n\n        x = 1\n        if x &lt; 2:\n            print(failure)\n"));
        let page = open(&html);
        let error = the_error(&page.wait_for_all_done());
        assert_names(&error, "index.html", line_of(&html, "print(failure)"));
    }

    fn equal_scripts_are_told_apart(on) {
        let code = "count = globals().get('count', 0) + 1\nif count == 2:\n    print(failure)";
        let html = format!("{HEAD}{}<p>\n\n</p>\n{}{}", on.script(code), on.script(code), on.script(code));
        let page = open(&html);
        let error = the_error(&page.wait_for_all_done());
        let first = line_of(&html, "print(failure)");
        let after = html.find("print(failure)").unwrap() + 1;
        let second = first + line_of(&html[after..], "print(failure)") - 1;
        assert_names(&error, "index.html", second);
    }

    fn line_ends_of_another_system_count_once(on) {
        let html = format!("{HEAD}<p>a\n</p>\n{}", on.script("x = 1\nprint(failure)")).replace('\n', "\r\n");
        let page = open(&html);
        assert_names(&the_error(&page.wait_for_all_done()), "index.html", line_of(&html, "print(failure)"));
    }

    fn a_page_is_called_by_its_own_name(on) {
        let html = format!("{HEAD}{}", on.script("print(failure)"));
        let server = Site::new().file("deep/other page.html", &html).serve();
        let page = server.open("deep/other%20page.html?query=1");
        assert_names(&the_error(&page.wait_for_all_done()), "other page.html", line_of(&html, "print(failure)"));
    }

    fn the_module_of_a_library_keeps_its_frames(on) {
        let html = format!("{HEAD}{}", on.script("import json\njson.loads('{')"));
        let page = open(&html);
        let error = the_error(&page.wait_for_all_done());
        assert_names(&error, "index.html", line_of(&html, "json.loads"));
        let last = error.lines().last().unwrap_or_default();
        match on {
            Interpreter::MicroPython => assert!(last.starts_with("ValueError"), "{error}"),
            Interpreter::Pyodide => {
                assert!(last.starts_with("json.decoder.JSONDecodeError: "), "{error}");
                assert!(error.contains("json/decoder.py"), "{error}");
            }
        }
        assert!(page.wait_for_banner(last).text.contains("json.loads('{')"));
    }

    fn a_script_added_later_still_shows_its_line_of_source(on) {
        let page = Site::page("").open();
        page.wait_for_all_done();
        page.run(&format!("const s = document.createElement('script'); s.type = '{}'; s.textContent = 'x = 1\\nprint(failure)'; document.body.append(s)", on.tag()));
        let banner = page.wait_for_banner(&name_error(on, "failure"));
        assert!(banner.text.contains("print(failure)"), "{}", banner.text);
        assert!(!banner.text.contains("<stdin>") && !banner.text.contains("<exec>"), "{}", banner.text);
    }
}
