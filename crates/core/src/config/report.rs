//! Collects what there is to say about a configuration, each with the line that it is about.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::cut;
use crate::diagnostic::{Code, Diagnostic, Place, Severity, coded};

/// Where a configuration was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The file as its author knows it; empty when there is none.
    pub file: &'a str,
    /// The line of the file on which the text begins, counted from one; zero when it is not known.
    pub line: u32,
    /// The text; empty when there is none.
    pub text: &'a str,
}

impl Origin<'_> {
    /// The place of a line of the text.
    #[must_use]
    pub fn place(&self, line: u32) -> Option<Place> {
        if self.file.is_empty() {
            return None;
        }
        let index = usize::try_from(line).unwrap_or(0).checked_sub(1);
        let source = index
            .and_then(|index| cut::parts(self.text, b'\n').nth(index))
            .map(|line| line.trim_ascii_end().to_string());
        let line = (line > 0 && self.line > 0).then(|| line.saturating_add(self.line - 1));
        Some(Place { file: self.file.into(), line, source })
    }
}

/// What there is to say. Functions that fail leave the reason here and give `None`: a diagnostic in every return would
/// make the code that pages load half as large again.
#[derive(Debug, Default)]
pub struct Report<'a> {
    /// Where the configuration was written.
    pub origin: Origin<'a>,
    /// All that was said so far.
    pub diagnostics: Vec<Diagnostic>,
    /// The package description that is being dealt with: its address, and the line of the entry that asks for it.
    pub(super) within: Option<(String, u32)>,
}

impl<'a> Report<'a> {
    /// Nothing is said yet.
    #[must_use]
    pub fn new(origin: Origin<'a>) -> Self {
        Self { origin, diagnostics: Vec::new(), within: None }
    }

    /// Whether anything said is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    pub(super) fn error<T>(&mut self, code: Code, line: u32, message: &[&str], hint: &[&str]) -> Option<T> {
        self.add(Severity::Error, code, line, message, hint);
        None
    }

    pub(super) fn warn(&mut self, line: u32, message: &[&str], hint: &[&str]) {
        self.add(Severity::Warning, Code::SuspiciousConfig, line, message, hint);
    }

    #[inline(never)]
    fn add(&mut self, severity: Severity, code: Code, line: u32, message: &[&str], hint: &[&str]) {
        let hint = hint.concat();
        let mut line = line;
        let mut asks = String::new();
        if let Some((address, asking)) = &self.within {
            // Inside a description, lines are those of another text.
            line = *asking;
            asks =
                ["the package description ", address, " asks for it", if hint.is_empty() { "" } else { "; " }].concat();
        }
        let mut diagnostic = Diagnostic::error(code, coded(code, &message.concat())).at(self.origin.place(line));
        diagnostic.severity = severity;
        asks.push_str(&hint);
        if !asks.is_empty() {
            diagnostic = diagnostic.with_hint(asks);
        }
        self.diagnostics.push(diagnostic);
    }
}

#[cfg(test)]
impl Report<'_> {
    /// The only thing that was said: message and hint.
    pub(super) fn only(&self) -> (&str, &str) {
        assert_eq!(self.diagnostics.len(), 1, "{:?}", self.diagnostics);
        (&self.diagnostics[0].message, self.diagnostics[0].hint.as_deref().unwrap_or_default())
    }
}
