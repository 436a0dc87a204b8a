//! The language that a worker and its page speak, as far as it needs neither: bytes, counts, and who waits for whom.
//!
//! `docs/protocol.md` describes it message by message.

pub mod counts;
pub mod decode;
pub mod message;
pub mod waits;
pub mod wire;

pub use decode::{Builder, decode};
pub use wire::{Malformed, Reader, Tag, Writer};
