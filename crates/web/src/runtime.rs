//! The life of a page: find its scripts, start the interpreters they need, run them in order, say what happened.

use alloc::rc::Rc;
use alloc::string::String;
use core::cell::{Cell, OnceCell, RefCell};

use js_sys::{Function, Object, Promise, Reflect};
use pyrite_core::Language;
use pyrite_core::events::{self, ALL_DONE, AllDone};
use pyrite_core::facts::{kind, pack};
use pyrite_core::script::{Mode, Plan, SELECTOR, plan};
use pyrite_core::sources::{Placement, Placer, short};
use pyrite_core::text::{decimal, find};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element, Event, Node, Window, Worker};

use crate::bindings::{
    self, absolute, all_told, define_element, fetch_text, find_config, find_new, fire, listen_for_errors, make_io,
    make_wrap, note_placed, note_script, observe, override_current_script, set_property, spawn_worker, words,
};
use crate::boot::Boot;
use crate::engine::Engine;
use crate::page::Script;
use crate::report::{explain, report};
use crate::worker::{Job, Message};
use crate::workers;

/// Everything the runtime knows about this page.
struct Runtime {
    window: Window,
    document: Document,
    /// The folder that `core.js` is in.
    base: String,
    on_wrap: Function,
    all_done: RefCell<AllDone>,
    placer: RefCell<Placer>,
    lanes: [Lane; 2],
    /// How many workers have got an id.
    workers: Cell<u32>,
    /// How many scripts of the main thread have begun and not ended.
    running: Cell<u32>,
}

/// What there is once per language.
#[derive(Default)]
struct Lane {
    /// Settles when the interpreter is ready or cannot be started; the outcome is in `engine`, a failure as facts.
    starting: OnceCell<Promise>,
    engine: OnceCell<Result<Ready, String>>,
    /// Whether the page was told that the interpreter does not start.
    failure_told: Cell<bool>,
    /// Settles when the script before the next one has begun: scripts begin in the order of the page.
    turn: RefCell<Option<Promise>>,
    outputs: Cell<u32>,
    /// The script that began last.
    latest: RefCell<Option<Element>>,
    /// Lines of standard error that wait to be shown together.
    complaints: RefCell<String>,
}

/// An interpreter with all that goes with it.
struct Ready {
    engine: Engine,
    wrap: Object,
}

/// Starts the runtime; called once per page. Gives the function that runs a file in a worker.
pub(crate) fn start(base: String, name: String, on_wrap: Function) -> Option<Function> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let runtime = Rc::new(Runtime {
        window,
        document: document.clone(),
        base,
        on_wrap,
        all_done: RefCell::default(),
        placer: RefCell::new(Placer::new(name)),
        lanes: [Lane::default(), Lane::default()],
        workers: Cell::new(0),
        running: Cell::new(0),
    });
    for language in Language::ALL {
        define_element(&[language.prefix(), "-script"].concat());
    }
    runtime.clone().answer_current_script();
    let tell = Closure::<dyn Fn(String)>::new(|text: String| report(&pack(kind::PYTHON, &["", &text])));
    listen_for_errors(tell.into_js_value().unchecked_ref());
    let observing = runtime.clone();
    let look = Closure::<dyn Fn(Node)>::new(move |node: Node| observing.look_at(&node));
    observe(look.into_js_value().unchecked_ref());
    runtime.begin(&document);
    Some(runtime.worker_runner())
}

impl Runtime {
    fn lane(&self, language: Language) -> &Lane {
        &self.lanes[language.index()]
    }

    /// Takes on the scripts that were in the page from the start.
    fn begin(self: &Rc<Self>, document: &Document) {
        let elements = find_new(document, SELECTOR);
        // Which of several equal scripts an element is has to be known before any of them is emptied.
        for element in &elements {
            note_script(element);
        }
        for language in Language::ALL {
            for (element, number) in elements.iter().zip(0..) {
                if let Some(script) = Script::recognise(element.clone(), Some(number))
                    && script.language == language
                {
                    self.all_done.borrow_mut().expect();
                    self.take(script);
                }
            }
        }
        let due = self.all_done.borrow_mut().seal();
        self.all_done_if(due);
    }

    /// Takes on what has come into the page.
    fn look_at(self: &Rc<Self>, node: &Node) {
        for element in find_new(node, SELECTOR) {
            if let Some(script) = Script::recognise(element, None) {
                self.take(script);
            }
        }
    }

    /// Takes a script on. `py:all-done` waits for those that were there from the start.
    fn take(self: &Rc<Self>, script: Script) {
        let runtime = self.clone();
        spawn_local(async move {
            let begun = if script.in_worker() {
                runtime.run_in_worker(&script).await;
                None
            } else {
                runtime.running.set(runtime.running.get() + 1);
                let begun = runtime.run_in_turn(&script).await;
                runtime.running.set(runtime.running.get() - 1);
                Some(begun)
            };
            // What went wrong is seen before the script is called done.
            wait(all_told()).await;
            // Also when it could not begin: pages wait for this event to take a spinner away.
            runtime.dispatch(&script, "done");
            // One that is not async is done before the next begins, and whatever happened, that one must not wait for ever.
            if let Some(begun) = begun {
                let _ = begun.call0(&JsValue::UNDEFINED);
            }
            if script.number.is_some() {
                let due = runtime.all_done.borrow_mut().end();
                runtime.all_done_if(due);
            }
        });
    }

    /// Runs a script on the main thread, after those that stand before it. Gives what lets the next one begin.
    async fn run_in_turn(self: &Rc<Self>, script: &Script) -> Function {
        let (before, begun) = self.next_turn(script.language);
        let prepared = self.prepare(script).await;
        if let Err(Some(facts)) = &prepared {
            report(facts);
        }
        if let Some(before) = before {
            wait(before).await;
        }
        if let Ok(prepared) = prepared {
            self.run(script, prepared, &begun).await;
        }
        begun
    }

    /// Runs a script in a worker of its own, to its end.
    async fn run_in_worker(self: &Rc<Self>, script: &Script) {
        // Whoever waits for it by its name sees that it does not come.
        let give_up = |facts: &str| {
            set_property(&script.element, "xworker", &JsValue::NULL);
            report(facts);
        };
        let plan = match plan(script.read()) {
            Ok(plan) => plan,
            Err(wrong) => return give_up(&conflict(script, wrong)),
        };
        let code = match self.code(script, &plan).await {
            Ok(code) => code,
            Err(facts) => return give_up(&facts),
        };
        let language = script.language;
        if script.element.id().is_empty() {
            let number = self.workers.replace(self.workers.get() + 1);
            script.element.set_id(&workers::new_id(language.prefix(), number));
        }
        let placement = self.place(language, &code);
        let config = find_config(language.prefix(), Some(&script.element));
        let job = Job { language, base: self.base.clone(), code: code.text, placement, mode: plan.mode, config };
        let name = script.element.get_attribute("name").unwrap_or_else(|| script.element.id());
        let service_worker = script.element.get_attribute("service-worker");
        let worker = spawn_worker(&self.base, &name, language.prefix(), service_worker.as_deref());
        set_property(&script.element, "xworker", &worker);
        let (runtime, of, shown) = (self.clone(), script.clone(), script.clone());
        let ended = workers::begin(
            &worker,
            &job,
            move |message| {
                runtime.hear(language, Some(&of), message);
            },
            move || shown.worker_output().map_or(JsValue::NULL, Into::into),
        );
        wait(ended).await;
    }

    /// Runs a file in a worker that JavaScript made. Gives the message of what went wrong before it could run.
    async fn run_file_in_worker(
        self: &Rc<Self>,
        worker: &Worker,
        language: Language,
        src: &str,
        mode: Mode,
        config: Option<Object>,
    ) -> Option<Promise> {
        let code = match self.fetch(src).await {
            Ok(code) => code,
            Err(facts) => return Some(bindings::report(&facts)),
        };
        let placement = self.place(language, &code);
        let job = Job { language, base: self.base.clone(), code: code.text, placement, mode, config };
        let runtime = self.clone();
        let hear = move |message| {
            runtime.hear(language, None, message);
        };
        let _ = workers::begin(worker, &job, hear, || JsValue::NULL);
        None
    }

    /// The function behind `PyWorker` and `MPWorker`: `(worker, language, src, async, config)`, a promise of nothing.
    /// Its `running()` tells how many scripts of the main thread have not ended.
    fn worker_runner(self: &Rc<Self>) -> Function {
        let runtime = self.clone();
        let run = Closure::<dyn Fn(Worker, String, String, bool, Option<Object>) -> Promise>::new(
            move |worker: Worker, language: String, src: String, asynchronous: bool, config: Option<Object>| {
                let runtime = runtime.clone();
                let mode = if asynchronous { Mode::Async } else { Mode::Sync };
                wasm_bindgen_futures::future_to_promise(async move {
                    match runtime.run_file_in_worker(&worker, Language::named(&language), &src, mode, config).await {
                        None => Ok(JsValue::UNDEFINED),
                        Some(telling) => {
                            let message = JsFuture::from(telling).await.unwrap_or_default();
                            Err(js_sys::Error::new(&message.as_string().unwrap_or_default()).into())
                        }
                    }
                })
            },
        );
        let run: Function = run.into_js_value().unchecked_into();
        let runtime = self.clone();
        let running = Closure::<dyn Fn() -> u32>::new(move || runtime.running.get());
        let _ = Reflect::set(&run, &"running".into(), &running.into_js_value());
        run
    }

    /// Takes what a worker tells. `script`: whose it is, if it belongs to one. Gives the message of a failure.
    fn hear(self: &Rc<Self>, language: Language, script: Option<&Script>, message: Message) -> Option<Promise> {
        let facts = match message {
            Message::Progress(what) => {
                self.progress(language, &what);
                return None;
            }
            Message::Ready => {
                if let Some(script) = script {
                    self.dispatch(script, "ready");
                }
                return None;
            }
            Message::StandardError(line) => {
                self.complain(language, &line);
                return None;
            }
            // A worker that broke down is told of as one that has failed.
            Message::Done | Message::Broken(_) => return None,
            Message::Raised(text) | Message::Uncaught(text) => pack(kind::PYTHON, &[language.prefix(), &text]),
            Message::Failed(facts) => facts,
        };
        Some(bindings::report(&facts))
    }

    /// A place in the queue of a language: what to wait for, and what to call when begun.
    fn next_turn(&self, language: Language) -> (Option<Promise>, Function) {
        let mut begun: Function = JsValue::UNDEFINED.unchecked_into();
        let promise = Promise::new(&mut |resolve, _| begun = resolve);
        let before = self.lane(language).turn.borrow_mut().replace(promise);
        (before, begun)
    }

    /// Gets all that a script needs. Fails with facts; with none when they were told before.
    async fn prepare(self: &Rc<Self>, script: &Script) -> Result<(Code, Mode), Option<String>> {
        let plan = plan(script.read()).map_err(|wrong| Some(conflict(script, wrong)))?;
        let starting = self.start_engine(script.language);
        let code = self.code(script, &plan).await.unwrap_or_else(|facts| {
            report(&facts);
            // What stands inside the script is run instead.
            Code::inside(script, &plan)
        });
        wait(starting).await;
        let lane = self.lane(script.language);
        if let Some(Err(facts)) = lane.engine.get() {
            return Err(if lane.failure_told.replace(true) { None } else { Some(facts.clone()) });
        }
        let counter = &lane.outputs;
        let output = script.output(|| {
            let number = counter.replace(counter.get() + 1);
            [script.language.prefix(), "-", &decimal(number)].concat()
        });
        if output.is_none() {
            let target = script.attribute("target").unwrap_or_default();
            report(&pack(kind::TARGET, &[&target, &script.element.outer_html()]));
        }
        Ok((code, plan.mode))
    }

    /// The code of a script, from its file or from the page. Fails with facts.
    async fn code(&self, script: &Script, plan: &Plan) -> Result<Code, String> {
        match &plan.src {
            Some(src) => self.fetch(src).await,
            None => Ok(Code::inside(script, plan)),
        }
    }

    /// The code in a file. Fails with facts.
    async fn fetch(&self, src: &str) -> Result<Code, String> {
        match JsFuture::from(fetch_text(src)).await {
            Ok(text) => {
                let page = self.document.base_uri().ok().flatten().unwrap_or_default();
                let file = Some(short(&absolute(src), &page));
                Ok(Code { text: text.as_string().unwrap_or_default(), file, number: String::new() })
            }
            Err(facts) => Err(words(&facts)),
        }
    }

    /// Says how code is compiled, and remembers it for messages.
    fn place(&self, language: Language, code: &Code) -> Placement {
        let placement = self.placer.borrow_mut().place(language, code.file.clone(), &code.text);
        let lines = decimal(placement.blank_lines);
        note_placed(language.prefix(), &code.number, &placement.file, &lines, &code.text);
        placement
    }

    /// Runs a script that is ready for it; `begun` lets the next one begin.
    async fn run(&self, script: &Script, (code, mode): (Code, Mode), begun: &Function) {
        let lane = self.lane(script.language);
        let Some(Ok(ready)) = lane.engine.get() else { return };
        let placement = self.place(script.language, &code);
        self.dispatch(script, "ready");
        *lane.latest.borrow_mut() = Some(script.element.clone());
        let asynchronous = mode == Mode::Async;
        let Placement { file, blank_lines } = placement;
        let ended = ready.engine.run(&code.text, &file, blank_lines, asynchronous, &script.element, begun);
        if let Err(error) = JsFuture::from(ended).await {
            explain(script.language, &words(&error));
        }
    }

    /// Starts an interpreter, once; the promise never rejects.
    fn start_engine(self: &Rc<Self>, language: Language) -> Promise {
        let lane = self.lane(language);
        lane.starting
            .get_or_init(|| {
                let runtime = self.clone();
                wasm_bindgen_futures::future_to_promise(async move {
                    let outcome = runtime.start_engine_once(language).await;
                    if let Ok(ready) = &outcome {
                        let kind = language.prefix().into();
                        let _ = runtime.on_wrap.call2(&JsValue::UNDEFINED, &kind, &ready.wrap);
                    }
                    let _ = runtime.lane(language).engine.set(outcome);
                    Ok(JsValue::UNDEFINED)
                })
            })
            .clone()
    }

    async fn start_engine_once(self: &Rc<Self>, language: Language) -> Result<Ready, String> {
        let runtime = self.clone();
        let complain = Closure::<dyn Fn(String)>::new(move |line: String| runtime.complain(language, &line));
        let io = make_io(complain.into_js_value().unchecked_ref());
        let bridge = self.bridge(language);
        let runtime = self.clone();
        let progress = Closure::<dyn Fn(String)>::new(move |what: String| runtime.progress(language, &what));
        let boot = Boot {
            language,
            base: &self.base,
            stdout: io.stdout(),
            stderr: io.stderr(),
            bridge: bridge.clone(),
            progress: progress.into_js_value().unchecked_into(),
            config: find_config(language.prefix(), None),
        };
        let engine = boot.run().await?;
        let tell = Closure::<dyn Fn(String)>::new(move |text: String| explain(language, &text));
        let tell = tell.into_js_value();
        let wrap = make_wrap(language.prefix(), &engine.interpreter(), &bridge, &io.io(), tell.unchecked_ref());
        Ok(Ready { engine, wrap })
    }

    /// Takes a line of standard error. The console has it at once; the page shows lines that come together as one
    /// message. A traceback is told as any other, when it is complete.
    fn complain(self: &Rc<Self>, language: Language, line: &str) {
        let mut complaints = self.lane(language).complaints.borrow_mut();
        if complaints.is_empty() {
            let runtime = self.clone();
            spawn_local(async move {
                let text = core::mem::take(&mut *runtime.lane(language).complaints.borrow_mut());
                report(&pack(kind::STDERR, &[language.prefix(), &text]));
            });
        }
        complaints.push_str(line);
        complaints.push('\n');
        if find(&complaints, "Traceback (most recent call last)").is_none() {
            web_sys::console::error_1(&line.into());
        }
    }

    /// The module `_pyscript`, on which the Python package is built.
    fn bridge(self: &Rc<Self>, language: Language) -> Object {
        let bridge = Object::new();
        let runtime = self.clone();
        let target = Closure::<dyn Fn() -> JsValue>::new(move || {
            let script = runtime.current(language).or_else(|| runtime.lane(language).latest.borrow().clone());
            let output = script.and_then(|script| Reflect::get(&script, &"target".into()).ok());
            output.unwrap_or(JsValue::NULL)
        });
        let _ = Reflect::set(&bridge, &"target".into(), &target.into_js_value());
        bridge
    }

    /// The script of a language that runs at this moment.
    fn current(&self, language: Language) -> Option<Element> {
        // Python itself knows, also in tasks and callbacks.
        match self.lane(language).engine.get() {
            Some(Ok(ready)) => ready.engine.current().dyn_into().ok(),
            _ => None,
        }
    }

    fn answer_current_script(self: Rc<Self>) {
        let answer = Closure::<dyn Fn() -> Option<Element>>::new(move || {
            Language::ALL.into_iter().find_map(|language| self.current(language))
        });
        override_current_script(answer.into_js_value().unchecked_ref());
    }

    /// Fires an event on a script; `detail` tells where it runs, and which script and interpreter it is.
    fn dispatch(&self, script: &Script, what: &str) {
        let detail = Object::new();
        let _ = Reflect::set(&detail, &"worker".into(), &script.in_worker().into());
        if !script.in_worker() {
            let _ = Reflect::set(&detail, &"script".into(), &script.element);
            if let Some(Ok(ready)) = self.lane(script.language).engine.get() {
                let _ = Reflect::set(&detail, &"wrap".into(), &ready.wrap);
            }
        }
        fire(&script.element, &events::name(script.language, what), &detail, true);
    }

    fn progress(&self, language: Language, what: &str) {
        fire(&self.window, &events::name(language, "progress"), &what.into(), false);
    }

    fn all_done_if(&self, due: bool) {
        if due && let Ok(event) = Event::new(ALL_DONE) {
            let _ = self.window.dispatch_event(&event);
        }
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
}

/// The facts of a script whose markup contradicts itself.
fn conflict(script: &Script, wrong: &str) -> String {
    pack(kind::CONFLICT, &[wrong, &script.element.outer_html()])
}

/// Waits for a promise that only says when, never what.
async fn wait(promise: Promise) {
    let _ = JsFuture::from(promise).await;
}
