//! Pages under a content security policy: that of a build, and stricter than that.

use pyrite_tests::{HEAD, Host, Page, Site, on_both_interpreters, paths};

/// Notes what the policy forbids, and who asked for it.
const WATCH: &str = "<script>
  window.forbidden = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, sample }) =>
    forbidden.push([effectiveDirective, blockedURI, sourceFile, sample].join(' ')));
</script>";

/// A host that forbids more than a build asks it to: no style in the page, nothing that is in no file.
fn strict(body: &str) -> Page {
    // The icon of other tests' pages is a `data:` address.
    let head = HEAD.replace("<link rel=\"icon\" href=\"data:,\">", "");
    let site = Site::new().file("index.html", format!("{head}{WATCH}{body}"));
    let host = site.build(&["--target", "netlify"]).with_its_headers();
    host.without_source("'unsafe-inline'").without_source("blob:").without_source("data:").serve().open("/")
}

#[track_caller]
fn assert_nothing_was_forbidden(page: &Page) {
    assert_eq!(page.run("return forbidden.join('\\n')"), "");
}

/// What stands in a terminal, as JavaScript.
const SHOWN: &str = "document.querySelector('.xterm-rows').textContent";

#[test]
fn what_the_policy_forbids_is_noticed() {
    let page = strict("");
    page.run("document.body.setAttribute('style', 'color: red')");
    page.wait_until("forbidden.some((one) => one.startsWith('style-src-attr'))");
}

on_both_interpreters! {
    fn an_editor_runs_and_looks_right_under_a_strict_policy(on) {
        let body = format!(
            "<script type=\"{0}-editor\" env=\"one\" setup>base = 40</script>
             <script type=\"{0}-editor\" env=\"one\" rows=\"3\">from pyscript import display\ndisplay(base + 2)\n1 / 0</script>",
            on.tag()
        );
        let page = strict(&body);
        page.wait_until("document.querySelector('button[class*=editor-run]')");
        page.run("document.querySelector('button[class*=editor-run]').click()");
        page.wait_until("document.querySelector('[role=log]').textContent.includes('ZeroDivisionError')");
        page.wait_until("document.querySelector('[role=log]').textContent.includes('42')");
        page.run("root = document.querySelector('[class*=editor-input] > div:last-child').shadowRoot");
        page.wait_until("root.querySelector('.cm-lint-marker-error')");
        // Its own styles are there: lines are wrapped, the button is in its corner.
        assert_eq!(page.text_of("getComputedStyle(root.querySelector('.cm-content')).whiteSpace"), "break-spaces");
        assert_eq!(page.text_of("getComputedStyle(document.querySelector('button[class*=editor-run]')).position"), "absolute");
        assert_nothing_was_forbidden(&page);
    }

    fn terminals_write_and_read_under_a_strict_policy(on) {
        for attributes in ["terminal", "terminal worker"] {
            let code = "print('\\x1b[38;2;1;200;3mgreen\\x1b[0m \\x1b[31mred\\x1b[0m')\nprint('hello', input('Name? '))";
            let asks = attributes.contains("worker");
            let page = strict(&on.script_with(attributes, if asks { code } else { code.split('\n').next().unwrap() }));
            page.wait_until(&format!("document.querySelector('.xterm-rows') && {SHOWN}.includes('green')"));
            if asks {
                page.wait_until(&format!("{SHOWN}.includes('Name?')"));
                page.run("document.querySelector('[terminal]').terminal.focus()");
                page.type_text("Ada\n");
                page.wait_until(&format!("{SHOWN}.includes('hello Ada')"));
            }
            page.wait_for_all_done();
            // Colours that xterm.js has no class for, and the sizes of its cells, which decide where everything is.
            let colour = "getComputedStyle([...document.querySelectorAll('.xterm-rows span')].find((span) => span.textContent === 'green')).color";
            page.wait_until(&format!("{colour} !== getComputedStyle(document.querySelector('.xterm-rows')).color"));
            assert_eq!(page.text_of("getComputedStyle(document.querySelector('.xterm-rows span')).display"), "inline-block");
            assert_nothing_was_forbidden(&page);
        }
    }

    fn progress_and_banners_look_right_under_a_strict_policy(on) {
        let page = strict(&format!("<py-progress></py-progress>{}", on.script("1 / 0")));
        page.wait_for_banner("ZeroDivisionError");
        page.wait_for_all_done();
        assert_eq!(page.text_of("getComputedStyle(document.querySelector('py-progress').shadowRoot.querySelector('[role=progressbar]')).height"), "8px");
        assert_ne!(page.text_of("getComputedStyle(document.querySelector('.py-error')).borderTopStyle"), "none");
        assert_nothing_was_forbidden(&page);
    }

    fn a_donkey_works_under_a_strict_policy(on) {
        // Its module stands in the page, so that the policy has its hash.
        let page = strict(&format!(
            "<p id=\"place\"></p><script type=\"module\">
               import {{ donkey }} from '/_pyrite/core.js';
               const hidden = await donkey({{ type: '{0}' }});
               const shown = await donkey({{ type: '{0}', terminal: '#place' }});
               window.answer = [await hidden.evaluate('6 * 7'), await shown.evaluate('6 * 8')].join();
             </script>",
            on.tag()
        ));
        page.wait_until("window.answer");
        assert_eq!(page.text_of("answer"), "42,48");
        assert_nothing_was_forbidden(&page);
    }
}

#[test]
fn the_gallery_s_notebook_and_prompt_work_under_the_policy_of_their_build() {
    let server = Host::build(&paths::root().join("examples"), &["--target", "netlify"]).with_its_headers().serve();
    let mut page = server.open("/notebook/");
    page.wait_until("document.querySelectorAll('button[class*=editor-run]').length === 3");
    page.run("document.querySelectorAll('button[class*=editor-run]').forEach((button) => button.click())");
    page.wait_until(
        "document.querySelectorAll('[role=log]')[2].querySelector('svg rect')?.getAttribute('width') === '200'",
    );
    page.assert_no_errors();
    page.goto("/repl/");
    page.wait_until("document.querySelector('[terminal]').terminal");
    page.wait_until(&format!("{SHOWN}.includes('>>>')"));
    page.run("document.querySelector('[terminal]').terminal.focus()");
    page.type_text("6 * 7\n");
    page.wait_until(&format!("{SHOWN}.includes('42')"));
    page.assert_no_errors();
    let log = page.browser().log().unwrap();
    assert!(!log.iter().any(|line| line.contains("Content Security Policy")), "{log:#?}");
}
