//! `check` over projects in memory: what it finds, word for word, and where it is silent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod archives;
mod broken;
mod examples;
mod findings;
mod fixes;
mod samples;

use std::fmt::Write as _;

use pyrite_check::{Distribution, File, Finding, Host, Options, Project as _, Tree, check, position};

/// What a page needs to run Python.
pub(crate) const HEAD: &str = "<!doctype html>\n<script type=\"module\" src=\"/_pyrite/core.js\"></script>\n";

/// A few packages in the form of Pyodide's lock file.
pub(crate) const LOCK: &str = r#"{"packages": {
    "numpy": {"name": "numpy", "package_type": "package", "version": "2.3.5", "imports": ["numpy"], "depends": [],
        "file_name": "numpy-2.3.5-cp314-cp314-pyemscripten_2026_0_wasm32.whl"},
    "matplotlib": {"name": "matplotlib", "package_type": "package", "version": "3.10.0", "imports": ["matplotlib", "pylab"],
        "depends": ["numpy", "pillow"], "file_name": "matplotlib-3.10.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"},
    "pillow": {"name": "pillow", "package_type": "package", "version": "11.3.0", "imports": ["PIL"], "depends": [],
        "file_name": "pillow-11.3.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"},
    "pandas": {"name": "pandas", "package_type": "package", "version": "2.3.3", "imports": ["pandas"],
        "depends": ["numpy", "python-dateutil"], "file_name": "pandas-2.3.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"},
    "python-dateutil": {"name": "python-dateutil", "package_type": "package", "version": "2.9.0", "imports": ["dateutil"],
        "depends": [], "file_name": "python_dateutil-2.9.0-py2.py3-none-any.whl"},
    "requests": {"name": "requests", "package_type": "package", "version": "2.32.5", "imports": ["requests"], "depends": [],
        "file_name": "requests-2.32.5-py3-none-any.whl"},
    "scikit-learn": {"name": "scikit-learn", "package_type": "package", "version": "1.7.0", "imports": ["sklearn"],
        "depends": ["numpy"], "file_name": "scikit_learn-1.7.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"}}}"#;

pub(crate) fn found(tree: &Tree, host: Option<Host>) -> Vec<Finding> {
    check(tree, &Distribution::from_lock("314.0.7", LOCK).unwrap(), Options { host })
}

/// With other packages and another interpreter.
pub(crate) fn found_with(tree: &Tree, lock: &str) -> Vec<Finding> {
    check(tree, &Distribution::from_lock("314.0.7", lock).unwrap(), Options::default())
}

/// Findings as text.
pub(crate) fn shown(tree: &Tree, findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let place = |file: &str, span: &std::ops::Range<usize>| {
            let File::Text(text) = tree.read(file) else { return format!("{file}:?") };
            let (line, column) = position(&text, span.start);
            let marked = text.get(span.clone()).unwrap_or("?").replace('\n', "⏎");
            format!("{file}:{line}:{column} [{marked}]")
        };
        let _ = writeln!(
            out,
            "{} {} {}",
            finding.level.as_str(),
            finding.code.as_str(),
            place(&finding.file, &finding.span)
        );
        let _ = writeln!(out, "  {}", finding.message.replace('\n', "\n  "));
        if let Some(hint) = &finding.hint {
            let _ = writeln!(out, "  hint: {hint}");
        }
        for related in &finding.related {
            let _ = writeln!(out, "  see {}: {}", place(&related.file, &related.span), related.text);
        }
        if let Some(fix) = &finding.fix {
            let _ = writeln!(out, "  fix: {}", fix.title);
        }
    }
    if out.is_empty() { "nothing".to_owned() } else { out }
}

/// A project with one page, whose body this is.
pub(crate) fn page(body: &str) -> Tree {
    Tree::default().text("index.html", &format!("{HEAD}{body}"))
}
