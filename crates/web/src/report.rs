//! Tells people what went wrong: in the console always, on the page where it matters.

use alloc::rc::Rc;
use alloc::string::String;

use js_sys::{Error, JsString, Reflect};
use pyrite_core::traceback::is_dead_proxy;
use pyrite_core::{Code, Diagnostic, Place, Severity};
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

/// Stands between the fields of a diagnostic on its way from a worker, or from JavaScript of ours.
const BETWEEN: char = '\0';

/// An error as one text.
pub(crate) fn pack(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref();
    let fields = [
        diagnostic.code.as_str(),
        diagnostic.hint.as_deref().unwrap_or_default(),
        place.map_or("", |place| &place.file),
        place.and_then(|place| place.source.as_deref()).unwrap_or_default(),
        diagnostic.detail.as_deref().unwrap_or_default(),
        &diagnostic.message,
    ];
    fields.join("\0")
}

/// What [`pack`] has packed; `None` when it is something else.
pub(crate) fn unpack(text: &str) -> Option<Diagnostic> {
    let mut fields = text.split(BETWEEN);
    let code = fields.next()?;
    let code = *Code::ALL.iter().find(|known| known.as_str() == code)?;
    let mut next = || fields.next().filter(|field| !field.is_empty()).map(String::from);
    let (hint, file, source, detail) = (next(), next(), next(), next());
    let mut diagnostic = Diagnostic::error(code, next()?);
    diagnostic.hint = hint.map(Into::into);
    diagnostic.place = file.map(|file| Place { file, line: None, source });
    diagnostic.detail = detail;
    Some(diagnostic)
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
