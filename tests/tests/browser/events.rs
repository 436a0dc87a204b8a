//! The events that tell a page how far its Python is.

use pyrite_tests::{Entry, Seen, Site, on_both_interpreters};

fn at_event(seen: &Seen, name: &str, target: &str) -> usize {
    seen.position(|entry| matches!(entry, Entry::Event(event) if event.name == name && event.target == target))
        .unwrap_or_else(|| panic!("no {name} on {target}"))
}

fn at_line(seen: &Seen, line: &str) -> usize {
    seen.position(|entry| matches!(entry, Entry::Console { text, .. } if text == line))
        .unwrap_or_else(|| panic!("{line:?} was not printed"))
}

on_both_interpreters! {
    fn ready_comes_before_the_code_and_done_after_all_of_it(on) {
        let page = Site::page(&format!(
            "{}{}",
            on.script_with("id=\"a\"", "import asyncio\nprint('starts')\nawait asyncio.sleep(0.1)\nprint('ends')"),
            on.element("id=\"b\"", "print('element')")
        )).open();
        let seen = page.wait_for_all_done();
        let (ready, done) = (on.event("ready"), on.event("done"));
        assert!(at_event(&seen, &ready, "a") < at_line(&seen, "starts"));
        assert!(at_line(&seen, "ends") < at_event(&seen, &done, "a"));
        assert!(at_event(&seen, &ready, "b") < at_line(&seen, "element"));
        assert!(at_line(&seen, "element") < at_event(&seen, &done, "b"));
        assert!(at_event(&seen, &done, "a") < at_event(&seen, "py:all-done", "window"));
        for name in [&ready, &done] {
            let events = seen.events(name);
            assert_eq!(events.len(), 2);
            for event in events {
                assert_eq!((event.class.as_str(), event.bubbles, event.cancelable), ("CustomEvent", true, false));
                assert_eq!(event.worker, Some(false));
                assert!(event.script_is_target);
                assert_eq!(event.wrap_type.as_deref(), Some(on.tag()));
            }
        }
    }

    fn listeners_on_the_script_the_document_and_the_window_are_told(on) {
        let tag = on.tag();
        let page = Site::page(&format!(
            "{}<script>for (const [name, place] of [['script', it], ['document', document], ['window', window]])
                 for (const what of ['ready', 'done']) place.addEventListener(`{tag}:${{what}}`, () => console.info(what, name));
             </script>",
            on.script_with("id=\"it\"", "x = 1")
        )).open();
        let seen = page.wait_for_all_done();
        let told: Vec<_> = seen.entries.iter().filter_map(|entry| match entry {
            Entry::Console { level, text } if level == "info" => Some(text.as_str()),
            _ => None,
        }).collect();
        assert_eq!(told, ["ready script", "ready document", "ready window", "done script", "done document", "done window"]);
    }

    fn done_comes_also_after_an_exception(on) {
        let page = Site::page(&format!(
            "{}{}",
            on.script_with("id=\"a\"", "raise ValueError('x')"),
            on.script_with("id=\"b\" async=\"false\"", "raise ValueError('y')")
        )).open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.events(&on.event("done")).len(), 2);
        assert_eq!(seen.events(&on.event("ready")).len(), 2);
    }

    fn a_synchronous_script_is_done_before_the_next_is_ready(on) {
        let page = Site::page(&format!(
            "{}{}",
            on.script_with("id=\"a\" async=\"false\"", "x = 1"),
            on.script_with("id=\"b\" async=\"false\"", "x = 2")
        )).open();
        let seen = page.wait_for_all_done();
        assert!(at_event(&seen, &on.event("done"), "a") < at_event(&seen, &on.event("ready"), "b"));
    }

    fn all_done_comes_once_when_all_first_scripts_ended_and_counts_no_later_ones(on) {
        let page = Site::page(&format!("{}{}", on.script("print('one')"), on.script("raise ValueError('two')"))).open();
        let seen = page.wait_for_all_done();
        let all_done = seen.events("py:all-done")[0];
        assert_eq!((all_done.class.as_str(), all_done.target.as_str(), all_done.bubbles), ("Event", "window", false));
        assert_eq!(seen.events(&on.event("done")).len(), 2);
        page.run(&format!("const s = document.createElement('script'); s.type = '{}'; s.id = 'late'; s.textContent = 'print(3)'; document.body.append(s)", on.tag()));
        page.wait_for_events(&on.event("done"), 3);
        // Were there a second one, it would come in the same turn.
        page.run("return new Promise(resolve => setTimeout(resolve, 50))");
        let seen = page.seen();
        assert_eq!(seen.events("py:all-done").len(), 1);
        assert_eq!(seen.events("mpy:all-done").len(), 0);
    }

    fn done_and_all_done_come_also_when_a_script_could_not_start(on) {
        let page = Site::page(&format!("{}{}", on.script_with("src=\"some.py\" id=\"bad\"", "print('both')"), on.script("print('good')")))
            .file("some.py", "")
            .open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.printed("good"), 1);
        // Pages take their spinners away when it comes.
        assert_eq!(seen.events(&on.event("done")).len(), 2);
        assert_eq!(seen.events(&on.event("ready")).len(), 1);
    }

    fn progress_tells_the_steps_of_the_start(on) {
        let page = Site::page(&on.script("x = 1")).open();
        let seen = page.wait_for_all_done();
        let name = match on.tag() { "mpy" => "MicroPython", _ => "Pyodide" };
        let steps: Vec<_> = seen.events(&on.event("progress")).iter().filter_map(|event| event.text.clone()).collect();
        assert_eq!(steps.first().cloned(), Some(format!("Loading {name}")), "{steps:?}");
        assert_eq!(steps.last().cloned(), Some(format!("Loaded {name}")), "{steps:?}");
        for event in seen.events(&on.event("progress")) {
            assert_eq!((event.class.as_str(), event.target.as_str(), event.bubbles), ("CustomEvent", "window", false));
        }
        assert!(seen.events(&on.other().event("progress")).is_empty());
        let last = seen.entries.iter().rposition(|entry| matches!(entry, Entry::Event(event) if event.name.ends_with(":progress")));
        let ready = seen.position(|entry| matches!(entry, Entry::Event(event) if event.name.ends_with(":ready")));
        assert!(last < ready, "progress after ready");
    }
}

#[test]
fn all_done_waits_for_both_interpreters() {
    let page = Site::page("<script type=\"mpy\">x = 1</script><script type=\"py\">x = 1</script>").open();
    let seen = page.wait_for_all_done();
    assert_eq!((seen.events("mpy:done").len(), seen.events("py:done").len()), (1, 1));
}

#[test]
fn a_page_without_scripts_is_all_done_at_once() {
    let page = Site::page("<p>nothing</p>").open();
    assert_eq!(page.wait_for_all_done().events("py:all-done").len(), 1);
}
