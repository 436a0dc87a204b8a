//! Which lines of Python came from where.
//!
//! Each script is compiled with blank lines in front, so that the interpreter itself counts as the author does.
//! MicroPython calls everything `<stdin>`; there each script gets lines that no other script has, and those tell the
//! scripts apart.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::diagnostic::Place;
use crate::script::Language;

/// The name that MicroPython gives to all code that is not in a file.
pub const STDIN: &str = "<stdin>";

/// Where a script's code was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the page, from this line on; `None` when the page's text could not be had.
    Page(Option<u32>),
    /// In a file of its own, at this address as a person would write it.
    File(String),
}

/// How a script is handed to its interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The file name to compile under.
    pub file: String,
    /// How many blank lines to put in front.
    pub blank_lines: u32,
}

/// All scripts that were handed to an interpreter so far.
#[derive(Debug)]
pub struct Sources {
    page: String,
    /// The first line that is free for code which has no lines of its own in MicroPython.
    free: u32,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    language: Language,
    file: String,
    /// The line of the first line of code, as the interpreter counts.
    shown: u32,
    /// The same line, as the author counts.
    real: u32,
    lines: Vec<String>,
}

impl Sources {
    /// For a page with this name and this many lines (zero when unknown).
    #[must_use]
    pub fn new(page: &str, lines: u32) -> Self {
        Self { page: page.into(), free: lines + 1, entries: Vec::new() }
    }

    /// Registers a script and says how to compile it.
    pub fn place(&mut self, language: Language, origin: &Origin, code: &str) -> Placement {
        let lines: Vec<String> = code.lines().map(ToString::to_string).collect();
        let count = u32::try_from(lines.len()).unwrap_or(0);
        let (file, real, known) = match origin {
            Origin::Page(Some(line)) => (self.page.clone(), *line, true),
            Origin::Page(None) => (format!("{} (script {})", self.page, self.entries.len() + 1), 1, false),
            Origin::File(name) => (name.clone(), 1, false),
        };
        let shown = if known || language == Language::Pyodide {
            real
        } else {
            let first = self.free;
            self.free += count + 1;
            first
        };
        self.entries.push(Entry { language, file: file.clone(), shown, real, lines });
        Placement { file, blank_lines: shown - 1 }
    }

    /// The place behind what an interpreter calls `file` and `line`; `None` when that is not a script.
    #[must_use]
    pub fn resolve(&self, language: Language, file: &str, line: u32) -> Option<Place> {
        let found = self.entries.iter().rev().find(|entry| {
            let named = match language {
                Language::MicroPython => file == STDIN,
                Language::Pyodide => file == entry.file,
            };
            let end = entry.shown + u32::try_from(entry.lines.len()).unwrap_or(0);
            entry.language == language && named && (entry.shown..=end).contains(&line)
        })?;
        let offset = line - found.shown;
        Some(Place {
            file: found.file.clone(),
            line: Some(found.real + offset),
            source: usize::try_from(offset).ok().and_then(|offset| found.lines.get(offset)).cloned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_the_page_keeps_the_pages_lines() {
        let mut sources = Sources::new("index.html", 30);
        let placement = sources.place(Language::MicroPython, &Origin::Page(Some(20)), "\nx = 1\nfail\n");
        assert_eq!(placement, Placement { file: "index.html".into(), blank_lines: 19 });
        let place = sources.resolve(Language::MicroPython, STDIN, 22);
        assert_eq!(place, Some(Place { file: "index.html".into(), line: Some(22), source: Some("fail".into()) }));
    }

    #[test]
    fn files_of_micropython_are_told_apart_by_line() {
        let mut sources = Sources::new("index.html", 30);
        let a = sources.place(Language::MicroPython, &Origin::File("a.py".into()), "1\n2\n");
        let b = sources.place(Language::MicroPython, &Origin::File("b.py".into()), "1\nboom\n");
        assert_eq!(a.blank_lines, 30);
        let place = sources.resolve(Language::MicroPython, STDIN, b.blank_lines + 2);
        assert_eq!(place, Some(Place { file: "b.py".into(), line: Some(2), source: Some("boom".into()) }));
    }

    #[test]
    fn files_of_pyodide_are_told_apart_by_name() {
        let mut sources = Sources::new("index.html", 30);
        let a = sources.place(Language::Pyodide, &Origin::File("a.py".into()), "boom");
        assert_eq!(a, Placement { file: "a.py".into(), blank_lines: 0 });
        assert_eq!(sources.resolve(Language::Pyodide, "b.py", 1), None);
        assert_eq!(sources.resolve(Language::Pyodide, "a.py", 1).and_then(|place| place.line), Some(1));
    }

    #[test]
    fn an_unknown_page_still_names_the_script() {
        let mut sources = Sources::new("index.html", 0);
        sources.place(Language::MicroPython, &Origin::Page(None), "\na\n");
        sources.place(Language::MicroPython, &Origin::Page(None), "\nboom\n");
        let place = sources.resolve(Language::MicroPython, STDIN, 5);
        let file = "index.html (script 2)".into();
        assert_eq!(place, Some(Place { file, line: Some(2), source: Some("boom".into()) }));
    }
}
