//! What is measured. A new measure is one more entry in [`MEASURES`].

use serde::{Deserialize, Serialize};

use crate::files::is_interpreter;
use crate::visit::{Turn, Visit};

/// What a number counts. Less is better for all of them: measure what an operation costs, not how many fit in a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// Of bodies as sent, compressed with brotli.
    Bytes,
    /// Of files, without the page itself.
    Requests,
    /// Since the navigation began.
    Milliseconds,
    /// Milliseconds of one operation, as the page measured.
    Operation,
}

/// How a page is visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) turn: Turn,
    /// The round-trip time that is added between browser and server, in milliseconds.
    pub(crate) away: u16,
}

/// A number that is read from a visit.
pub(crate) struct Measure {
    /// Its name in the report.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) title: &'static str,
    pub(crate) unit: Unit,
    /// The pages it is measured on.
    pub(crate) pages: &'static [&'static str],
    /// The visits it is measured on.
    pub(crate) conditions: &'static [Condition],
    pub(crate) read: fn(&Measure, &Visit) -> Option<f64>,
}

/// What is loaded does not depend on how far away it is.
const FIRST_VISIT: &[Condition] = &[Condition { turn: Turn::Cold, away: 0 }];

const ALL_VISITS: &[Condition] = &[
    Condition { turn: Turn::Cold, away: 0 },
    Condition { turn: Turn::Cold, away: 40 },
    Condition { turn: Turn::Warm, away: 0 },
    Condition { turn: Turn::Warm, away: 40 },
];

/// All of them, in the order in which they are shown.
pub(crate) const MEASURES: &[Measure] = &[
    Measure {
        name: "runtime_bytes",
        title: "bytes before the interpreter",
        unit: Unit::Bytes,
        pages: &["none", "mpy", "py"],
        conditions: FIRST_VISIT,
        read: |_, visit| Some(bytes(visit, |path| !is_interpreter(path))),
    },
    Measure {
        name: "runtime_requests",
        title: "files before the interpreter",
        unit: Unit::Requests,
        pages: &["none", "mpy", "py"],
        conditions: FIRST_VISIT,
        read: |_, visit| Some(requests(visit, |path| !is_interpreter(path))),
    },
    Measure {
        name: "bytes",
        title: "bytes in all",
        unit: Unit::Bytes,
        pages: &["mpy", "py", "snapshot"],
        conditions: FIRST_VISIT,
        read: |_, visit| Some(bytes(visit, |_| true)),
    },
    Measure {
        name: "requests",
        title: "files in all",
        unit: Unit::Requests,
        pages: &["mpy", "py"],
        conditions: FIRST_VISIT,
        read: |_, visit| Some(requests(visit, |_| true)),
    },
    Measure {
        name: "done",
        title: "time to `done`",
        unit: Unit::Milliseconds,
        pages: &["mpy", "py", "imports", "snapshot", "snapshot-imports", "snapshot-worker"],
        conditions: ALL_VISITS,
        read: said,
    },
    Measure {
        name: "start",
        title: "from its module to the first result",
        unit: Unit::Milliseconds,
        pages: &["library", "start", "start-worker", "start-snapshot", "start-snapshot-worker"],
        conditions: ALL_VISITS,
        read: said,
    },
    package("package", "`import pyscript`"),
    package("names", "with `from pyscript import display, document, fetch, when`"),
    operation("read", "`document.title`"),
    operation("write", "`document.title = …`"),
    operation("create", "`document.createElement(\"p\")`"),
    operation("append", "`body.appendChild(p)`"),
    operation("chain", "`document.body.lastElementChild.textContent`"),
    operation("bytes_to", "a typed array of 1 MB to the page"),
    operation("bytes_from", "a typed array of 1 MB from the page"),
    operation("list_to", "a list of 1,000 numbers to the page"),
    operation("list_from", "a list of 1,000 numbers from the page"),
    operation("callback", "the page calls a function of the worker"),
    operation("row", "a row with a cell, appended to a table"),
    operation(FLOOR, "a bare round trip"),
];

/// What no operation can go below: measured beside them, and the same for both sides.
pub(crate) const FLOOR: &str = "floor";

/// Something that a worker does with its page, or the page with its worker.
const fn operation(name: &'static str, title: &'static str) -> Measure {
    let pages = &["worker-mpy", "worker-py"];
    Measure { name, title, unit: Unit::Operation, pages, conditions: FIRST_VISIT, read: said }
}

/// What a script spends on the Python package before its own work.
const fn package(name: &'static str, title: &'static str) -> Measure {
    Measure { name, title, unit: Unit::Milliseconds, pages: &["package"], conditions: FIRST_VISIT, read: said }
}

/// What the page has put under the measure's name.
fn said(measure: &Measure, visit: &Visit) -> Option<f64> {
    visit.values.get(measure.name).copied()
}

fn bytes(visit: &Visit, counts: fn(&str) -> bool) -> f64 {
    visit.answered.iter().filter(|file| counts(&file.path)).map(|file| file.bytes as f64).sum()
}

fn requests(visit: &Visit, counts: fn(&str) -> bool) -> f64 {
    visit.answered.iter().filter(|file| counts(&file.path)).count() as f64
}

/// The distances at which a page has to be visited for all measures of it.
pub(crate) fn distances(page: &str) -> Vec<u16> {
    let of_page = MEASURES.iter().filter(|measure| measure.pages.contains(&page));
    let mut distances: Vec<u16> =
        of_page.flat_map(|measure| measure.conditions).map(|condition| condition.away).collect();
    distances.sort_unstable();
    distances.dedup();
    distances
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages;
    use crate::server::Answered;

    #[test]
    fn measures_have_names_of_their_own_and_pages_that_exist() {
        let names: BTreeSet<_> = MEASURES.iter().map(|measure| measure.name).collect();
        assert_eq!(names.len(), MEASURES.len());
        for measure in MEASURES {
            assert!(measure.pages.iter().all(|page| pages::named(page).is_some()), "{}", measure.name);
        }
    }

    #[test]
    fn a_page_is_visited_only_as_far_away_as_something_is_measured() {
        assert_eq!(distances("none"), [0]);
        assert_eq!(distances("py"), [0, 40]);
    }

    #[test]
    fn the_interpreters_files_count_only_in_all() {
        let sent = |path: &str, bytes| Answered { path: path.to_owned(), bytes };
        let visit = Visit {
            values: [("done".to_owned(), 12.5)].into(),
            answered: vec![sent("/pyrite/core.js", 10), sent("/pyrite/micropython/micropython.wasm", 100)],
            loads: Vec::new(),
        };
        let read = |name| {
            MEASURES.iter().find(|measure| measure.name == name).and_then(|measure| (measure.read)(measure, &visit))
        };
        assert_eq!(read("runtime_bytes"), Some(10.0));
        assert_eq!(read("runtime_requests"), Some(1.0));
        assert_eq!(read("bytes"), Some(110.0));
        assert_eq!(read("requests"), Some(2.0));
        assert_eq!(read("done"), Some(12.5));
    }
}
