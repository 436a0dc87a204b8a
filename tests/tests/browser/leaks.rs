//! What JavaScript has let go of is freed in Python, and the other way round.

use pyrite_tests::{Page, Site, on_both_interpreters};
use serde_json::json;

const CODE: &str = "\
import asyncio, gc
from pyscript import window, document
async def callbacks(count):
    target = window.EventTarget.new()
    for n in range(count):
        def listener(event, n=n):
            return n
        target.addEventListener('x', listener)
        target.removeEventListener('x', listener)
        if n % 500 == 0:
            await asyncio.sleep(0)
async def elements(count):
    for n in range(count):
        element = document.createElement('div')
        element.textContent = str(n)
        element.onclick = lambda event, n=n: n
        document.body.append(element)
        element.remove()
        if n % 500 == 0:
            await asyncio.sleep(0)
def used():
    gc.collect()
    # Bytes on MicroPython; Pyodide has no count of them, but of objects.
    return gc.mem_alloc() if hasattr(gc, 'mem_alloc') else len(gc.get_objects())
window.callbacks = callbacks
window.elements = elements
window.used = used
print('ready')
";

/// Bytes of JavaScript's heap, and what Python has allocated, when both have collected.
fn heaps(page: &mut Page) -> (f64, f64) {
    // One side frees what the other one then can.
    for _ in 0..3 {
        page.browser().devtools("HeapProfiler.collectGarbage", &json!({})).unwrap();
        page.run("used(); return new Promise((go) => setTimeout(go))");
    }
    let javascript = page.browser().devtools("Runtime.getHeapUsage", &json!({})).unwrap();
    (javascript["usedSize"].as_f64().unwrap(), page.run("return used()").as_f64().unwrap())
}

on_both_interpreters! {
    fn what_is_dropped_is_freed_on_both_sides(on) {
        for what in ["callbacks", "elements"] {
            let mut page = Site::page(&on.script(CODE)).open();
            page.wait_for_line("ready");
            // What is made once and kept is made now; tables keep the room that they once needed.
            page.run(&format!("return {what}(10000)"));
            let before = heaps(&mut page);
            let mut after = before;
            for _ in 0..10 {
                page.run(&format!("return {what}(10000)"));
                after = heaps(&mut page);
            }
            // Collectors owe nobody anything at once.
            for _ in 0..20 {
                if after.0 < before.0 * 1.1 && after.1 < before.1 * 1.1 {
                    break;
                }
                after = heaps(&mut page);
            }
            println!("{what} of {on:?}: {before:?} before, {after:?} after");
            assert!(after.0 < before.0 * 1.1, "JavaScript's heap after 100,000 {what}: {} bytes before, {} after", before.0, after.0);
            assert!(after.1 < before.1 * 1.1, "Python's heap after 100,000 {what}: {} before, {} after", before.1, after.1);
            page.assert_no_errors();
        }
    }
}
