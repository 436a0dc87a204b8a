//! Python that a page gives work to.

use std::time::{Duration, Instant};

use pyrite_tests::{Page, Site, on_both_interpreters};

fn open(options: &str) -> Page {
    let page = Site::page(&format!(
        "<script type=\"module\">
           import {{ donkey }} from '/_pyrite/core.js';
           window.it = await donkey({options}); console.log('donkey is there')
         </script>"
    ))
    .open();
    page.wait_for_line("donkey is there");
    page
}

/// Waits for a line of the donkey's own console, which is not that of the page.
#[track_caller]
fn wait_for_print(page: &mut Page, line: &str) {
    let end = Instant::now() + Duration::from_secs(90);
    let mut heard = Vec::new();
    while !heard.iter().any(|one: &String| one.ends_with(line)) {
        assert!(Instant::now() < end, "no {line:?} among {heard:?}");
        std::thread::sleep(Duration::from_millis(25));
        heard.extend(page.browser().log().unwrap());
    }
}

/// What a promise of the donkey comes to: its value, or the error's last line.
fn outcome(page: &Page, call: &str) -> String {
    let outcome = page.run(&format!(
        "return {call}.then((value) => 'gives ' + JSON.stringify(value), (error) => 'fails ' + error.message.trimEnd().split('\\n').pop())"
    ));
    outcome.as_str().unwrap_or_default().to_owned()
}

on_both_interpreters! {
    fn a_donkey_executes_and_evaluates(on) {
        let mut page = open(&format!("{{ type: '{}', persistent: true }}", on.tag()));
        assert_eq!(outcome(&page, "it.execute('def double(x):\\n    return 2 * x\\nprint(\"said\")')"), "gives undefined");
        wait_for_print(&mut page, "said");
        assert_eq!(outcome(&page, "it.evaluate('double(21)')"), "gives 42");
        assert_eq!(outcome(&page, "it.evaluate('{\"a\": [1, None]}')"), "gives {\"a\":[1,null]}");
        assert_eq!(outcome(&page, "it.process('double(4)')"), "gives undefined");
        wait_for_print(&mut page, "8");
        assert_eq!(outcome(&page, "it.process('y = 3')"), "gives undefined");
        assert_eq!(outcome(&page, "it.process('for i in range(2):\\n    print(\"round\", i + y)')"), "gives undefined");
        wait_for_print(&mut page, "round 4");
        assert_eq!(outcome(&page, "it.clear()"), "gives undefined");
        assert_eq!(outcome(&page, "it.reset()"), "gives undefined");
        assert!(outcome(&page, "it.evaluate('double(21)')").starts_with("fails NameError"));
        assert_eq!(outcome(&page, "it.kill()"), "gives undefined");
        assert_eq!(outcome(&page, "it.execute('1')"), "fails this donkey has been killed; make another one with donkey()");
        assert_eq!(outcome(&page, "it.clear()"), "fails this donkey has been killed; make another one with donkey()");
        assert_eq!(outcome(&page, "it.kill()"), "gives undefined");
    }

    fn names_stay_only_if_asked_for(on) {
        let page = open(&format!("{{ type: '{}' }}", on.tag()));
        assert_eq!(outcome(&page, "it.execute('x = 1')"), "gives undefined");
        assert!(outcome(&page, "it.evaluate('x')").starts_with("fails NameError"));
    }

    fn what_python_raises_rejects(on) {
        let page = open(&format!("{{ type: '{}' }}", on.tag()));
        assert!(outcome(&page, "it.evaluate('1 / 0')").starts_with("fails ZeroDivisionError"));
        assert!(outcome(&page, "it.execute('raise ValueError(\"so\")')").starts_with("fails ValueError: so"));
        assert!(outcome(&page, "it.process('int(\"x\")')").starts_with("fails ValueError"));
        assert!(outcome(&page, "it.execute('(')").starts_with("fails SyntaxError"));
        assert_eq!(outcome(&page, "it.execute(7)"), "fails execute() takes a text of Python, not number");
        // And it goes on.
        assert_eq!(outcome(&page, "it.evaluate('1 + 1')"), "gives 2");
    }

    fn a_new_task_ends_the_one_before(on) {
        let page = open(&format!("{{ type: '{}' }}", on.tag()));
        page.run("window.endless = it.execute('while True:\\n    pass'); window.endless.catch(() => {})");
        assert_eq!(outcome(&page, "it.evaluate('1 + 1')"), "gives 2");
        assert!(outcome(&page, "endless").starts_with("fails "));
        page.run("window.endless = it.execute('while True:\\n    pass'); window.endless.catch(() => {})");
        assert_eq!(outcome(&page, "it.kill()"), "gives undefined");
        assert!(outcome(&page, "endless").starts_with("fails "));
    }

    fn a_donkey_with_a_terminal_shows_what_it_does(on) {
        let page = Site::page(&format!(
            "<div id=\"place\"></div><script type=\"module\">
               import {{ donkey }} from '/_pyrite/core.js';
               for (const name of ['ready', 'done']) addEventListener(`{0}:${{name}}`, () => (window.heard = name));
               window.it = await donkey({{ type: '{0}', terminal: '#place', persistent: true }}); console.log('donkey is there')
             </script>",
            on.tag()
        )).open();
        page.wait_for_line("donkey is there");
        let shown = "(document.querySelector('#place .xterm-rows')?.textContent ?? '').replaceAll('\\xa0', ' ')";
        assert_eq!(outcome(&page, "it.execute('print(\"said\")')"), "gives undefined");
        page.wait_until(&format!("{shown}.includes('said')"));
        assert_eq!(outcome(&page, "it.process('6 * 7')"), "gives undefined");
        page.wait_until(&format!("{shown}.includes('42')"));
        assert!(outcome(&page, "it.evaluate('1 / 0')").starts_with("fails ZeroDivisionError"));
        page.wait_until(&format!("{shown}.includes('ZeroDivisionError')"));
        assert_eq!(outcome(&page, "it.execute('x = 1')"), "gives undefined");
        assert_eq!(outcome(&page, "it.clear()"), "gives undefined");
        page.wait_until(&format!("!{shown}.includes('said')"));
        assert_eq!(outcome(&page, "it.evaluate('x + 1')"), "gives 2");
        // The page has made no script, and hears of none.
        assert_eq!(page.text_of("String(window.heard)"), "undefined");
        assert_eq!(outcome(&page, "it.reset()"), "gives undefined");
        assert!(outcome(&page, "it.evaluate('x')").starts_with("fails NameError"));
        assert_eq!(page.text_of("document.querySelectorAll('.xterm').length"), "1");
        assert_eq!(outcome(&page, "it.kill()"), "gives undefined");
        assert_eq!(page.text_of("document.querySelectorAll('.xterm, script[terminal]').length"), "0");
        page.assert_no_errors();
    }

    fn a_donkey_is_configured(on) {
        let page = Site::page(&format!(
            "<script type=\"module\">import {{ donkey }} from '/_pyrite/core.js';
               const it = await donkey({{ type: '{}', config: {{ files: {{ './data.txt': '' }} }} }});
               console.log('read ' + await it.evaluate('open(\"data.txt\").read()'));</script>", on.tag()
        )).file("data.txt", "all of it").open();
        page.wait_for_line("read all of it");
    }
}

#[test]
fn a_donkey_that_cannot_start_rejects() {
    let page = Site::page(
        "<script type=\"module\">import { donkey } from '/_pyrite/core.js';
           await donkey({ type: 'mpy', config: { files: { './none.txt': '' } } }).catch((error) => console.log('rejected'));
           await donkey({ type: 'cobol' }).catch((error) => console.log(error.message));</script>",
    )
    .open();
    page.wait_for_line("rejected");
    page.wait_for_line("a donkey of type \"cobol\" is not known: use \"py\" or \"mpy\"");
}
