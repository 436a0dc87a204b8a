//! Waiting for what the browser promises: the least executor that this takes. That of wasm-bindgen can do more, and is a
//! tenth of the runtime.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::task::Wake;
use core::cell::{Cell, RefCell};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::bindings::settled;

/// What runs until it waits, and goes on when that is over.
struct Task(RefCell<Pin<Box<dyn Future<Output = ()>>>>);

// SAFETY: the module is built without threads, so nothing is ever shared between two.
unsafe impl Send for Task {}
// SAFETY: as above.
unsafe impl Sync for Task {}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let waker = Waker::from(self.clone());
        // Only the browser wakes, never what runs; so it is not running now. What has ended does not wait again.
        let _ = self.0.borrow_mut().as_mut().poll(&mut Context::from_waker(&waker));
    }
}

/// Runs something, soon.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    let soon = async {
        wait(JsValue::UNDEFINED.unchecked_into()).await;
        future.await;
    };
    Arc::new(Task(RefCell::new(Box::pin(soon)))).wake();
}

/// Waits for a promise; gives `undefined` when it is rejected.
pub(crate) fn wait(promise: Promise) -> impl Future<Output = JsValue> {
    let value = Rc::new(Cell::new(None));
    let mut promise = Some(promise);
    core::future::poll_fn(move |context| {
        if let Some(promise) = promise.take() {
            let (value, waker) = (value.clone(), context.waker().clone());
            let tell = Closure::once_into_js(move |is: JsValue| {
                value.set(Some(is));
                waker.wake();
            });
            settled(&promise, &tell);
        }
        value.take().map_or(Poll::Pending, Poll::Ready)
    })
}
