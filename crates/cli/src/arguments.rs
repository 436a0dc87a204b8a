//! The command line: what can be asked for, and its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::terminal::Terminal;
use crate::{build, check, completions, lock, man, new, test};

/// Said by `pyrite --version`.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (Pyodide ",
    env!("PYRITE_PYODIDE"),
    ", MicroPython ",
    env!("PYRITE_MICROPYTHON"),
    ")"
);

/// Python in the browser: the runtime and both interpreters in one command.
#[derive(Debug, Parser)]
#[command(name = "pyrite", version = VERSION, arg_required_else_help = true, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) terminal: Terminal,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What `pyrite` can do. Each command has a folder of its own, which holds its options too.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(new::Options),
    Serve(ServeOptions),
    Check(check::Options),
    Build(build::Options),
    Lock(lock::Options),
    Test(test::Options),
    Completions(completions::Options),
    Man(man::Options),
}

/// Serve a folder of pages, and bring them up to date when a file changes
///
/// The runtime and both Python interpreters are inside this command and are served under /_pyrite/, so no network is
/// needed. A page asks for them with two lines:
///
///   <link rel="stylesheet" href="/_pyrite/core.css">
///   <script type="module" src="/_pyrite/core.js"></script>
///
/// A page that names a released PyScript in these lines runs as it is: the runtime in this command takes its place.
#[derive(Debug, Clone, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  pyrite serve                  the current folder, at http://127.0.0.1:8000/
  pyrite serve site --open      the folder `site`, opened in the browser
  pyrite serve page.html        one page; files beside it can be loaded too
  pyrite serve --host 0.0.0.0   for other devices on this network

Ctrl-C stops the server. Exit codes: 0 stopped, 1 could not serve, 2 wrong usage."
)]
pub(crate) struct ServeOptions {
    /// Folder to serve, or one HTML page of it
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) path: PathBuf,

    /// Port to listen on; 0 takes any free one [default: 8000, or the next free one]
    #[arg(short, long, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    /// Address to listen on; 0.0.0.0 lets other devices in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: String,

    /// Open the page in the browser
    #[arg(short, long)]
    pub(crate) open: bool,

    /// Leave out the cross-origin isolation headers (COOP, COEP, CORP)
    #[arg(long)]
    pub(crate) no_isolation: bool,

    /// Serve pages that name a released PyScript unchanged
    #[arg(long)]
    pub(crate) no_rewrite: bool,

    /// Leave open pages alone when a file changes
    #[arg(long)]
    pub(crate) no_reload: bool,

    /// Answer as this host does, to see a built folder as its visitors will
    #[arg(long = "as", value_name = "HOST")]
    pub(crate) host_as: Option<crate::serve::host::As>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_version_names_both_interpreters() {
        assert!(VERSION.starts_with(env!("CARGO_PKG_VERSION")));
        assert!(VERSION.contains("(Pyodide ") && VERSION.contains(", MicroPython "), "{VERSION}");
    }
}
