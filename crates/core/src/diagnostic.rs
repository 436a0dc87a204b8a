//! What went wrong, where, and what to do: one value, rendered for the console, the page, the terminal and machines.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use crate::text::decimal;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something the author asked for did not happen.
    Error,
    /// It works, but not as the author may think.
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The codes of all diagnostics. Those below `PY3000` mean what they mean in PyScript, so that a search for
        /// one still finds its answers; each has a section in `docs/errors.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it is shown, `PY0404` for example.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// A file could not be fetched for a reason that has no code of its own.
    Fetch = "PY0001",
    /// A source file is not valid UTF-8.
    Encoding = "PY0003",
    /// The server wants a login (status 401).
    Unauthorized = "PY0401",
    /// The server refuses access (status 403).
    Forbidden = "PY0403",
    /// There is no such file (status 404).
    NotFound = "PY0404",
    /// Attributes, content or elements that contradict each other.
    Conflict = "PY0409",
    /// The server failed (status 500).
    Server = "PY0500",
    /// The server is not available (status 503).
    Unavailable = "PY0503",
    /// The configuration cannot be read.
    BadConfig = "PY1000",
    /// The interpreter's files could not be loaded.
    InterpreterUnreachable = "PY3000",
    /// The interpreter's files were loaded but do not start.
    InterpreterBroken = "PY3001",
    /// Pyrite's own files could not be loaded.
    RuntimeUnreachable = "PY3002",
    /// A worker could not be started, or broke down.
    WorkerBroken = "PY3004",
    /// An archive cannot be unpacked.
    Archive = "PY3010",
    /// A configuration says something that it probably does not mean.
    SuspiciousConfig = "PY3100",
    /// The files of a configuration cannot be had as they are written.
    BadFiles = "PY3101",
    /// The packages of a configuration cannot be had as they are written.
    BadPackages = "PY3102",
    /// A JavaScript module of a configuration cannot be imported.
    BadModules = "PY3103",
    /// Python raised an exception that nothing caught.
    Exception = "PY4000",
    /// Python wrote to `sys.stderr`.
    StandardError = "PY4001",
    /// A hook of a plugin has failed.
    Hook = "PY4002",
    /// An attribute such as `py-click` asks for an interpreter that the page does not have.
    Handler = "PY4003",
    /// The Python of a script does not follow its grammar.
    Syntax = "PY5000",
    /// An element or attribute that is nearly one of ours.
    UnknownMarkup = "PY5001",
    /// An import that nothing provides.
    UnknownImport = "PY5002",
    /// Something that CPython has and MicroPython has not.
    NotInMicroPython = "PY5003",
    /// A function is handed to JavaScript, which will find it gone.
    BareCallback = "PY5004",
    /// A JavaScript class is called without `new`.
    MissingNew = "PY5005",
    /// A worker and the page wait for each other.
    CircularWait = "PY5006",
    /// An address whose content changes without notice.
    Unpinned = "PY5007",
    /// A JavaScript file that is no module.
    NotAModule = "PY5008",
    /// The chosen host does not send the headers that a page needs.
    MissingHeaders = "PY5009",
    /// The page stands still while Python waits.
    Blocking = "PY5010",
    /// A file of the project cannot be read.
    Unreadable = "PY5011",
    /// Nothing on the page runs its scripts.
    NothingRuns = "PY5012",
    /// An element that the page's Python asks for is not in the page.
    MissingElement = "PY5013",
}

/// A place in a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as its author knows it: `index.html`, `scripts/main.py`.
    pub file: String,
    /// The line, counted from one, where it is known.
    pub line: Option<u32>,
    /// The text of that line, where it is known.
    pub source: Option<String>,
}

impl Place {
    /// `index.html", line 23` in the interpreters' own way of writing it.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.line {
            Some(line) => ["File \"", &self.file, "\", line ", &decimal(line)].concat(),
            None => ["File \"", &self.file, "\""].concat(),
        }
    }
}

/// One message for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of failure it is.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, in one or two sentences.
    pub message: String,
    /// Where it happened.
    pub place: Option<Place>,
    /// What to do about it.
    pub hint: Option<Cow<'static, str>>,
    /// A traceback or other detail of several lines.
    pub detail: Option<String>,
}

impl Diagnostic {
    /// An error without place, hint or detail.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), place: None, hint: None, detail: None }
    }

    /// The same with a way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// The same with a traceback or another detail of several lines.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Where the guide explains the code, below `docs/`.
    #[must_use]
    pub fn docs(&self) -> String {
        ["errors.md#", &*self.code.as_str().to_ascii_lowercase()].concat()
    }

    /// As plain text, for a console or a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.detail.clone().unwrap_or_else(|| self.message.clone());
        if let (None, Some(place)) = (&self.detail, &self.place) {
            text.push_str("\n  ");
            text.push_str(&place.describe());
            if let Some(source) = &place.source {
                text.push_str("\n    ");
                text.push_str(source.trim_ascii());
            }
        }
        if let Some(hint) = &self.hint {
            text.push_str("\nhint: ");
            text.push_str(hint);
        }
        text
    }
}

/// The text of a coded message in PyScript's form, `(PY0404): …`.
#[must_use]
pub fn coded(code: Code, text: &str) -> String {
    let mut message = "(".to_string();
    message.push_str(code.as_str());
    message.push_str("): ");
    message.push_str(text);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ordered() {
        let codes: alloc::vec::Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
    }

    #[test]
    fn text_says_what_where_and_what_to_do() {
        let diagnostic = Diagnostic::error(Code::Conflict, "(PY0409): Too many py-config")
            .at(Some(Place { file: "index.html".into(), line: Some(3), source: Some("  <py-config>".into()) }))
            .with_hint("keep one");
        assert_eq!(
            diagnostic.to_text(),
            "(PY0409): Too many py-config\n  File \"index.html\", line 3\n    <py-config>\nhint: keep one"
        );
        assert_eq!(diagnostic.docs(), "errors.md#py0409");
    }
}
