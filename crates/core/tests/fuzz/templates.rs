//! `[files]`: one line each, `source => destination`.

use std::collections::BTreeSet;

use pyrite_core::config::files::{Target, plan};
use pyrite_core::config::{Fetch, Pair, Report};

use crate::mutate::shape;

pub(crate) const WORDS: &[&str] = &[
    "{A}",
    "{B}",
    "{A",
    "A}",
    "{",
    "}",
    "{}",
    "{{A}}",
    "{A}{B}",
    " => ",
    "\n",
    "/",
    "./",
    "../",
    "*",
    "/*",
    "a.txt",
    ".zip",
    ".tar.gz",
    ".whl",
    "https://x.org",
    "://",
    "?q=1",
    "#f",
    "é",
    " ",
    "\\",
    "fetch ",
    ".",
    ":",
];

pub(crate) fn check(text: &str) -> String {
    let mut files = Vec::new();
    let mut fetch = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (from, to) = line.split_once(" => ").unwrap_or((line, ""));
        let line = index as u32 + 1;
        match from.strip_prefix("fetch ") {
            None => files.push(Pair { from: from.into(), to: to.into(), line }),
            Some(from) => {
                let list = to.starts_with('[').then(|| to.split(',').map(Into::into).collect());
                fetch.push(Fetch { from: from.into(), to_folder: Some(to.into()), to_file: None, files: list, line });
            }
        }
    }
    let mut report = Report::default();
    let planned = plan(&files, &fetch, "https://example.com/a/b", &mut report);
    // The same without a base: only the addresses may differ.
    let raw = plan(&files, &fetch, "", &mut Report::default());
    let Some(downloads) = planned else {
        assert!(report.has_errors() && raw.is_none());
        return report.diagnostics.iter().map(|diagnostic| shape(&diagnostic.message)).collect();
    };
    assert!(report.diagnostics.is_empty());
    let raw = raw.expect("a base decides nothing");
    assert_eq!(raw.len(), downloads.len());
    let mut taken = BTreeSet::new();
    let mut kinds = String::new();
    for (download, raw) in downloads.iter().zip(&raw) {
        assert_eq!((&download.target, &download.written, &raw.written), (&raw.target, &raw.source, &raw.source));
        match &download.target {
            Target::File(path) => {
                assert!(!path.is_empty() && !path.ends_with('/'), "{path:?}");
                let of_files = !fetch.iter().any(|table| table.line == download.line);
                assert!(taken.insert((of_files, plain(path))) || !of_files, "{path} twice");
                kinds.push('f');
            }
            Target::Folder { path, .. } => {
                assert!(path.ends_with('/'));
                kinds.push('a');
            }
        }
        // What defines a placeholder is not downloaded.
        let from = files.iter().find(|pair| pair.line == download.line).map_or("", |pair| &pair.from);
        let name = from.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        assert!(name.is_none_or(|name| name.is_empty() || name.contains(['{', '}'])), "{from}");
    }
    kinds.truncate(6);
    kinds
}

/// A path as components, for this is what makes two of them the same.
fn plain(path: &str) -> String {
    let parts: Vec<_> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    [if path.starts_with('/') { "/" } else { "" }, &parts.join("/")].concat()
}
