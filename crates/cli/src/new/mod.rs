//! `pyrite new`: a folder with a page that runs.

mod editors;
mod script;
mod templates;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use self::templates::Template;
use crate::staging::{self, Staging};
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Make a folder with a page that runs
///
/// The page is complete: look at it with `pyrite serve`, change it, and check it with `pyrite check`. With `--from`, the
/// page runs a script that you have, with the packages and files that it imports.
#[derive(Debug, Clone, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  pyrite new my-page
  pyrite new my-game --template game
  pyrite new --from analysis.py        makes the folder `analysis`

Exit codes: 0 made, 1 could not be made, 2 wrong usage."
)]
pub(crate) struct Options {
    /// The folder to make, and the page's title
    #[arg(required_unless_present = "from")]
    pub(crate) name: Option<PathBuf>,

    /// What to begin with
    #[arg(short, long, default_value = "hello", conflicts_with = "from")]
    pub(crate) template: Template,

    /// A Python script to make a page of
    #[arg(long, value_name = "SCRIPT")]
    pub(crate) from: Option<PathBuf>,
}

/// A file to write, relative to the new folder.
pub(crate) type NewFile = (String, Vec<u8>);

/// Makes it.
pub(crate) fn run(options: &Options, terminal: Terminal) -> Result<(), Stop> {
    let stem = || options.from.as_deref().and_then(Path::file_stem).map(PathBuf::from);
    let Some(target) = options.name.clone().or_else(stem) else {
        return Err(Stop::new("The new folder has no name.").hint("pyrite new my-page"));
    };
    let Some(name) = target.file_name().and_then(|name| name.to_str()) else {
        return Err(Stop::new(format!("`{}` is no name for a folder.", target.display())).hint("pyrite new my-page"));
    };
    if fs::symlink_metadata(&target).is_ok() {
        return Err(exists(&target));
    }
    let mut files = match &options.from {
        Some(from) => script::files(from, name, terminal)?,
        None => options.template.files(name),
    };
    files.extend(editors::files(name));
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(&target),
        io::ErrorKind::PermissionDenied => {
            Stop::new(format!("`{}` may not be made by this user.", target.display())).hint("choose another place.")
        }
        _ => Stop::new(format!("`{}` cannot be made: {error}.", target.display())).hint("nothing is left of it."),
    };
    let staging = Staging::begin(&target).map_err(failed)?;
    for (path, content) in &files {
        terminal.detail(&format!("Writing {}", target.join(path).display()));
        staging::add(staging.path(), path, content).map_err(failed)?;
    }
    staging.create().map_err(failed)?;
    let shown = target.display();
    terminal.say(&format!("Made {shown}. Look at it: pyrite serve {shown} --open"));
    Ok(())
}

fn exists(target: &Path) -> Stop {
    Stop::new(format!("`{}` is there already.", target.display())).hint("choose another name; nothing was changed.")
}

/// Text for HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
