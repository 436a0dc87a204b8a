//! What the server says on the terminal: its address on standard output, everything else on standard error.

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// The talk of one server.
#[derive(Debug)]
pub(crate) struct Log {
    quiet: bool,
    said: Mutex<HashSet<String>>,
}

impl Log {
    /// With `quiet`, only what the user must know is said.
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet, said: Mutex::default() }
    }

    /// One line for a request.
    pub(crate) fn request(&self, method: &str, target: &str, status: u16, note: Option<&str>) {
        if self.quiet {
            return;
        }
        match note {
            Some(note) => warn(&format!("{method} {target} {status} ({note})")),
            None => warn(&format!("{method} {target} {status}")),
        }
    }

    /// A line that is worth saying once.
    pub(crate) fn once(&self, line: &str) {
        if !self.quiet && self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(line.to_owned()) {
            warn(line);
        }
    }
}

/// Says something that is no data. A closed terminal is no reason to stop.
pub(crate) fn warn(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Says where the pages are. Programs wait for this line, so it leaves at once.
pub(crate) fn announce(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// What is said when a page gets the runtime in the place of released PyScripts.
pub(crate) fn replacement(file: &str, replaced: &[String]) -> Option<String> {
    // The style sheet goes along with the module.
    let shown = replaced.iter().find(|address| !address.ends_with(".css")).or_else(|| replaced.first())?;
    Some(format!("{file}: {shown} → Pyrite {} (--no-rewrite to switch off)", env!("CARGO_PKG_VERSION")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_is_said_by_its_module() {
        let replaced = ["pyscript.net/latest/core.css".to_owned(), "pyscript.net/latest/core.js".to_owned()];
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            replacement("index.html", &replaced),
            Some(format!("index.html: pyscript.net/latest/core.js → Pyrite {version} (--no-rewrite to switch off)"))
        );
        assert_eq!(replacement("index.html", &[]), None);
    }
}
