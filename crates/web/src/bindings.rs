//! What JavaScript gives us: `web/host.ts` and the interpreters' own interfaces.

use alloc::vec::Vec;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Node, RequestInit, Worker};

#[wasm_bindgen(raw_module = "pyrite-host")]
extern "C" {
    #[wasm_bindgen(js_name = importModule)]
    pub(crate) fn import_module(url: &str) -> Promise;
    #[wasm_bindgen(js_name = onShadowRoot)]
    pub(crate) fn on_shadow_root(tell: &Function);
    #[wasm_bindgen(js_name = rootsBelow)]
    pub(crate) fn roots_below(node: &Node) -> Vec<JsValue>;
    #[wasm_bindgen(js_name = overrideCurrentScript)]
    pub(crate) fn override_current_script(current: &Function);
    #[wasm_bindgen(js_name = defineElement)]
    pub(crate) fn define_element(name: &str);
    #[wasm_bindgen(js_name = setProperty)]
    pub(crate) fn set_property(element: &Element, name: &str, value: &JsValue);
    #[wasm_bindgen(js_name = adoptStyles)]
    pub(crate) fn adopt_styles(css: &str);
    pub(crate) fn configure(
        kind: &str,
        config: Option<&Object>,
        base: &str,
        bridge: &Object,
        progress: &Function,
    ) -> Promise;
    #[wasm_bindgen(js_name = findConfig)]
    pub(crate) fn find_config(kind: &str, worker: Option<&Element>) -> Option<Object>;
    #[wasm_bindgen(js_name = withInstantiation)]
    pub(crate) fn with_instantiation(load: &Function, is_pyodide: bool) -> Promise;
    #[wasm_bindgen(js_name = keepCallbacks)]
    pub(crate) fn keep_callbacks(interpreter: &Interpreter, bridge: &Object);
    #[wasm_bindgen(js_name = spawnWorker)]
    pub(crate) fn spawn_worker(base: &str, name: &str) -> Worker;
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
    /// Whose code MicroPython runs at this moment.
    pub(crate) type ScriptRunner;
    #[wasm_bindgen(constructor, js_class = "Runner")]
    pub(crate) fn new() -> ScriptRunner;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn script(this: &ScriptRunner) -> Option<Element>;
    #[wasm_bindgen(method)]
    pub(crate) fn enter(this: &ScriptRunner, script: &JsValue) -> JsValue;
    #[wasm_bindgen(method)]
    pub(crate) fn follow(this: &ScriptRunner, module: &JsValue);
    #[wasm_bindgen(js_name = makeWrap)]
    pub(crate) fn make_wrap(
        kind: &str,
        interpreter: &JsValue,
        bridge: &Object,
        run: &Function,
        run_async: &Function,
        io: &Object,
    ) -> Object;
}

#[wasm_bindgen]
extern "C" {
    /// The browser's `fetch`, which pages and workers both have.
    pub(crate) fn fetch(url: &str, init: &RequestInit) -> Promise;

    /// Emscripten's file system, the same in both interpreters.
    pub(crate) type FileSystem;
    #[wasm_bindgen(method, catch, js_name = mkdirTree)]
    pub(crate) fn make_folders(this: &FileSystem, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = writeFile)]
    pub(crate) fn write_file(this: &FileSystem, path: &str, text: &JsValue) -> Result<(), JsValue>;

    /// The part of an interpreter's interface that both of them have.
    pub(crate) type Interpreter;
    #[wasm_bindgen(method, getter, js_name = FS)]
    pub(crate) fn file_system(this: &Interpreter) -> FileSystem;
    #[wasm_bindgen(method, js_name = registerJsModule)]
    pub(crate) fn register_module(this: &Interpreter, name: &str, module: &JsValue);
    #[wasm_bindgen(method, catch, js_name = runPython)]
    pub(crate) fn run(this: &Interpreter, code: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = runPythonAsync)]
    pub(crate) fn run_async(this: &Interpreter, code: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = pyimport)]
    pub(crate) fn import(this: &Interpreter, name: &str) -> Result<JsValue, JsValue>;

    /// `pyodide.mjs`.
    pub(crate) type PyodideModule;
    #[wasm_bindgen(method, js_name = loadPyodide)]
    pub(crate) fn load_pyodide(this: &PyodideModule, options: &Object) -> Promise;

    /// `micropython.mjs`.
    pub(crate) type MicroPythonModule;
    #[wasm_bindgen(method, js_name = loadMicroPython)]
    pub(crate) fn load_micropython(this: &MicroPythonModule, options: &Object) -> Promise;

    /// `python/pyodide/_pyrite.py`.
    pub(crate) type Runner;
    #[wasm_bindgen(method, catch, js_name = run)]
    pub(crate) fn run_sync(
        this: &Runner,
        code: &str,
        file: &str,
        blank_lines: u32,
        script: &JsValue,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = run_async)]
    pub(crate) fn run_coroutine(
        this: &Runner,
        code: &str,
        file: &str,
        blank_lines: u32,
        script: &JsValue,
        begun: &Function,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(crate) fn current(this: &Runner) -> Result<JsValue, JsValue>;
}
