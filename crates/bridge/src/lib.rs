//! One end of the bridge between a worker and its page: the same code on both, a [`Peer`] each.
//!
//! Bytes and counts are `pyrite_core::bridge`'s; here they meet JavaScript's values. How messages travel, and what a
//! proxy is, is `web/bridge.ts`'s. `docs/protocol.md` describes the messages.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod describe;
mod encode;
mod host;
mod kind;
mod make;
mod peer;
mod serve;
mod waits;

#[cfg(target_arch = "wasm32")]
mod machine {
    #[global_allocator]
    static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        wasm_bindgen::throw_str("the bridge between worker and page met an internal error; please report it")
    }
}
