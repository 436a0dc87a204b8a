//! What `pyrite check` finds on a page that is open, for the page itself to show.

use std::path::Path;

use pyrite_check::Level;
use serde_json::{Value, json};

use crate::check;

/// Errors and warnings of one page and all that it names, as JSON. Notes are for the terminal.
pub(crate) fn of_page(root: &Path, page: &str) -> String {
    let found = check::one_page(root, page);
    let worth = found.iter().filter(|shown| shown.finding.level < Level::Note);
    let told: Vec<Value> = worth
        .map(|shown| {
            let (line, column) = shown.start();
            let finding = &shown.finding;
            json!({
                "level": finding.level.as_str(), "code": finding.code.as_str(), "file": finding.file,
                "line": line, "column": column, "message": finding.message, "hint": finding.hint,
            })
        })
        .collect();
    Value::Array(told).to_string()
}
