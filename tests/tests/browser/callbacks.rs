//! Python functions given to JavaScript as they are, and taken back by it.

use pyrite_tests::{Site, on_both_interpreters};

/// What a worker prints is not in the page's console.
const PRINT: &str = "from pyscript import window\ndef print(*values):\n    window.console.log(' '.join(str(value) for value in values))\n";

/// A script in the page, or in a worker.
fn place(on: pyrite_tests::Interpreter, worker: bool, code: &str) -> String {
    let code = format!("{PRINT}{code}");
    if worker { on.script_with("worker", &code) } else { on.script(&code) }
}

on_both_interpreters! {
    fn a_function_given_to_javascript_lives_as_long_as_javascript_has_it(on) {
        for worker in [false, true] {
            let page = Site::page(&place(on, worker,
                "import gc\n\
                 from pyscript import window, document, ffi\n\
                 window.setTimeout(lambda text: print('timer', text), 1, 'OK')\n\
                 gc.collect()\n\
                 window.addEventListener('custom:event', lambda e: print('event', e.type))\n\
                 document.onclick = lambda e: print('sticky', e.type)\n\
                 window.Promise.resolve(7).then(lambda value: print('then', value))\n\
                 window.Promise.new(lambda resolve, reject: window.setTimeout(resolve, 1, 'new')).then(print)\n\
                 window.addEventListener('once', lambda e: print('once'), ffi.to_js({'once': True}))\n\
                 gc.collect()"
            )).open();
            page.wait_for_event(&on.event("done"));
            page.run("dispatchEvent(new Event('custom:event')); document.body.click(); dispatchEvent(new Event('once'))");
            for line in ["timer OK", "event custom:event", "sticky click", "then 7", "new", "once"] {
                page.wait_for_line(line);
            }
            page.assert_no_errors();
        }
    }

    fn a_listener_is_removed_with_the_same_function(on) {
        for worker in [false, true] {
            let page = Site::page(&place(on, worker,
                "from pyscript import window\n\
                 count = 0\n\
                 def listener(event):\n    global count\n    count += 1\n    print('heard', count)\n\
                 def stop(event):\n    window.removeEventListener('tick', listener)\n    print('stopped')\n\
                 window.addEventListener('tick', listener)\n\
                 window.addEventListener('tick', listener)\n\
                 window.addEventListener('stop', stop)\n\
                 window.addEventListener('ask', lambda event: print('count', count))"
            )).open();
            page.wait_for_event(&on.event("done"));
            page.run("dispatchEvent(new Event('tick'))");
            page.wait_for_line("heard 1");
            page.run("dispatchEvent(new Event('stop'))");
            page.wait_for_line("stopped");
            page.run("dispatchEvent(new Event('tick')); dispatchEvent(new Event('ask'))");
            page.wait_for_line("count 1");
            page.assert_no_errors();
        }
    }
}

#[test]
fn a_page_may_keep_to_the_rules_of_pyodide() {
    let page = Site::page(
        "<script type=\"py\" config='{\"experimental_create_proxy\": \"manual\"}'>\n\
         from pyscript import window, ffi\n\
         window.setTimeout(ffi.create_proxy(lambda: print('wrapped')), 1)\n\
         window.setTimeout(lambda: print('bare'), 1)</script>",
    )
    .open();
    page.wait_for_line("wrapped");
    page.wait("the message of Pyodide", |seen| {
        seen.entries
            .iter()
            .any(|entry| format!("{entry:?}").contains("This borrowed proxy was automatically destroyed"))
    });
    assert_eq!(page.seen().logged(), ["wrapped"]);
}
