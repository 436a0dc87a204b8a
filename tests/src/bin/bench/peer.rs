//! `--peer`: pages of `tests/peer/` that PyScript gets wrong, on both sides.
//!
//! A case is a page. Its first line says what must hold and its `isRight()` whether it does. `CORE` stands for the
//! folder of the runtime. With the line `<!-- open -->` the page comes without isolation headers; with
//! `<!-- idles -->` it must leave the processor alone from the moment at which it is right.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use pyrite_tests::{Browser, paths};
use serde_json::Value;

use crate::contender::Contender;
use crate::files::{self, Asset};
use crate::server::{OPEN, Server};
use crate::table::aligned;

/// How long a page has until it is right, without and with Pyodide.
const PATIENCE: [Duration; 2] = [Duration::from_secs(12), Duration::from_secs(30)];
const PAUSE: Duration = Duration::from_millis(100);
/// How long to look at a worker that idles, and which part of one core it may take: one that spins takes all of it.
const LOOK: Duration = Duration::from_secs(3);
const LITTLE: f64 = 0.25;

/// A page that PyScript gets wrong.
struct Case {
    /// The file's name without its ending.
    name: String,
    /// What must hold.
    title: String,
    body: String,
}

impl Case {
    fn parse(name: &str, text: &str) -> Option<Self> {
        let title = text.lines().next()?.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
        Some(Self { name: name.to_owned(), title: title.to_owned(), body: text.to_owned() })
    }

    /// The number by which the defect is known.
    fn number(&self) -> &str {
        self.name.split('-').next().unwrap_or_default().trim_start_matches('0')
    }

    fn path(&self, contender: Contender) -> String {
        let open = if self.body.contains("<!-- open -->") { OPEN } else { "/" };
        format!("{open}{}-peer-{}.html", contender.folder(), self.name)
    }

    fn html(&self, contender: Contender) -> String {
        let (folder, attribute) = (contender.folder(), contender.attribute());
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"./{folder}/core.css\">\n\
             <script type=\"module\" src=\"./{folder}/core.js\"{attribute}></script>\n</head>\n<body>\n{}</body>\n</html>\n",
            self.name,
            self.body.replace("CORE/", &format!("./{folder}/")),
        )
    }

    fn patience(&self) -> Duration {
        let is_pyodide = self.body.contains("type=\"py\"");
        PATIENCE[usize::from(is_pyodide)]
    }

    /// Whether it holds on this side.
    fn holds(&self, server: &Server, contender: Contender) -> Result<bool> {
        let browser = Browser::fresh();
        server.begin(Duration::ZERO);
        // A page that hangs from its start does not even open.
        let _ = browser.goto(&server.url(&self.path(contender)));
        let end = Instant::now() + self.patience();
        loop {
            // A page that hangs does not answer, and is not right.
            let said = browser.execute("return Promise.resolve(window.isRight()).then(Boolean)");
            if said.is_ok_and(|said| said == Value::Bool(true)) {
                break;
            }
            if Instant::now() > end {
                return Ok(false);
            }
            thread::sleep(PAUSE);
        }
        if !self.body.contains("<!-- idles -->") {
            return Ok(true);
        }
        let Some(process) = browser.process() else { bail!("the browser's process is not known") };
        let before = processor_time(process);
        thread::sleep(LOOK);
        let used = processor_time(process).saturating_sub(before);
        // The system counts in hundredths of a second.
        Ok(used as f64 / 100.0 / LOOK.as_secs_f64() < LITTLE)
    }
}

/// What a process and its descendants have used of the processors, in hundredths of a second.
fn processor_time(process: u64) -> u64 {
    let mut sum = 0;
    let mut open = vec![process];
    while let Some(process) = open.pop() {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name before may have spaces; user and system time are the 12th and 13th after it.
        let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
        sum += after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>();
        let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
        open.extend(children.split_whitespace().filter_map(|child| child.parse::<u64>().ok()));
    }
    sum
}

fn folder() -> PathBuf {
    paths::root().join("tests/peer")
}

fn cases() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder()).with_context(|| format!("cannot read {}", folder().display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "html") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let case = Case::parse(&name, &fs::read_to_string(&path)?);
            cases.push(case.with_context(|| format!("{} does not begin with what must hold", path.display()))?);
        }
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(cases)
}

/// Visits all cases on both sides, prints what was found, and gives the guide's table.
///
/// # Errors
/// When something that is needed is missing.
pub(crate) fn compare(only: &[String]) -> Result<String> {
    let versions = files::versions()?;
    let mut cases = cases()?;
    cases.retain(|case| only.is_empty() || only.iter().any(|part| case.name.contains(part)));
    eprintln!("• compressing both sides the same way");
    let mut assets = files::assets()?;
    for entry in fs::read_dir(folder().join("files"))? {
        let entry = entry?;
        let brotli = files::compress(&fs::read(entry.path())?)?;
        assets.insert(
            format!("/{}", entry.file_name().to_string_lossy()),
            Asset { media_type: "text/plain; charset=utf-8", brotli },
        );
    }
    for case in &cases {
        for contender in Contender::in_round(0) {
            let brotli = files::compress(case.html(contender).as_bytes())?;
            assets.insert(case.path(contender), Asset { media_type: "text/html; charset=utf-8", brotli });
        }
    }
    let server = Server::start(assets)?;
    let mut found = Vec::new();
    for case in &cases {
        eprintln!("• {}", case.name);
        let [theirs, ours] = Contender::in_round(0);
        found.push((case, case.holds(&server, theirs)?, case.holds(&server, ours)?));
    }
    print!("{}", for_terminal(&found));
    Ok(for_guide(&found, &versions))
}

fn said(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

fn for_terminal(found: &[(&Case, bool, bool)]) -> String {
    let mut lines = vec![["", "PyScript", "Pyrite"].map(str::to_owned)];
    for (case, theirs, ours) in found {
        lines.push([format!("{:>2}  {}", case.number(), case.title), said(*theirs).into(), said(*ours).into()]);
    }
    aligned(&lines)
}

fn for_guide(found: &[(&Case, bool, bool)], versions: &files::Versions) -> String {
    let mut out = format!(
        "| what must hold | PyScript {} | Pyrite {} |\n| --- | --- | --- |\n",
        versions.pyscript, versions.pyrite
    );
    for (case, theirs, ours) in found {
        let _ = writeln!(
            out,
            "| [{}](../tests/peer/{}.html) | {} | {} |",
            case.title,
            case.name,
            said(*theirs),
            said(*ours)
        );
    }
    let _ = writeln!(
        out,
        "\nPyodide {} and MicroPython {} on both sides; {}.",
        versions.pyodide,
        versions.micropython,
        httpdate::fmt_http_date(std::time::SystemTime::now())
    );
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_case_says_what_must_hold_and_how_it_is_known() {
        for case in cases().unwrap() {
            assert!(case.body.contains("window.isRight = "), "{}", case.name);
            assert!(case.number().parse::<u8>().is_ok(), "{}", case.name);
        }
    }

    #[test]
    fn both_sides_get_the_same_page_but_for_the_runtime() {
        for case in cases().unwrap() {
            let [peer, ours] = Contender::in_round(0).map(|contender| case.html(contender));
            assert_eq!(peer.replace("./pyscript/", "./pyrite/").replace(" offline>", ">"), ours, "{}", case.name);
        }
    }

    #[test]
    fn a_case_is_a_line_of_the_table() {
        let case = Case::parse("01-idle", "<!-- It idles -->\n<p>").unwrap();
        let text = for_terminal(&[(&case, false, true)]);
        assert!(text.lines().any(|line| line.split_whitespace().eq(["1", "It", "idles", "no", "yes"])), "{text}");
    }
}
