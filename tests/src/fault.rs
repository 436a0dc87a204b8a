//! Things that go wrong on the way between a server and a page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What happens to requests for one address.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An answer with this status.
    Status(u16),
    /// A good answer with this type and these bytes, instead of the file's own.
    Body(&'static str, Vec<u8>),
    /// The connection ends after the head and half of what was promised.
    HangUp,
    /// The connection ends without an answer.
    Refuse,
    /// The real answer, but only after this long.
    Late(Duration),
    /// Another fault, so many times; then all goes well. See [`Fault::times`].
    Times(Arc<AtomicUsize>, Box<Fault>),
}

impl Fault {
    /// This fault for the first `count` requests only.
    #[must_use]
    pub fn times(self, count: usize) -> Self {
        Self::Times(Arc::new(AtomicUsize::new(count)), Box::new(self))
    }

    /// What happens to the next request; nothing when the fault is over.
    pub(crate) fn next(&self) -> Option<&Self> {
        match self {
            Self::Times(left, fault) => left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                .ok()
                .and_then(|_| fault.next()),
            fault => Some(fault),
        }
    }
}
