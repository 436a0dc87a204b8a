//! What all rules share: the project, what interpreters bring, and what was found.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use pyrite_core::Code;
use pyrite_core::config::similar::closest;

use crate::archives::Looked;
use crate::distribution::Distribution;
use crate::finding::{Finding, Level};
use crate::findings::Findings;
use crate::project::{File, Project};

pub(crate) struct Context<'p> {
    pub(crate) project: &'p dyn Project,
    pub(crate) distribution: &'p Distribution,
    pub(crate) findings: Findings,
    /// The archives that were looked into, and whether as zip files.
    pub(crate) archives: RefCell<BTreeMap<(String, bool), Option<Looked>>>,
}

impl<'p> Context<'p> {
    pub(crate) fn new(project: &'p dyn Project, distribution: &'p Distribution) -> Self {
        Self { project, distribution, findings: Findings::default(), archives: RefCell::default() }
    }
}

impl Context<'_> {
    /// The text of a file that is named at a place; says why if it cannot be had. `what` is a word for it.
    pub(crate) fn text(
        &mut self,
        path: &str,
        file: &str,
        span: Range<usize>,
        what: &str,
        written: &str,
    ) -> Option<String> {
        match self.project.read(path) {
            File::Text(text) => Some(text),
            File::Missing | File::Folder => {
                self.missing(file, span, what, written, path);
                None
            }
            File::Bytes(bytes) => {
                let at = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), |text| text.len());
                let message = format!("This {what} is not in UTF-8: byte {at} cannot be.");
                let finding = Finding::new(Code::Encoding, Level::Error, path, at..at, message);
                self.findings.add(finding.hint("save it as UTF-8 in your editor"));
                None
            }
            File::Unreadable(reason) => {
                self.unreadable(path, &reason);
                None
            }
        }
    }

    pub(crate) fn unreadable(&mut self, path: &str, reason: &str) {
        let message = format!("This file cannot be read: {reason}.");
        let finding = Finding::new(Code::Unreadable, Level::Error, path, 0..0, message);
        self.findings.add(finding.hint("look at its permissions, and where it leads if it is a link"));
    }

    /// Says that a file is not there, and which one may be meant.
    pub(crate) fn missing(&mut self, file: &str, span: Range<usize>, what: &str, written: &str, path: &str) {
        let message = format!("There is no {what} `{written}`.");
        let finding = Finding::new(Code::NotFound, Level::Error, file, span, message);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let names = self.project.names(folder);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let hint = if let Some(meant) = closest(name, &names) {
            format!("did you mean `{meant}`?")
        } else if names.is_empty() && !folder.is_empty() {
            format!("there is no folder `{folder}` in the project either")
        } else {
            format!("it is looked for at `{path}`, relative to the file that names it")
        };
        self.findings.add(finding.hint(hint));
    }

    pub(crate) fn is_file(&self, path: &str) -> bool {
        matches!(self.project.read(path), File::Text(_) | File::Bytes(_))
    }
}
