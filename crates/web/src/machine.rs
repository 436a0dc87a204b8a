//! The runtime's memory, and its end.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr::null_mut;

const PAGE: usize = 64 * 1024;

/// Blocks are 16 bytes long, 32, 64 and so on, and each length has a list of those that were given back. A page's texts
/// and closures come and go in few lengths, so little is lost, and an allocator that joins neighbours would be several
/// times the code.
struct Heap {
    /// The first free block of each length; it begins with the address of the next.
    free: [Cell<*mut u8>; CLASSES],
    /// Where memory begins that was never handed out; zero before the first block.
    next: Cell<usize>,
}

/// Lengths up to what an address can name.
const CLASSES: usize = 32;

// SAFETY: the module is built without threads, so nothing is ever shared between two.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap { free: [const { Cell::new(null_mut()) }; CLASSES], next: Cell::new(0) };

unsafe extern "C" {
    /// Where the linker lets the heap begin.
    static __heap_base: u8;
}

/// Which length a layout needs: 16 bytes shifted by this.
fn class(layout: Layout) -> usize {
    let size = layout.size().max(layout.align()).max(16);
    ((size - 1).ilog2() as usize - 3) % CLASSES
}

impl Heap {
    /// A new block.
    fn grow(&self, class: usize) -> *mut u8 {
        let next = self.next.get();
        let start = if next == 0 { (&raw const __heap_base as usize).next_multiple_of(16) } else { next };
        let Some(end) = 16_usize.checked_shl(class as u32).and_then(|size| start.checked_add(size)) else {
            return null_mut();
        };
        let missing = end.saturating_sub(memory_size(0) * PAGE);
        if missing > 0 && memory_grow(0, missing.div_ceil(PAGE)) == usize::MAX {
            return null_mut();
        }
        self.next.set(end);
        start as *mut u8
    }
}

// SAFETY: a block is handed out once until it is given back, is as long as its class says, and blocks never overlap.
// All begin at multiples of 16, which is as much as any value here is aligned to.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let class = class(layout);
        let first = self.free[class].get();
        if first.is_null() {
            return self.grow(class);
        }
        // SAFETY: a block in a list begins with the address of the next one, or null.
        self.free[class].set(unsafe { first.cast::<*mut u8>().read() });
        first
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let list = &self.free[class(layout)];
        // SAFETY: the block is the heap's again, and at least 16 bytes long.
        unsafe { block.cast::<*mut u8>().write(list.get()) };
        list.set(block);
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    wasm_bindgen::throw_str("Pyrite met an internal error and stopped; please report it")
}
