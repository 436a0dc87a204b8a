//! Installing packages: what MicroPython's package manager fetches, and why a package cannot be had.
//!
//! What an entry of `packages` means is [`crate::config::packages`]'s to say. Pyodide's own package manager, micropip,
//! resolves for itself; what is decided here is what to tell when it gives up.

pub mod explain;
pub mod index;
pub mod mip;
pub mod version;
