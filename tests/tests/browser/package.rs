//! What `from pyscript import …` gives.

use pyrite_tests::{Fault, Site, on_both_interpreters};

use crate::wheels::Wheel;

on_both_interpreters! {
    fn the_names_of_the_package_are_there(on) {
        let page = Site::page(&on.script(
            "from pyscript import window, document, display, when, fetch, ffi, RUNNING_IN_WORKER, config\n\
             import pyscript\n\
             import js\n\
             print(RUNNING_IN_WORKER, config['type'], document.title)\n\
             window.fromPython = 'set'\n\
             print(js.fromPython, pyscript.window.location.pathname)\n\
             print(callable(display), callable(when), callable(fetch), callable(ffi.to_js))\n\
             from pyscript.ffi import create_proxy, to_js\n\
             from pyscript import HTML, Event\n\
             print('imported')"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        let kind = on.tag();
        assert_eq!(seen.logged(), [&format!("False {kind} Test"), "set /", "True True True True", "imported"], "{:?}", seen.errors());
        page.assert_no_errors();
    }

    fn the_package_is_compiled_and_imports_only_what_is_asked_for(on) {
        let page = Site::page(&on.script(
            "import sys\n\
             import pyscript\n\
             loaded = lambda: sorted(name for name in sys.modules if name.startswith('pyscript.') and '_Module' not in repr(type(sys.modules[name])))\n\
             print(loaded())\n\
             from pyscript import document, display\n\
             print(loaded())\n\
             print(pyscript.__file__, pyscript.context.__file__)"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        let ending = if on.tag() == "py" { "pyc" } else { "mpy" };
        let home = "/lib/pyrite/pyscript";
        assert_eq!(
            seen.logged(),
            [
                "[]",
                "['pyscript._display', 'pyscript.context', 'pyscript.ffi', 'pyscript.util']",
                &format!("{home}/__init__.{ending} {home}/context.{ending}"),
            ],
            "{:?}",
            seen.errors()
        );
    }

    fn all_names_that_need_no_request_come_with_a_star(on) {
        let page = Site::page(&on.script(
            "from pyscript import *\nprint(document.title, RUNNING_IN_WORKER, config['type'], callable(display), callable(when), callable(fetch), callable(current_target))"
        )).open();
        page.wait_for_line(&format!("Test False {} True True True True", on.tag()));
        page.assert_no_errors();
    }

    fn a_name_that_the_package_lacks_is_an_import_error(on) {
        let page = Site::page(&on.script("try:\n    from pyscript import nonsense\nexcept ImportError as error:\n    print('ImportError', 'nonsense' in str(error))")).open();
        page.wait_for_line("ImportError True");
        page.assert_no_errors();
    }

    fn the_dom_is_at_hand(on) {
        let page = Site::page(&format!(
            "<ul id=\"list\"></ul>{}",
            on.script(
                "from pyscript import document\n\
                 for n in range(3):\n    \
                     item = document.createElement('li')\n    \
                     item.textContent = f'item {n}'\n    \
                     item.classList.add('made')\n    \
                     document.getElementById('list').append(item)\n\
                 print(document.querySelectorAll('.made').length, document.querySelector('li').textContent)"
            )
        )).open();
        page.wait_for_line("3 item 0");
        assert_eq!(page.text_of("list.textContent"), "item 0item 1item 2");
        page.assert_no_errors();
    }

    fn a_module_that_cannot_be_fetched_is_an_import_error(on) {
        let code = "from pyscript import window\n\
                    try:\n    import pyscript.flatted\n\
                    except ImportError as error:\n    window.console.log('ImportError ' + str(error))";
        for (fault, status) in [(Fault::Status(404), 404), (Fault::Refuse, 0)] {
            for attribute in ["", "worker"] {
                let site = Site::page(&on.script_with(attribute, code)).fault("pyscript/flatted.py", fault.clone());
                let line = format!("ImportError pyscript.flatted could not be fetched: status {status}");
                site.open().wait_for_line(&line);
            }
        }
    }

    fn py_import_gives_packages_that_were_installed(on) {
        let code = "from pyscript import py_import, window\n\
                    import _pyscript\n\
                    await _pyscript.install(str(window.location.origin) + '/beta-1.0-py3-none-any.whl')\n\
                    beta, json = await py_import('beta', 'json')\n\
                    window.console.log(beta.NAME + ' ' + json.dumps([1]))";
        for attribute in ["", "worker"] {
            let site = Site::page(&on.script_with(attribute, code));
            let page = site.file("beta-1.0-py3-none-any.whl", Wheel::pure("beta", "1.0", &[]).bytes()).open();
            page.wait_for_line("beta [1]");
            page.assert_no_errors();
        }
    }

    fn what_needs_no_page_works_in_a_worker_without_isolation(on) {
        let code = "from pyscript import WebSocket, storage, sync\n\
                    from pyscript.flatted import parse, stringify\n\
                    store = await storage('alone')\n\
                    store['a'] = parse(stringify([1]))\n\
                    await store.sync()\n\
                    store = await storage('alone')\n\
                    sync.told(repr(store['a']) + ' ' + str(WebSocket.OPEN))";
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let body = format!(
            "<script type=\"module\">
               import {{ {factory} as Python }} from '/_pyrite/core.js';
               const worker = new Python('./worker.py', {{ async: true }});
               worker.sync.told = (text) => console.log(text);
             </script>"
        );
        let page = Site::page(&body).file("worker.py", code).flag("--no-isolation").open();
        page.wait_for_line("[1] 1");
        page.assert_no_errors();
    }
}
