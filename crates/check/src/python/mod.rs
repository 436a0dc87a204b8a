//! Python, parsed once, and what the rules ask about it.

mod depth;
pub(crate) mod dialect;
mod facts;
mod names;

use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::{Ranged as _, TextRange};

pub(crate) use depth::too_deep;
pub(crate) use facts::{Call, Facts, Import, collect};
pub(crate) use names::Meaning;

/// The Python that Pyodide is.
const VERSION: PythonVersion = PythonVersion::PY314;

/// Parses code. What does not follow the grammar is left out of the tree and told by [`errors`]. `None` for code that is
/// [too deep](too_deep) to be looked at.
pub(crate) fn parse(text: &str) -> Option<Parsed<ModModule>> {
    if too_deep(text).is_some() {
        return None;
    }
    parse_unchecked(text, ParseOptions::from(Mode::Module).with_target_version(VERSION)).try_into_module()
}

/// What does not follow the grammar, the first of it first.
pub(crate) fn errors(parsed: &Parsed<ModModule>) -> Vec<(String, TextRange)> {
    let mut found: Vec<(String, TextRange)> =
        parsed.errors().iter().map(|error| (error.error.to_string(), error.location)).collect();
    found.extend(parsed.unsupported_syntax_errors().iter().map(|error| (error.to_string(), error.range())));
    found.sort_by_key(|(_, range)| range.start());
    found
}
