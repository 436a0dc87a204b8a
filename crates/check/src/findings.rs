//! Collects findings: each once, in the order of files and places.

use std::collections::HashSet;

use crate::finding::Finding;

#[derive(Debug, Default)]
pub(crate) struct Findings {
    found: Vec<Finding>,
    seen: HashSet<(String, usize, &'static str, String)>,
}

impl Findings {
    /// Adds a finding, unless it was found by another way already: pages share files.
    pub(crate) fn add(&mut self, finding: Finding) {
        let key = (finding.file.clone(), finding.span.start, finding.code.as_str(), finding.message.clone());
        if self.seen.insert(key) {
            self.found.push(finding);
        }
    }

    /// All of them, in order.
    pub(crate) fn sorted(mut self) -> Vec<Finding> {
        self.found.sort_by(|one, other| {
            (&one.file, one.span.start, one.code.as_str()).cmp(&(&other.file, other.span.start, other.code.as_str()))
        });
        self.found
    }
}
