//! `pyrite lock`: which wheels the pages need, decided once and written down with hashes.

mod candidates;
mod client;
pub(crate) mod file;
mod login;
mod metadata;
mod netrc;
mod pip;
mod places;
mod resolve;
mod settings;
pub(crate) mod store;
mod uv;
pub(crate) mod wanted;
mod wheel;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use self::client::Client;
use self::places::Places;
use self::settings::Settings;
use self::wanted::{AllWanted, Wanted};
use crate::serve::root::Root;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Write down which wheels the pages need, with hashes
///
/// Takes `packages` of all Pyodide pages, the dependencies in pyproject.toml and requirements.txt, and finds the wheels
/// for all of them and what they need in turn: those of the interpreter's own list first, then those of an index,
/// compiled for Pyodide or of pure Python. `pyrite build` puts these wheels into its output.
///
/// Indexes, certificates, names and passwords are those of pip and uv on this machine: their variables such as
/// PIP_INDEX_URL and UV_DEFAULT_INDEX, uv.toml, pip.conf, .netrc, and `keyring` where it is configured.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  pyrite lock                        the current folder; writes `pyrite.lock`
  pyrite lock --find-links wheels    wheels of a folder count too
  pyrite lock --frozen               fails if `pyrite.lock` is not up to date; for CI

Exit codes: 0 locked, 1 could not lock (pyrite.lock is as it was), 2 wrong usage.")]
pub(crate) struct Options {
    /// Folder of pages
    #[arg(value_name = "DIR", default_value = ".")]
    path: PathBuf,

    /// Index to look in, instead of the configured ones
    #[arg(long, value_name = "URL")]
    index_url: Vec<String>,

    /// Folder, or page of links, with wheels
    #[arg(long, value_name = "PLACE")]
    find_links: Vec<String>,

    /// Ask no network: only folders and what was downloaded before
    #[arg(long)]
    offline: bool,

    /// Change nothing; fail if pyrite.lock is missing or not of these pages, or a wheel on this machine is another one
    #[arg(long, conflicts_with_all = ["index_url", "find_links"])]
    frozen: bool,
}

/// Who asks for the wheels of a lock file.
pub(crate) fn client(root: &Root, wanted: &AllWanted) -> Result<Client, Stop> {
    let settings = Settings::find(&root.folder)?;
    Ok(Client::new(&settings, places::known(wanted, &settings), false))
}

/// Says of each package that is asked for why it cannot be had, if it cannot; last, with nobody's name, why they cannot be
/// had together. Writes nothing.
pub(crate) fn try_each(root: &Root, terminal: Terminal) -> Result<Vec<(Option<Wanted>, Stop)>, Stop> {
    let wanted = wanted::of_folder(root, terminal)?;
    let settings = Settings::find(&root.folder)?;
    let places = Places::find(Places::default(), &wanted, &settings)?;
    let client = Client::new(&settings, places.all(), false);
    let _progress = terminal.progress("Looking for packages", None);
    let mut problems = Vec::new();
    for package in &wanted.packages {
        let alone = AllWanted { packages: vec![package.clone()], ..AllWanted::default() };
        if let Err(stop) = resolve::resolve(&alone, &places, &client, terminal) {
            problems.push((Some(package.clone()), stop));
        }
    }
    if problems.is_empty()
        && let Err(stop) = resolve::resolve(&wanted, &places, &client, terminal)
    {
        problems.push((None, stop));
    }
    Ok(problems)
}

/// Locks.
pub(crate) fn run(options: &Options, terminal: Terminal) -> Result<ExitCode, Stop> {
    let root = Root::open(&options.path).map_err(Stop::from)?;
    let wanted = wanted::of_folder(&root, terminal)?;
    let path = root.folder.join(file::NAME);
    if options.frozen {
        let lock = file::read(&path)?
            .ok_or_else(|| Stop::new(format!("There is no `{}`.", path.display())).hint("write it: pyrite lock"))?;
        lock.check(&wanted)?;
        lock.verify()?;
        terminal.say(&format!("{} is up to date", file::NAME));
        return Ok(ExitCode::SUCCESS);
    }
    let named = Places { indexes: options.index_url.clone(), links: options.find_links.clone(), ..Places::default() };
    let settings = Settings::find(&root.folder)?;
    let places = Places::find(named, &wanted, &settings)?;
    let client = Client::new(&settings, places.all(), options.offline);
    let progress = terminal.progress("Looking for packages", None);
    let lock = resolve::resolve(&wanted, &places, &client, terminal)?;
    drop(progress);
    let text = lock.text();
    crate::staging::write(&path, text.as_bytes()).map_err(|error| crate::build::failed(&path, &error))?;
    let count = lock.packages.len();
    terminal.say(&format!("Locked {count} package{} in {}", if count == 1 { "" } else { "s" }, path.display()));
    Ok(ExitCode::SUCCESS)
}
