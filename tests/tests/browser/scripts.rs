//! The scripts of a page: where their code comes from and how it is run.

use pyrite_tests::{Site, on_both_interpreters};

on_both_interpreters! {
    fn inline_code_runs_once_and_prints_to_the_console(on) {
        let page = Site::page(&on.script("print('hello', 6 * 7)")).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.printed("hello 42"), 1);
        page.assert_no_errors();
    }

    fn code_comes_from_the_file_that_src_names(on) {
        let page = Site::page(&on.script_with("src=\"./scripts/main.py\"", "# the code is in scripts/main.py"))
            .file("scripts/main.py", "print('from a file: ✓')\n")
            .open();
        page.wait_for_line("from a file: ✓");
        page.wait_for_event(&on.event("done"));
        page.assert_no_errors();
    }

    fn an_element_runs_its_dedented_text(on) {
        let page = Site::page(&on.element("id=\"it\"", "\n      if 1 &lt; 2:\n          print('less')\n      print('end')\n    ")).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!((seen.printed("less"), seen.printed("end")), (1, 1));
        assert!(seen.warnings().is_empty());
        assert_eq!(page.text_of("it.textContent"), "");
        assert_eq!(page.text_of("getComputedStyle(it).display"), "block");
        assert_eq!(page.text_of("it.executed"), "true");
        assert!(page.text_of("it.srcCode").contains("if 1 < 2:\n    print('less')\nprint('end')"));
        page.assert_no_errors();
    }

    fn an_element_that_the_parser_took_for_html_runs_with_a_warning(on) {
        let page = Site::page(&on.element("", "  print('<b>bold</b> &amp; &lt;more&gt;')")).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.printed("<b>bold</b> & <more>"), 1);
        let wanted = format!("Deprecated: use <script type=\"{}\"> for an always safe content parsing:\n", on.tag());
        let warnings = seen.warnings();
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].starts_with(&wanted), "{warnings:?}");
        assert!(warnings[0].contains("print('<b>bold</b> & <more>')"), "{warnings:?}");
    }

    fn the_indentation_of_the_first_line_is_taken_from_all(on) {
        let page = Site::page(&on.script("\n    for n in range(2):\n        print('n', n)\n    print('end')\n  ")).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["n 0", "n 1", "end"]);
        page.assert_no_errors();
    }

    fn code_is_asynchronous_unless_async_says_false_0_or_no(on) {
        let waits = |value: &str| {
            on.script_with(&format!("async=\"{value}\""), &format!("from pyscript import window\nawait window.Promise.resolve()\nprint('waited [{value}]')"))
        };
        let synchronous = ["false", "0", "no", "NO", "False"];
        let asynchronous = ["", "true", "off"];
        let body: String = synchronous.iter().chain(&asynchronous).map(|value| waits(value)).collect();
        let page = Site::page(&body).open();
        let seen = page.wait_for_all_done();
        let mut waited = seen.logged();
        waited.sort_unstable();
        assert_eq!(waited, ["waited []", "waited [off]", "waited [true]"]);
        let refused = seen.errors().iter().filter(|error| error.contains("SyntaxError")).count();
        assert_eq!(refused, synchronous.len(), "{:?}", seen.errors());
    }

    fn scripts_start_in_document_order_and_overlap_only_where_they_wait(on) {
        let body = [
            on.script("import asyncio\nprint('a starts')\nawait asyncio.sleep(0.3)\nprint('a ends')"),
            on.script_with("async=\"false\"", "print('b')"),
            on.script("print('c')"),
        ];
        let page = Site::page(&body.concat()).open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.logged(), ["a starts", "b", "c", "a ends"]);
    }

    fn scripts_may_sleep_at_the_same_time(on) {
        let sleeps = |name: &str| on.script(&format!("import asyncio\nawait asyncio.sleep(0.1)\nprint('{name}')"));
        let page = Site::page(&[sleeps("a"), sleeps("b"), sleeps("c")].concat()).open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.logged(), ["a", "b", "c"]);
        page.assert_no_errors();
    }

    fn scripts_of_one_type_share_one_interpreter(on) {
        let body = [
            on.script("shared = ['first']"),
            on.element("", "shared.append('second')"),
            on.script_with("src=\"third.py\"", ""),
        ];
        let page = Site::page(&body.concat()).file("third.py", "shared.append('third')\nprint('third ran')").open();
        page.wait_for_line("third ran");
        // Not in the page from the start, where it would not wait for the file.
        page.run(&format!(
            "document.body.append(Object.assign(document.createElement('script'), {{type: '{}', textContent: \"print(shared)\"}}))",
            on.tag()
        ));
        page.wait_for_line("['first', 'second', 'third']");
        let loads = page.text_of(&format!(
            "performance.getEntriesByType('resource').filter(({{name}}) => name.includes('{}')).length",
            match on.tag() { "mpy" => "micropython.wasm", _ => "pyodide.asm.wasm" }
        ));
        assert_eq!(loads, "1");
        page.assert_no_errors();
    }

    fn target_names_the_element_that_shows_what_a_script_displays(on) {
        let code = |text: &str| format!("from pyscript import display, document\ndisplay('{text}')\nprint(document.currentScript.target.className)");
        let body = [
            "<p id=\"by-id\" class=\"one\"></p><main><p class=\"two box\"></p></main>".to_owned(),
            on.script_with("target=\"by-id\" async=\"false\"", &code("first")),
            on.script_with("target=\"main .box\" async=\"false\"", &code("second")),
        ];
        let page = Site::page(&body.concat()).open();
        let seen = page.wait_for_all_done();
        assert_eq!(page.text_of("document.querySelector('.one').textContent"), "first");
        assert_eq!(page.text_of("document.querySelector('.two').textContent"), "second");
        assert_eq!(seen.logged(), ["one", "two box"]);
        page.assert_no_errors();
    }

    fn what_a_script_displays_stands_where_the_script_stands(on) {
        let body = [
            "<p>before</p>".to_owned(),
            on.script("from pyscript import display\ndisplay('first')"),
            "<p>between</p>".to_owned(),
            on.script("from pyscript import display\ndisplay('second')"),
            on.element("", "from pyscript import display\ndisplay('third')"),
            "<p>after</p>".to_owned(),
        ];
        let page = Site::page(&body.concat()).open();
        let seen = page.wait_for_all_done();
        let lines: Vec<_> = seen.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["before", "first", "between", "second", "third", "after"]);
        // The companion is a `script-py` for both types; ids count per type.
        let ids = page.text_of("[...document.querySelectorAll('script-py')].map(e => e.id + ' after ' + e.previousElementSibling.localName).join()");
        assert_eq!(ids, format!("{0}-0 after script,{0}-1 after script", on.tag()));
        assert_eq!(page.text_of(&format!("document.querySelector('{0}-script').id", on.tag())), format!("{}-2", on.tag()));
        page.assert_no_errors();
    }

    fn later_output_stays_with_the_script_that_made_it(on) {
        let late = on.script("import asyncio\nfrom pyscript import display\nawait asyncio.sleep(0.2)\ndisplay('late')");
        let page = Site::page(&format!("<p>one</p>{late}<p>two</p>{}<p>three</p>", on.script("from pyscript import display\ndisplay('early')"))).open();
        let seen = page.wait_for_all_done();
        let lines: Vec<_> = seen.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["one", "late", "two", "early", "three"]);
    }

    fn output_of_callbacks_stays_with_the_script_that_gave_them_away(on) {
        let first = on.script(
            "import asyncio\nfrom pyscript import display, window, document, ffi\n\
             async def later(text):\n    await asyncio.sleep(0)\n    display(text)\n\
             def timer():\n    display('timer')\n    asyncio.create_task(later('task'))\n    window.setTimeout(lambda: display('nested'), 1)\n\
             window.addEventListener('ping', lambda event: display('listener'))\n\
             document.onclick = lambda event: display('click')\n\
             window.proxied = ffi.create_proxy(lambda: display('proxy'))\n\
             window.addEventListener('go', lambda event: window.setTimeout(timer, 1))",
        );
        let second = on.script("from pyscript import display, window\ndisplay('second')\nwindow.addEventListener('pong', lambda event: display('pong'))");
        let page = Site::page(&format!("<p>one</p>{first}<p>two</p>{second}<p>three</p>")).open();
        page.wait_for_all_done();
        page.run("dispatchEvent(new Event('ping')); dispatchEvent(new Event('pong')); document.body.click(); proxied(); dispatchEvent(new Event('go'))");
        let seen = page.wait("all of the output", |seen| seen.text.contains("task") && seen.text.contains("nested"));
        let mut lines: Vec<_> = seen.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        // Which of these two is first is the browser's choice.
        lines[5..7].sort_unstable();
        assert_eq!(lines, ["one", "listener", "click", "proxy", "timer", "nested", "task", "two", "second", "pong", "three"]);
        page.assert_no_errors();
    }

    fn two_copies_of_the_runtime_run_a_script_once(on) {
        let second = "<script type=\"module\" src=\"/_pyrite/core.js?second\"></script>";
        let body = format!("{second}{}", on.script("print('ran')\nraise ValueError('once')"));
        let page = Site::page(&body).open();
        page.wait_for_all_done();
        page.wait_until("performance.getEntriesByType('resource').some(({name}) => name.endsWith('?second'))");
        // A second run would come before a script that is added now ends.
        page.run(&format!("document.body.append(Object.assign(document.createElement('script'), {{type: '{}', textContent: 'print(\"last\")'}}))", on.tag()));
        let seen = page.wait_for_line("last");
        assert_eq!(seen.printed("ran"), 1);
        assert_eq!(seen.printed("last"), 1);
        assert_eq!(seen.banners.len(), 1);
        assert_eq!(seen.events("py:all-done").len(), 1);
    }
}

#[test]
fn both_types_live_on_one_page_each_with_its_own_globals() {
    let code = "name = globals().get('name', '') + 'x'\nimport sys\nprint(sys.implementation.name, name)";
    let page = Site::page(&format!(
        "<script type=\"py\">\n{code}\n</script><script type=\"mpy\">\n{code}\n</script><py-script>\n{code}\n</py-script><mpy-script>\n{code}\n</mpy-script>"
    ))
    .open();
    let seen = page.wait_for_all_done();
    let mut lines = seen.logged();
    lines.sort_unstable();
    assert_eq!(lines, ["cpython x", "cpython xx", "micropython x", "micropython xx"]);
    page.assert_no_errors();
}

#[test]
fn a_page_without_python_loads_no_interpreter() {
    let page = Site::page("<p>plain</p><script type=\"python\">no</script>").open();
    page.wait_for_all_done();
    let loaded = page.text_of("performance.getEntriesByType('resource').map(({name}) => name).join()");
    assert!(!loaded.contains("pyodide") && !loaded.contains("micropython"), "{loaded}");
    page.assert_no_errors();
}
