//! Where a configuration was written, so that a message can show the line.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

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
        let source = index.and_then(|index| self.text.lines().nth(index)).map(ToString::to_string);
        let line = (line > 0 && self.line > 0).then(|| line.saturating_add(self.line - 1));
        Some(Place { file: self.file.into(), line, source })
    }

    pub(super) fn error(&self, code: Code, line: u32, message: &str) -> Diagnostic {
        Diagnostic::error(code, coded(code, message)).at(self.place(line))
    }

    pub(super) fn warning(&self, line: u32, message: &str, hint: impl Into<Cow<'static, str>>) -> Diagnostic {
        let code = Code::SuspiciousConfig;
        let mut warning = self.error(code, line, message).with_hint(hint);
        warning.severity = Severity::Warning;
        warning
    }
}

/// Puts a text between backquotes.
pub(super) fn quoted(text: &str) -> String {
    ["`", text, "`"].concat()
}
