//! Parts of the runtime that only some pages need, each a WebAssembly module of its own that imports nothing.
//!
//! | module | what it does | see |
//! | --- | --- | --- |
//! | `part-config.wasm` | chooses, reads and plans a configuration in either notation | [`config`] |
//! | `part-config-json.wasm` | the same for pages without TOML | [`config`] |
//! | `part-toml.wasm` | turns TOML into JSON | [`toml`] |
//! | `part-packages.wasm` | what mip fetches, and why a package cannot be had | [`packages`] |
//! | `part-errors.wasm` | finds the words and the place for a failure | [`errors`] |
//! | `part-archive.wasm` | lists archives and checks what was unpacked; takes bytes too | [`archive`] |
//!
//! The interface is the same for all: write a request to `alloc(length)`, call `run` with that address and length, and
//! read the answer at the address that it returns: four bytes of length, little-endian, then as many bytes of UTF-8. The
//! answer stays until the next call of `alloc`.
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
//!
//! On a machine, the same modules are programs that answer what they read: `echo 'a = 1' | cargo run --bin part-toml`.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

pub mod archive;
pub mod config;
pub mod errors;
#[cfg(target_arch = "wasm32")]
pub mod machine;
pub mod packages;
pub mod toml;

use alloc::string::String;

/// Makes a program a part: a function from the bytes of a request to the answer.
#[macro_export]
macro_rules! part {
    ($answer:expr) => {
        /// Begins a request, with room for this many bytes. The last answer is gone.
        #[cfg(target_arch = "wasm32")]
        #[unsafe(no_mangle)]
        extern "C" fn alloc(length: usize) -> *mut u8 {
            $crate::machine::begin(length)
        }

        /// Answers the request at an address.
        ///
        /// # Safety
        /// Address and length have to be those of the last call of `alloc`.
        #[cfg(target_arch = "wasm32")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn run(at: *const u8, length: usize) -> *const u8 {
            // SAFETY: the caller says where `alloc` made room, and has filled it.
            $crate::machine::answered($answer(unsafe { core::slice::from_raw_parts(at, length) }))
        }

        #[cfg(not(target_arch = "wasm32"))]
        fn main() -> std::io::Result<()> {
            let mut request = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut request)?;
            println!("{}", $answer(&request));
            Ok(())
        }
    };
}

/// Answers a request that is text.
#[must_use]
pub fn text(request: &[u8], answer: fn(&str) -> String) -> String {
    match core::str::from_utf8(request) {
        Ok(text) => answer(text),
        Err(_) => "{\"error\":\"the request is not UTF-8\"}".into(),
    }
}
