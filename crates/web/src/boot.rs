//! From nothing to an interpreter that is ready for scripts. The same on the main thread and in a worker.

use alloc::string::String;

use js_sys::{Function, Object};
use pyrite_core::Language;
use pyrite_core::facts::{kind, pack};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::bindings;
use crate::config::configure;
use crate::engine::{Chunk, Engine};

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
        // Asked for now, needed once the configuration is read.
        let chunk = JsFuture::from(bindings::import_engine(prefix));
        let configured =
            configure(self.language, self.config.as_ref(), self.base, &self.bridge, &self.progress).await?;
        progress("Loading interpreter");
        let unpacked = |error: JsValue| {
            let address = [self.base, prefix, ".js"].concat();
            pack(kind::CHUNK, &[prefix, &address, &bindings::words(&error)])
        };
        let chunk: Chunk = chunk.await.map_err(unpacked)?.unchecked_into();
        let address = configured.address();
        let starting = chunk.start(&address, &configured.options(), &self.stdout, &self.stderr);
        let failed = |error: JsValue| pack(kind::INTERPRETER, &[prefix, &address, &bindings::words(&error)]);
        let engine: Engine = JsFuture::from(starting).await.map_err(failed)?.unchecked_into();
        progress("Loaded interpreter");
        engine.install(&self.bridge).map_err(unpacked)?;
        configured.install(&engine.interpreter()).await?;
        progress(&["Loaded ", name].concat());
        Ok(engine)
    }
}
