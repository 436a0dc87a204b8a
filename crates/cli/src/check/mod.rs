//! `pyrite check`: finds the faults of pages before a browser does.

mod explain;
pub(crate) mod folder;
mod github;
mod json;
mod options;
mod packages;
mod sarif;
mod screen;

use std::io::Read as _;
use std::process::ExitCode;

use pyrite_check::{Distribution, File, Finding, Level, Project as _, apply, check, position};

use self::folder::Folder;
use self::options::Format;
pub(crate) use self::options::Options;
use crate::stop::Stop;
use crate::terminal::Terminal;
use crate::{embedded, staging};

/// The exit code of findings.
const FOUND: u8 = 1;
/// The exit code of a check that could not be done.
const IMPOSSIBLE: u8 = 2;

/// Checks, mends what may be mended, and prints what is left.
pub(crate) fn run(options: &Options, terminal: Terminal) -> Result<ExitCode, Stop> {
    if let Some(code) = &options.explain {
        terminal.print(&explain::section(code).map_err(|stop| stop.code(IMPOSSIBLE))?);
        return Ok(ExitCode::SUCCESS);
    }
    let folder = Folder::open(&options.path).map_err(|stop| stop.code(IMPOSSIBLE))?;
    let pages = folder.pages();
    if pages.is_empty() && folder.problems().is_empty() {
        return Err(Stop::new(format!("There is no HTML page in `{}`.", options.path.display()))
            .hint("name the folder that holds your pages: pyrite check my-site")
            .code(IMPOSSIBLE));
    }
    pages.iter().for_each(|page| terminal.detail(&format!("Checking {}", folder.shown(page))));
    let distribution = distribution()?;
    let look = || {
        let mut findings: Vec<Finding> = folder
            .problems()
            .iter()
            .map(|problem| Finding::unreadable_folder(&problem.path, &problem.reason))
            .collect();
        findings.extend(looked(&folder, &distribution, options.for_check()));
        findings
    };
    let mut findings = look();
    if options.fix {
        mend(&folder, &findings, terminal)?;
        findings = look();
    }
    if options.packages {
        findings.extend(packages::findings(&folder, options, terminal)?);
    }
    let found: Vec<Shown> = findings.into_iter().map(|finding| Shown::of(&folder, finding)).collect();
    match options.format {
        Format::Text => screen::print(&found, terminal),
        Format::Json => terminal.print(&json::render(&found)),
        Format::Github => terminal.print(&github::render(&found)),
        Format::Sarif => terminal.print(&sarif::render(&found)),
    }
    terminal.say(&summary(&found, pages.len()));
    let failed = found.iter().any(|shown| shown.finding.level < Level::Note);
    Ok(if failed { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

/// How much stack a check may take: code is a tree, and some of it is deep.
const STACK: usize = 64 << 20;

/// Checks on a thread with a stack that is large enough.
fn looked(folder: &Folder, distribution: &Distribution, options: pyrite_check::Options) -> Vec<Finding> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        match thread.spawn_scoped(scope, || check(folder, distribution, options)) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // A machine without threads to give has a stack all the same.
            Err(_) => check(folder, distribution, options),
        }
    })
}

/// A finding with what is needed to show it.
pub(crate) struct Shown {
    pub(crate) finding: Finding,
    /// The file as the user would name it from here.
    pub(crate) path: String,
    /// What stands in it; empty if that is no text.
    pub(crate) text: String,
    /// The same for the places that belong to it.
    pub(crate) related: Vec<(String, String)>,
}

impl Shown {
    fn of(folder: &Folder, finding: Finding) -> Self {
        let read = |file: &str| match folder.read(file) {
            File::Text(text) => text,
            _ => String::new(),
        };
        let related = finding.related.iter().map(|other| (folder.shown(&other.file), read(&other.file))).collect();
        Self { path: folder.shown(&finding.file), text: read(&finding.file), related, finding }
    }

    /// Line and column of the beginning.
    pub(crate) fn start(&self) -> (usize, usize) {
        position(&self.text, self.finding.span.start)
    }

    /// Line and column behind the end.
    pub(crate) fn end(&self) -> (usize, usize) {
        position(&self.text, self.finding.span.end)
    }
}

/// Checks one page of a folder, for those who look at it.
pub(crate) fn one_page(root: &std::path::Path, page: &str) -> Vec<Shown> {
    static DISTRIBUTION: std::sync::OnceLock<Option<Distribution>> = std::sync::OnceLock::new();
    let Some(distribution) = DISTRIBUTION.get_or_init(|| distribution().ok()) else { return Vec::new() };
    let folder = Folder::of_page(root, page);
    let found = looked(&folder, distribution, pyrite_check::Options::default());
    found.into_iter().map(|finding| Shown::of(&folder, finding)).collect()
}

/// What the interpreters in this command bring.
pub(crate) fn distribution() -> Result<Distribution, Stop> {
    let damaged =
        || Stop::new("The runtime inside this command is damaged.").hint("install pyrite again.").code(IMPOSSIBLE);
    let file = embedded::find("pyodide/pyodide-lock.json").ok_or_else(damaged)?;
    let mut text = String::new();
    brotli::Decompressor::new(file.brotli, 1 << 16).read_to_string(&mut text).map_err(|_| damaged())?;
    Distribution::from_lock(env!("PYRITE_PYODIDE"), &text).ok_or_else(damaged)
}

/// Makes the changes that are safe.
fn mend(folder: &Folder, findings: &[Finding], terminal: Terminal) -> Result<(), Stop> {
    let mut files: Vec<&str> = findings.iter().filter(|one| one.fix.is_some()).map(|one| one.file.as_str()).collect();
    files.dedup();
    for file in files {
        let File::Text(text) = folder.read(file) else { continue };
        let fixes: Vec<_> = findings.iter().filter(|one| one.file == file).filter_map(|one| one.fix.as_ref()).collect();
        let (text, count) = apply(&text, fixes.iter().copied());
        let written = staging::write(&folder.path(file), text.as_bytes());
        written.map_err(|error| {
            crate::build::failed(std::path::Path::new(&folder.shown(file)), &error).code(IMPOSSIBLE)
        })?;
        terminal.say(&format!("Mended {count} in {}", folder.shown(file)));
        fixes.iter().for_each(|fix| terminal.detail(&format!("  {}", fix.title)));
    }
    Ok(())
}

fn summary(found: &[Shown], pages: usize) -> String {
    let count = |level| found.iter().filter(|shown| shown.finding.level == level).count();
    let many = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let counts = [Level::Error, Level::Warning, Level::Note].map(|level| (count(level), level.as_str()));
    let said: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| many(count, what)).collect();
    let pages = many(pages, "page");
    if said.is_empty() {
        format!("Nothing to find fault with in {pages}.")
    } else {
        format!("{} in {pages}.", said.join(", "))
    }
}
