//! Workers as the page sees them: giving one its work, and hearing from it.

use alloc::string::String;

use js_sys::{Function, Promise};
use pyrite_core::facts::{kind, pack};
use pyrite_core::script::Mode;
use pyrite_core::text::decimal;
use wasm_bindgen::prelude::*;
use web_sys::Worker;

use crate::bindings::begin_job;
use crate::worker::{Job, Message};

/// Gives a worker a job. `hear` gets its messages, `target` gives the element that shows its output; the promise
/// settles when the job has ended, however.
pub(crate) fn begin(
    worker: &Worker,
    job: &Job,
    hear: impl Fn(Message) + 'static,
    target: impl Fn() -> JsValue + 'static,
) -> Promise {
    let mut end: Function = JsValue::UNDEFINED.unchecked_into();
    let ended = Promise::new(&mut |resolve, _| end = resolve);
    let base = job.base.clone();
    let on_text = Closure::<dyn Fn(String)>::new(move |text: String| {
        // Nothing but an end comes from a worker whose code could not be loaded.
        let message = Message::from_text(&text).unwrap_or_else(|| Message::Failed(pack(kind::WORKER, &[&base])));
        let last = matches!(message, Message::Done | Message::Raised(_) | Message::Failed(_));
        hear(message);
        if last {
            let _ = end.call0(&JsValue::UNDEFINED);
        }
    });
    begin_job(
        worker,
        on_text.into_js_value().unchecked_ref(),
        Closure::<dyn Fn() -> JsValue>::new(target).into_js_value().unchecked_ref(),
        job.language.prefix(),
        &job.base,
        &job.code,
        &job.placement.file,
        job.placement.blank_lines,
        job.mode == Mode::Async,
        job.config.as_ref(),
    );
    ended
}

/// The id of a worker's script that has none. One counter serves both languages.
pub(crate) fn new_id(prefix: &str, number: u32) -> String {
    [prefix, "-w", &decimal(number)].concat()
}
