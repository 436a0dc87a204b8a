//! What came of tests.

use std::path::PathBuf;

use serde::Deserialize;

use super::options::Place;

/// What became of one test, or of one set of its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) place: Place,
    pub(crate) file: String,
    /// The function with its class and arguments; empty if the file itself is meant.
    pub(crate) name: String,
    pub(crate) result: Result,
    /// Why: a traceback, or the reason for skipping.
    pub(crate) detail: String,
    pub(crate) seconds: f64,
    pub(crate) picture: Option<PathBuf>,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Result {
    Passed,
    Failed,
    Skipped,
}

impl Outcome {
    /// As pytest names it.
    pub(crate) fn title(&self) -> String {
        if self.name.is_empty() { self.file.clone() } else { format!("{}::{}", self.file, self.name) }
    }

    /// What went wrong, in one line.
    pub(crate) fn summary(&self) -> &str {
        // Python's own last lines, without those that a failed assertion adds.
        let mut lines = self.detail.lines().rev().filter(|line| !line.starts_with(' ') && !line.is_empty());
        lines
            .find(|line| line.contains("Error") || line.contains(": "))
            .or(self.detail.lines().last())
            .unwrap_or_default()
    }
}

/// What the page tells.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Told {
    /// A test begins.
    Begun { test: usize, file: String, name: String },
    /// A test has failed, and the page is still as it was then.
    Picture,
    /// A test has ended, or something around tests has failed.
    Result { file: String, name: String, outcome: Result, detail: String, seconds: f64 },
    /// That was all.
    Ended,
}
