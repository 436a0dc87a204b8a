//! `cargo xtask test`.
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// Only browser tests whose name contains this.
    pub(crate) filter: Option<String>,
}

pub(crate) fn run(_options: &Options) -> Result<()> {
    crate::dist::build()
}
