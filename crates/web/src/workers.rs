//! Workers as the page sees them: starting one, and hearing from it.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;

use js_sys::{Function, Promise};
use pyrite_core::{Code, Diagnostic};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use crate::bindings::{runtime_module, spawn_worker};
use crate::worker::{Job, Message};

/// Starts a worker for a job. `hear` gets its messages; the promise settles when the job has ended, however.
pub(crate) fn start(job: &Job, name: &str, hear: Rc<dyn Fn(Message)>) -> Result<(Worker, Promise), Diagnostic> {
    let worker = spawn_worker(&job.base, name)
        .map_err(|error| broken(&job.base, &crate::report::words(&error)))?;
    let mut end: Function = JsValue::UNDEFINED.unchecked_into();
    let ended = Promise::new(&mut |resolve, _| end = resolve);

    let (heard, ending) = (hear.clone(), end.clone());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(message) = Message::from_object(&event.data()) else { return };
        let last = matches!(message, Message::Done(_) | Message::Failed(_));
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

    let (sent, object) = (worker.clone(), job.to_object());
    wasm_bindgen_futures::spawn_local(async move {
        if let Ok(module) = wasm_bindgen_futures::JsFuture::from(runtime_module()).await {
            let start = js_sys::Object::new();
            let _ = js_sys::Reflect::set(&start, &"runtime".into(), &module);
            let _ = js_sys::Reflect::set(&start, &"job".into(), &object);
            let _ = sent.post_message(&start);
        }
    });
    Ok((worker, ended))
}

fn broken(base: &str, reason: &str) -> Diagnostic {
    let message = format!("(PY3004): A worker could not be started from {base}worker.js: {reason}");
    Diagnostic::error(Code::WorkerBroken, message)
        .with_hint("its files may be missing or blocked; copy the whole folder of the distribution")
}

/// The id of a worker's script that has none. One counter serves both languages.
pub(crate) fn new_id(prefix: &str, number: u32) -> String {
    format!("{prefix}-w{number}")
}
