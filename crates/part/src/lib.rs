//! Parts of the runtime that only some pages need, each a WebAssembly module of its own that imports nothing.
//!
//! | features | what `run` does | see |
//! | --- | --- | --- |
//! | `config`, `toml` | chooses, reads and plans a configuration in either notation | [`config`] |
//! | `config` | the same without TOML | [`config`] |
//! | `toml` | turns TOML into JSON | [`toml`] |
//!
//! The interface is the same for all: write UTF-8 to `alloc(length)`, call `run` with that address and length, and read
//! the answer at the address that it returns: four bytes of length, little-endian, then as many bytes of UTF-8. The
//! answer stays until the next call.
//!
//! ```js
//! const { exports } = await WebAssembly.instantiate(module);
//! const input = new TextEncoder().encode(text);
//! const at = exports.alloc(input.length);
//! new Uint8Array(exports.memory.buffer, at, input.length).set(input);
//! const answer = exports.run(at, input.length);
//! const length = new DataView(exports.memory.buffer).getUint32(answer, true);
//! JSON.parse(new TextDecoder().decode(new Uint8Array(exports.memory.buffer, answer + 4, length)));
//! ```
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

pub mod config;
#[cfg(target_arch = "wasm32")]
mod machine;
pub mod toml;

use alloc::string::String;

/// What this part does with a text.
#[must_use]
pub fn answer(text: &str) -> String {
    if cfg!(feature = "config") {
        config::answer(text)
    } else if cfg!(feature = "toml") {
        toml::answer(text)
    } else {
        "{\"error\":\"this part was built without a feature\"}".into()
    }
}
