//! Workers as the page sees them: starting one, and hearing from it.

use alloc::rc::Rc;
use alloc::string::String;

use js_sys::{Function, Promise};
use pyrite_core::script::Mode;
use pyrite_core::text::decimal;
use pyrite_core::{Code, Diagnostic};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use crate::bindings::{begin_job, spawn_worker};
use crate::worker::{Job, Message};

/// Starts a worker for a job. `hear` gets its messages; the promise settles when the job has ended, however.
pub(crate) fn start(job: &Job, name: &str, hear: Rc<dyn Fn(Message)>) -> Result<(Worker, Promise), Diagnostic> {
    let worker = spawn_worker(&job.base, name).map_err(|error| broken(&job.base, &crate::report::words(&error)))?;
    let mut end: Function = JsValue::UNDEFINED.unchecked_into();
    let ended = Promise::new(&mut |resolve, _| end = resolve);

    let (heard, ending) = (hear.clone(), end.clone());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(message) = event.data().as_string().and_then(|text| Message::from_text(&text)) else { return };
        let last = matches!(message, Message::Done | Message::Raised(_) | Message::Failed(_));
        heard(message);
        if last {
            let _ = ending.call0(&JsValue::UNDEFINED);
        }
    });
    worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));

    let base = job.base.clone();
    let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
        // What its code left uncaught has a message and is told by the worker; a worker that cannot start has none.
        if event.message().is_empty() {
            hear(Message::Failed(broken(&base, "it could not be loaded")));
            let _ = end.call0(&JsValue::UNDEFINED);
        }
    });
    worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));

    begin_job(
        &worker,
        job.language.prefix(),
        &job.base,
        &job.code,
        &job.placement.file,
        job.placement.blank_lines,
        job.mode == Mode::Async,
    );
    Ok((worker, ended))
}

fn broken(base: &str, reason: &str) -> Diagnostic {
    let message = ["(PY3004): A worker could not be started from ", base, "worker.js: ", reason].concat();
    Diagnostic::error(Code::WorkerBroken, message)
        .with_hint("its files may be missing or blocked; copy the whole folder of the distribution")
}

/// The id of a worker's script that has none. One counter serves both languages.
pub(crate) fn new_id(prefix: &str, number: u32) -> String {
    [prefix, "-w", &decimal(number)].concat()
}
