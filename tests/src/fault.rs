//! Things that go wrong on the way between a server and a page.

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
}
