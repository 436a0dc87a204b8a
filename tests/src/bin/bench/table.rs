//! The numbers as tables, for the terminal and for the guide.

use std::fmt::Write as _;

use crate::measures::{Condition, MEASURES, Unit};
use crate::pages;
use crate::report::{Report, Row};
use crate::spread::Spread;
use crate::visit::Turn;

/// What a row measures, for people.
pub(crate) fn title(row: &Row) -> String {
    let measure = MEASURES.iter().find(|measure| measure.name == row.measure);
    let title = measure.map_or(row.measure.as_str(), |measure| measure.title);
    match row.unit {
        Unit::Milliseconds => format!("{title}, {}", condition(row.condition)),
        Unit::Bytes | Unit::Requests | Unit::Operation => title.to_owned(),
    }
}

fn condition(condition: Condition) -> String {
    let turn = match condition.turn {
        Turn::Cold => "first visit",
        Turn::Warm => "second visit",
    };
    match condition.away {
        0 => turn.to_owned(),
        away => format!("{turn}, {away} ms away"),
    }
}

/// What a page is, for people.
pub(crate) fn page_title(name: &str) -> &str {
    pages::named(name).map_or(name, |page| page.title)
}

/// A share with how far the rounds were apart.
pub(crate) fn share(share: Spread) -> String {
    let Spread { median, min, max } = share;
    if max - min < 0.005 { format!("{median:.2}") } else { format!("{median:.2} ({min:.2}–{max:.2})") }
}

/// A count with commas between thousands, or a time.
fn number(value: f64, unit: Unit) -> String {
    let digits = format!("{value:.0}");
    if unit == Unit::Milliseconds {
        return format!("{digits} ms");
    }
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// One side's number with how far the rounds were apart.
fn side(spread: Spread, unit: Unit) -> String {
    let Spread { median, min, max } = spread;
    let middle = number(median, unit);
    if unit == Unit::Milliseconds { format!("{middle} ({min:.0}–{max:.0})") } else { middle }
}

/// The table that `cargo xtask bench` prints.
pub(crate) fn for_terminal(report: &Report) -> String {
    let head = ["", "PyScript", "Pyrite", "Pyrite ÷ PyScript"].map(str::to_owned);
    let mut lines = vec![head];
    let mut page = "";
    for row in loading(report) {
        if row.page != page {
            page = &row.page;
            lines.push([page_title(page).replace('`', ""), String::new(), String::new(), String::new()]);
        }
        lines.push([
            format!("  {}", title(row).replace('`', "")),
            side(row.pyscript.spread, row.unit),
            side(row.pyrite.spread, row.unit),
            share(row.share),
        ]);
    }
    let mut out = aligned(&lines);
    let _ = writeln!(out, "\n{}", circumstances(report));
    out
}

/// Lines whose columns stand below each other, the first to the left and the others to the right.
pub(crate) fn aligned<const N: usize>(lines: &[[String; N]]) -> String {
    let mut out = String::new();
    for line in lines {
        let mut text = String::new();
        for (column, cell) in line.iter().enumerate() {
            let width = lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
            let _ = if column == 0 { write!(text, "{cell:<width$}") } else { write!(text, "  {cell:>width$}") };
        }
        let _ = writeln!(out, "{}", text.trim_end());
    }
    out
}

/// What concerns how pages load; what workers do has a table of its own.
pub(crate) fn loading(report: &Report) -> impl Iterator<Item = &Row> {
    report.rows.iter().filter(|row| row.unit != Unit::Operation)
}

/// The table of the guide. Times are shares only: how long something takes depends on the machine.
pub(crate) fn for_guide(report: &Report) -> String {
    let mut out =
        String::from("| page | measure | PyScript | Pyrite | Pyrite ÷ PyScript |\n| --- | --- | --: | --: | --- |\n");
    let mut page = "";
    for row in loading(report) {
        let first = if row.page == page { "" } else { page_title(&row.page) };
        page = &row.page;
        let [theirs, ours] = match row.unit {
            Unit::Milliseconds => [String::new(), String::new()],
            unit => [row.pyscript.spread, row.pyrite.spread].map(|spread| number(spread.median, unit)),
        };
        let _ = writeln!(out, "| {first} | {} | {theirs} | {ours} | {} |", title(row), share(row.share));
    }
    let _ = writeln!(out, "\n{}", circumstances(report));
    out
}

pub(crate) fn circumstances(report: &Report) -> String {
    let (versions, machine) = (&report.versions, &report.machine);
    let busy =
        machine.busy.map(|busy| format!(", {:.0} % busy with other things", busy.median * 100.0)).unwrap_or_default();
    format!(
        "Rounds: {}; medians, with the lowest and highest in brackets. Pyrite {}, PyScript {}; Pyodide {} and MicroPython {} on \
         both sides; {} on {} cores{busy}; {}.",
        report.rounds,
        versions.pyrite,
        versions.pyscript,
        versions.pyodide,
        versions.micropython,
        machine.browser,
        machine.cores,
        report.began,
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::contender::Contender;
    use crate::files::Versions;
    use crate::report::{Machine, Side, Timeline};
    use crate::server::Load;

    /// A small report, for all that is made of one.
    pub(crate) fn report() -> Report {
        let side = |rounds: &[f64]| Side { rounds: rounds.to_vec(), spread: Spread::of(rounds).unwrap_or(ZERO) };
        let row = |measure: &str, unit, turn, away, pyrite: &[f64], pyscript: &[f64]| Row {
            page: "mpy".to_owned(),
            measure: measure.to_owned(),
            unit,
            condition: Condition { turn, away },
            pyrite: side(pyrite),
            pyscript: side(pyscript),
            share: Spread::of_shares(pyrite, pyscript).unwrap_or(ZERO),
        };
        Report {
            began: "Sat, 21 Nov 2026 10:00:00 GMT".to_owned(),
            rounds: 3,
            versions: Versions {
                pyrite: "0.1.0".to_owned(),
                pyscript: "0.7.31".to_owned(),
                pyodide: "314.0.7".to_owned(),
                micropython: "1.28.0-6".to_owned(),
            },
            machine: Machine { browser: "Chrome 156".to_owned(), cores: 2, busy: Spread::of(&[0.04]) },
            rows: vec![
                row("runtime_bytes", Unit::Bytes, Turn::Cold, 0, &[30_000.0; 3], &[45_000.0; 3]),
                row("done", Unit::Milliseconds, Turn::Warm, 40, &[50.0, 60.0, 70.0], &[100.0; 3]),
            ],
            timelines: vec![Timeline {
                page: "mpy".to_owned(),
                contender: Contender::Pyrite,
                condition: Condition { turn: Turn::Cold, away: 40 },
                done: 200.0,
                loads: vec![Load { path: "/pyrite/core.js".to_owned(), start: 50.0, first_byte: 90.0, end: 95.0 }],
            }],
        }
    }

    const ZERO: Spread = Spread { median: 0.0, min: 0.0, max: 0.0 };

    #[test]
    fn the_terminal_gets_counts_times_and_shares() {
        let text = for_terminal(&report());
        assert!(text.contains("one mpy script"), "{text}");
        let bytes = text.lines().find(|line| line.contains("bytes before")).unwrap_or_default();
        let words: Vec<_> = bytes.split_whitespace().collect();
        assert_eq!(words, ["bytes", "before", "the", "interpreter", "45,000", "30,000", "0.67"]);
        let time = text.lines().find(|line| line.contains("time to done")).unwrap_or_default();
        assert!(time.contains("second visit, 40 ms away"), "{time}");
        assert!(time.contains("60 ms (50–70)") && time.ends_with("0.60 (0.50–0.70)"), "{time}");
    }

    #[test]
    fn the_guide_gets_no_times_of_this_machine() {
        let text = for_guide(&report());
        assert!(
            text.contains("| one `mpy` script | bytes before the interpreter | 45,000 | 30,000 | 0.67 |"),
            "{text}"
        );
        assert!(text.contains("|  | time to `done`, second visit, 40 ms away |  |  | 0.60 (0.50–0.70) |"), "{text}");
    }

    #[test]
    fn thousands_are_set_apart() {
        let written = [7.0, 999.0, 1000.0, 5_503_329.0].map(|value| number(value, Unit::Bytes));
        assert_eq!(written, ["7", "999", "1,000", "5,503,329"]);
    }
}
