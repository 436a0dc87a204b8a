//! `cargo xtask ready`.
use anyhow::Result;

pub(crate) fn run() -> Result<()> {
    crate::dist::build()
}
