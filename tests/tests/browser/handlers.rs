//! `py-click="name"` and other attributes that call Python.

use pyrite_tests::{Site, on_both_interpreters};

const CODE: &str = "
class Things:
    @staticmethod
    def dotted(event):
        print('dotted', event.type)
    class inner:
        def deep(event):
            print('deep', event.target.id)
things = Things()
def plain(event):
    print('plain', event.type)
def bare():
    print('bare')
async def later(event):
    import asyncio
    await asyncio.sleep(0)
    print('later', event.target.id)
def fails(event):
    raise ValueError('a bad day')
";

on_both_interpreters! {
    fn an_element_calls_python(on) {
        let tag = on.tag();
        let page = Site::page(&format!(
            "{}<button id=\"a\" {tag}-click=\"plain\" {tag}-custom=\"bare\">a</button>
             <p id=\"b\" {tag}-click=\"Things.dotted\" {tag}-ping=\"things.dotted\">b</p>
             <input id=\"c\" {tag}-input=\"later\" {tag}-click=\"Things.inner.deep\">",
            on.script(CODE)
        )).open();
        page.wait_for_all_done();
        page.wait_until("document.querySelector('#a').disabled === false && document.querySelector('#c').disabled === false");
        page.run("a.click(); a.dispatchEvent(new Event('custom')); b.click(); b.dispatchEvent(new Event('ping')); c.dispatchEvent(new Event('input')); c.click()");
        for line in ["plain click", "bare", "dotted click", "dotted ping", "later c", "deep c"] {
            page.wait_for_line(line);
        }
        page.assert_no_errors();
    }

    fn attributes_come_and_go(on) {
        let tag = on.tag();
        let page = Site::page(&format!("{}<p id=\"old\">x</p><div id=\"host\"></div>", on.script(CODE))).open();
        page.wait_for_all_done();
        page.run(&format!("old.setAttribute('{tag}-click', 'plain'); const p = document.createElement('p'); p.id = 'new'; p.innerHTML = '<b {tag}-click=later id=bold>x</b>'; document.body.append(p);
            host.attachShadow({{mode: 'open'}}).innerHTML = '<i {tag}-click=things.dotted>x</i>'"));
        page.wait_until("performance.getEntriesByType('resource').some(({name}) => name.includes('/attributes.js'))");
        // Its listeners are there when it has run, and it runs once.
        page.run("return new Promise((done) => { const again = () => { old.click(); if (window.heard) done(); else setTimeout(again, 20) }; const { log } = console; console.log = (...all) => { if (String(all[0]).startsWith('plain')) window.heard = true; log(...all) }; again() })");
        page.run("bold.click(); host.shadowRoot.firstChild.click()");
        page.wait_for_line("later bold");
        page.wait_for_line("dotted click");
        let before = page.seen().printed("plain click");
        page.run(&format!("old.removeAttribute('{tag}-click'); old.click(); bold.click()"));
        page.wait("the second call", |seen| seen.printed("later bold") == 2);
        assert_eq!(page.seen().printed("plain click"), before);
    }

    fn elements_in_shadow_roots_call_python(on) {
        let tag = on.tag();
        let page = Site::page(&format!(
            "{}<div id=\"parsed\"><template shadowrootmode=\"open\"><b {tag}-click=\"plain\">x</b><p><template shadowrootmode=\"open\"><b {tag}-click=\"Things.inner.deep\" id=\"inside\">x</b></template></p></template></div>
             <p id=\"made\"></p><script>made.attachShadow({{ mode: 'open' }}).innerHTML = '<i {tag}-click=\"Things.inner.deep\" id=\"open\">x</i>'</script>",
            on.script(CODE)
        )).open();
        page.wait_for_all_done();
        page.run(&format!("const shut = document.createElement('p'); document.body.append(shut); window.closedRoot = shut.attachShadow({{ mode: 'closed' }});
            closedRoot.innerHTML = '<i {tag}-click=\"Things.inner.deep\" id=\"closed\">x</i>';
            const host = document.createElement('section'); host.setHTMLUnsafe('<div><template shadowrootmode=\"open\"><b {tag}-click=\"things.dotted\">x</b></template></div>');
            document.body.append(host); window.given = host.firstChild.shadowRoot"));
        let roots = "[parsed.shadowRoot, parsed.shadowRoot.querySelector('p').shadowRoot, made.shadowRoot, closedRoot, given]";
        // A listener is there once a click does something.
        for (root, line) in [(0, "plain click"), (1, "deep inside"), (2, "deep open"), (3, "deep closed"), (4, "dotted click")] {
            page.wait(line, |seen| {
                page.run(&format!("{roots}[{root}].querySelector('b, i').click()"));
                seen.printed(line) > 0
            });
        }
        // What comes into a root that was there from the start, or came with its host, is seen as well.
        page.run(&format!("{roots}.forEach((root, number) => root.append(Object.assign(document.createElement('u'), {{ innerHTML: `<s id=\"tap${{number}}\" {tag}-tap=\"Things.inner.deep\">x</s>` }})))"));
        for root in 0..5 {
            page.wait("a tap", |seen| {
                page.run(&format!("{roots}[{root}].querySelector('s').dispatchEvent(new Event('tap'))"));
                seen.printed(&format!("deep tap{root}")) > 0
            });
        }
        page.assert_no_errors();
    }

    fn a_handler_can_keep_the_browser_from_doing_what_it_does(on) {
        let code = "def stop(event):\n    event.preventDefault()\n    print('stopped', event.currentTarget.id)";
        let page = Site::page(&format!("{}<form id=\"f\" {1}-submit=\"stop\"><button id=\"b\">b</button></form><input type=\"checkbox\" id=\"c\" {1}-click=\"stop\">", on.script(code), on.tag())).open();
        page.wait_for_all_done();
        page.wait_until("c.disabled === false && performance.getEntriesByType('resource').some(({name}) => name.includes('/attributes.js'))");
        page.wait("a click that is heard", |seen| {
            page.run("c.click()");
            seen.printed("stopped c") > 0
        });
        page.run("b.click()");
        page.wait_for_line("stopped f");
        assert_eq!(page.run("return [c.checked, location.search].join()"), "false,");
        page.assert_no_errors();
    }

    fn what_a_handler_raises_is_told_with_its_place(on) {
        let page = Site::page(&format!("{}<p id=\"a\" {1}-click=\"fails\">a</p><p id=\"b\" {1}-click=\"nowhere\">b</p>", on.script(CODE), on.tag())).open();
        page.wait_for_all_done();
        page.wait_until("performance.getEntriesByType('resource').some(({name}) => name.includes('/attributes.js'))");
        page.run("return new Promise((done) => setTimeout(done))");
        page.run("a.click()");
        let banner = page.wait_for_banner("a bad day");
        assert!(format!("{banner:?}").contains("index.html"), "{banner:?}");
        page.run("b.click()");
        page.wait_for_banner("name 'nowhere' is not defined");
    }

    fn an_interpreter_that_is_not_there_is_named(on) {
        let (tag, other) = (on.tag(), on.other().tag());
        let page = Site::page(&format!("{}<p id=\"a\" {other}-click=\"plain\">a</p><p id=\"b\" {tag}-env=\"elsewhere\" {tag}-click=\"plain\">b</p>", on.script(CODE))).open();
        page.wait_for_all_done();
        page.wait_until("performance.getEntriesByType('resource').some(({name}) => name.includes('/attributes.js'))");
        page.run("return new Promise((done) => setTimeout(done))");
        page.run("a.click()");
        page.wait_for_banner(&format!("The interpreter \"{other}\" was not found. Available interpreters are: \"{tag}\"."));
        page.run("b.click()");
        page.wait_for_banner("The interpreter \"elsewhere\" was not found.");
    }
}

#[test]
fn a_page_without_python_says_that_there_is_none() {
    let page = Site::page("<p id=\"a\" py-click=\"plain\">a</p>").open();
    page.wait_for_all_done();
    page.wait_until("performance.getEntriesByType('resource').some(({name}) => name.includes('/attributes.js'))");
    page.run("return new Promise((done) => setTimeout(done))");
    page.run("a.click()");
    page.wait_for_banner("The interpreter \"py\" was not found. There are no interpreters in this page.");
}
