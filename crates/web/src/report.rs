//! Tells people what went wrong: hands the facts to the chunk that has the words.

use pyrite_core::Language;
use pyrite_core::facts::{kind, pack};
use wasm_bindgen::prelude::*;

use crate::bindings;

/// Tells about a failure, soon.
pub(crate) fn report(facts: &str) {
    let _ = bindings::report(facts);
}

/// Tells about an exception of Python.
pub(crate) fn explain(language: Language, text: &str) {
    report(&pack(kind::PYTHON, &[language.prefix(), text]));
}

/// The facts that JavaScript of ours threw, or those of its not being there.
pub(crate) fn thrown(error: &JsValue) -> alloc::string::String {
    let words = bindings::words(error);
    if error.is_string() { words } else { pack(kind::SETUP, &[&words]) }
}
