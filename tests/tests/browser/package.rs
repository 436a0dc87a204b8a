//! What `from pyscript import …` gives.

use pyrite_tests::{Site, on_both_interpreters};

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
}
