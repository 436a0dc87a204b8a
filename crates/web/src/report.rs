//! Tells people what went wrong: in the console always, on the page where it matters.

use alloc::string::String;

use js_sys::{Error, JsString, Reflect};
use pyrite_core::{Diagnostic, Severity};
use wasm_bindgen::prelude::*;
use web_sys::console;

use crate::banner;

/// Shows a diagnostic in the console and, when something did not happen, on the page.
pub(crate) fn report(diagnostic: &Diagnostic) {
    let text = JsValue::from_str(&diagnostic.to_text());
    match diagnostic.severity {
        Severity::Warning => console::warn_1(&text),
        Severity::Error => {
            console::error_1(&text);
            banner::show(diagnostic);
        }
    }
}

/// A warning for the console.
pub(crate) fn warn(text: &str) {
    console::warn_1(&text.into());
}

/// What a JavaScript value that was thrown has to say.
pub(crate) fn words(error: &JsValue) -> String {
    if let Some(error) = error.dyn_ref::<Error>() {
        return error.message().into();
    }
    match Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string()) {
        Some(message) => message,
        None => String::from(error.dyn_ref::<JsString>().cloned().unwrap_or_else(|| "unknown error".into())),
    }
}
