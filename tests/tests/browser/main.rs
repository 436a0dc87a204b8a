//! What a page with Python in it does, in a real browser with the real server, one sentence per test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod harness;
