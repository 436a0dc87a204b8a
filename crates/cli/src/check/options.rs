//! The options of `pyrite check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pyrite_check::Host;

/// Find the faults of pages before a browser does
///
/// Reads the HTML, the configuration and the Python of every page in a folder, and says what will not work: where, why,
/// and what to do. Nothing is run, and without `--packages` nothing is fetched.
#[derive(Debug, Clone, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  pyrite check                       the current folder
  pyrite check site --fix            mend what can be mended safely
  pyrite check --format github       for a pull request
  pyrite check --packages            also what only a package index knows
  pyrite check --explain PY5005      what a code means

Exit codes: 0 nothing wrong, 1 errors or warnings, 2 could not check, or wrong usage."
)]
pub(crate) struct Options {
    /// Folder with pages, or one HTML page
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) path: PathBuf,

    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// Make the changes that cannot do harm
    #[arg(long)]
    pub(crate) fix: bool,

    /// Also ask the package indexes: is there a wheel for each package, and do they fit together?
    #[arg(long)]
    pub(crate) packages: bool,

    /// Where the site will stand: also look for what that host needs
    #[arg(long, value_name = "HOST", value_parser = host_parser())]
    pub(crate) target: Option<String>,

    /// Say what a code means, and check nothing
    #[arg(long, value_name = "CODE", conflicts_with_all = ["fix", "format", "target", "packages"])]
    pub(crate) explain: Option<String>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // Not documented each: the help then has them on one line.
    Text,
    Json,
    Github,
    Sarif,
}

fn host_parser() -> clap::builder::PossibleValuesParser {
    Host::ALL.map(Host::as_str).into()
}

impl Options {
    /// What the rules want to know.
    pub(crate) fn for_check(&self) -> pyrite_check::Options {
        let host = self.target.as_deref().and_then(|name| Host::ALL.into_iter().find(|host| host.as_str() == name));
        pyrite_check::Options { host }
    }
}
