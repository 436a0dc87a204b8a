//! Scripts in workers, and workers that JavaScript and Python make.

use pyrite_tests::{Fault, HEAD, Site, line_of, on_both_interpreters};

on_both_interpreters! {
    fn a_worker_script_runs_away_from_the_page_and_tells_its_events(on) {
        let code = "import js\nfrom pyscript import RUNNING_IN_WORKER, config, window\n\
                    window.console.log('in worker', RUNNING_IN_WORKER, config['type'], hasattr(js, 'alert'))";
        let page = Site::page(&on.script_with("worker id=\"it\"", code)).open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.printed(&format!("in worker true {} false", on.tag())), 1);
        for name in [on.event("ready"), on.event("done")] {
            let events = seen.events(&name);
            assert_eq!(events.len(), 1, "{name}");
            assert_eq!(events[0].target, "it");
        }
        assert_eq!(page.text_of("it.xworker instanceof Worker"), "true");
        page.assert_no_errors();
    }

    fn a_worker_script_without_id_gets_one(on) {
        let page = Site::page(&on.script_with("worker", "x = 1").repeat(2)).open();
        page.wait_for_all_done();
        let ids = page.text_of("[...document.scripts].map((script) => script.id).filter(Boolean).sort().join()");
        assert_eq!(ids, format!("{0}-w0,{0}-w1", on.tag()));
    }

    fn errors_in_a_worker_are_on_the_page_with_the_pages_line(on) {
        let html = format!("{HEAD}<p>\n{}", on.script_with("worker", "\ndef f():\n    return failure\nf()\n"));
        let page = Site::new().file("index.html", &html).open();
        let seen = page.wait_for_all_done();
        let banner = page.wait_for_banner("failure");
        let line = line_of(&html, "return failure");
        assert!(banner.text.contains(&format!("index.html\", line {line}")), "{}", banner.text);
        assert!(banner.text.contains("NameError"), "{}", banner.text);
        assert_eq!(seen.events(&on.event("done")).len(), 1);
    }

    fn a_timer_in_a_worker_that_fails_is_told(on) {
        let code = "import js\nfrom pyscript.ffi import create_proxy\ndef later():\n    raise KeyError('later')\njs.setTimeout(create_proxy(later), 10)";
        let page = Site::page(&on.script_with("worker", code)).open();
        page.wait_for_banner("KeyError");
    }

    fn standard_error_of_a_worker_is_told(on) {
        let page = Site::page(&on.script_with("worker", "import sys\nprint('careful', file=sys.stderr)")).open();
        page.wait_for_banner("careful");
    }

    fn a_worker_script_that_is_not_there_is_named_and_counts_as_done(on) {
        let page = Site::page(&on.script_with("worker src=\"nope.py\"", "")).open();
        page.wait_for_all_done();
        assert_eq!(page.wait_for_banner("nope.py").code.as_deref(), Some("PY0404"));
    }

    fn worker_takes_no_value(on) {
        let page = Site::page(&on.script_with("worker=\"old.py\"", "")).open();
        page.wait_for_all_done();
        assert_eq!(page.wait_for_banner("Invalid worker attribute").code.as_deref(), Some("PY0409"));
    }

    fn a_worker_uses_the_pages_document(on) {
        let code = "from pyscript import document, window\nimport js\n\
                    item = document.createElement('p')\nitem.textContent = 'made in a worker'\nitem.id = 'made'\n\
                    document.body.append(item)\n\
                    assert document.getElementById('made').textContent == 'made in a worker'\n\
                    assert window.Date.new(0).getTime() == 0\n\
                    assert js.document.title == document.title\n\
                    assert [child.id for child in document.body.children].count('made') == 1\n\
                    window.console.log('all there')";
        let page = Site::page(&on.script_with("worker", code)).open();
        page.wait_for_line("all there");
        assert_eq!(page.text_of("document.getElementById('made').textContent"), "made in a worker");
        page.assert_no_errors();
    }

    fn output_of_a_worker_stands_after_its_script(on) {
        let body = on.script_with("worker id=\"it\"", "from pyscript import display\ndisplay('from afar')")
            + &on.script_with("worker target=\"place\"", "from pyscript import display\ndisplay('in its place')")
            + "<div id=\"place\"></div>";
        let page = Site::page(&body).open();
        page.wait_for_all_done();
        assert_eq!(page.text_of("it.nextElementSibling.id + ' ' + it.nextElementSibling.textContent"), "it-target from afar");
        assert_eq!(page.text_of("it.nextElementSibling.localName"), format!("script-{}", on.tag()));
        assert_eq!(page.text_of("place.textContent"), "in its place");
        page.assert_no_errors();
    }

    fn listeners_and_timers_of_the_page_call_into_a_worker(on) {
        let code = "from pyscript import document, when, window\n\
                    @when('click', '#button')\ndef click(event):\n    window.console.log('clicked', event.type)\n\
                    window.setTimeout(lambda word: window.console.log('timer', word), 20, 'OK')\n\
                    document.getElementById('button').click()";
        let page = Site::page(&format!("<button id=\"button\">b</button>{}", on.script_with("worker", code))).open();
        page.wait_for_line("clicked click");
        page.wait_for_line("timer OK");
        page.assert_no_errors();
    }

    fn a_callback_reaches_a_worker_that_asks_the_page_all_the_time(on) {
        let code = "from pyscript import document, window\nimport time\n\
                    window.setTimeout(lambda word: window.console.log('timer', word), 20, 'OK')\n\
                    start = time.time()\nwhile time.time() - start < 1:\n    document.title\n\
                    window.console.log('free')";
        let page = Site::page(&on.script_with("worker", code)).open();
        page.wait_for_line("free");
        page.wait_for_line("timer OK");
        page.assert_no_errors();
    }

    fn without_any_way_to_wait_functions_of_sync_give_promises(on) {
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let body = format!(
            "<script>delete WebAssembly.Suspending</script><script type=\"module\">
               import {{ {factory} as Python }} from '/_pyrite/core.js';
               const worker = new Python('./worker.py', {{ async: true }});
               worker.sync.next = (x) => x + 1;
               await worker.ready;
               console.log('answers', await worker.sync.answer());
             </script>"
        );
        let code = "from pyscript import sync\nfound = await sync.next(41)\nsync.answer = lambda: found\n";
        let page = Site::page(&body).file("worker.py", code).flag("--no-isolation").fault("service-worker.js", Fault::Status(404)).open();
        page.wait_for_line("answers 42");
        page.assert_no_errors();
    }

    fn a_worker_that_is_ended_fails_the_calls_that_wait_for_it(on) {
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let body = format!(
            "<script type=\"module\">
               import {{ {factory} as Python }} from '/_pyrite/core.js';
               const worker = await Python('./worker.py');
               const call = worker.sync.spin();
               setTimeout(() => worker.terminate(), 200);
               try {{ await call }} catch (error) {{ console.log('failed:', error.message) }}
             </script>"
        );
        let page = Site::page(&body)
            .file("worker.py", "from pyscript import sync\ndef spin():\n    while True:\n        pass\nsync.spin = spin\n")
            .open();
        page.wait("the call to fail", |seen| seen.logged().iter().any(|line| line.starts_with("failed: ")));
    }

    fn javascript_and_a_worker_call_each_other(on) {
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let body = format!(
            "<script type=\"module\">
               import {{ {factory} as Python }} from '/_pyrite/core.js';
               const worker = await Python('./worker.py', {{ config: {{ sync_main_only: true }} }});
               worker.sync.next = (x) => x + 1;
               console.log('double', await worker.sync.double(21), await worker.sync.ask(41));
               const made = new Python('./worker.py');
               console.log('made', made instanceof Worker, await made.sync.double(4));
               worker.terminate();
               try {{ await Python('./broken.py') }} catch (error) {{ console.log('rejected', error.message.includes('ZeroDivisionError')) }}
             </script>"
        );
        let page = Site::page(&body)
            .file("worker.py", "from pyscript import sync\nsync.double = lambda x: x * 2\nsync.ask = lambda x: sync.next(x)\n")
            .file("broken.py", "1 / 0\n")
            .open();
        page.wait_for_line("double 42 42");
        page.wait_for_line("made true 8");
        page.wait_for_line("rejected true");
    }

    fn python_makes_workers_with_options_of_either_form(on) {
        let kind = if on.tag() == "py" { "pyodide" } else { "micropython" };
        let code = format!(
            "from pyscript import PyWorker\n\
             first = PyWorker('./worker.py', {{'type': '{kind}'}})\n\
             first.sync.next = lambda x: x + 1\n\
             second = PyWorker('./worker.py')\n\
             second.sync.next = lambda x: x + 2\n\
             await first.ready\nawait second.ready\n\
             print(await first.sync.ask(1), await second.sync.ask(1))"
        );
        let page = Site::page(&on.script(&code))
            .file("worker.py", "from pyscript import sync\nsync.ask = lambda x: sync.next(x)\n")
            .open();
        page.wait_for_line("2 3");
        page.assert_no_errors();
    }
}
