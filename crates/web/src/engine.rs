//! An interpreter that is ready to run scripts, whichever it is. What only one of them needs is in a chunk of its own:
//! `web/py.ts` and `web/mpy.ts`.

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The chunk that goes with an interpreter.
    pub(crate) type Chunk;
    /// Starts the interpreter. Takes from a tenth of a second to several.
    #[wasm_bindgen(method)]
    pub(crate) fn start(this: &Chunk, address: &str, options: &Object, stdout: &Function, stderr: &Function)
    -> Promise;

    /// A running interpreter.
    pub(crate) type Engine;
    /// The interpreter's own interface.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn interpreter(this: &Engine) -> JsValue;
    /// Gives it the Python package, and `bridge`, the module `_pyscript` that it is built on.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn install(this: &Engine, bridge: &Object) -> Result<(), JsValue>;
    /// Runs code to its end, or to its last `await`. `script` is the element it belongs to; `begun` is called when the
    /// code has run up to its first pause, or is about to run to it without a stop.
    #[wasm_bindgen(method)]
    pub(crate) fn run(
        this: &Engine,
        code: &str,
        file: &str,
        blank_lines: u32,
        asynchronous: bool,
        script: &JsValue,
        begun: &Function,
    ) -> Promise;
    /// The element of the script that runs at this moment, where the interpreter can tell.
    #[wasm_bindgen(method)]
    pub(crate) fn current(this: &Engine) -> JsValue;
}
