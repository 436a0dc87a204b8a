//! `pyrite test`: runs tests that are written in Python, in a real browser.

pub(crate) mod browser;
mod collect;
mod junit;
pub(crate) mod options;
mod outcome;
mod screen;
mod select;
mod session;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use pyrite_check::testing;

use self::browser::Start;
use self::collect::Collected;
pub(crate) use self::options::Options;
use self::options::{Place, Settings};
use self::outcome::Result as Ended;
use self::screen::Screen;
use self::select::Selection;
use self::session::{Run, Session};
use crate::check::folder::Folder;
use crate::serve;
use crate::serve::guest::{Given, Guest};
use crate::serve::root::Root;
use crate::stop::Stop;
use crate::terminal::Terminal;

// The exit codes of pytest.
const FAILED: u8 = 1;
const INTERRUPTED: u8 = 2;
const INTERNAL: u8 = 3;
pub(crate) const USAGE: u8 = 4;
const NONE: u8 = 5;

/// The page that tests run on. Addresses of tests are relative to the folder, so it stands there.
const PAGE: &str = "/pyrite-test.html";
const PLAN: &str = "/_pyrite/test/plan.json";
const SCRIPT: &str = "/_pyrite/test/page.js";
/// What each page gets.
const TAG: &str = "<script src=\"/_pyrite/test/page.js\"></script>";

/// Finds and runs them.
pub(crate) fn run(options: &Options, terminal: Terminal) -> Result<ExitCode, Stop> {
    let usage = |stop: Stop| stop.code(USAGE);
    let root = Root::open(&options.path).map_err(|failure| usage(failure.into()))?;
    let settings = Settings::read(&root.folder, options).map_err(usage)?;
    let selection = match &options.names {
        Some(text) => Some(Selection::parse(text).map_err(|why| {
            usage(Stop::new(format!("`-k {text}` is no expression: {why}.")).hint("such as -k \"cart and not slow\""))
        })?),
        None => None,
    };
    let collected = Collected::find(&root, selection.as_ref()).map_err(usage)?;
    if collected.is_empty() {
        let stop = match collected.left_out {
            0 => Stop::new(format!("There are no tests in `{}`.", root.shown))
                .hint("write functions test_… into a file test_….py"),
            count => {
                Stop::new(format!("None of {count} tests fits `-k`.")).hint("pyrite test --collect-only lists them.")
            }
        };
        return Err(stop.code(NONE));
    }
    let places = places(&settings, &root)?;
    if options.collect_only {
        collected.tests.iter().for_each(|test| terminal.print(&format!("{}\n", test.name())));
        let places: Vec<&str> = places.iter().map(|place| place.name()).collect();
        terminal.say(&format!("{} in {}", counted(collected.tests.len(), "test"), places.join(", ")));
        return Ok(ExitCode::SUCCESS);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let start = Start {
        found: browser::find(settings.browser, &path).map_err(usage)?,
        headed: options.headed,
        arguments: settings.browser_args.clone(),
        bound: false,
    };
    let executor = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Stop::new(format!("Cannot start: {error}.")).code(INTERNAL))?;
    let begun = Instant::now();
    let mut run = Run { browser: None, outcomes: Vec::new(), screen: Screen::new(terminal) };
    let failed = |error: std::io::Error| Stop::new(format!("Cannot start: {error}.")).code(INTERNAL);
    let ended = executor.block_on(async {
        let stop = serve::stop_signal().map_err(failed)?;
        let guest = Arc::new(Guest::new(TAG));
        let text = include_str!("page.js").to_owned();
        guest.give(SCRIPT, Given { media_type: "text/javascript; charset=utf-8", text });
        let session = Session {
            terminal,
            collected: &collected,
            guest: &guest,
            origin: serve::beside(root.folder.clone(), Arc::clone(&guest), !options.no_isolation)
                .map_err(|failure| Stop::from(failure).code(INTERNAL))?,
            start,
            config: settings.config.clone(),
            timeout: settings.timeout,
            stop_at_failure: options.exitfirst,
            pictures: pictures(options),
        };
        let ended = tokio::select! {
            ended = session.run(&places, &mut run) => ended,
            () = stop => Err(Stop::new("Interrupted.").code(INTERRUPTED)),
        };
        if let Some(browser) = run.browser.take() {
            browser.close().await;
        }
        ended
    });
    executor.shutdown_background();
    let Run { outcomes, mut screen, .. } = run;
    if let Some(path) = &options.junit {
        crate::staging::write(path, junit::render(&outcomes).as_bytes())
            .map_err(|error| crate::build::failed(path, &error).code(INTERNAL))?;
    }
    screen.finish(&outcomes, collected.left_out * places.len(), begun.elapsed());
    ended?;
    let failed: Vec<_> = outcomes.iter().filter(|one| one.result == Ended::Failed).collect();
    Ok(match failed.as_slice() {
        [] => ExitCode::SUCCESS,
        // Nobody knows which tests a file has that cannot be imported.
        failed if failed.iter().any(|one| one.name.is_empty()) => ExitCode::from(INTERRUPTED),
        _ => ExitCode::from(FAILED),
    })
}

/// Where they run: as asked for, or where the pages of the folder run their Python.
fn places(settings: &Settings, root: &Root) -> Result<Vec<Place>, Stop> {
    let mut places = settings.on.clone();
    if places.is_empty() {
        let folder = Folder::open(&root.folder).map_err(|stop| stop.code(USAGE))?;
        places = testing::places(&folder).into_iter().map(|(language, worker)| Place::of(language, worker)).collect();
    }
    if places.is_empty() {
        places.push(Place::Py);
    }
    let mut once = Vec::new();
    places.into_iter().for_each(|place| {
        if !once.contains(&place) {
            once.push(place)
        }
    });
    Ok(once)
}

/// Where pictures go.
fn pictures(options: &Options) -> Option<PathBuf> {
    let usual = || options.path.join(".pyrite/failures");
    (!options.no_screenshots).then(|| options.screenshots.clone().unwrap_or_else(usual))
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
