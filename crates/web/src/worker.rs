//! The runtime inside a worker: one interpreter, one script.
//!
//! The page has read the script and does everything that shows; see [`crate::workers`] for its side.

use alloc::rc::Rc;
use alloc::string::{String, ToString};

use js_sys::{Function, Object, Reflect};
use pyrite_core::script::Mode;
use pyrite_core::sources::Placement;
use pyrite_core::{Diagnostic, Language, config};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::boot::Boot;
use crate::report::{listen_for_errors, words};

/// What the page asks a worker to do. The fields of the object that is sent have the same names.
pub(crate) struct Job {
    pub(crate) language: Language,
    /// The folder that `core.js` is in.
    pub(crate) base: String,
    pub(crate) code: String,
    pub(crate) placement: Placement,
    pub(crate) mode: Mode,
}

impl Job {
    pub(crate) fn to_object(&self) -> Object {
        let object = Object::new();
        let set = |name: &str, value: JsValue| {
            let _ = Reflect::set(&object, &name.into(), &value);
        };
        set("language", self.language.prefix().into());
        set("base", self.base.as_str().into());
        set("code", self.code.as_str().into());
        set("file", self.placement.file.as_str().into());
        set("blankLines", self.placement.blank_lines.into());
        set("async", (self.mode == Mode::Async).into());
        object
    }

    fn from_object(object: &JsValue) -> Self {
        let get = |name: &str| Reflect::get(object, &name.into()).unwrap_or_default();
        let text = |name: &str| get(name).as_string().unwrap_or_default();
        let language = if text("language") == "mpy" { Language::MicroPython } else { Language::Pyodide };
        Self {
            language,
            base: text("base"),
            code: text("code"),
            // A number of lines, so it is whole and small.
            placement: Placement { file: text("file"), blank_lines: get("blankLines").as_f64().unwrap_or(0.0) as u32 },
            mode: if get("async").is_truthy() { Mode::Async } else { Mode::Sync },
        }
    }
}

/// What a worker tells the page, in order.
pub(crate) enum Message {
    /// What is done at the moment, in the words of `py:progress`.
    Progress(String),
    /// The code is about to run.
    Ready,
    /// A line of standard error.
    StandardError(String),
    /// The code has ended; with the interpreter's text when by an exception.
    Done(Option<String>),
    /// Python that ran later has failed: the interpreter's text.
    Uncaught(String),
    /// The interpreter could not be started.
    Failed(Diagnostic),
}

impl Message {
    fn to_object(&self) -> Object {
        let object = Object::new();
        let (kind, text) = match self {
            Self::Progress(text) => ("progress", Some(text)),
            Self::Ready => ("ready", None),
            Self::StandardError(text) => ("stderr", Some(text)),
            Self::Done(text) => ("done", text.as_ref()),
            Self::Uncaught(text) => ("uncaught", Some(text)),
            Self::Failed(diagnostic) => {
                let hint = diagnostic.hint.as_deref().map(JsValue::from_str).unwrap_or_default();
                let _ = Reflect::set(&object, &"hint".into(), &hint);
                let _ = Reflect::set(&object, &"code".into(), &diagnostic.code.as_str().into());
                ("failed", Some(&diagnostic.message))
            }
        };
        let _ = Reflect::set(&object, &"kind".into(), &kind.into());
        if let Some(text) = text {
            let _ = Reflect::set(&object, &"text".into(), &text.as_str().into());
        }
        object
    }

    /// Reads a message; `None` when it is none of ours.
    pub(crate) fn from_object(object: &JsValue) -> Option<Self> {
        let get = |name: &str| Reflect::get(object, &name.into()).ok().and_then(|value| value.as_string());
        let text = get("text");
        Some(match get("kind")?.as_str() {
            "progress" => Self::Progress(text?),
            "ready" => Self::Ready,
            "stderr" => Self::StandardError(text?),
            "done" => Self::Done(text),
            "uncaught" => Self::Uncaught(text?),
            "failed" => {
                let code = get("code")?;
                let code = *pyrite_core::Code::ALL.iter().find(|known| known.as_str() == code)?;
                let diagnostic = Diagnostic::error(code, text?);
                Self::Failed(match get("hint") {
                    Some(hint) => diagnostic.with_hint(hint),
                    None => diagnostic,
                })
            }
            _ => return None,
        })
    }
}

/// Does what the page asks for; `post` sends a message to it.
pub(crate) fn start(job: &JsValue, post: Function) {
    let job = Job::from_object(job);
    let post = Rc::new(move |message: Message| {
        let _ = post.call1(&JsValue::UNDEFINED, &message.to_object());
    });
    let told = post.clone();
    listen_for_errors(&js_sys::global().unchecked_into(), Rc::new(move |text| told(Message::Uncaught(text))));
    spawn_local(async move {
        let told = post.clone();
        let stdout = Closure::<dyn Fn(JsValue)>::new(|line: JsValue| web_sys::console::log_1(&line));
        let stderr = Closure::<dyn Fn(JsValue)>::new(move |line: JsValue| {
            told(Message::StandardError(line.as_string().unwrap_or_default()));
        });
        let boot = Boot {
            language: job.language,
            base: &job.base,
            stdout: stdout.into_js_value().unchecked_into(),
            stderr: stderr.into_js_value().unchecked_into(),
            bridge: bridge(job.language),
            progress: &|what| post(Message::Progress(what.to_string())),
        };
        let engine = match boot.run().await {
            Ok(engine) => engine,
            Err(diagnostic) => return post(Message::Failed(diagnostic)),
        };
        post(Message::Ready);
        // Nobody waits for this script to begin.
        let begun = Closure::<dyn Fn()>::new(|| ()).into_js_value().unchecked_into();
        let ended = engine.run(&job.code, &job.placement, job.mode, &JsValue::NULL, &begun).await;
        post(Message::Done(ended.err().map(|error| words(&error))));
        // The script's functions, timers and tasks go on.
        core::mem::forget(engine);
    });
}

/// The module `_pyscript` in a worker.
fn bridge(language: Language) -> Object {
    let bridge = Object::new();
    let target = Closure::<dyn Fn() -> JsValue>::new(|| JsValue::NULL);
    let _ = Reflect::set(&bridge, &"target".into(), &target.into_js_value());
    let _ = Reflect::set(&bridge, &"config".into(), &config::resolved(language).into());
    bridge
}
