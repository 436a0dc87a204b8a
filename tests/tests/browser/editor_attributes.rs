//! The attributes of editors, and what pages do with an editor's script.

use pyrite_tests::{HEAD, Interpreter, Site, on_both_interpreters};

use crate::editor::{click, editor, output, wait_for, wait_for_editors};

on_both_interpreters! {
    fn src_is_the_file_with_the_code(on) {
        let site = Site::page(&editor(on, "src=\"code/lesson.py\"", ""));
        let page = site.file("code/lesson.py", "x = 1\nprint('from a file', x)\n").open();
        wait_for_editors(&page, 1);
        let code = page.text_of("document.querySelector('script[type$=editor-active]').code");
        assert_eq!(code, "x = 1\nprint('from a file', x)");
        click(&page, 0);
        wait_for(&page, 0, "from a file 1");
        page.assert_no_errors();
    }

    fn config_is_text_or_a_file_and_holds_for_the_environment(on) {
        let read = "print(open('data.txt').read())";
        let body = editor(on, "env=text config='{\"files\": {\"./one.txt\": \"data.txt\"}}'", read)
            + &editor(on, "env=text", read)
            + &editor(on, "env=file config='./two.toml' setup", "given = 2")
            + &editor(on, "env=file", &format!("print(given)\n{read}"))
            + &editor(on, "", "import os\nprint('data.txt' in os.listdir())");
        let page = Site::page(&body)
            .file("one.txt", "the first")
            .file("two.txt", "the second")
            .file("two.toml", "[files]\n\"./two.txt\" = \"data.txt\"")
            .open();
        wait_for_editors(&page, 4);
        for (number, text) in [(1, "the first"), (0, "the first"), (2, "2\nthe second"), (3, "False")] {
            click(&page, number);
            wait_for(&page, number, text);
        }
        page.assert_no_errors();
    }

    fn env_override_lets_another_configuration_take_the_place_of_one(on) {
        let config = |name: &str| format!("config='{{\"files\": {{\"./{name}.txt\": \"data.txt\"}}}}'");
        let read = "print(open('data.txt').read())";
        let body = editor(on, &format!("env=one {}", config("one")), read)
            + &editor(on, &format!("env=one env-override {}", config("two")), read);
        let page = Site::page(&body).file("one.txt", "the first").file("two.txt", "the second").open();
        wait_for_editors(&page, 2);
        click(&page, 0);
        wait_for(&page, 0, "the second");
        page.assert_no_errors();
    }

    fn rows_limit_the_height(on) {
        let long = "x = 1\n".repeat(30);
        let body = editor(on, "rows=10", &long) + &editor(on, "rows=1", &long) + &editor(on, "", &long);
        let page = Site::page(&body).open();
        wait_for_editors(&page, 3);
        let heights = page.text_of(
            "[...document.querySelectorAll('[class*=editor-input] > div:last-child')]
               .map(({ shadowRoot }) => shadowRoot.querySelector('.cm-scroller').getBoundingClientRect().height).join()",
        );
        let heights: Vec<f64> = heights.split(',').map(|height| height.parse().unwrap()).collect();
        // No editor has fewer rows than three.
        assert!((heights[0] - 185.0).abs() < 1.0, "{heights:?}");
        assert!((55.0..65.0).contains(&heights[1]), "{heights:?}");
        assert!(heights[2] > 400.0, "{heights:?}");
    }

    fn data_run_and_data_stop_are_the_pictures_of_the_button(on) {
        let svg = |name: &str| format!("<svg id={name} viewBox=\"0 0 1 1\"></svg>");
        let attributes = format!("data-run='{}' data-stop='{}'", svg("go"), svg("halt"));
        let code = "print('on')\nimport time\nwhile True: time.sleep(.01)";
        let page = Site::page(&editor(on, &attributes, code)).open();
        wait_for_editors(&page, 1);
        let picture = "document.querySelector('button[class*=editor-run] svg').id";
        assert_eq!(page.text_of(picture), "go");
        click(&page, 0);
        wait_for(&page, 0, "on");
        assert_eq!(page.text_of(picture), "halt");
        let label = "document.querySelector('button[class*=editor-run]').getAttribute('aria-label')";
        assert_eq!(page.text_of(label), "Python Script Stop Button");
    }

    fn target_and_output_name_elements_and_ids_tell_editors_apart(on) {
        let tag = on.tag();
        let body = "<section class=here></section><pre id=there></pre>".to_owned()
            + &editor(on, "target='.here' output=there", "print('in its place')")
            + &editor(on, "", "1");
        let page = Site::page(&body).open();
        wait_for_editors(&page, 2);
        click(&page, 0);
        page.wait_until("there.textContent === 'in its place\\n'");
        let id = page.text_of("document.querySelector('.here').id");
        assert_eq!(page.text_of("document.querySelector('.here').getAttribute('root')"), id);
        let own = page.text_of(&format!("document.querySelector('{tag}-editor').id"));
        assert!(!own.is_empty() && own != id, "{own} and {id}");
        assert_eq!(page.text_of(&format!("document.querySelector('{tag}-editor').getAttribute('exec-id')")), "0");
        assert!(page.text_of(&format!("document.querySelector('.{tag}-editor-output').id")).ends_with("-output"));
    }

    fn the_second_press_ends_what_does_not_listen(on) {
        // Whoever catches what the first press raises, and goes on. MicroPython hears of it when it calls something.
        let rest = if on == Interpreter::Pyodide { "pass" } else { "time.sleep(.01)" };
        let code = format!(
            "print('base is', base)\nimport time\nwhile True:\n  try:\n    while True: {rest}\n  except KeyboardInterrupt:\n    print('caught')"
        );
        let page = Site::page(&(editor(on, "env=one setup", "base = 40") + &editor(on, "env=one", &code))).open();
        wait_for_editors(&page, 1);
        click(&page, 0);
        wait_for(&page, 0, "base is 40");
        click(&page, 0);
        wait_for(&page, 0, "caught");
        click(&page, 0);
        wait_for(&page, 0, "Stopped; what was defined before is gone.");
        // A new worker, in which the setup has run again.
        page.run("document.querySelector('script[type$=editor-active]:not([setup])').code = 'print(\"again\", base + 2)'");
        click(&page, 0);
        wait_for(&page, 0, "again 42");
    }

    fn process_runs_quietly_or_as_the_button_does(on) {
        let page = Site::page(&(editor(on, "env=one", "x = 1") + &editor(on, "env=one", "print('x is', x)"))).open();
        wait_for_editors(&page, 2);
        page.run("[script, other] = document.querySelectorAll('script[type$=editor-active]')");
        page.run("return script.process('x = 41; print(\"not shown\")')");
        page.wait_for_line("not shown");
        assert_eq!(page.text_of(&output(0)), "");
        assert_eq!(page.text_of("script.code"), "x = 1");
        page.run("return script.process('x += 1; print(\"shown\")', true)");
        wait_for(&page, 0, "shown");
        assert_eq!(page.text_of("script.code"), "x += 1; print(\"shown\")");
        page.run("return other.process(other.code, true)");
        wait_for(&page, 1, "x is 42");
        page.assert_no_errors();
    }

    fn a_handler_sees_the_code_and_may_prevent_the_run(on) {
        let page = Site::page(&editor(on, "", "print('ran')")).open();
        wait_for_editors(&page, 1);
        page.run(
            "script = document.querySelector('script[type$=editor-active]'); seen = []; ended = 0;
             addEventListener('py-editor:done', ({ target }) => (ended += target === script));
             script.handleEvent = async function (event) { seen.push([event.code, this === script]); return answer };
             answer = false",
        );
        click(&page, 0);
        page.wait_until("seen.length === 1");
        page.run("answer = 0");
        click(&page, 0);
        // Only `false` itself prevents it.
        page.wait_until("ended === 1");
        assert_eq!(page.text_of("JSON.stringify(seen)"), "[[\"print('ran')\",true],[\"print('ran')\",true]]");
        assert_eq!(page.text_of(&output(0)), "ran\n");
    }

    fn events_tell_that_an_editor_is_there_and_that_a_run_has_ended(on) {
        let tag = on.tag();
        let listen = format!(
            "<script>
               window.heard = [];
               for (const name of ['{tag}-editor', 'py-editor:done', 'mpy-editor:done'])
                 addEventListener(name, ({{ type, target, bubbles }}) => heard.push([type, target.id, bubbles].join(' ')));
             </script>"
        );
        let page = Site::page(&(listen + &editor(on, "id=mine", "1 / 0"))).open();
        page.wait_until("heard.length === 1");
        click(&page, 0);
        let own = if tag == "mpy" { ",mpy-editor:done mine true" } else { "" };
        page.wait_until("heard.length > 1");
        let heard = page.text_of("heard.join()");
        assert_eq!(heard, format!("{tag}-editor mine true,py-editor:done mine true{own}"));
    }

    fn a_setup_that_fails_is_told_and_the_editors_go_on(on) {
        let body = editor(on, "env=one setup", "x = 1\n1 / 0") + &editor(on, "env=one", "print('x is', x)");
        let page = Site::page(&body).open();
        wait_for_editors(&page, 1);
        page.wait_until("document.querySelector('[role=alert]')?.textContent.includes('ZeroDivisionError')");
        click(&page, 0);
        wait_for(&page, 0, "x is 1");
    }
}

#[test]
fn service_worker_names_the_one_that_a_runtime_from_another_site_needs() {
    let own = std::fs::read(pyrite_tests::paths::root().join("target/dist/service-worker.js")).unwrap();
    let head = HEAD.replace("/_pyrite/", &format!("{}/", crate::ladder::elsewhere()));
    let code = "from pyscript import document\nprint('title', document.title)";
    let body = editor(Interpreter::MicroPython, "service-worker='./sw.js'", code);
    let site = Site::new().file("index.html", head + crate::ladder::WITHOUT_SUSPENDING + &body).file("sw.js", own);
    let page = site.flag("--no-isolation").open();
    wait_for_editors(&page, 1);
    click(&page, 0);
    wait_for(&page, 0, "title Test");
    let why = page.text_of("document.querySelector('script[type$=editor-active]').xworker.bridge.why");
    assert!(why.ends_with("/sw.js answers"), "{why}");
    page.assert_no_errors();
}
