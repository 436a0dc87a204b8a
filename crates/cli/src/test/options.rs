//! The options of `pyrite test`, and what `pyproject.toml` says in their place.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::stop::Stop;

/// Run the tests of pages in a real browser
///
/// Finds test_*.py, and runs every function test_… in it, in each place that is asked for: Pyodide or MicroPython, on the
/// page or in a worker. The browser is the one of this machine, driven by chromedriver or geckodriver. Tests get fixtures
/// as with pytest; `page` is a page to work with.
#[derive(Debug, Clone, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  pyrite test                          the current folder, where its pages run their Python
  pyrite test site --on py,mpy-worker  in these places
  pyrite test -k \"cart and not slow\"   the tests whose names fit
  pyrite test -x --junit report.xml    up to the first failure, with a report

[tool.pyrite.test] of pyproject.toml may have on, browser, browser-args, config and timeout.

Exit codes: 0 all passed, 1 some failed, 2 interrupted or a file cannot be imported,
3 the browser failed, 4 wrong usage, 5 no tests."
)]
pub(crate) struct Options {
    /// Folder with pages and tests
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) path: PathBuf,

    /// Where to run them [default: where the folder's pages run their Python]
    #[arg(long, value_name = "PLACE", value_delimiter = ',')]
    pub(crate) on: Vec<Place>,

    /// Only tests whose names fit: parts of them, with and, or, not and parentheses
    #[arg(short = 'k', value_name = "EXPRESSION")]
    pub(crate) names: Option<String>,

    /// Stop at the first failure
    #[arg(short = 'x', long)]
    pub(crate) exitfirst: bool,

    /// Write a report that continuous integration understands
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// Say which tests there are, and run none
    #[arg(long, visible_alias = "co")]
    pub(crate) collect_only: bool,

    /// Browser to use [default: the first that is there with its driver]
    #[arg(long, value_name = "BROWSER")]
    pub(crate) browser: Option<Kind>,

    /// Another argument for the browser
    #[arg(long, value_name = "ARGUMENT", allow_hyphen_values = true)]
    pub(crate) browser_arg: Vec<String>,

    /// Show the browser while it works
    #[arg(long)]
    pub(crate) headed: bool,

    /// Configuration of the interpreter [default: pyscript.toml or pyscript.json, if there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<String>,

    /// How long one test may take [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,

    /// Where pictures of failures go [default: .pyrite/failures in DIR]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) screenshots: Option<PathBuf>,

    /// Take no pictures
    #[arg(long, conflicts_with = "screenshots")]
    pub(crate) no_screenshots: bool,

    /// Leave out the cross-origin isolation headers (COOP, COEP, CORP)
    #[arg(long)]
    pub(crate) no_isolation: bool,
}

/// Where tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Place {
    // Not documented each: the help then has them on one line.
    Py,
    Mpy,
    PyWorker,
    MpyWorker,
}

impl Place {
    pub(crate) fn of(language: pyrite_core::Language, worker: bool) -> Self {
        match (language, worker) {
            (pyrite_core::Language::Pyodide, false) => Self::Py,
            (pyrite_core::Language::Pyodide, true) => Self::PyWorker,
            (pyrite_core::Language::MicroPython, false) => Self::Mpy,
            (pyrite_core::Language::MicroPython, true) => Self::MpyWorker,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Py => "py",
            Self::Mpy => "mpy",
            Self::PyWorker => "py-worker",
            Self::MpyWorker => "mpy-worker",
        }
    }

    /// The attributes of its script.
    pub(crate) fn attributes(self) -> &'static str {
        match self {
            Self::Py => "type=\"py\"",
            Self::Mpy => "type=\"mpy\"",
            Self::PyWorker => "type=\"py\" worker",
            Self::MpyWorker => "type=\"mpy\" worker",
        }
    }
}

/// A browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Chromium,
    Chrome,
    Firefox,
}

/// What counts in the end: options before `pyproject.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) on: Vec<Place>,
    pub(crate) browser: Option<Kind>,
    pub(crate) browser_args: Vec<String>,
    pub(crate) config: Option<String>,
    pub(crate) timeout: Duration,
}

/// `[tool.pyrite.test]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Table {
    on: Vec<Place>,
    browser: Option<Kind>,
    browser_args: Vec<String>,
    config: Option<String>,
    timeout: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Project {
    tool: Tool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tool {
    pyrite: Pyrite,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pyrite {
    test: Table,
}

impl Table {
    /// What a folder's `pyproject.toml` says.
    fn read(folder: &Path) -> Result<Self, Stop> {
        let path = folder.join("pyproject.toml");
        match fs::read_to_string(&path) {
            Ok(text) => {
                let project = toml::from_str::<Project>(&text).map_err(|error| {
                    let line = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
                    let line = line.matches('\n').count() + 1;
                    let message = error.message().lines().collect::<Vec<_>>().join("; ");
                    Stop::new(format!("`{}`, line {line}: {message}.", path.display()))
                        .hint("[tool.pyrite.test] may have on, browser, browser-args, config and timeout.")
                })?;
                Ok(project.tool.pyrite.test)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Stop::new(format!("`{}` cannot be read: {error}.", path.display()))),
        }
    }
}

/// The browser that a folder's `pyproject.toml` names, and its arguments: for other commands that need one.
pub(crate) fn browser_of(folder: &Path) -> Result<(Option<Kind>, Vec<String>), Stop> {
    let table = Table::read(folder)?;
    Ok((table.browser, table.browser_args))
}

impl Settings {
    /// Of a folder and the command line.
    pub(crate) fn read(folder: &Path, options: &Options) -> Result<Self, Stop> {
        let table = Table::read(folder)?;
        let config = options.config.clone().or(table.config);
        if let Some(config) = &config
            && !folder.join(config).is_file()
        {
            return Err(Stop::new(format!("There is no configuration `{config}` in `{}`.", folder.display()))
                .hint("name it as it is called from the folder: --config pyscript.toml"));
        }
        let usual = || ["pyscript.toml", "pyscript.json"].into_iter().find(|name| folder.join(name).is_file());
        Ok(Self {
            on: if options.on.is_empty() { table.on } else { options.on.clone() },
            browser: options.browser.or(table.browser),
            browser_args: table.browser_args.iter().chain(&options.browser_arg).cloned().collect(),
            config: config.or_else(|| usual().map(str::to_owned)),
            timeout: Duration::from_secs(options.timeout.or(table.timeout).unwrap_or(60).max(1)),
        })
    }
}
