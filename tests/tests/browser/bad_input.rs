//! What goes wrong before any Python runs: a message with code, address and hint, and everything else goes on.

use std::time::Duration;

use pyrite_tests::{Banner, Fault, Interpreter, Network, Page, Seen, Site, on_both_interpreters};

/// A banner with a code, of the kind that says what to do.
#[track_caller]
fn banner(seen: &Seen, code: &str, about: &str) -> Banner {
    let found = seen.banners.iter().find(|banner| banner.code.as_deref() == Some(code) && banner.text.contains(about));
    let found = found.unwrap_or_else(|| panic!("no banner {code} about {about}"));
    assert!(found.visible);
    assert_eq!(found.role.as_deref(), Some("alert"));
    assert!(seen.errors().iter().any(|error| error.contains(about)), "the console says nothing about {about}");
    found.clone()
}

/// The file that an interpreter is loaded from first, and the one with its code.
fn files(on: Interpreter) -> (&'static str, &'static str) {
    match on {
        Interpreter::MicroPython => ("micropython.mjs", "micropython.wasm"),
        Interpreter::Pyodide => ("pyodide.mjs", "pyodide.asm.wasm"),
    }
}

/// A page whose interpreter cannot start says so, and the other interpreter's script runs.
#[track_caller]
fn cannot_start(on: Interpreter, file: &str, fault: Fault, code: &str) -> Page {
    let body = [on.script("print('never')"), on.other().script("print('the other runs')")];
    let page = Site::page(&body.concat()).fault(file, fault).open();
    let seen = page.wait_for_all_done();
    let banner = banner(&seen, code, name(on));
    assert!(banner.text.contains("/_pyrite/"), "no address in:\n{}", banner.text);
    assert!(banner.text.contains("Hint: "), "no hint in:\n{}", banner.text);
    assert_eq!(seen.printed("the other runs"), 1);
    assert_eq!(seen.printed("never"), 0);
    assert!(!seen.events(&on.event("done")).is_empty());
    page
}

fn name(on: Interpreter) -> &'static str {
    match on {
        Interpreter::MicroPython => "MicroPython could not be started from ",
        Interpreter::Pyodide => "Pyodide could not be started from ",
    }
}

on_both_interpreters! {
    fn a_file_that_is_not_there_is_named_and_the_rest_runs(on) {
        let body = [on.script_with("src=\"./nope.py\" id=\"bad\"", "# nothing here"), on.script("print('still runs')")];
        let page = Site::page(&body.concat()).open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.printed("still runs"), 1);
        let banner = banner(&seen, "PY0404", "(PY0404): Fetching from URL ./nope.py failed with error 404 (Not Found). Are your filename and path correct?");
        assert!(banner.text.contains("Hint: "), "{}", banner.text);
        // As in PyScript, such a script ends like any other.
        assert!(seen.events(&on.event("done")).iter().any(|event| event.target == "bad"));
    }

    fn each_status_has_its_code(on) {
        let statuses = [401, 403, 500, 503, 418];
        let mut body: String = statuses.iter().map(|status| on.script_with(&format!("src=\"s{status}.py\""), "")).collect();
        body.push_str(&on.script("print('still runs')"));
        let mut site = Site::page(&body);
        for status in statuses {
            site = site.fault(&format!("s{status}.py"), Fault::Status(status));
        }
        let page = site.open();
        let seen = page.wait_for_all_done();
        for status in statuses {
            let code = if status == 418 { "PY0001".to_owned() } else { format!("PY0{status}") };
            banner(&seen, &code, &format!("({code}): Fetching from URL s{status}.py failed with error {status} ("));
        }
        assert_eq!(seen.printed("still runs"), 1);
        assert_eq!(seen.banners.len(), statuses.len());
    }

    fn a_connection_that_breaks_is_an_error_and_not_half_a_script(on) {
        let body = [on.script_with("src=\"half.py\"", ""), on.script_with("src=\"refused.py\"", ""), on.script("print('still runs')")];
        let page = Site::page(&body.concat()).fault("half.py", Fault::HangUp).fault("refused.py", Fault::Refuse).open();
        let seen = page.wait_for_all_done();
        for file in ["half.py", "refused.py"] {
            banner(&seen, "PY0001", &format!("(PY0001): Fetching from URL {file} failed with error '"));
        }
        assert_eq!(seen.logged(), ["still runs"]);
    }

    fn a_file_that_is_not_utf_8_is_named(on) {
        let body = [on.script_with("src=\"latin1.py\"", ""), on.script("print('still runs')")];
        let page = Site::page(&body.concat()).file("latin1.py", b"print('caf\xe9')\n").open();
        let seen = page.wait_for_all_done();
        assert!(banner(&seen, "PY0003", "latin1.py").text.contains("UTF-8"));
        assert_eq!(seen.logged(), ["still runs"]);
    }

    fn a_script_with_src_and_code_does_not_run(on) {
        let body = [on.script_with("src=\"main.py\" id=\"bad\"", "print('inline')"), on.script("print('still runs')")];
        let page = Site::page(&body.concat()).file("main.py", "print('file')").open();
        let seen = page.wait_for_all_done();
        banner(&seen, "PY0409", "(PY0409) Invalid content for <script");
        assert_eq!(seen.logged(), ["still runs"]);
        assert!(seen.events(&on.event("done")).iter().any(|event| event.target == "bad"));
    }

    fn comments_beside_a_src_are_no_code(on) {
        let page = Site::page(&on.script_with("src=\"main.py\"", "# a comment\n// another\n/* and\none more */")).file("main.py", "print('file')").open();
        page.wait_for_line("file");
        page.assert_no_errors();
    }

    fn an_empty_script_just_ends(on) {
        let page = Site::page(&format!("{}{}", on.script(""), on.script_with("src=\"empty.py\"", ""))).file("empty.py", "").open();
        page.wait_for_all_done();
        page.wait_for_events(&on.event("done"), 2);
        page.assert_no_errors();
    }

    fn a_value_for_worker_is_a_conflict(on) {
        let body = [on.script_with("worker=\"./old.py\"", ""), on.script("print('still runs')")];
        let page = Site::page(&body.concat()).open();
        let seen = page.wait_for_all_done();
        banner(&seen, "PY0409", "(PY0409) Invalid worker attribute for <script");
        assert_eq!(seen.printed("still runs"), 1);
    }

    fn without_the_words_for_it_a_failure_is_shown_as_it_is(on) {
        let page = Site::page(&on.script("print(failure)")).fault("errors.js", Fault::Status(404)).open();
        let seen = page.wait_for_all_done();
        assert!(banner(&seen, "PY4000", "NameError: name 'failure' is").text.contains("Traceback (most recent call last)"));
    }

    fn a_target_that_is_not_there_is_named_and_the_script_runs(on) {
        let page = Site::page(&on.script_with("target=\"nope\"", "print('runs')")).open();
        let seen = page.wait_for_all_done();
        assert!(banner(&seen, "PY0409", "Unknown target nope").text.contains("Hint: "));
        assert_eq!(seen.logged(), ["runs"]);
    }

    fn an_interpreter_that_is_not_there_is_named(on) {
        let page = cannot_start(on, files(on).0, Fault::Status(404), "PY3000");
        assert!(page.wait_for_banner(files(on).0).text.contains("404"));
    }

    fn what_goes_with_an_interpreter_is_named(on) {
        let chunk = format!("/{}.js", on.tag());
        let page = cannot_start(on, &chunk, Fault::Status(404), "PY3000");
        assert!(page.wait_for_banner(&chunk).text.contains("404"));
        // There are few browsers, and whoever holds one must not wait for another.
        drop(page);
        cannot_start(on, &chunk, Fault::Body("text/javascript", b"export const broken = ;".to_vec()), "PY3001");
    }

    fn an_interpreter_without_its_code_is_named(on) {
        cannot_start(on, files(on).1, Fault::Status(404), "PY3000");
    }

    fn an_interpreter_whose_script_is_damaged_is_named(on) {
        cannot_start(on, files(on).0, Fault::Body("text/javascript", b"export const broken = ;".to_vec()), "PY3001");
    }

    fn an_interpreter_whose_code_is_damaged_is_named(on) {
        cannot_start(on, files(on).1, Fault::Body("application/wasm", b"\0asm\x01\0\0\0damaged".to_vec()), "PY3001");
    }

    fn an_interpreter_whose_code_is_a_web_page_is_named(on) {
        cannot_start(on, files(on).1, Fault::Body("text/html", b"<h1>Sign in</h1>".to_vec()), "PY3001");
    }

    fn an_interpreter_that_breaks_off_is_named(on) {
        let (_, code) = files(on);
        let body = [on.script("print('never')"), on.other().script("print('the other runs')")];
        let page = Site::page(&body.concat()).fault(code, Fault::HangUp).open();
        let seen = page.wait_for_all_done();
        assert!(!seen.banners.is_empty());
        assert_eq!(seen.printed("the other runs"), 1);
    }

    fn scripts_keep_their_order_also_when_a_file_is_slow(on) {
        let body = [on.script_with("src=\"slow.py\"", ""), on.script("print('fast')")];
        let page = Site::page(&body.concat()).file("slow.py", "print('slow')").fault("slow.py", Fault::Late(Duration::from_secs(2))).open();
        assert_eq!(page.wait_for_all_done().logged(), ["slow", "fast"]);
        page.assert_no_errors();
    }

    fn without_network_a_later_script_says_what_it_lacks(on) {
        let tag = on.tag();
        let mut page = Site::page(&on.script("print('loaded')")).open();
        page.wait_for_line("loaded");
        page.wait_for_all_done();
        page.browser().network(Network::Offline).unwrap();
        page.run(&format!("const s = document.createElement('script'); s.type = '{tag}'; s.setAttribute('src', 'later.py'); document.body.append(s)"));
        let seen = page.wait("a banner", |seen| !seen.banners.is_empty());
        // What could explain it cannot be loaded any more, so these are the plain facts.
        banner(&seen, "PY0001", "(PY0001): later.py: Failed to fetch");
        // The other interpreter was never loaded and cannot be now.
        page.run(&format!("const s = document.createElement('script'); s.type = '{}'; s.textContent = 'print(1)'; document.body.append(s)", on.other().tag()));
        let seen = page.wait("a second banner", |seen| seen.banners.len() > 1);
        banner(&seen, "PY3000", &format!("/{}.js", on.other().tag()));
        // What runs already goes on.
        page.run(&format!("const s = document.createElement('script'); s.type = '{tag}'; s.textContent = 'print(\"alive\")'; document.body.append(s)"));
        page.wait_for_line("alive");
    }
}

#[test]
fn a_runtime_that_cannot_be_loaded_leaves_a_message_on_the_page() {
    let page = Site::page(&format!("<p>the page</p>{}", Interpreter::MicroPython.script("print('never')")))
        .fault("pyrite.wasm", Fault::Status(404))
        .open();
    let banner = page.wait_for_banner("Pyrite could not be started from http");
    assert_eq!(banner.code.as_deref(), Some("PY3002"));
    assert!(banner.visible);
}
