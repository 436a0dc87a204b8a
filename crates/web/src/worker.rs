//! The runtime inside a worker: one interpreter, one script.
//!
//! The page has read the script and does everything that shows; see [`crate::workers`] for its side.

use alloc::rc::Rc;
use alloc::string::String;

use js_sys::{Function, Object, Reflect};
use pyrite_core::Language;
use pyrite_core::script::Mode;
use pyrite_core::sources::Placement;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::bindings::{listen_for_errors, words};
use crate::boot::Boot;

/// What the page asks a worker to do.
pub(crate) struct Job {
    pub(crate) language: Language,
    /// The folder that `core.js` is in.
    pub(crate) base: String,
    pub(crate) code: String,
    pub(crate) placement: Placement,
    pub(crate) mode: Mode,
    /// What the page's `findConfig` gave.
    pub(crate) config: Option<Object>,
}

/// What a worker tells the page, in order.
pub(crate) enum Message {
    /// What is done at the moment, in the words of `py:progress`.
    Progress(String),
    /// The code is about to run.
    Ready,
    /// A line of standard error.
    StandardError(String),
    /// The code has ended.
    Done,
    /// The code has ended by an exception: the interpreter's text.
    Raised(String),
    /// Python that ran later has failed: the interpreter's text.
    Uncaught(String),
    /// The interpreter could not be started: facts.
    Failed(String),
    /// The interpreter has broken down; the page takes this for [`Self::Failed`].
    Broken(String),
}

impl Message {
    /// As one text: a letter for the kind, then what it is about.
    fn to_text(&self) -> String {
        match self {
            Self::Progress(text) => ["p", text].concat(),
            Self::Ready => "r".into(),
            Self::StandardError(text) => ["e", text].concat(),
            Self::Done => "d".into(),
            Self::Raised(text) => ["x", text].concat(),
            Self::Uncaught(text) => ["u", text].concat(),
            Self::Failed(facts) => ["f", facts].concat(),
            Self::Broken(text) => ["c", text].concat(),
        }
    }

    /// Reads a message; `None` when it is none of ours.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let rest = || text.get(1..).map(String::from);
        Some(match text.as_bytes().first()? {
            b'p' => Self::Progress(rest()?),
            b'r' => Self::Ready,
            b'e' => Self::StandardError(rest()?),
            b'd' => Self::Done,
            b'x' => Self::Raised(rest()?),
            b'u' => Self::Uncaught(rest()?),
            b'f' => Self::Failed(rest()?),
            _ => return None,
        })
    }
}

/// Does what the page asks for; `post` sends a message to it, `cross` is what Python gets of it: `window`, `document`,
/// `sync`, `target`. Its `started` is told the interpreter, its `ended` gives what is wrong with what the code exports.
/// `unable` says why there is no `window`.
pub(crate) fn start(job: Job, post: Function, cross: Object) {
    let post = Rc::new(move |message: Message| {
        let _ = post.call1(&JsValue::UNDEFINED, &message.to_text().into());
    });
    let told = post.clone();
    let tell = Closure::<dyn Fn(String)>::new(move |text: String| told(Message::Uncaught(text)));
    listen_for_errors(tell.into_js_value().unchecked_ref());
    spawn_local(async move {
        let told = post.clone();
        let stdout = Closure::<dyn Fn(JsValue)>::new(|line: JsValue| web_sys::console::log_1(&line));
        let stderr = Closure::<dyn Fn(String)>::new(move |line: String| told(Message::StandardError(line)));
        let progressing = post.clone();
        let progress = Closure::<dyn Fn(String)>::new(move |what: String| progressing(Message::Progress(what)));
        let boot = Boot {
            language: job.language,
            base: &job.base,
            stdout: stdout.into_js_value().unchecked_into(),
            stderr: stderr.into_js_value().unchecked_into(),
            // The module `_pyscript`: what the page gives, and what booting adds.
            bridge: cross.clone(),
            progress: progress.into_js_value().unchecked_into(),
            config: job.config,
        };
        let engine = match boot.run().await {
            Ok(engine) => engine,
            Err(facts) => return post(Message::Failed(facts)),
        };
        let call = |name: &str| {
            let function = Reflect::get(&cross, &name.into()).ok()?.dyn_into::<Function>().ok()?;
            function.call1(&JsValue::UNDEFINED, &engine.interpreter()).ok()?.as_string()
        };
        call("started");
        post(Message::Ready);
        // What waits for the page by suspending has to be entered from the event loop.
        let suspends = Reflect::get(&cross, &"suspends".into()).is_ok_and(|suspends| suspends.is_truthy());
        let mode = if suspends { Mode::Async } else { job.mode };
        // Nobody waits for this script to begin.
        let begun = Closure::<dyn Fn()>::new(|| ()).into_js_value().unchecked_into();
        let Placement { file, blank_lines } = &job.placement;
        let ended = engine.run(&job.code, file, *blank_lines, mode == Mode::Async, &JsValue::NULL, &begun);
        let result = JsFuture::from(ended).await;
        let problem = call("ended");
        post(match (result, problem) {
            (Ok(_), None) => Message::Done,
            (Ok(_), Some(text)) => Message::Raised(text),
            (Err(error), _) if is_fatal(&error) => Message::Broken(words(&error)),
            (Err(error), _) => Message::Raised(words(&error)),
        });
    });
}

/// Whether an interpreter cannot go on after this. Python's own `RuntimeError` comes as a `PythonError`.
fn is_fatal(error: &JsValue) -> bool {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("RuntimeError" | "ExitStatus" | "Exit" | "FatalPyodideError") => true,
        Some("RangeError") => words(error).contains("call stack"),
        _ => false,
    }
}
