//! Which lines of Python came from where.
//!
//! The DOM does not tell where in the page's text an element stands, and the text may not be at hand. So code of the
//! page is compiled under a name of its own and gets its real place when a message is written: only then is the text
//! of the page read. MicroPython calls everything `<stdin>`; there each script gets lines that no other script has,
//! and those tell the scripts apart.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::diagnostic::Place;
use crate::html;
use crate::script::{Form, Language};
use crate::text::decimal;

/// The name that MicroPython gives to all code that is not in a file.
pub const STDIN: &str = "<stdin>";

/// Where a script's code was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the text of the page.
    Page {
        /// Which of the two forms.
        form: Form,
        /// The content as the DOM gave it.
        text: String,
        /// How many scripts of the same form, language and (for [`Form::Script`]) content stand before it.
        nth: usize,
    },
    /// In an element that came into the page later.
    Added,
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
    page_text: Option<Option<String>>,
    /// The first line that no script has in MicroPython.
    free: u32,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    language: Language,
    origin: Origin,
    file: String,
    /// The line of the first line of code, as the interpreter counts.
    first: u32,
    lines: Vec<String>,
}

impl Sources {
    /// For a page with this name.
    #[must_use]
    pub fn new(page: &str) -> Self {
        Self { page: page.into(), page_text: None, free: 1, entries: Vec::new() }
    }

    /// Registers a script and says how to compile it.
    pub fn place(&mut self, language: Language, origin: Origin, code: &str) -> Placement {
        let lines: Vec<String> = code.lines().map(ToString::to_string).collect();
        let file = match &origin {
            Origin::File(name) => name.clone(),
            _ => [&self.page, " (script ", &decimal(u32::try_from(self.entries.len()).unwrap_or(0) + 1), ")"].concat(),
        };
        let first = match language {
            Language::Pyodide => 1,
            Language::MicroPython => self.free,
        };
        if language == Language::MicroPython {
            self.free += count(&lines) + 1;
        }
        self.entries.push(Entry { language, origin, file: file.clone(), first, lines });
        Placement { file, blank_lines: first - 1 }
    }

    /// Whether the text of the page would tell more, and nobody has tried to get it.
    #[must_use]
    pub fn wants_page_text(&self) -> bool {
        self.page_text.is_none() && self.entries.iter().any(|entry| matches!(entry.origin, Origin::Page { .. }))
    }

    /// Takes the text of the page; `None` when it cannot be had.
    pub fn set_page_text(&mut self, text: Option<String>) {
        self.page_text = Some(text);
    }

    /// The place behind what an interpreter calls `file` and `line`; `None` when that is not a script.
    #[must_use]
    pub fn resolve(&self, language: Language, file: &str, line: u32) -> Option<Place> {
        let found = self.entries.iter().rev().find(|entry| {
            let named = match language {
                Language::MicroPython => file == STDIN,
                Language::Pyodide => file == entry.file,
            };
            entry.language == language && named && (entry.first..=entry.first + count(&entry.lines)).contains(&line)
        })?;
        let offset = line - found.first;
        let source = usize::try_from(offset).ok().and_then(|offset| found.lines.get(offset)).cloned();
        Some(match self.line_in_page(found) {
            Some(first) => Place { file: self.page.clone(), line: Some(first + offset), source },
            None => Place { file: found.file.clone(), line: Some(1 + offset), source },
        })
    }

    /// The line of the page on which a script's code starts.
    fn line_in_page(&self, entry: &Entry) -> Option<u32> {
        let page_text = self.page_text.as_ref()?.as_ref()?;
        let Origin::Page { form, text, nth } = &entry.origin else { return None };
        html::line_of(&html::scripts(page_text), *form, entry.language, text, *nth)
    }
}

fn count(lines: &[String]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_page(text: &str, nth: usize) -> Origin {
        Origin::Page { form: Form::Script, text: text.into(), nth }
    }

    fn place(file: &str, line: u32, source: &str) -> Option<Place> {
        Some(Place { file: file.into(), line: Some(line), source: Some(source.into()) })
    }

    #[test]
    fn code_in_the_page_has_the_pages_lines_once_its_text_is_known() {
        let page = "<p>\n<script type=mpy>\nx = 1\nfail\n</script>\n<script type=py>\nboom\n</script>";
        let mut sources = Sources::new("index.html");
        assert!(!sources.wants_page_text());
        let mpy = sources.place(Language::MicroPython, in_page("\nx = 1\nfail\n", 0), "\nx = 1\nfail\n");
        let py = sources.place(Language::Pyodide, in_page("\nboom\n", 0), "\nboom\n");
        assert_eq!(py, Placement { file: "index.html (script 2)".into(), blank_lines: 0 });
        let resolve = |sources: &Sources| {
            let of_mpy = sources.resolve(Language::MicroPython, STDIN, mpy.blank_lines + 3);
            (of_mpy, sources.resolve(Language::Pyodide, &py.file, 2))
        };
        let before = (place("index.html (script 1)", 3, "fail"), place("index.html (script 2)", 2, "boom"));
        assert_eq!(resolve(&sources), before);
        assert!(sources.wants_page_text());
        sources.set_page_text(Some(page.into()));
        assert_eq!(resolve(&sources), (place("index.html", 4, "fail"), place("index.html", 7, "boom")));
        assert!(!sources.wants_page_text());
        sources.set_page_text(None);
        assert_eq!(resolve(&sources), before);
    }

    #[test]
    fn files_of_micropython_are_told_apart_by_line() {
        let mut sources = Sources::new("index.html");
        sources.place(Language::MicroPython, Origin::File("a.py".into()), "1\n2\n");
        let b = sources.place(Language::MicroPython, Origin::File("b.py".into()), "1\nboom\n");
        assert_eq!(b.blank_lines, 3);
        assert_eq!(sources.resolve(Language::MicroPython, STDIN, b.blank_lines + 2), place("b.py", 2, "boom"));
    }

    #[test]
    fn files_of_pyodide_are_told_apart_by_name() {
        let mut sources = Sources::new("index.html");
        let a = sources.place(Language::Pyodide, Origin::File("a.py".into()), "boom");
        assert_eq!(a, Placement { file: "a.py".into(), blank_lines: 0 });
        assert_eq!(sources.resolve(Language::Pyodide, "b.py", 1), None);
        assert_eq!(sources.resolve(Language::Pyodide, "a.py", 1), place("a.py", 1, "boom"));
    }

    #[test]
    fn a_script_that_came_later_is_named_by_its_number() {
        let mut sources = Sources::new("index.html");
        let added = sources.place(Language::Pyodide, Origin::Added, "boom");
        sources.set_page_text(Some("<script type=py>boom</script>".into()));
        assert_eq!(sources.resolve(Language::Pyodide, &added.file, 1), place("index.html (script 1)", 1, "boom"));
    }
}
