//! Pyodide, CPython compiled to WebAssembly.

use alloc::string::ToString;
use core::cell::OnceCell;

use js_sys::{Function, Promise, Reflect};
use pyrite_core::script::Mode;
use pyrite_core::sources::Placement;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::bindings::{Interpreter, PyodideModule, Runner, import_module, with_instantiation};
use crate::engine::Setup;

/// A running Pyodide.
pub(crate) struct Pyodide {
    interpreter: Interpreter,
    runner: OnceCell<Runner>,
}

impl Pyodide {
    pub(crate) async fn start(setup: &Setup) -> Result<Self, JsValue> {
        let module: PyodideModule = JsFuture::from(import_module(&setup.address)).await?.unchecked_into();
        let options = setup.options.clone();
        let folder = setup.address.rsplit_once('/').map_or("./", |(folder, _)| folder).to_string() + "/";
        Reflect::set(&options, &"indexURL".into(), &folder.into())?;
        Reflect::set(&options, &"stdout".into(), &setup.stdout)?;
        Reflect::set(&options, &"stderr".into(), &setup.stderr)?;
        let load = Closure::once(move || module.load_pyodide(&options));
        let interpreter = JsFuture::from(with_instantiation(load.as_ref().unchecked_ref(), true)).await?;
        Ok(Self { interpreter: interpreter.unchecked_into(), runner: OnceCell::new() })
    }

    /// Gets hold of the Python side of [`Pyodide::run`].
    pub(crate) fn connect(&self) -> Result<(), JsValue> {
        let _ = self.runner.set(self.interpreter.import("_pyrite")?.unchecked_into());
        Ok(())
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
        let Some(runner) = self.runner.get() else { return Ok(()) };
        match mode {
            Mode::Sync => {
                let ended = runner.run_sync(code, &placement.file, placement.blank_lines, script);
                let _ = begun.call0(&JsValue::UNDEFINED);
                ended
            }
            Mode::Async => {
                // The event loop starts it later, so Python says itself when it has begun.
                let coroutine = runner.run_coroutine(code, &placement.file, placement.blank_lines, script, begun)?;
                JsFuture::from(Promise::resolve(&coroutine)).await.map(|_| ())
            }
        }
    }

    pub(crate) fn current(&self) -> Option<JsValue> {
        let script = self.runner.get()?.current().ok()?;
        script.is_object().then_some(script)
    }
}
