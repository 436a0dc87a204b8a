//! What JavaScript gives us: `web/host.ts` and the interpreters' own interfaces.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, EventTarget, Node, Worker};

#[wasm_bindgen(raw_module = "pyrite-host")]
extern "C" {
    /// What a value that was thrown has to say.
    pub(crate) fn words(error: &JsValue) -> String;
    #[wasm_bindgen(js_name = fetchText)]
    pub(crate) fn fetch_text(url: &str) -> Promise;
    /// An address with all that it is relative to.
    pub(crate) fn absolute(url: &str) -> String;
    #[wasm_bindgen(js_name = importEngine)]
    pub(crate) fn import_engine(kind: &str) -> Promise;
    pub(crate) fn report(facts: &str) -> Promise;
    #[wasm_bindgen(js_name = allTold)]
    pub(crate) fn all_told() -> Promise;
    #[wasm_bindgen(js_name = noteScript)]
    pub(crate) fn note_script(element: &JsValue);
    #[wasm_bindgen(js_name = notePlaced)]
    pub(crate) fn note_placed(language: &str, number: &str, file: &str, blank_lines: &str, code: &str);
    #[wasm_bindgen(js_name = listenForErrors)]
    pub(crate) fn listen_for_errors(tell: &Function);
    pub(crate) fn fire(target: &EventTarget, name: &str, detail: &JsValue, bubbles: bool);
    #[wasm_bindgen(js_name = findNew)]
    pub(crate) fn find_new(node: &Node, selector: &str) -> Vec<JsValue>;
    pub(crate) fn observe(tell: &Function);
    #[wasm_bindgen(js_name = findTarget)]
    pub(crate) fn find_target(from: &Element, target: &str) -> Option<Element>;
    #[wasm_bindgen(js_name = makeOutput)]
    pub(crate) fn make_output(script: &Element, tag: &str) -> Element;
    #[wasm_bindgen(js_name = takeCode)]
    pub(crate) fn take_code(element: &Element, code: &str);
    /// Where a language's output goes.
    pub(crate) type Io;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn io(this: &Io) -> Object;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn stdout(this: &Io) -> Function;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn stderr(this: &Io) -> Function;
    #[wasm_bindgen(js_name = makeIo)]
    pub(crate) fn make_io(complain: &Function) -> Io;
    #[wasm_bindgen(js_name = overrideCurrentScript)]
    pub(crate) fn override_current_script(current: &Function);
    #[wasm_bindgen(js_name = defineElement)]
    pub(crate) fn define_element(name: &str);
    #[wasm_bindgen(js_name = setProperty)]
    pub(crate) fn set_property(element: &Element, name: &str, value: &JsValue);
    pub(crate) fn configure(
        kind: &str,
        config: Option<&Object>,
        base: &str,
        bridge: &Object,
        progress: &Function,
    ) -> Promise;
    #[wasm_bindgen(js_name = findConfig)]
    pub(crate) fn find_config(kind: &str, worker: Option<&Element>) -> Option<Object>;
    #[wasm_bindgen(js_name = spawnWorker)]
    pub(crate) fn spawn_worker(base: &str, name: &str, kind: &str, service_worker: Option<&str>) -> Worker;
    #[wasm_bindgen(js_name = beginJob)]
    pub(crate) fn begin_job(
        worker: &Worker,
        hear: &Function,
        target: &Function,
        language: &str,
        base: &str,
        code: &str,
        file: &str,
        blank_lines: u32,
        asynchronous: bool,
        config: Option<&Object>,
    );
    #[wasm_bindgen(js_name = makeWrap)]
    pub(crate) fn make_wrap(kind: &str, interpreter: &JsValue, bridge: &Object, io: &Object, tell: &Function)
    -> Object;
}
