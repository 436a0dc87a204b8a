//! The page carries out what a worker asks of one of its objects.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::host::{self, Host};
use crate::kind::message;

/// Does to `target` what a message of this kind asks.
pub(crate) fn serve(host: &Host, kind: u8, target: &JsValue, a: &JsValue, b: &JsValue) -> Result<JsValue, JsValue> {
    match kind {
        message::GET => {
            let value = host::get(target, a)?;
            // Of an event that is over, say, the host knows more.
            if value.is_null() { host.special(kind, target, a, b) } else { Ok(value) }
        }
        message::SET => host.set(target, a, b).map(|()| JsValue::UNDEFINED),
        message::DELETE => host::delete(target, a).map(JsValue::from),
        message::KEYS => host::own_keys(target),
        message::PROTOTYPE => host::prototype_of(target),
        message::APPLY => host::apply(target, a, b),
        message::CONSTRUCT => host::construct(target, b),
        message::METHOD => {
            let function = host::get(target, a)?;
            host.prepare(a, b.unchecked_ref::<Array>());
            host::apply(&function, target, b)
        }
        _ => host.special(kind, target, a, b),
    }
}
