//! What JavaScript throws, caught in Python.

use pyrite_tests::{Site, on_both_interpreters};

const CODE: &str = "\
from pyscript import window, ffi
import js
def print(*values):
    window.console.log(' '.join(str(value) for value in values))
def attempt(what, action):
    try:
        action()
    except ffi.JsException as error:
        print(what, '|', error, '|', error.name, '|', error.message)
    except Exception as error:
        print(what, type(error).__name__, error)
attempt('call', lambda: js.JSON.parse('{'))
attempt('new', lambda: js.URL.new('nope'))
attempt('get', lambda: js.thrower.value)
def set():
    js.thrower.value = 1
attempt('set', set)
attempt('iterate', lambda: list(js.thrower))
def fail():
    raise ValueError('from Python')
attempt('through', lambda: js.through(fail))
def nested():
    try:
        js.JSON.parse('{')
    finally:
        print('finally')
attempt('nested', nested)
async def later():
    try:
        await js.later()
    except ffi.JsException as error:
        print('await |', error, '|', error.name, '|', error.message)
await later()
import asyncio
await asyncio.create_task(later())
for n in range(2000):
    try:
        js.JSON.parse('{')
    except Exception:
        pass
print('end')
";

const SETUP: &str = "\
globalThis.thrower = { get value() { throw new RangeError('got') }, set value(_) { throw new RangeError('set') }, [Symbol.iterator]() { throw new RangeError('iterated') } };
globalThis.through = (f) => f();
globalThis.later = async () => { throw new TypeError('later') };";

on_both_interpreters! {
    fn an_exception_of_javascript_is_caught_like_any_other(on) {
        for worker in [false, true] {
            let script = if worker { on.script_with("worker config='{\"js_modules\":{\"worker\":{\"./setup.js\":\"setup\"}}}'", CODE) } else { format!("<script>{SETUP}</script>{}", on.script(CODE)) };
            let page = Site::page(&script).file("setup.js", SETUP).open();
            page.wait_for_line("end");
            let seen = page.seen();
            let lines = seen.logged();
            let parse = lines[0].strip_prefix("call | SyntaxError: ").unwrap();
            assert!(parse.contains("| SyntaxError | Expected property name"), "{parse}");
            assert_eq!(lines[1], "new | TypeError: Failed to construct 'URL': Invalid URL | TypeError | Failed to construct 'URL': Invalid URL");
            assert_eq!(lines[2..9], [
                "get | RangeError: got | RangeError | got",
                "set | RangeError: set | RangeError | set",
                "iterate | RangeError: iterated | RangeError | iterated",
                "through ValueError from Python",
                "finally",
                &lines[0].replacen("call", "nested", 1),
                "await | TypeError: later | TypeError | later",
            ]);
            assert_eq!(lines[9], "await | TypeError: later | TypeError | later");
            page.assert_no_errors();
        }
    }
}
