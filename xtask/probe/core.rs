//! Links nothing but the core: what it needs from its host becomes an import that the check can see.
#![no_std]
#![no_main]

use core::alloc::{GlobalAlloc, Layout};

struct NoMemory;

// SAFETY: a null pointer says that there is no memory; nothing here is ever run.
unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NO_MEMORY: NoMemory = NoMemory;

#[panic_handler]
fn stop(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Links `alloc`, which the core's objects refer to.
#[unsafe(no_mangle)]
pub extern "C" fn keep() {
    extern crate alloc;
    core::hint::black_box(alloc::vec::Vec::<u8>::with_capacity(core::hint::black_box(1)));
}

/// What the check has to find; compiled only to see that it does.
#[cfg(impure)]
#[unsafe(no_mangle)]
pub extern "C" fn ask_the_host() {
    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        fn clock() -> f64;
    }
    // SAFETY: nothing here is ever run.
    core::hint::black_box(unsafe { clock() });
}
