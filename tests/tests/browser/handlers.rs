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
