//! What JavaScript gives us: `web/host.ts`, and `web/engines.ts` with the interpreters behind it (`web/imports.ts`).

use alloc::string::String;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen(raw_module = "pyrite-host")]
extern "C" {
    /// Tells when a promise has settled: its value, or nothing when it was rejected.
    pub(crate) fn settled(promise: &Promise, tell: &JsValue);
    /// The text at an address; nothing when it cannot be had, which was told then.
    #[wasm_bindgen(js_name = fetchCode)]
    pub(crate) fn fetch_code(url: &str) -> Promise;
    /// An address with all that it is relative to.
    pub(crate) fn absolute(url: &str) -> String;
    pub(crate) fn report(facts: &str);
    /// Gives the elements that match now, then all that come later; whether they were there from the start.
    #[wasm_bindgen(js_name = findAll)]
    pub(crate) fn find_all(selector: &str, tell: &Closure<dyn Fn(Array, bool)>);
    #[wasm_bindgen(js_name = findTarget)]
    pub(crate) fn find_target(from: &Element, target: &str) -> Option<Element>;
    #[wasm_bindgen(js_name = makeOutput)]
    pub(crate) fn make_output(script: &Element, tag: &str) -> Element;
    #[wasm_bindgen(js_name = takeCode)]
    pub(crate) fn take_code(element: &Element, code: &str);
    #[wasm_bindgen(js_name = setProperty)]
    pub(crate) fn set_property(element: &Element, name: &str, value: &JsValue);

    /// Code with the place that it has for its interpreter.
    pub(crate) type Placed;
    #[wasm_bindgen(js_name = notePlaced)]
    pub(crate) fn note_placed(language: &str, number: &str, file: &str, blank_lines: &str, code: &str) -> Placed;

    /// A script's place in the queue of its language.
    pub(crate) type Turn;
    #[wasm_bindgen(js_name = nextTurn)]
    pub(crate) fn next_turn(language: &str) -> Turn;
    /// Settles when the script before has begun.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn before(this: &Turn) -> Promise;

    /// Starts an interpreter, once; whether it did. That it does not was told then.
    #[wasm_bindgen(js_name = startEngine)]
    pub(crate) fn start_engine(language: &str) -> Promise;
    pub(crate) fn run(placed: &Placed, asynchronous: bool, script: &Element, turn: &Turn) -> Promise;
    /// Runs a script in a worker of its own, to its end.
    #[wasm_bindgen(js_name = runInWorker)]
    pub(crate) fn run_in_worker(
        placed: &Placed,
        asynchronous: bool,
        script: &Element,
        output: Closure<dyn Fn() -> Option<Element>>,
    ) -> Promise;
    /// Tells that a script has ended, after all that there is to say of it. One with a turn lets the next one begin.
    pub(crate) fn finish(language: &str, script: &Element, turn: Option<&Turn>) -> Promise;
    #[wasm_bindgen(js_name = allDone)]
    pub(crate) fn all_done();
}
