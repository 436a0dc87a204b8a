//! Pyrite's runtime in the browser: finds the scripts of a page, starts their interpreters, runs them, and tells what
//! went wrong.
//!
//! What a thing *means* is decided in `pyrite-core`; here it is looked up in the DOM and carried out.
//! Read [`runtime`] first: it is the life of a script from top to bottom.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod bindings;
mod boot;
mod config;
mod engine;
#[cfg(target_arch = "wasm32")]
mod machine;
mod page;
mod report;
mod runtime;
mod worker;
mod workers;

use alloc::string::String;

use js_sys::{Function, Object};
use pyrite_core::Language;
use pyrite_core::script::Mode;
use pyrite_core::sources::Placement;
use wasm_bindgen::prelude::*;

/// Starts the runtime on this page, which has the name `name`. `base` is the address of the folder that `core.js` is in;
/// `on_wrap` is called with `py` or `mpy` and the interpreter's wrapper when one is ready. Gives a function that runs a file in a worker:
/// `(worker, "py" or "mpy", address, async)`, which gives a promise.
#[wasm_bindgen]
pub fn start(base: String, name: String, on_wrap: Function) -> Option<Function> {
    runtime::start(base, name, on_wrap)
}

/// Runs one script in this worker; `post` sends a message to the page, `cross` is what Python gets of it.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)] // The boundary takes plain values; an object would cost more bytes.
pub fn start_worker(
    post: Function,
    cross: Object,
    language: &str,
    base: String,
    code: String,
    file: String,
    blank_lines: u32,
    asynchronous: bool,
    config: Option<Object>,
) {
    let language = Language::named(language);
    let mode = if asynchronous { Mode::Async } else { Mode::Sync };
    let placement = Placement { file, blank_lines };
    worker::start(worker::Job { language, base, code, placement, mode, config }, post, cross);
}
