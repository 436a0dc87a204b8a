//! `--save`: the table and the chart of a run, in the guide.

use std::fs;

use anyhow::{Context as _, Result};
use pyrite_tests::paths;

use crate::report::Report;
use crate::{chart, table};

const BEGIN: &str = "<!-- measured: written by `cargo xtask bench --save` -->\n";
const END: &str = "<!-- /measured -->\n";

/// Writes both.
///
/// # Errors
/// When the guide is not there or has no place for the table.
pub(crate) fn into_guide(report: &Report) -> Result<()> {
    let docs = paths::root().join("docs");
    let page = docs.join("performance.md");
    let text = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let text = between_markers(&text, &table::for_guide(report))
        .with_context(|| format!("{} has no {BEGIN}", page.display()))?;
    fs::write(&page, text)?;
    fs::write(docs.join("performance.svg"), chart::svg(report))?;
    Ok(())
}

fn between_markers(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let text = format!("before\n{BEGIN}old\n{END}after\n");
        assert_eq!(between_markers(&text, "new\n"), Some(format!("before\n{BEGIN}new\n{END}after\n")));
        assert_eq!(between_markers("no markers", "new\n"), None);
    }

    #[test]
    fn the_guide_has_a_place_for_the_table() {
        let text = fs::read_to_string(paths::root().join("docs/performance.md")).unwrap_or_default();
        assert!(between_markers(&text, "").is_some());
    }
}
