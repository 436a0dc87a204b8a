//! What an interpreter is started with and given. What a configuration says is for `setup.js`, a chunk that only pages
//! with one load: it is in `web/setup/`, its rules in `crates/part`.

use alloc::string::String;

use js_sys::{Function, Object, Promise};
use pyrite_core::Language;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::bindings;
use crate::report::thrown;

#[wasm_bindgen]
extern "C" {
    /// A configuration that was understood; what it asks for is on its way.
    pub(crate) type Configured;
    /// The address of the interpreter's module.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn address(this: &Configured) -> String;
    /// What the interpreter is started with.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn options(this: &Configured) -> Object;
    #[wasm_bindgen(method, js_name = install)]
    fn begin_to_install(this: &Configured, interpreter: &JsValue) -> Promise;
}

/// Reads a configuration and begins with what it asks for. `config` is what the page's `findConfig` gave, `bridge` the
/// later module `_pyscript`. Fails with facts.
pub(crate) async fn configure(
    language: Language,
    config: Option<&Object>,
    base: &str,
    bridge: &Object,
    progress: &Function,
) -> Result<Configured, String> {
    let configuring = bindings::configure(language.prefix(), config, base, bridge, progress);
    JsFuture::from(configuring).await.map(JsCast::unchecked_into).map_err(|error| thrown(&error))
}

impl Configured {
    /// Gives a started interpreter its files, modules and packages.
    pub(crate) async fn install(&self, interpreter: &JsValue) -> Result<(), String> {
        JsFuture::from(self.begin_to_install(interpreter)).await.map(|_| ()).map_err(|error| thrown(&error))
    }
}
