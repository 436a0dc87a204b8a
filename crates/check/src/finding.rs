//! What is found: one value, shown on a terminal, in a pull request or to another program.

use std::ops::Range;

use pyrite_core::Code;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something the author asks for will not happen.
    Error,
    /// It will work, but hardly as the author thinks.
    Warning,
    /// It works today; worth knowing, no reason to fail.
    Note,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file, as [`Finding::file`].
    pub file: String,
    /// The bytes of it.
    pub span: Range<usize>,
    /// What is there.
    pub text: String,
}

/// A change that repairs a finding and cannot do harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, for a list of what was done.
    pub title: String,
    /// The changes in the finding's file; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Bytes and what takes their place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Where the bytes begin.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// What takes their place.
    pub text: String,
}

/// One thing that is wrong or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its code, a section of `docs/errors.md`.
    pub code: Code,
    /// How much it matters.
    pub level: Level,
    /// The file, relative to the project's folder, with `/` between folders.
    pub file: String,
    /// The bytes of that file that it is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// The change that repairs it, where there is a safe one.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A package that nobody has for the interpreter, where it is asked for.
    #[must_use]
    pub fn missing_package(file: &str, span: Range<usize>, message: String, hint: String) -> Self {
        Self::new(Code::BadPackages, Level::Error, file, span, message).hint(hint)
    }

    /// A folder in which there may be pages, and which nobody can look into.
    #[must_use]
    pub fn unreadable_folder(path: &str, reason: &str) -> Self {
        let message = format!("This folder cannot be looked into: {reason}.");
        Self::new(Code::Unreadable, Level::Error, path, 0..0, message).hint("look at its permissions")
    }

    /// A finding without hint and fix.
    pub(crate) fn new(code: Code, level: Level, file: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            level,
            file: file.to_owned(),
            span,
            message: message.into(),
            hint: None,
            related: Vec::new(),
            fix: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn related(mut self, file: &str, span: Range<usize>, text: impl Into<String>) -> Self {
        self.related.push(Related { file: file.to_owned(), span, text: text.into() });
        self
    }

    pub(crate) fn fix(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }

    /// Where the guide explains the code, below the repository's `docs/`.
    #[must_use]
    pub fn docs(&self) -> String {
        format!("errors.md#{}", self.code.as_str().to_ascii_lowercase())
    }
}

/// The text after the edits of some fixes. Of those that overlap, the first wins.
#[must_use]
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> (String, usize) {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut done = 0;
    for fix in fixes {
        let clashes = |edit: &Edit| edits.iter().any(|other| edit.start < other.end && other.start < edit.end);
        if fix.edits.iter().any(clashes) {
            continue;
        }
        // Two that want the same line put in, an import for example, want it once.
        edits.extend(fix.edits.iter().filter(|edit| !edits.contains(edit)).collect::<Vec<_>>());
        done += 1;
    }
    edits.sort();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.start).unwrap_or_default());
        out.push_str(&edit.text);
        at = edit.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, done)
}

/// The line and the character in it, both counted from one, of a byte.
#[must_use]
pub fn position(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_applied_once_and_do_not_overlap() {
        let edit = |start, end, text: &str| Edit { start, end, text: text.into() };
        let fix = |edits| Fix { title: String::new(), edits };
        let fixes = [
            fix(vec![edit(4, 5, "X"), edit(0, 0, "import a\n")]),
            fix(vec![edit(0, 0, "import a\n")]),
            fix(vec![edit(3, 6, "no")]),
        ];
        assert_eq!(apply("0123456", &fixes), ("import a\n0123X56".to_owned(), 2));
    }

    #[test]
    fn positions_count_lines_and_characters() {
        assert_eq!(position("aé\nbc", 0), (1, 1));
        assert_eq!(position("aé\nbc", 3), (1, 3));
        assert_eq!(position("aé\nbc", 2), (1, 2));
        assert_eq!(position("aé\nbc", 99), (2, 3));
    }
}
