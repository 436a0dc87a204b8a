//! `when`: Python reacts to events.

use pyrite_tests::{Site, on_both_interpreters};

const PAGE: &str =
    "<button id=\"one\" class=\"b\">1</button><button id=\"two\" class=\"b\">2</button><input id=\"field\">";

on_both_interpreters! {
    fn handlers_take_the_event_or_nothing_and_may_be_async(on) {
        let page = Site::page(&format!("{PAGE}{}", on.script(
            "import asyncio\n\
             from pyscript import when, document\n\
             @when('click', '#one')\ndef with_event(event):\n    print('event', event.type, event.target.id)\n\
             @when('click', '#one')\ndef without():\n    print('nothing')\n\
             @when('click', '#two')\nasync def waits(event):\n    await asyncio.sleep(0)\n    print('async', event.target.id)\n\
             @when('click', '#two')\nasync def waits_without():\n    await asyncio.sleep(0)\n    print('async nothing')\n\
             class Thing:\n    def method(self, event):\n        print('method', event.type)\n\
             when('input', document.getElementById('field'))(Thing().method)\n"
        ))).open();
        page.wait_for_event(&on.event("done"));
        page.run("one.click()");
        let seen = page.wait_for_line("nothing");
        assert_eq!(seen.logged(), ["event click one", "nothing"]);
        page.run("two.click()");
        page.wait_for_line("async two");
        page.wait_for_line("async nothing");
        page.run("field.dispatchEvent(new Event('input'))");
        page.wait_for_line("method input");
        page.assert_no_errors();
    }

    fn a_handler_serves_all_elements_that_fit_and_takes_options(on) {
        let page = Site::page(&format!("{PAGE}{}", on.script(
            "from pyscript import when, document\n\
             @when('click', '.b')\ndef any_button(event):\n    print('any', event.target.id)\n\
             @when('click', [document.getElementById('one')], once=True)\ndef first(event):\n    print('once')\n\
             @when('custom:event', '.b')\n@when('click', '#two')\ndef both(event):\n    print('both', event.type)\n"
        ))).open();
        page.wait_for_event(&on.event("done"));
        page.run("one.click(); one.click(); two.click(); one.dispatchEvent(new CustomEvent('custom:event'))");
        let seen = page.wait_for_line("both custom:event");
        assert_eq!((seen.printed("any one"), seen.printed("any two"), seen.printed("once"), seen.printed("both click")), (2, 1, 1, 1));
        page.assert_no_errors();
    }

    fn a_selector_is_needed_and_must_fit(on) {
        let page = Site::page(&on.script(
            "from pyscript import when\n\
             for selector in (None, '#nope'):\n    try:\n        when('click', selector)\n    except ValueError as error:\n        print(error)"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["Selector required for DOM event handling.", "No elements found for selector: #nope"]);
    }

    fn events_of_python_have_listeners_too(on) {
        let page = Site::page(&on.script(
            "import asyncio\n\
             from pyscript import when, Event\n\
             first, second = Event(), Event()\n\
             @when(first)\ndef on_first(result):\n    print('first', result)\n\
             @when([first, second])\nasync def on_both(result):\n    print('both', result)\n\
             @when(second)\ndef bare():\n    print('bare')\n\
             first.trigger(1)\n\
             second.trigger({'a': 2})\n\
             await asyncio.sleep(0.05)\n\
             first.remove_listener()\n\
             first.trigger(3)\n\
             try:\n    first.add_listener(4)\nexcept ValueError as error:\n    print(error)"
        )).open();
        let seen = page.wait_for_event(&on.event("done"));
        let mut lines = seen.logged();
        lines.sort_unstable();
        assert_eq!(lines, ["Listener must be callable.", "bare", "both 1", "both {'a': 2}", "first 1"], "{:?}", seen.errors());
        page.assert_no_errors();
    }
}
