//! `display`: values on the page, each in its richest form.

use pyrite_tests::{Site, on_both_interpreters};

on_both_interpreters! {
    fn text_is_escaped_and_each_value_has_a_line(on) {
        let page = Site::page(&format!("<div id=\"out\"></div>{}", on.script("from pyscript import display\ndisplay('<b>one</b> & more', 2, [3, 'four'], target='out')\ndisplay('five', target='#out')"))).open();
        page.wait_for_event(&on.event("done"));
        assert_eq!(page.text_of("[...out.children].map(e => e.localName + ' ' + e.textContent).join('|')"), "div <b>one</b> & more|div 2|div [3, 'four']|div five");
        page.assert_no_errors();
    }

    fn append_false_replaces_what_was_there(on) {
        let page = Site::page(&format!("<div id=\"out\"><i>old</i></div>{}", on.script("from pyscript import display\ndisplay('a', target='out', append=False)\ndisplay('b', 'c', target='out', append=False)"))).open();
        page.wait_for_event(&on.event("done"));
        assert_eq!(page.text_of("out.textContent"), "c");
        page.assert_no_errors();
    }

    fn blank_values_are_left_out(on) {
        let page = Site::page(&format!("<div id=\"out\"></div>{}", on.script("from pyscript import display\ndisplay('', '  ', 'x', target='out')"))).open();
        page.wait_for_event(&on.event("done"));
        assert_eq!(page.text_of("out.children.length"), "1");
    }

    fn html_is_inserted_and_its_scripts_run(on) {
        let page = Site::page(&format!("<div id=\"out\"></div>{}", on.script("from pyscript import display, HTML\ndisplay(HTML('<b>bold</b><script>window.ran = 1</' + 'script>'), target='out')"))).open();
        page.wait_for_event(&on.event("done"));
        assert_eq!(page.text_of("out.querySelector('b').textContent"), "bold");
        assert_eq!(page.text_of("window.ran"), "1");
        page.assert_no_errors();
    }

    fn values_say_how_they_look(on) {
        let code = "from pyscript import display\n\
            class Svg:\n    def _repr_svg_(self):\n        return '<svg viewBox=\"0 0 1 1\"><circle r=\"1\"/></svg>'\n\
            class Png:\n    def _repr_png_(self):\n        return b'\\x89PNG'\n\
            class Bundle:\n    def _repr_mimebundle_(self):\n        return {'text/unknown': '?', 'text/html': '<em>html</em>'}\n\
            class WithSize:\n    def _repr_mimebundle_(self):\n        return {'image/jpeg': 'AAAA'}, {'image/jpeg': {'width': 7}}\n\
            class Json:\n    def _repr_json_(self):\n        return '{\"a\": \"<b>\"}'\n\
            class None_:\n    def _repr_html_(self):\n        return None\n    def __repr__(self):\n        return '<just repr>'\n\
            class Script:\n    def _repr_javascript_(self):\n        return 'window.fromScript = 1'\n\
            for value in (Svg(), Png(), Bundle(), WithSize(), Json(), None_(), Script()):\n    display(value, target='out')";
        let page = Site::page(&format!("<div id=\"out\"></div>{}", on.script(code))).open();
        let seen = page.wait_for_event(&on.event("done"));
        // The pictures are none; only their addresses matter here.
        assert!(seen.errors().is_empty(), "{:?}", seen.errors());
        assert_eq!(page.text_of("out.children[0].querySelector('circle').namespaceURI"), "http://www.w3.org/2000/svg");
        assert_eq!(page.text_of("out.children[1].querySelector('img').src"), "data:image/png;base64,iVBORw==");
        assert_eq!(page.text_of("out.children[2].innerHTML"), "<em>html</em>");
        assert_eq!(page.text_of("(i => i.src + ' ' + i.getAttribute('width'))(out.children[3].querySelector('img'))"), "data:image/jpeg;base64,AAAA 7");
        assert_eq!(page.text_of("out.children[4].textContent"), "{\"a\": \"<b>\"}");
        assert_eq!(page.text_of("out.children[5].textContent"), "<just repr>");
        assert_eq!(page.text_of("window.fromScript"), "1");
    }

    fn a_target_that_is_not_there_is_an_error_that_names_it(on) {
        let page = Site::page(&on.script("from pyscript import display\nfor target in ('nope', ''):\n    try:\n        display(1, target=target)\n    except ValueError as error:\n        print(error)")).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["Cannot find element with id='nope' in the page.", "Cannot find element with id='' in the page."]);
    }

    fn displaying_to_a_script_shows_at_its_target(on) {
        let page = Site::page(&format!("<p id=\"out\"></p>{}{}", on.script_with("id=\"one\" target=\"out\"", "x = 1"), on.script("from pyscript import display\ndisplay('there', target='one')"))).open();
        page.wait_for_all_done();
        assert_eq!(page.text_of("out.textContent"), "there");
        page.assert_no_errors();
    }
}
