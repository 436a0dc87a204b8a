//! The life of a page: find its scripts, start the interpreters they need, run them in order, say what happened.

use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell, RefCell};

use js_sys::{Function, Object, Promise, Reflect, WeakSet};
use pyrite_core::events::{self, ALL_DONE, AllDone};
use pyrite_core::fetch::{Failure, diagnose as diagnose_fetch};
use pyrite_core::script::{Mode, Plan, plan};
use pyrite_core::sources::{Origin, Sources};
use pyrite_core::text::decimal;
use pyrite_core::{Code, Diagnostic, Language, traceback};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CustomEvent, CustomEventInit, Document, Element, Event, Node, Window, Worker};

use crate::banner;
use crate::bindings::{define_element, find_config, make_wrap, override_current_script, set_property, spawn_worker};
use crate::boot::Boot;
use crate::engine::Engine;
use crate::fetch;
use crate::page::{self, Script};
use crate::report::{listen_for_errors, report, words};
use crate::worker::{Job, Message};
use crate::workers;

/// Everything the runtime knows about this page.
struct Runtime {
    window: Window,
    document: Document,
    /// The folder that `core.js` is in.
    base: String,
    on_wrap: Function,
    /// Elements that were taken on, so that none runs twice.
    taken: WeakSet,
    all_done: RefCell<AllDone>,
    sources: RefCell<Sources>,
    lanes: [Lane; 2],
    /// How many workers have got an id.
    workers: Cell<u32>,
}

/// What there is once per language.
#[derive(Default)]
struct Lane {
    /// Settles when the interpreter is ready or cannot be started; the outcome is in `engine`.
    starting: OnceCell<Promise>,
    engine: OnceCell<Result<Ready, Diagnostic>>,
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
pub(crate) fn start(base: String, on_wrap: Function) -> Option<Function> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let runtime = Rc::new(Runtime {
        window,
        document: document.clone(),
        base,
        on_wrap,
        taken: WeakSet::new(),
        all_done: RefCell::default(),
        sources: RefCell::new(Sources::new(&page::name(&document))),
        lanes: [Lane::default(), Lane::default()],
        workers: Cell::new(0),
    });
    for language in Language::ALL {
        define_element(&[language.prefix(), "-script"].concat());
    }
    runtime.clone().answer_current_script();
    let listening = runtime.clone();
    listen_for_errors(
        &runtime.window,
        Rc::new(move |text| {
            let language = traceback::language_of(&text);
            listening.explain_soon(language, text);
        }),
    );

    let observing = runtime.clone();
    page::observe(&document, Rc::new(move |node| observing.look_at(node)));
    runtime.begin(page::scripts_below(&document));
    Some(runtime.worker_runner())
}

impl Runtime {
    fn lane(&self, language: Language) -> &Lane {
        &self.lanes[language.index()]
    }

    /// Takes on the scripts that were in the page from the start.
    fn begin(self: &Rc<Self>, scripts: Vec<Script>) {
        // Which of several equal scripts an element is has to be asked before any of them is emptied.
        let origins = page::origins(&scripts);
        for language in Language::ALL {
            for (script, origin) in scripts.iter().zip(&origins).filter(|(script, _)| script.language == language) {
                self.all_done.borrow_mut().expect();
                self.take(script.clone(), Some(origin.clone()));
            }
        }
        let due = self.all_done.borrow_mut().seal();
        self.all_done_if(due);
    }

    /// Takes on what has come into the page.
    fn look_at(self: &Rc<Self>, node: &Node) {
        for script in page::scripts_below(node) {
            self.take(script, None);
        }
    }

    /// Takes a script on, once. `origin` is its place in the page's text, for those that were there from the start;
    /// `py:all-done` waits for them.
    fn take(self: &Rc<Self>, script: Script, origin: Option<Origin>) {
        if self.taken.has(&script.element) {
            return;
        }
        self.taken.add(&script.element);
        let runtime = self.clone();
        spawn_local(async move {
            let awaited = origin.is_some();
            let origin = origin.unwrap_or(Origin::Added);
            if script.in_worker() {
                runtime.run_in_worker(&script, origin).await;
            } else {
                runtime.run_in_turn(&script, origin).await;
            }
            // Also when it could not begin: pages wait for this event to take a spinner away.
            runtime.dispatch(&script, "done");
            if awaited {
                let due = runtime.all_done.borrow_mut().end();
                runtime.all_done_if(due);
            }
        });
    }

    /// Runs a script on the main thread, after those that stand before it.
    async fn run_in_turn(self: &Rc<Self>, script: &Script, origin: Origin) {
        let (before, begun) = self.next_turn(script.language);
        match self.prepare(script, origin).await {
            Ok(prepared) => {
                wait(before).await;
                self.run(script, prepared, &begun).await;
            }
            Err(diagnostic) => {
                if let Some(diagnostic) = diagnostic {
                    report(&diagnostic);
                }
                wait(before).await;
                let _ = begun.call0(&JsValue::UNDEFINED);
            }
        }
    }

    /// Runs a script in a worker of its own, to its end.
    async fn run_in_worker(self: &Rc<Self>, script: &Script, in_page: Origin) {
        let shown = script.shown();
        let plan = match plan(script.read(), &shown) {
            Ok(plan) => plan,
            Err(diagnostic) => return report(&diagnostic),
        };
        let (code, origin) = match &plan.src {
            Some(src) => match fetch::text(src).await {
                Ok(code) => (code, Origin::File(self.short(src))),
                Err(failure) => return report(&self.unfetched(src, &failure)),
            },
            None => (plan.inline, in_page),
        };
        let language = script.language;
        if script.element.id().is_empty() {
            let number = self.workers.replace(self.workers.get() + 1);
            script.element.set_id(&workers::new_id(language.prefix(), number));
        }
        let placement = self.sources.borrow_mut().place(language, origin, &code);
        let config = find_config(language.prefix(), Some(&script.element));
        let job = Job { language, base: self.base.clone(), code, placement, mode: plan.mode, config };
        let name = script.element.get_attribute("name").unwrap_or_else(|| script.element.id());
        let worker = spawn_worker(&self.base, &name);
        set_property(&script.element, "xworker", &worker);
        let (runtime, of) = (self.clone(), script.clone());
        let (document, shown) = (self.document.clone(), script.clone());
        let ended = workers::begin(
            &worker,
            &job,
            move |message| runtime.hear(language, Some(&of), message),
            move || shown.worker_output(&document).map_or(JsValue::NULL, Into::into),
        );
        wait(Some(ended)).await;
    }

    /// Runs a file in a worker that JavaScript made. Gives what went wrong, if anything did.
    async fn run_file_in_worker(
        self: &Rc<Self>,
        worker: &Worker,
        language: Language,
        src: &str,
        mode: Mode,
    ) -> Option<String> {
        let code = match fetch::text(src).await {
            Ok(code) => code,
            Err(failure) => {
                let diagnostic = self.unfetched(src, &failure);
                report(&diagnostic);
                return Some(diagnostic.message);
            }
        };
        let placement = self.sources.borrow_mut().place(language, Origin::File(self.short(src)), &code);
        let job = Job { language, base: self.base.clone(), code, placement, mode, config: None };
        let problem = Rc::new(RefCell::new(None));
        let (runtime, told) = (self.clone(), problem.clone());
        let ended = workers::begin(
            worker,
            &job,
            move |message| {
                match &message {
                    Message::Raised(text) => *told.borrow_mut() = Some(text.clone()),
                    Message::Failed(diagnostic) => *told.borrow_mut() = Some(diagnostic.message.clone()),
                    _ => {}
                }
                runtime.hear(language, None, message);
            },
            || JsValue::NULL,
        );
        wait(Some(ended)).await;
        problem.take()
    }

    /// The function behind `PyWorker` and `MPWorker`: `(worker, language, src, async)`, a promise of nothing.
    fn worker_runner(self: &Rc<Self>) -> Function {
        let runtime = self.clone();
        let run = Closure::<dyn Fn(Worker, String, String, bool) -> Promise>::new(
            move |worker: Worker, language: String, src: String, asynchronous: bool| {
                let runtime = runtime.clone();
                let mode = if asynchronous { Mode::Async } else { Mode::Sync };
                wasm_bindgen_futures::future_to_promise(async move {
                    match runtime.run_file_in_worker(&worker, Language::named(&language), &src, mode).await {
                        None => Ok(JsValue::UNDEFINED),
                        Some(message) => Err(js_sys::Error::new(&message).into()),
                    }
                })
            },
        );
        run.into_js_value().unchecked_into()
    }

    /// Takes what a worker tells. `script`: whose it is, if it belongs to one.
    fn hear(self: &Rc<Self>, language: Language, script: Option<&Script>, message: Message) {
        match message {
            Message::Progress(what) => self.progress(language, &what),
            Message::Ready => {
                if let Some(script) = script {
                    self.dispatch(script, "ready");
                }
            }
            Message::StandardError(line) => self.complain(language, &line),
            Message::Done => {}
            Message::Raised(text) | Message::Uncaught(text) => self.explain_soon(language, text),
            Message::Failed(diagnostic) => report(&diagnostic),
        }
    }

    /// A place in the queue of a language: what to wait for, and what to call when begun.
    fn next_turn(&self, language: Language) -> (Option<Promise>, Function) {
        let mut begun: Function = JsValue::UNDEFINED.unchecked_into();
        let promise = Promise::new(&mut |resolve, _| begun = resolve);
        let before = self.lane(language).turn.borrow_mut().replace(promise);
        (before, begun)
    }

    /// Gets all that a script needs. `Err(None)` when the reason was told before.
    async fn prepare(self: &Rc<Self>, script: &Script, in_page: Origin) -> Result<Prepared, Option<Diagnostic>> {
        let shown = script.shown();
        let markup = script.read();
        let plan = plan(markup, &shown).map_err(Some)?;
        let starting = self.start_engine(script.language);
        let (code, origin) = self.code(&plan, in_page).await;
        wait(Some(starting)).await;
        let lane = self.lane(script.language);
        if let Some(Err(diagnostic)) = lane.engine.get() {
            return Err(if lane.failure_told.replace(true) { None } else { Some(diagnostic.clone()) });
        }
        let counter = &lane.outputs;
        let output = script.output(&self.document, || {
            let number = counter.replace(counter.get() + 1);
            [script.language.prefix(), "-", &decimal(number)].concat()
        });
        if output.is_none() {
            let target = script.element.get_attribute("target").unwrap_or_default();
            report(
                &Diagnostic::error(Code::Conflict, ["(PY0409) Unknown target ", &target, " for ", &shown].concat())
                    .with_hint("`target` is the id of an element of the page, or a selector that matches one"),
            );
        }
        Ok(Prepared { code, origin, plan })
    }

    /// The code of a script, from its file or from the page.
    async fn code(&self, plan: &Plan, in_page: Origin) -> (String, Origin) {
        if let Some(src) = &plan.src {
            match fetch::text(src).await {
                Ok(code) => return (code, Origin::File(self.short(src))),
                // What stands inside the script is run instead.
                Err(failure) => report(&self.unfetched(src, &failure)),
            }
        }
        (plan.inline.clone(), in_page)
    }

    fn unfetched(&self, src: &str, failure: &Failure) -> Diagnostic {
        let opened_directly = self.window.location().protocol().is_ok_and(|protocol| protocol == "file:");
        diagnose_fetch(src, failure, opened_directly)
    }

    /// An address as its author would write it: relative to the page where it is below it.
    fn short(&self, src: &str) -> String {
        let page = self.document.base_uri().ok().flatten().unwrap_or_default();
        let folder =
            page.split(['?', '#']).next().and_then(|page| page.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let absolute =
            web_sys::Url::new_with_base(src, &page).map(|url| url.href()).unwrap_or_else(|_| src.to_string());
        match absolute.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) if !folder.is_empty() => rest.to_string(),
            _ => absolute,
        }
    }

    /// Runs a script that is ready for it; `begun` lets the next one begin.
    async fn run(self: &Rc<Self>, script: &Script, prepared: Prepared, begun: &Function) {
        let lane = self.lane(script.language);
        let Some(Ok(ready)) = lane.engine.get() else { return };
        let placement = self.sources.borrow_mut().place(script.language, prepared.origin, &prepared.code);
        self.dispatch(script, "ready");
        *lane.latest.borrow_mut() = Some(script.element.clone());
        let ended = ready.engine.run(&prepared.code, &placement, prepared.plan.mode, &script.element, begun).await;
        // It may have failed before it began; then the next one must not wait for it.
        let _ = begun.call0(&JsValue::UNDEFINED);
        if let Err(error) = ended {
            self.explain(script.language, &words(&error)).await;
        }
    }

    /// Reports an exception. The text of the page is read first, if that has not been tried.
    async fn explain(&self, language: Language, text: &str) {
        if self.sources.borrow().wants_page_text() {
            let address = self.window.location().href().unwrap_or_default();
            let page_text = fetch::page_text(&address).await;
            self.sources.borrow_mut().set_page_text(page_text);
        }
        let diagnostic = traceback::diagnose(language, text, &self.sources.borrow());
        report(&diagnostic);
    }

    fn explain_soon(self: &Rc<Self>, language: Language, text: String) {
        let runtime = self.clone();
        spawn_local(async move { runtime.explain(language, &text).await });
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

    async fn start_engine_once(self: &Rc<Self>, language: Language) -> Result<Ready, Diagnostic> {
        let io = self.io(language);
        let bridge = self.bridge(language);
        let runtime = self.clone();
        let progress = Closure::<dyn Fn(String)>::new(move |what: String| runtime.progress(language, &what));
        let boot = Boot {
            language,
            base: &self.base,
            stdout: forward(&io, "stdout"),
            stderr: forward(&io, "stderr"),
            bridge: bridge.clone(),
            progress: progress.into_js_value().unchecked_into(),
            config: find_config(language.prefix(), None),
        };
        let engine = boot.run().await?;
        let wrap = self.wrap(language, &engine, &io, &bridge);
        Ok(Ready { engine, wrap })
    }

    /// Where a language's output goes. Pages and plugins may put their own functions in its place.
    fn io(self: &Rc<Self>, language: Language) -> Object {
        let stdout = Closure::<dyn Fn(JsValue)>::new(|line: JsValue| web_sys::console::log_1(&line));
        let runtime = self.clone();
        let stderr = Closure::<dyn Fn(JsValue)>::new(move |line: JsValue| {
            runtime.complain(language, &line.as_string().unwrap_or_default());
        });
        let io = Object::new();
        let _ = Reflect::set(&io, &"stdout".into(), &stdout.into_js_value());
        let _ = Reflect::set(&io, &"stderr".into(), &stderr.into_js_value());
        io
    }

    /// Takes a line of standard error. The console has it at once; the page shows lines that come together as one
    /// message. A traceback is told as any other, when it is complete.
    fn complain(self: &Rc<Self>, language: Language, line: &str) {
        let mut complaints = self.lane(language).complaints.borrow_mut();
        if complaints.is_empty() {
            let runtime = self.clone();
            spawn_local(async move {
                let text = core::mem::take(&mut *runtime.lane(language).complaints.borrow_mut());
                let (plain, traceback) = traceback::split(&text);
                if !plain.is_empty() {
                    banner::show(&Diagnostic::error(Code::StandardError, plain));
                }
                if !traceback.is_empty() {
                    runtime.explain(language, traceback).await;
                }
            });
        }
        complaints.push_str(line);
        complaints.push('\n');
        if traceback::split(&complaints).1.is_empty() {
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

    fn wrap(self: &Rc<Self>, language: Language, engine: &Engine, io: &Object, bridge: &Object) -> Object {
        let interpreter: &JsValue = engine.interpreter().as_ref();
        let method = |name: &str| -> Function {
            let runtime = self.clone();
            let interpreter = interpreter.clone();
            let function = Reflect::get(&interpreter, &name.into()).unwrap_or_default();
            let call = Closure::<dyn Fn(JsValue) -> JsValue>::new(move |code: JsValue| {
                let Some(function) = function.dyn_ref::<Function>() else { return JsValue::UNDEFINED };
                function.call1(&interpreter, &code).unwrap_or_else(|error| {
                    runtime.explain_soon(language, words(&error));
                    JsValue::UNDEFINED
                })
            });
            call.into_js_value().unchecked_into()
        };
        let run = method("runPython");
        let run_async = method("runPythonAsync");
        make_wrap(language.prefix(), interpreter, bridge, &run, &run_async, io)
    }

    /// The script of a language that runs at this moment.
    fn current(&self, language: Language) -> Option<Element> {
        // Python itself knows, also in tasks and callbacks.
        match self.lane(language).engine.get() {
            Some(Ok(ready)) => ready.engine.current()?.dyn_into().ok(),
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

/// A script that can be run.
struct Prepared {
    code: String,
    origin: Origin,
    plan: Plan,
}

fn fire(target: &web_sys::EventTarget, name: &str, detail: &JsValue, bubbles: bool) {
    let init = CustomEventInit::new();
    init.set_bubbles(bubbles);
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        let _ = target.dispatch_event(&event);
    }
}

/// Calls whatever function `object` has under `name` at that time.
fn forward(object: &Object, name: &'static str) -> Function {
    let object = object.clone();
    let call = Closure::<dyn Fn(JsValue)>::new(move |value: JsValue| {
        if let Ok(function) = Reflect::get(&object, &name.into())
            && let Some(function) = function.dyn_ref::<Function>()
        {
            let _ = function.call1(&object, &value);
        }
    });
    call.into_js_value().unchecked_into()
}

/// Waits for a promise that only says when, never what.
async fn wait(promise: Option<Promise>) {
    if let Some(promise) = promise {
        let _ = JsFuture::from(promise).await;
    }
}
