//! `--save`: the table and the chart of a run, in the guide.

use std::fs;

use anyhow::{Context as _, Result};
use pyrite_tests::paths;

use crate::pages::PAGES;
use crate::report::Report;
use crate::{chart, table, workers};

/// What stands around a table, and what writes it.
const LOADING: [&str; 2] = ["<!-- measured: written by `cargo xtask bench --save` -->\n", "<!-- /measured -->\n"];
const WORKERS: [&str; 2] =
    ["<!-- workers measured: written by `cargo xtask bench --save` -->\n", "<!-- /workers measured -->\n"];
const PEER: [&str; 2] = ["<!-- compared: written by `cargo xtask bench --peer --save` -->\n", "<!-- /compared -->\n"];

/// Writes both, as far as all of their pages were visited.
///
/// # Errors
/// When the guide is not there or has no place for the table.
pub(crate) fn into_guide(report: &Report) -> Result<()> {
    let docs = paths::root().join("docs");
    let has = |twice| {
        let mut pages = PAGES.iter().filter(|page| page.twice == twice);
        pages.all(|page| report.rows.iter().any(|row| row.page == page.name))
    };
    // A run of only some pages leaves the other table as it is.
    if has(true) {
        put("performance.md", LOADING, &table::for_guide(report))?;
        fs::write(docs.join("performance.svg"), chart::svg(report))?;
    }
    if has(false) {
        put("performance.md", WORKERS, &workers::for_guide(report))?;
        fs::write(docs.join("performance-workers.svg"), workers::svg(report))?;
    }
    Ok(())
}

/// Writes what `--peer` has found into docs/compared.md.
///
/// # Errors
/// As above.
pub(crate) fn compared(table: &str) -> Result<()> {
    put("compared.md", PEER, table)
}

fn put(page: &str, markers: [&str; 2], table: &str) -> Result<()> {
    let page = paths::root().join("docs").join(page);
    let text = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let text =
        between(&text, markers, table).with_context(|| format!("{} has no {}", page.display(), markers[0].trim()))?;
    fs::write(&page, text).with_context(|| format!("cannot write {}", page.display()))
}

fn between(text: &str, [begin, end]: [&str; 2], table: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{table}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let [begin, end] = LOADING;
        let text = format!("before\n{begin}old\n{end}after\n");
        assert_eq!(between(&text, LOADING, "new\n"), Some(format!("before\n{begin}new\n{end}after\n")));
        assert_eq!(between("no markers", LOADING, "new\n"), None);
    }

    #[test]
    fn the_guide_has_a_place_for_each_table() {
        for (page, markers) in [("performance.md", LOADING), ("performance.md", WORKERS), ("compared.md", PEER)] {
            let text = fs::read_to_string(paths::root().join("docs").join(page)).unwrap_or_default();
            assert!(between(&text, markers, "").is_some(), "{page}: {}", markers[0]);
        }
    }
}
