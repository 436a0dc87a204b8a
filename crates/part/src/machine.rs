//! A part's memory, and how answers lie in it.

use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::cell::Cell;

const PAGE: usize = 64 * 1024;

/// Hands out memory and takes none back: between two requests all of it is free at once. A part answers a handful of
/// requests, and an allocator that can do more, with all the code that gives memory back, would be a fifth of its bytes.
struct Heap {
    /// The first free address; zero before the first request.
    next: Cell<usize>,
}

// SAFETY: the module is built without threads, so nothing is ever shared between two.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap { next: Cell::new(0) };

unsafe extern "C" {
    /// Where the linker lets the heap begin.
    static __heap_base: u8;
}

impl Heap {
    fn reserve(&self, layout: Layout) -> *mut u8 {
        let start = self.next.get().next_multiple_of(layout.align());
        let end = start.saturating_add(layout.size());
        let missing = end.saturating_sub(memory_size(0) * PAGE);
        if missing > 0 && memory_grow(0, missing.div_ceil(PAGE)) == usize::MAX {
            return core::ptr::null_mut();
        }
        self.next.set(end);
        start as *mut u8
    }
}

// SAFETY: every block lies behind all others that were handed out since the heap was emptied, inside the memory.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.reserve(layout)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // The host sees a trap; there is nobody to read a message.
    unreachable()
}

/// Begins a request, with room for this many bytes. The last answer is gone.
pub fn begin(length: usize) -> *mut u8 {
    HEAP.next.set(&raw const __heap_base as usize);
    Vec::with_capacity(length).leak().as_mut_ptr()
}

/// Puts an answer where the host finds it.
#[must_use]
pub fn answered(answer: String) -> *const u8 {
    let mut out = Vec::with_capacity(answer.len() + 4);
    out.extend_from_slice(&u32::try_from(answer.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(answer.as_bytes());
    out.leak().as_ptr()
}
