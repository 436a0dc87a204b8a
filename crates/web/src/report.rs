//! Tells people what went wrong: in the console always, on the page where it matters.

use alloc::rc::Rc;
use alloc::string::String;

use js_sys::{Error, JsString, Reflect};
use pyrite_core::traceback::is_dead_proxy;
use pyrite_core::{Diagnostic, Severity};
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, console};

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

/// Calls `tell` with what Python says about an exception that JavaScript met: Python that runs later, in a timer or an
/// event, fails outside of any script.
pub(crate) fn listen_for_errors(target: &EventTarget, tell: Rc<dyn Fn(String)>) {
    for (name, property) in [("error", "error"), ("unhandledrejection", "reason")] {
        let tell = tell.clone();
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let error = Reflect::get(&event, &property.into()).unwrap_or_default();
            let kind = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
            let text = words(&error);
            if kind.as_deref() == Some("PythonError") || is_dead_proxy(&text) {
                event.prevent_default();
                tell(text);
            }
        });
        let _ = target.add_event_listener_with_callback(name, listener.into_js_value().unchecked_ref());
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
