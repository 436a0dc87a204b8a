//! `pyscript.ffi`: between Python and JavaScript.

use pyrite_tests::{Site, on_both_interpreters};

on_both_interpreters! {
    fn to_js_makes_plain_javascript_values(on) {
        let page = Site::page(&on.script(
            "from pyscript import ffi, window\n\
             value = {'text': 'a', 'list': [1, 2.5, None, True], 'deep': {'er': ({'x': 1},)}}\n\
             converted = ffi.to_js(value)\n\
             print(window.JSON.stringify(converted))\n\
             print(window.Array.isArray(ffi.to_js([1])), window.Array.isArray(ffi.to_js((1, 2))))\n\
             converted.text = 'changed'\n\
             print(value['text'])\n\
             window.converted = converted"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        let lines = seen.logged();
        assert_eq!(lines[1..], ["True True", "a"], "{:?}", seen.errors());
        let json = lines[0].replace("\"list\":[1,2.5,,true]", "\"list\":[1,2.5,null,true]");
        assert!(json.contains("\"list\":[1,2.5,null,true]") && json.contains("\"deep\":{\"er\":[{\"x\":1}]}"), "{json}");
        assert_eq!(page.text_of("Object.getPrototypeOf(converted) === Object.prototype"), "true");
        page.assert_no_errors();
    }

    fn proxies_keep_python_functions_alive_for_javascript(on) {
        let page = Site::page(&on.script(
            "import gc\n\
             from pyscript import ffi, window\n\
             def make():\n    def local(a, b):\n        return a + b\n    return ffi.create_proxy(local)\n\
             window.add = make()\n\
             window.later = ffi.create_proxy(lambda *_: print('later'))\n\
             window.setTimeout(window.later, 10)\n\
             gc.collect()\n\
             print('ready')"
        )).open();
        page.wait_for_line("later");
        assert_eq!(page.text_of("window.add(40, 2)"), "42");
        page.assert_no_errors();
    }

    fn none_and_null_are_none(on) {
        let page = Site::page(&on.script(
            "from pyscript import ffi, window, document\n\
             print(ffi.is_none(None), ffi.is_none(document.querySelector('nope')), ffi.is_none(0), ffi.is_none(''))\n\
             print(ffi.is_none(ffi.jsnull))"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["True True False False", "True"], "{:?}", seen.errors());
        page.assert_no_errors();
    }

    fn assign_and_direct(on) {
        let page = Site::page(&on.script(
            "from pyscript import ffi, window\n\
             target = window.Object.new()\n\
             ffi.assign(target, {'a': 1}, ffi.to_js({'b': [2]}))\n\
             print(window.JSON.stringify(target))\n\
             print(ffi.direct('same'))"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["{\"a\":1,\"b\":[2]}", "same"], "{:?}", seen.errors());
        page.assert_no_errors();
    }

    fn javascript_classes_are_made_with_new(on) {
        let page = Site::page(&on.script(
            "from pyscript import window\n\
             print(window.Date.new(0).toISOString())\n\
             print(window.URL.new('/x?y=1', 'http://127.0.0.1').search)\n\
             print(window.Map.new().size)"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["1970-01-01T00:00:00.000Z", "?y=1", "0"], "{:?}", seen.errors());
        page.assert_no_errors();
    }
}

on_both_interpreters! {
    fn large_whole_numbers_come_whole(on) {
        let page = Site::page(&format!("<script>numbers = [2 ** 31, -(2 ** 33), 2 ** 53 - 1, 0, -1, 2 ** 31 - 1, 0.5, 1e300]</script>{}", on.script(
            "import js\n\
             print([js.numbers[n] == value for n, value in enumerate((2 ** 31, -(2 ** 33), 2 ** 53 - 1, 0, -1, 2 ** 31 - 1, 0.5, 1e300))])\n\
             print(abs(js.Date.now() / 1000 - __import__('time').time()) < 60)"
        ))).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["[True, True, True, True, True, True, True, True]", "True"], "{:?}", seen.errors());
    }

    fn names_that_are_keywords_of_python_take_an_underscore(on) {
        let page = Site::page(&on.script(
            "from pyscript import window\n\
             print(list(window.Uint8Array.from_([1, 2])), hasattr(window.Array, 'from_'), hasattr(window, 'nope_'))\n\
             try:\n    window.nope_\nexcept AttributeError as error:\n    print('no', 'nope_' in str(error))"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged()[0], "[1, 2] True False", "{:?}", seen.errors());
        assert!(seen.logged()[1].starts_with("no"));
    }
}
