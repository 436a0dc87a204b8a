//! The waits of a page, for JavaScript.

use alloc::string::String;
use core::cell::RefCell;

use pyrite_core::bridge::waits;
use wasm_bindgen::prelude::*;

/// Who waits for whom, on one page with all its workers.
#[wasm_bindgen]
#[derive(Default)]
pub struct Waits(RefCell<waits::Waits>);

#[wasm_bindgen]
impl Waits {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// A worker stands still until this function of the page has settled.
    pub fn block(&self, worker: u32, function: &str) -> u32 {
        self.0.borrow_mut().block(worker, function)
    }

    /// It has.
    pub fn unblock(&self, call: u32) {
        self.0.borrow_mut().unblock(call);
    }

    /// A call of the page waits for a function of a worker.
    ///
    /// # Errors
    /// When nobody would ever go on.
    pub fn wait(&self, call: u32, worker: u32, function: &str) -> Result<u32, JsValue> {
        self.0.borrow_mut().wait(call, worker, function).map_err(|cycle| js_sys::Error::new(&cycle).into())
    }

    /// That wait is over.
    pub fn settle(&self, wait: u32) {
        self.0.borrow_mut().settle(wait);
    }

    /// A worker has ended.
    pub fn forget(&self, worker: u32) {
        self.0.borrow_mut().forget(worker);
    }

    /// The name of the page's function for which a worker stands still.
    #[wasm_bindgen(js_name = functionOf)]
    pub fn function_of(&self, worker: u32) -> Option<String> {
        self.0.borrow().call_of(worker).map(|(_, name)| name.into())
    }
}
