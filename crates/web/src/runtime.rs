//! The life of a page: find its scripts, start the interpreters they need, run them in order, say what is wrong.

use alloc::boxed::Box;
use alloc::string::String;
use core::cell::{Cell, RefCell};

use js_sys::{Array, Function};
use pyrite_core::Language;
use pyrite_core::events::AllDone;
use pyrite_core::facts::{kind, pack};
use pyrite_core::script::{Mode, Plan, SELECTOR, plan};
use pyrite_core::sources::{Placer, short};
use pyrite_core::text::decimal;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::bindings::{
    self, Placed, Turn, absolute, all_done, fetch_code, find_all, finish, next_turn, note_placed, report, set_property,
    start_engine,
};
use crate::page::Script;
use crate::task::{spawn, wait};

/// Everything the runtime knows about this page. It lives as long as the page.
struct Runtime {
    all_done: RefCell<AllDone>,
    placer: RefCell<Placer>,
    /// How many outputs of each language, and how many workers, have got an id.
    outputs: [Cell<u32>; 2],
    workers: Cell<u32>,
}

/// Starts the runtime; called once per page. Gives the function that places the code of files.
pub(crate) fn start(name: String) -> Function {
    let runtime: &'static Runtime = Box::leak(Box::new(Runtime {
        all_done: RefCell::default(),
        placer: RefCell::new(Placer::new(name)),
        outputs: Default::default(),
        workers: Cell::new(0),
    }));
    let look =
        Closure::<dyn Fn(Array, bool)>::new(move |elements: Array, first: bool| runtime.take_all(&elements, first));
    find_all(SELECTOR, &look);
    look.forget();
    let place = Closure::<dyn Fn(String, String, String) -> Placed>::new(
        move |language: String, address: String, text: String| {
            runtime.place(Language::named(&language), &Code::of_file(&address, text))
        },
    );
    place.into_js_value().unchecked_into()
}

impl Runtime {
    /// Takes on the scripts among elements that have come into the page. `py:all-done` waits for the first ones.
    fn take_all(&'static self, elements: &Array, first: bool) {
        for language in Language::ALL {
            for number in 0..elements.length() {
                if let Some(script) = Script::recognise(elements.get(number), first.then_some(number))
                    && script.language == language
                {
                    self.all_done.borrow_mut().expect();
                    spawn(self.take(script));
                }
            }
        }
        if first {
            let due = self.all_done.borrow_mut().seal();
            fire_if(due);
        }
    }

    /// The life of a script.
    async fn take(&'static self, script: Script) {
        let turn = if script.in_worker() {
            self.run_in_worker(&script).await;
            None
        } else {
            // Scripts of one language begin in the order of the page, also when the first takes longest to get.
            let turn = next_turn(script.language.prefix());
            let prepared = self.prepare(&script).await;
            wait(turn.before()).await;
            if let Some((code, mode)) = prepared {
                self.run(&script, &code, mode, &turn).await;
            }
            Some(turn)
        };
        // Also when it could not begin: pages wait for its end to take a spinner away.
        wait(finish(script.language.prefix(), &script.element, turn.as_ref())).await;
        if script.number.is_some() {
            let due = self.all_done.borrow_mut().end();
            fire_if(due);
        }
    }

    /// Runs a script in a worker of its own, to its end.
    async fn run_in_worker(&'static self, script: &Script) {
        let code = match planned(script) {
            Some(plan) => code(script, &plan).await.map(|code| (code, plan.mode)),
            None => None,
        };
        let Some((code, mode)) = code else {
            // Whoever waits for it by its name sees that it does not come.
            return set_property(&script.element, "xworker", &JsValue::NULL);
        };
        let language = script.language;
        if script.element.id().is_empty() {
            // One counter serves both languages.
            let number = self.workers.replace(self.workers.get() + 1);
            script.element.set_id(&[language.prefix(), "-w", &decimal(number)].concat());
        }
        let placed = self.place(language, &code);
        let shown = script.clone();
        let output = Closure::<dyn Fn() -> Option<Element>>::new(move || shown.worker_output());
        wait(bindings::run_in_worker(&placed, mode == Mode::Async, &script.element, output)).await;
    }

    /// Gets all that a script needs; nothing when it cannot be had, which was told then.
    async fn prepare(&self, script: &Script) -> Option<(Code, Mode)> {
        let plan = planned(script)?;
        let prefix = script.language.prefix();
        let starting = start_engine(prefix);
        // If its file cannot be had, what stands inside the script is run instead.
        let code = code(script, &plan).await.unwrap_or_else(|| Code::inside(script, &plan));
        if !wait(starting).await.is_truthy() {
            return None;
        }
        let counter = &self.outputs[script.language.index()];
        let output = script.output(|| [prefix, "-", &decimal(counter.replace(counter.get() + 1))].concat());
        if output.is_none() {
            let target = script.attribute("target").unwrap_or_default();
            report(&pack(kind::TARGET, &[&target, &script.element.outer_html()]));
        }
        Some((code, plan.mode))
    }

    /// Runs a script that is ready for it.
    async fn run(&self, script: &Script, code: &Code, mode: Mode, turn: &Turn) {
        let placed = self.place(script.language, code);
        wait(bindings::run(&placed, mode == Mode::Async, &script.element, turn)).await;
    }

    /// Says how code is compiled, and remembers it for messages.
    fn place(&self, language: Language, code: &Code) -> Placed {
        let placement = self.placer.borrow_mut().place(language, code.file.clone(), &code.text);
        let lines = decimal(placement.blank_lines);
        note_placed(language.prefix(), &code.number, &placement.file, &lines, &code.text)
    }
}

/// Code that can be run.
struct Code {
    text: String,
    /// The file it is in, if it is in one of its own.
    file: Option<String>,
    /// Which of the page's first scripts it stands in, if in one.
    number: String,
}

impl Code {
    /// What stands inside a script.
    fn inside(script: &Script, plan: &Plan) -> Self {
        Self { text: plan.inline.clone(), file: None, number: script.number() }
    }

    /// What stands in a file of its own.
    fn of_file(address: &str, text: String) -> Self {
        Self { text, file: Some(short(&absolute(address), &absolute(""))), number: String::new() }
    }
}

/// What has to be done for a script; nothing when its markup contradicts itself, which was told then.
fn planned(script: &Script) -> Option<Plan> {
    plan(script.read()).map_err(|wrong| report(&pack(kind::CONFLICT, &[wrong, &script.element.outer_html()]))).ok()
}

/// The code of a script, from its file or from the page; nothing when it cannot be had, which was told then.
async fn code(script: &Script, plan: &Plan) -> Option<Code> {
    match &plan.src {
        Some(src) => Some(Code::of_file(src, wait(fetch_code(src)).await.as_string()?)),
        None => Some(Code::inside(script, plan)),
    }
}

fn fire_if(due: bool) {
    if due {
        all_done();
    }
}
