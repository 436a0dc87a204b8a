//! A whole run, and everything that came out of it.

use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use pyrite_tests::Browser;
use serde::{Deserialize, Serialize};

use crate::contender::Contender;
use crate::files::{self, Versions};
use crate::measures::{self, Condition, MEASURES, Measure, Unit};
use crate::pages::Page;
use crate::quiet;
use crate::server::{Load, Server};
use crate::spread::Spread;
use crate::visit::{self, Turn, Visit};

/// What `target/bench/latest.json` holds.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// When the run began.
    pub(crate) began: String,
    pub(crate) rounds: usize,
    pub(crate) versions: Versions,
    pub(crate) machine: Machine,
    pub(crate) rows: Vec<Row>,
    /// The visit of each side whose time was in the middle, for the first visit from far away.
    pub(crate) timelines: Vec<Timeline>,
}

/// Where it ran.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) browser: String,
    pub(crate) cores: usize,
    /// Which part of it other programs had just before each visit: much above zero, times are worth little.
    pub(crate) busy: Option<Spread>,
}

/// A measure of a page under a condition.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) page: String,
    pub(crate) measure: String,
    pub(crate) unit: Unit,
    pub(crate) condition: Condition,
    pub(crate) pyrite: Side,
    pub(crate) pyscript: Side,
    /// Pyrite's number divided by PyScript's of the same round.
    pub(crate) share: Spread,
}

/// One side's numbers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Side {
    /// As measured, one per round.
    pub(crate) rounds: Vec<f64>,
    pub(crate) spread: Spread,
}

/// When the files of a visit came.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timeline {
    pub(crate) page: String,
    pub(crate) contender: Contender,
    pub(crate) condition: Condition,
    /// When Python was done.
    pub(crate) done: f64,
    pub(crate) loads: Vec<Load>,
}

/// A visit and where it belongs.
struct Made<'a> {
    page: &'a Page,
    contender: Contender,
    condition: Condition,
    visit: Visit,
}

/// Makes all visits and reads all measures from them.
///
/// # Errors
/// When something that is needed is missing, or a visit fails.
pub(crate) fn measure(pages: &[&Page], rounds: usize, patience: Duration) -> Result<Report> {
    let versions = files::versions()?;
    let browser = browser()?;
    eprintln!("• compressing both sides the same way");
    let server = Server::start(files::assets()?)?;
    let began = httpdate::fmt_http_date(SystemTime::now());
    let (made, busy) = visits(&server, pages, rounds, patience)?;
    let busy = Spread::of(&busy);
    if busy.is_some_and(|busy| busy.median > 0.2) {
        eprintln!("• this machine was busy with other things; do not trust the times of this run");
    }
    let machine = Machine { browser, cores: thread::available_parallelism()?.get(), busy };
    Ok(Report { began, rounds, versions, machine, rows: rows(pages, &made)?, timelines: timelines(pages, &made) })
}

/// All visits, and how busy the machine was before them.
fn visits<'a>(
    server: &Server,
    pages: &[&'a Page],
    rounds: usize,
    patience: Duration,
) -> Result<(Vec<Made<'a>>, Vec<f64>)> {
    let (mut made, mut busy) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        eprintln!("• round {} of {rounds}", round + 1);
        for &page in pages {
            for away in measures::distances(page.name) {
                for contender in Contender::in_round(round) {
                    busy.extend(quiet::wait(patience));
                    let distance = Duration::from_millis(away.into());
                    for (turn, visit) in visit::visits(server, page, contender, distance)? {
                        made.push(Made { page, contender, condition: Condition { turn, away }, visit });
                    }
                }
            }
        }
    }
    Ok((made, busy))
}

fn rows(pages: &[&Page], made: &[Made<'_>]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for page in pages {
        for measure in MEASURES.iter().filter(|measure| measure.pages.contains(&page.name)) {
            for &condition in measure.conditions {
                rows.push(row(page, measure, condition, made)?);
            }
        }
    }
    Ok(rows)
}

fn row(page: &Page, measure: &Measure, condition: Condition, made: &[Made<'_>]) -> Result<Row> {
    let none = || format!("the page {:?} did not give {:?}", page.name, measure.name);
    let side = |contender| -> Result<Side> {
        let rounds = visits_of(page, contender, condition, made)
            .map(|visit| (measure.read)(measure, visit).with_context(none))
            .collect::<Result<Vec<f64>>>()?;
        let spread = Spread::of(&rounds).with_context(none)?;
        Ok(Side { rounds, spread })
    };
    let (pyrite, pyscript) = (side(Contender::Pyrite)?, side(Contender::PyScript)?);
    let share = Spread::of_shares(&pyrite.rounds, &pyscript.rounds).with_context(none)?;
    Ok(Row {
        page: page.name.to_owned(),
        measure: measure.name.to_owned(),
        unit: measure.unit,
        condition,
        pyrite,
        pyscript,
        share,
    })
}

fn visits_of<'a>(
    page: &'a Page,
    contender: Contender,
    condition: Condition,
    made: &'a [Made<'a>],
) -> impl Iterator<Item = &'a Visit> {
    made.iter()
        .filter(move |made| made.page.name == page.name && made.contender == contender && made.condition == condition)
        .map(|made| &made.visit)
}

fn timelines(pages: &[&Page], made: &[Made<'_>]) -> Vec<Timeline> {
    let mut timelines = Vec::new();
    for page in pages {
        // Of pages that only work there is nothing to see.
        let Some(&away) = measures::distances(page.name).last().filter(|_| page.twice) else { continue };
        let condition = Condition { turn: Turn::Cold, away };
        for contender in [Contender::PyScript, Contender::Pyrite] {
            let mut visits: Vec<(f64, &Visit)> = visits_of(page, contender, condition, made)
                .filter_map(|visit| Some((*visit.values.get("done")?, visit)))
                .collect();
            visits.sort_by(|(one, _), (other, _)| one.total_cmp(other));
            if let Some((done, visit)) = visits.get(visits.len() / 2) {
                let (page, loads) = (page.name.to_owned(), visit.loads.clone());
                timelines.push(Timeline { page, contender, condition, done: *done, loads });
            }
        }
    }
    timelines
}

fn browser() -> Result<String> {
    let version = Browser::borrow().devtools("Browser.getVersion", &serde_json::json!({}))?;
    let product = version["product"].as_str().unwrap_or("unknown");
    Ok(product.trim_start_matches("Headless").replace('/', " "))
}
