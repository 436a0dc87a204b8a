//! Pyrite's runtime in the browser: finds the scripts of a page, says which interpreter runs them, how and when, and tells
//! what is wrong with them.
//!
//! What a thing *means* is decided in `pyrite-core`; here it is looked up in the DOM, and `web/engines.ts` carries it out.
//! Read [`runtime`] first: it is the life of a script from top to bottom.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod bindings;
#[cfg(target_arch = "wasm32")]
mod machine;
mod page;
mod runtime;
mod task;

use alloc::string::String;

use js_sys::Function;
use wasm_bindgen::prelude::*;

/// Starts the runtime on this page, which has the name `name`. Gives a function that says how code of a file is handed to
/// an interpreter: `("py" or "mpy", address, code)`.
#[wasm_bindgen]
pub fn start(name: String) -> Function {
    runtime::start(name)
}
