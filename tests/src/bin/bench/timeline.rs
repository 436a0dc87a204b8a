//! When each file of a visit was asked for, and when it came: the waterfall, as text.

use std::fmt::Write as _;

use crate::report::{Report, Timeline};
use crate::table;

/// How many characters the longest bar has.
const WIDTH: f64 = 48.0;

/// All timelines of a report.
pub(crate) fn text(report: &Report) -> String {
    let mut out = String::new();
    for timeline in &report.timelines {
        let _ = writeln!(
            out,
            "{}, {}, first visit, {} ms away: done at {:.0} ms",
            timeline.contender.name(),
            table::page_title(&timeline.page).replace('`', ""),
            timeline.condition.away,
            timeline.done
        );
        out.push_str(&bars(timeline));
        out.push('\n');
    }
    out
}

fn bars(timeline: &Timeline) -> String {
    let last = timeline.loads.iter().map(|load| load.end).fold(timeline.done, f64::max);
    let mut loads: Vec<_> = timeline.loads.iter().collect();
    loads.sort_by(|one, other| one.start.total_cmp(&other.start));
    let mut out = String::from("   start   first     end\n");
    for load in loads {
        let bar = bar([load.start, load.first_byte, load.end].map(|time| time / last));
        let path = load.path.trim_start_matches('/');
        let path = path.split_once('/').map_or(path, |(_, path)| path);
        let _ = writeln!(out, "{:>8.0}{:>8.0}{:>8.0}  {bar}  {path}", load.start, load.first_byte, load.end);
    }
    out
}

/// Waiting is light, receiving is dark; places are parts of the whole.
fn bar([start, first, end]: [f64; 3]) -> String {
    let [start, first, end] = [start, first, end].map(|place| (place * WIDTH).round().clamp(0.0, WIDTH) as usize);
    let (waiting, receiving) = (first.saturating_sub(start), end.saturating_sub(first).max(1));
    format!("{}{}{}", " ".repeat(start), "░".repeat(waiting), "█".repeat(receiving))
        + &" ".repeat((WIDTH as usize + 1).saturating_sub(start + waiting + receiving))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::report;

    #[test]
    fn a_bar_waits_and_then_receives() {
        let drawn = bar([0.25, 0.5, 1.0]);
        assert_eq!(drawn, format!("{}{}{} ", " ".repeat(12), "░".repeat(12), "█".repeat(24)));
    }

    #[test]
    fn every_file_has_its_times() {
        let text = text(&report());
        assert!(text.starts_with("Pyrite, one mpy script, first visit, 40 ms away: done at 200 ms"), "{text}");
        let line = text.lines().find(|line| line.ends_with("core.js")).unwrap_or_default();
        let words: Vec<_> = line.split_whitespace().take(3).collect();
        assert_eq!(words, ["50", "90", "95"]);
    }
}
