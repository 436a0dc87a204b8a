//! MicroPython compiled to WebAssembly.

use alloc::string::{String, ToString};

use js_sys::{Function, Promise, Reflect};
use pyrite_core::script::Mode;
use pyrite_core::sources::Placement;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::bindings::{Interpreter, MicroPythonModule, ScriptRunner, import_module, with_instantiation};
use crate::engine::Setup;

/// A running MicroPython.
pub(crate) struct MicroPython {
    interpreter: Interpreter,
    runner: ScriptRunner,
}

impl MicroPython {
    pub(crate) async fn start(setup: &Setup) -> Result<Self, JsValue> {
        let module: MicroPythonModule = JsFuture::from(import_module(&setup.address)).await?.unchecked_into();
        let options = setup.options.clone();
        let stem = setup.address.rsplit_once('.').map_or(setup.address.as_str(), |(stem, _)| stem);
        // A configuration may ask for another variant.
        if !Reflect::has(&options, &"url".into())? {
            Reflect::set(&options, &"url".into(), &(stem.to_string() + ".wasm").into())?;
        }
        Reflect::set(&options, &"stdout".into(), &setup.stdout)?;
        Reflect::set(&options, &"stderr".into(), &setup.stderr)?;
        let load = Closure::once(move || module.load_micropython(&options));
        let interpreter = JsFuture::from(with_instantiation(load.as_ref().unchecked_ref(), false)).await?;
        let runner = ScriptRunner::new();
        runner.follow(&Reflect::get(&interpreter, &"_module".into())?);
        Ok(Self { interpreter: interpreter.unchecked_into(), runner })
    }

    /// Whose code runs, as JavaScript keeps it.
    pub(crate) fn runner(&self) -> &ScriptRunner {
        &self.runner
    }

    /// The element of the script that runs at this moment.
    pub(crate) fn current(&self) -> Option<JsValue> {
        self.runner.script().map(Into::into)
    }

    pub(crate) fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }

    pub(crate) async fn run(
        &self,
        code: &str,
        placement: &Placement,
        mode: Mode,
        script: &JsValue,
        begun: &Function,
    ) -> Result<(), JsValue> {
        let mut text = String::with_capacity(code.len() + placement.blank_lines as usize);
        text.extend(core::iter::repeat_n('\n', placement.blank_lines as usize));
        text.push_str(code);
        let before = self.runner.enter(script);
        let result = match mode {
            Mode::Sync => self.interpreter.run(&text),
            Mode::Async => self.interpreter.run_async(&text),
        };
        self.runner.enter(&before);
        let _ = begun.call0(&JsValue::UNDEFINED);
        let ended = match mode {
            Mode::Sync => result.map(|_| ()),
            Mode::Async => match result {
                // Code without a single statement gives no promise.
                Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await.map(|_| ()),
                Err(error) => Err(error),
            },
        };
        ended.or_else(|error| if is_quiet_exit(&error) { Ok(()) } else { Err(error) })
    }
}

/// Whether this is what `sys.exit()` raises to end a script without a complaint.
fn is_quiet_exit(error: &JsValue) -> bool {
    let of =
        |name: &str| Reflect::get(error, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default();
    of("type") == "SystemExit"
        && matches!(
            of("message").lines().last(),
            Some("SystemExit: " | "SystemExit:" | "SystemExit: 0" | "SystemExit: None")
        )
}
