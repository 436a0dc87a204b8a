//! From nothing to an interpreter that is ready for scripts. The same on the main thread and in a worker.

use js_sys::{Function, Object, Reflect};
use pyrite_core::fetch::diagnose_interpreter;
use pyrite_core::text::decimal;
use pyrite_core::{Diagnostic, Language};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

use crate::bindings;
use crate::config::configure;
use crate::engine::{Engine, Setup};
use crate::fetch;
use crate::report::words;

/// The file that has Python's standard library, compiled.
const LIBRARY: &str = "python_stdlib_compiled.zip";

/// What an interpreter needs to start.
pub(crate) struct Boot<'a> {
    pub(crate) language: Language,
    /// The folder that `core.js` is in.
    pub(crate) base: &'a str,
    /// Takes a line of standard output.
    pub(crate) stdout: Function,
    /// Takes a line of standard error.
    pub(crate) stderr: Function,
    /// The module `_pyscript`, on which the Python package is built.
    pub(crate) bridge: Object,
    /// Told what is done at the moment, in the words of `py:progress`.
    pub(crate) progress: Function,
    /// What the page's `findConfig` gave.
    pub(crate) config: Option<Object>,
}

impl Boot<'_> {
    /// Starts the interpreter.
    pub(crate) async fn run(self) -> Result<Engine, Diagnostic> {
        let name = self.language.name();
        let progress = |what: &str| {
            let _ = self.progress.call1(&JsValue::UNDEFINED, &what.into());
        };
        progress(&["Loading ", name].concat());
        let package_address = [self.base, "python/", self.language.prefix(), ".json"].concat();
        // Asked for now, needed once the interpreter runs.
        let package = JsFuture::from(bindings::fetch(&package_address, &RequestInit::new()));
        let configured =
            configure(self.language, self.config.as_ref(), self.base, &self.bridge, &self.progress).await?;
        progress("Loading interpreter");
        let setup = Setup {
            address: configured.address(),
            options: configured.options(),
            stdout: self.stdout,
            stderr: self.stderr,
        };
        let engine = match Engine::start(self.language, &setup).await {
            Ok(engine) => engine,
            Err(error) => return Err(diagnose(self.language, &setup.address, &error).await),
        };
        progress("Loaded interpreter");
        let installed = async {
            let response: Response = package.await?.unchecked_into();
            if !response.ok() {
                return Err(JsValue::from_str(&["status ", &decimal(response.status().into())].concat()));
            }
            let files = JsFuture::from(response.json()?).await?;
            let source = [self.base, "pyodide/python_stdlib.zip"].concat();
            Reflect::set(&self.bridge, &"library".into(), &source.into())?;
            engine.install(files.unchecked_ref(), &self.bridge)
        };
        if let Err(error) = installed.await {
            return Err(diagnose_interpreter("The pyscript package", &package_address, &words(&error), None));
        }
        configured.install(engine.interpreter()).await?;
        progress(&["Loaded ", name].concat());
        Ok(engine)
    }
}

/// Finds out which of an interpreter's files is at fault.
async fn diagnose(language: Language, address: &str, error: &JsValue) -> Diagnostic {
    let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
    let files: &[&str] = match language {
        Language::Pyodide => &["pyodide.asm.mjs", "pyodide.asm.wasm", LIBRARY, "pyodide-lock.json"],
        Language::MicroPython => &["micropython.wasm"],
    };
    let beside = files.iter().map(|file| [folder, "/", file].concat());
    // A configuration may name any module, so that one is asked for as it is.
    for address in core::iter::once(address.into()).chain(beside) {
        if let Err(failure) = fetch::bytes(&address, &RequestInit::new()).await {
            return diagnose_interpreter(language.name(), &address, &words(error), Some(&failure));
        }
    }
    diagnose_interpreter(language.name(), address, &words(error), None)
}
