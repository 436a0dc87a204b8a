//! Requests, with their failures told apart.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::Uint8Array;
use pyrite_core::fetch::Failure;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, RequestMode, Response};

use crate::bindings;
use crate::report::words;

/// The bytes at an address.
pub(crate) async fn bytes(url: &str, init: &RequestInit) -> Result<Vec<u8>, Failure> {
    let network = |error: JsValue| Failure::Network(words(&error));
    let response = JsFuture::from(bindings::fetch(url, init)).await.map_err(network)?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(Failure::Status { status: response.status(), text: response.status_text() });
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(network)?).await.map_err(network)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The text at an address, which has to be UTF-8.
pub(crate) async fn text(url: &str) -> Result<String, Failure> {
    let mut bytes = bytes(url, &RequestInit::new()).await?;
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| Failure::Encoding(error.utf8_error().valid_up_to()))
}

/// The text of the page itself at `address`, if the browser still has it: it is never requested a second time, because
/// a page may do things when it is asked for.
pub(crate) async fn page_text(address: &str) -> Option<String> {
    let init = RequestInit::new();
    init.set_cache(RequestCache::OnlyIfCached);
    init.set_mode(RequestMode::SameOrigin);
    let bytes = bytes(address.split('#').next()?, &init).await.ok()?;
    String::from_utf8(bytes).ok()
}
