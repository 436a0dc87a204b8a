//! From nothing to an interpreter that is ready for scripts. The same on the main thread and in a worker.

use alloc::string::String;

use js_sys::{Function, Object};
use pyrite_core::Language;
use pyrite_core::facts::{kind, pack};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::bindings;
use crate::config::configure;
use crate::engine::{Engine, Setup};

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
    /// Starts the interpreter. Fails with facts.
    pub(crate) async fn run(self) -> Result<Engine, String> {
        let (name, prefix) = (self.language.name(), self.language.prefix());
        let progress = |what: &str| {
            let _ = self.progress.call1(&JsValue::UNDEFINED, &what.into());
        };
        progress(&["Loading ", name].concat());
        // Asked for now, needed once the interpreter runs.
        let package = JsFuture::from(bindings::fetch_package(prefix));
        let configured =
            configure(self.language, self.config.as_ref(), self.base, &self.bridge, &self.progress).await?;
        progress("Loading interpreter");
        let setup = Setup {
            address: configured.address(),
            options: configured.options(),
            stdout: self.stdout,
            stderr: self.stderr,
        };
        let failed = |error: JsValue| pack(kind::INTERPRETER, &[prefix, &setup.address, &bindings::words(&error)]);
        let engine = Engine::start(self.language, &setup).await.map_err(failed)?;
        progress("Loaded interpreter");
        let installed = package.await.and_then(|files| engine.install(files.unchecked_ref(), &self.bridge));
        if let Err(error) = installed {
            let address = bindings::package_address(prefix);
            return Err(pack(kind::PACKAGE, &[&address, &bindings::words(&error)]));
        }
        configured.install(engine.interpreter()).await?;
        progress(&["Loaded ", name].concat());
        Ok(engine)
    }
}
