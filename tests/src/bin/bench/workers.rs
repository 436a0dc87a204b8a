//! What workers do with their page: how many times as fast, and how far above a bare round trip.

use std::fmt::Write as _;

use crate::chart::{STYLE, escaped};
use crate::measures::{FLOOR, Unit};
use crate::report::{Report, Row};
use crate::spread::Spread;
use crate::table;

/// Pages of workers, with the interpreter's name.
const PAGES: [(&str, &str); 2] = [("worker-mpy", "MicroPython"), ("worker-py", "Pyodide")];

/// One operation in a worker of one interpreter.
struct Found {
    /// PyScript's time divided by Pyrite's of the same round.
    faster: Spread,
    /// Pyrite's time divided by that of a bare round trip, measured on the same page.
    above: Option<Spread>,
}

/// All operations in the order of their measures: title, then what was found on each of the pages.
fn operations(report: &Report) -> Vec<(String, [Option<Found>; 2])> {
    let of = |page: &str, measure: &str| report.rows.iter().find(|row| row.page == page && row.measure == measure);
    let mut operations: Vec<(String, [Option<Found>; 2])> = Vec::new();
    for row in report.rows.iter().filter(|row| row.unit == Unit::Operation && row.measure != FLOOR) {
        let title = table::title(row);
        if operations.iter().all(|(before, _)| *before != title) {
            let found = PAGES.map(|(page, _)| found(of(page, &row.measure)?, of(page, FLOOR)));
            operations.push((title, found));
        }
    }
    operations
}

fn found(row: &Row, floor: Option<&Row>) -> Option<Found> {
    let faster = Spread::of_shares(&row.pyscript.rounds, &row.pyrite.rounds)?;
    let above = floor.and_then(|floor| Spread::of_shares(&row.pyrite.rounds, &floor.pyrite.rounds));
    Some(Found { faster, above })
}

/// Three digits that mean something.
fn times(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

fn spread(Spread { median, min, max }: Spread) -> String {
    format!("{} ({}–{})", times(median), times(min), times(max))
}

fn cells(found: &[Option<Found>; 2]) -> [String; 4] {
    let faster = |at: usize| found[at].as_ref().map_or_else(String::new, |found| spread(found.faster));
    let above = |at: usize| {
        let above = found[at].as_ref().and_then(|found| found.above);
        above.map_or_else(String::new, |above| times(above.median))
    };
    [faster(0), faster(1), above(0), above(1)]
}

/// The table that `cargo xtask bench` prints.
pub(crate) fn for_terminal(report: &Report) -> String {
    let operations = operations(report);
    if operations.is_empty() {
        return String::new();
    }
    let [one, other] = PAGES.map(|(_, name)| name);
    let mut lines = vec![
        ["in a worker", "times as fast", "", "÷ bare round trip", ""].map(str::to_owned),
        ["", one, other, one, other].map(str::to_owned),
    ];
    for (title, found) in &operations {
        let [a, b, c, d] = cells(found);
        lines.push([title.replace('`', ""), a, b, c, d]);
    }
    format!("\n{}", table::aligned(&lines))
}

/// The table of the guide.
pub(crate) fn for_guide(report: &Report) -> String {
    let [one, other] = PAGES.map(|(_, name)| name);
    let mut out = format!(
        "| in a worker | times as fast, {one} | {other} | bare round trips, {one} | {other} |\n| --- | --: | --: | --: | --: |\n"
    );
    for (title, found) in operations(report) {
        let _ = writeln!(out, "| {title} | {} |", cells(&found).join(" | "));
    }
    let _ = writeln!(out, "\n{}", table::circumstances(report));
    out
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 330.0;
const RIGHT: f64 = 680.0;
const TOP: f64 = 84.0;
const LINE: f64 = 38.0;
const BAR: f64 = 12.0;

/// How many times as fast, as bars on a scale where each step is ten times the one before.
pub(crate) fn svg(report: &Report) -> String {
    let operations = operations(report);
    let all = || operations.iter().flat_map(|(_, found)| found.iter().flatten());
    let most = all().map(|found| found.faster.max).fold(10.0, f64::max);
    let least = all().map(|found| found.faster.min).fold(1.0, f64::min);
    let (first, last) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    let x = |value: f64| LEFT + (RIGHT - LEFT) * (value.log10() - f64::from(first)) / f64::from(last - first);
    let bottom = TOP + LINE * operations.len() as f64;
    let height = bottom + 46.0;
    let peer = escaped(&report.versions.pyscript);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title\">\n\
         <title id=\"title\">Workers of Pyrite compared with those of PyScript {peer}: {summary}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"ground\" x=\".5\" y=\".5\" width=\"{w}\" height=\"{h}\" rx=\"10\"/>\n\
         <text class=\"title\" x=\"20\" y=\"32\">A worker and its page: how many times as fast as PyScript {peer}</text>\n\
         <text class=\"soft\" x=\"20\" y=\"53\">PyScript is the dashed line at 1; longer is better, and each line is ten times the one before.</text>",
        summary = escaped(&summary(&operations)),
        w = WIDTH - 1.0,
        h = height - 1.0,
    );
    for power in first..=last {
        let value = 10f64.powi(power);
        let class = if power == 0 { "one" } else { "grid" };
        let _ = writeln!(
            out,
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>\
             <text class=\"soft small\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value}×</text>",
            TOP - 8.0,
            bottom + 14.0,
            x = x(value),
        );
    }
    for (line, (title, found)) in operations.iter().enumerate() {
        let y = TOP + LINE * line as f64;
        let _ = writeln!(
            out,
            "<text class=\"small\" x=\"20\" y=\"{:.1}\">{}</text>",
            y + BAR + 3.0,
            escaped(&title.replace('`', ""))
        );
        for (at, found) in found.iter().enumerate() {
            let Some(Found { faster, .. }) = found else { continue };
            let y = y + (BAR + 2.0) * at as f64;
            let middle = y + BAR / 2.0;
            let (from, to) = (x(1.0).min(x(faster.median)), x(1.0).max(x(faster.median)));
            let _ = writeln!(
                out,
                "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>\
                 <line class=\"spread\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>\
                 <text class=\"small\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}×</text>",
                x(faster.min),
                x(faster.max),
                WIDTH - 20.0,
                y + BAR - 1.5,
                times(faster.median),
                class = ["count", "time"][at],
                width = (to - from).max(1.0),
            );
        }
    }
    for (at, (_, name)) in PAGES.iter().enumerate() {
        let left = 20.0 + 120.0 * at as f64;
        let _ = writeln!(
            out,
            "<rect class=\"{}\" x=\"{left}\" y=\"{:.1}\" width=\"{BAR}\" height=\"{BAR}\" rx=\"2\"/>\
             <text class=\"soft small\" x=\"{}\" y=\"{:.1}\">{name}</text>",
            ["count", "time"][at],
            height - 20.0 - BAR + 1.5,
            left + BAR + 6.0,
            height - 20.0,
        );
    }
    out.push_str("</svg>\n");
    out
}

/// What the picture shows, for those who do not see it.
fn summary(operations: &[(String, [Option<Found>; 2])]) -> String {
    let said = |(title, found): &(String, [Option<Found>; 2])| {
        let each = found.iter().zip(PAGES).filter_map(|(found, (_, name))| {
            found.as_ref().map(|found| format!("{} times with {name}", times(found.faster.median)))
        });
        format!("{}: {}", title.replace('`', ""), each.collect::<Vec<_>>().join(" and "))
    };
    operations.iter().map(said).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Condition;
    use crate::report::Side;
    use crate::visit::Turn;

    fn report() -> Report {
        let side = |rounds: &[f64]| Side {
            rounds: rounds.to_vec(),
            spread: Spread::of(rounds).unwrap_or(Spread { median: 0.0, min: 0.0, max: 0.0 }),
        };
        let row = |measure: &str, pyrite: &[f64], pyscript: &[f64]| Row {
            page: "worker-py".to_owned(),
            measure: measure.to_owned(),
            unit: Unit::Operation,
            condition: Condition { turn: Turn::Cold, away: 0 },
            pyrite: side(pyrite),
            pyscript: side(pyscript),
            share: Spread { median: 1.0, min: 1.0, max: 1.0 },
        };
        let mut report = table::tests::report();
        report.rows.push(row("create", &[0.01, 0.02], &[1.0, 1.0]));
        report.rows.push(row("floor", &[0.001, 0.001], &[0.001, 0.001]));
        report
    }

    #[test]
    fn an_operation_is_compared_with_the_peer_and_with_a_bare_round_trip() {
        let line = "| `document.createElement(\"p\")` |  | 75 (50–100) |  | 15 |";
        let guide = for_guide(&report());
        assert!(guide.contains(line), "{guide}");
        let text = for_terminal(&report());
        assert!(text.contains("document.createElement(\"p\")") && text.contains("75 (50–100)"), "{text}");
    }

    #[test]
    fn the_floor_is_no_operation() {
        assert_eq!(operations(&report()).len(), 1);
        assert!(!for_guide(&report()).contains("bare round trip |"));
    }

    #[test]
    fn a_run_without_workers_says_nothing_of_them() {
        assert_eq!(for_terminal(&table::tests::report()), "");
    }

    #[test]
    fn the_picture_has_a_bar_for_what_was_measured() {
        let picture = svg(&report());
        assert_eq!(picture.matches("class=\"time\" x=").count(), 2, "a bar and the legend's: {picture}");
        assert!(picture.contains("75 times with Pyodide"), "{picture}");
    }
}
