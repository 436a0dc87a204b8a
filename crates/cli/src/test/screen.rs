//! What is said of tests on the terminal while they run, and afterwards.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::outcome::{Outcome, Result};
use crate::terminal::Terminal;

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const BOLD: Style = Style::new().bold();

/// Tells of each test as it ends.
pub(crate) struct Screen {
    terminal: Terminal,
    /// The file whose line is not ended.
    open: Option<String>,
}

impl Screen {
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self { terminal, open: None }
    }

    /// A test has ended.
    pub(crate) fn ended(&mut self, outcome: &Outcome) {
        let (style, sign, word) = match outcome.result {
            Result::Passed => (GREEN, ".", "passed"),
            Result::Failed => (RED, "F", "failed"),
            Result::Skipped => (YELLOW, "s", "skipped"),
        };
        if self.terminal.quiet {
            return;
        }
        let place = outcome.place.name();
        if self.terminal.verbose {
            let reason = match outcome.result {
                Result::Skipped if !outcome.detail.is_empty() => format!(" ({})", outcome.detail),
                _ => String::new(),
            };
            self.terminal.print(&format!("{place} {} {style}{word}{style:#}{reason}\n", outcome.title()));
            return;
        }
        let line = format!("{place} {} ", outcome.file);
        if self.open.as_ref() != Some(&line) {
            self.close();
            self.terminal.print(&line);
            self.open = Some(line);
        }
        self.terminal.print(&format!("{style}{sign}{style:#}"));
    }

    /// Ends the line.
    pub(crate) fn close(&mut self) {
        if self.open.take().is_some() {
            self.terminal.print("\n");
        }
    }

    /// All that failed, and how many did not.
    pub(crate) fn finish(&mut self, outcomes: &[Outcome], left_out: usize, took: Duration) {
        self.close();
        for failed in outcomes.iter().filter(|one| one.result == Result::Failed) {
            let title = format!("{} {}", failed.place.name(), failed.title());
            let mut text = format!("\n{RED}failed:{RED:#} {BOLD}{title}{BOLD:#}\n");
            for line in failed.detail.lines() {
                text.push_str(format!("  {line}").trim_end());
                text.push('\n');
            }
            if let Some(picture) = &failed.picture {
                text.push_str(&format!("  picture: {}\n", picture.display()));
            }
            self.terminal.print(&text);
        }
        let count = |result| outcomes.iter().filter(|one| one.result == result).count();
        let counts = [
            (count(Result::Failed), "failed", RED),
            (count(Result::Passed), "passed", GREEN),
            (count(Result::Skipped), "skipped", YELLOW),
            (left_out, "not chosen", Style::new()),
        ];
        let said: Vec<String> = counts
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, what, style)| format!("{style}{count} {what}{style:#}"))
            .collect();
        if !self.terminal.quiet && !outcomes.is_empty() {
            self.terminal.print(&format!("\n{} in {:.1} s\n", said.join(", "), took.as_secs_f64()));
        }
    }
}
