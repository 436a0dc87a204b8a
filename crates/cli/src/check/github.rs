//! Findings as GitHub's workflow commands, which appear beside the lines of a pull request.

use std::fmt::Write as _;

use pyrite_check::Level;

use super::Shown;

/// One line per finding.
pub(crate) fn render(found: &[Shown]) -> String {
    let mut out = String::new();
    for shown in found {
        let finding = &shown.finding;
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let ((line, column), (end_line, end_column)) = (shown.start(), shown.end());
        let mut message = finding.message.clone();
        if let Some(hint) = &finding.hint {
            let _ = write!(message, "\nhint: {hint}");
        }
        let (file, code) = (property(&shown.path), finding.code.as_str());
        let _ = write!(out, "::{command} file={file},line={line},endLine={end_line}");
        // Columns of two lines are not understood.
        if line == end_line {
            let _ = write!(out, ",col={column},endColumn={end_column}");
        }
        let _ = writeln!(out, ",title={code}::{}", data(&message));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
