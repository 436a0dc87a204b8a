//! `pyrite build`: a folder of pages that any host can serve, with all that they need inside.

pub(crate) mod address;
mod built;
pub(crate) mod encode;
mod files;
mod headers;
mod hints;
pub(crate) mod lock;
mod needs;
mod offline;
mod packages;
mod page;
mod precompile;
mod report;
mod scripts;
mod single;
mod small;
mod snapshot;
mod target;
pub(crate) mod walk;
mod weight;
mod workshop;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::serve::root::Root;
use crate::staging::Staging;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Write a folder that any host can serve, with the runtime inside
///
/// The folder holds the pages and their files, the interpreters and parts of the runtime that they use, and beside each
/// file its brotli and gzip form. Nothing is loaded from elsewhere, unless a page itself asks for it.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  pyrite build -o dist                       the current folder, into `dist`
  pyrite build site -o dist --offline        works without a network after the first visit
  pyrite build -o dist --target netlify      with the headers that the host sends
  pyrite build page.html --single-file -o page.out.html

Exit codes: 0 built, 1 could not build (what was in OUT before is still there), 2 wrong usage.")]
pub(crate) struct Options {
    /// Folder of pages, or one HTML page of it
    #[arg(value_name = "DIR", default_value = ".")]
    path: PathBuf,

    /// Where to write: a folder, or with --single-file a file
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,

    /// Path of the folder on its host, such as /docs/; addresses that begin with a slash are changed to it
    #[arg(long, value_name = "PATH", default_value = "/", value_parser = base)]
    base: String,

    /// Add a service worker: pages work without a network, and are isolated where they have workers
    #[arg(long)]
    offline: bool,

    /// Write one HTML page with everything inside, which also opens as a file
    #[arg(long, conflicts_with_all = ["offline", "target", "report", "base", "precompile", "snapshot"])]
    single_file: bool,

    /// Compile packages and Python files beforehand, in a browser of this machine
    #[arg(long)]
    precompile: bool,

    /// Keep Python's memory with packages and first imports done, made in a browser of this machine: pages start from it
    #[arg(long)]
    snapshot: bool,

    /// Write what this host needs
    #[arg(long, value_name = "HOST")]
    target: Vec<Target>,

    /// Write what the pages weigh as an HTML page [default file: .pyrite/report.html in OUT]
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    report: Option<Option<PathBuf>>,
}

/// A host that a build knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    Netlify,
    Cloudflare,
    GithubPages,
    Nginx,
    Caddy,
    Django,
    Flask,
}

/// The path of a site on its host: slashes at both ends.
fn base(text: &str) -> Result<String, String> {
    let inner = text.trim_matches('/');
    if inner.contains([' ', '"', '\'', '<', '>', '?', '#', '\\']) || inner.split('/').any(|part| part == "..") {
        return Err("a path such as /docs/".to_owned());
    }
    Ok(if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") })
}

/// The file by which a folder is known as one that a build wrote.
const MANIFEST: &str = ".pyrite/manifest.json";

/// Builds.
pub(crate) fn run(options: &Options, terminal: Terminal) -> Result<ExitCode, Stop> {
    let root = Root::open(&options.path).map_err(Stop::from)?;
    if options.single_file {
        single::build(&root, &options.output, terminal)?;
        return Ok(ExitCode::SUCCESS);
    }
    let output = &options.output;
    let _alone = lock::take(output)?;
    check_output(&root.folder, output)?;
    let site = walk::walk(&root, output, terminal)?;
    // That host sends no headers: only a service worker can isolate pages there.
    let offline = options.offline || options.target.contains(&Target::GithubPages);
    let options = &Options { offline, ..options.clone() };
    let built = files::build(&site, options, terminal)?;

    let staging = Staging::begin(output).map_err(|error| failed(output, &error))?;
    let progress = terminal.progress("Compressing files:", Some(built.outputs.len()));
    encode::write(staging.path(), &built.outputs)?;
    drop(progress);
    if let Some(report) = &options.report {
        let text = report::page(&built.weights);
        match report {
            Some(path) => crate::staging::write(path, text.as_bytes()).map_err(|error| failed(path, &error))?,
            None => encode::plain(staging.path(), ".pyrite/report.html", text.as_bytes())?,
        }
    }
    staging.replace().map_err(|error| failed(output, &error))?;
    terminal.say(&weight::table(&built.weights));
    for note in &built.notes {
        terminal.warn(note);
    }
    let count = site.pages().count();
    terminal.say(&format!("Built {count} page{} into {}", if count == 1 { "" } else { "s" }, output.display()));
    Ok(ExitCode::SUCCESS)
}

/// What is in the place of the output must be an earlier one.
fn check_output(folder: &Path, output: &Path) -> Result<(), Stop> {
    let shown = output.display();
    if let Ok(there) = output.canonicalize() {
        if folder.starts_with(&there) {
            return Err(Stop::new(format!("`{shown}` holds the pages themselves."))
                .hint("name another folder, which may be inside of this one: -o dist"));
        }
        if !there.is_dir() {
            return Err(Stop::new(format!("`{shown}` is not a folder."))
                .hint("name a folder, or use --single-file to write one page."));
        }
        let mut entries = std::fs::read_dir(&there).map_err(|error| failed(output, &error))?;
        if !there.join(MANIFEST).is_file() && entries.next().is_some() {
            return Err(Stop::new(format!("`{shown}` has files in it that `pyrite build` did not write."))
                .hint("name an empty or new folder; what is there would be lost."));
        }
    }
    Ok(())
}

/// A file that cannot be written or read.
pub(crate) fn failed(path: &Path, error: &std::io::Error) -> Stop {
    use std::io::ErrorKind;
    let stop = Stop::new(format!("`{}` cannot be written: {error}.", path.display()));
    match error.kind() {
        ErrorKind::PermissionDenied => stop.hint("look at the permissions of the folder that it is in."),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            stop.hint("make room on the disk; what was there before is still there.")
        }
        _ => stop,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    #[test]
    fn a_base_has_slashes_at_both_ends() {
        assert_eq!(base("").unwrap(), "/");
        assert_eq!(base("docs").unwrap(), "/docs/");
        assert_eq!(base("/a/b/").unwrap(), "/a/b/");
        assert!(base("/../x").is_err() && base("/a?b").is_err());
    }
}
