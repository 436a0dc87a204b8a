//! Which lines of Python came from where.
//!
//! The DOM does not tell where in the page's text an element stands, and the text may not be at hand. So code of the
//! page is compiled under a name of its own and gets its real place when a message is written: only then is the text
//! of the page read. MicroPython calls everything `<stdin>`; there each script gets lines that no other script has,
//! and those tell the scripts apart.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::cut;
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
    /// In a file of its own, or in an element that came into the page later.
    Elsewhere,
}

/// How a script is handed to its interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The file name to compile under.
    pub file: String,
    /// How many blank lines to put in front.
    pub blank_lines: u32,
}

/// Gives each script a name, and lines, by which it is known again.
#[derive(Debug)]
pub struct Placer {
    page: String,
    /// The first line that no script has in MicroPython.
    free: u32,
    placed: u32,
}

impl Placer {
    /// For a page with this name.
    #[must_use]
    pub fn new(page: String) -> Self {
        Self { page, free: 1, placed: 0 }
    }

    /// Says how to compile a script. `file` is its address as a person would write it, if it has one of its own.
    pub fn place(&mut self, language: Language, file: Option<String>, code: &str) -> Placement {
        self.placed += 1;
        let file = file.unwrap_or_else(|| [&self.page, " (script ", &decimal(self.placed), ")"].concat());
        if language == Language::Pyodide {
            return Placement { file, blank_lines: 0 };
        }
        let blank_lines = self.free - 1;
        let ends = code.bytes().filter(|byte| *byte == b'\n').count();
        self.free += u32::try_from(ends).unwrap_or(0) + 2;
        Placement { file, blank_lines }
    }
}

/// An address as its author would write it: relative to the page where it is below it.
#[must_use]
pub fn short(absolute: &str, page: &str) -> String {
    let (page, _) = cut::at(page, cut::run(page, |byte| byte != b'?' && byte != b'#'));
    let folder = cut::last(page, b'/').map_or("", |(folder, _)| folder);
    match absolute.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) if !folder.is_empty() => rest.into(),
        _ => absolute.into(),
    }
}

/// All scripts that were handed to an interpreter so far.
#[derive(Debug)]
pub struct Sources {
    page: String,
    page_text: Option<String>,
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
    /// For a page with this name, and its text where that can be had.
    #[must_use]
    pub fn new(page: &str, page_text: Option<String>) -> Self {
        Self { page: page.into(), page_text, entries: Vec::new() }
    }

    /// Adds a script that was placed by a [`Placer`].
    pub fn add(&mut self, language: Language, origin: Origin, placement: &Placement, code: &str) {
        let lines = code.lines().map(ToString::to_string).collect();
        let Placement { file, blank_lines } = placement.clone();
        self.entries.push(Entry { language, origin, file, first: blank_lines + 1, lines });
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
        let page_text = self.page_text.as_ref()?;
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

    /// Places scripts and lists them.
    struct All(Placer, Sources);

    impl All {
        fn new(page_text: Option<&str>) -> Self {
            Self(Placer::new("index.html".into()), Sources::new("index.html", page_text.map(Into::into)))
        }

        fn place(&mut self, language: Language, origin: Origin, file: Option<&str>, code: &str) -> Placement {
            let placement = self.0.place(language, file.map(Into::into), code);
            self.1.add(language, origin, &placement, code);
            placement
        }
    }

    #[test]
    fn code_in_the_page_has_the_pages_lines_once_its_text_is_known() {
        let page = "<p>\n<script type=mpy>\nx = 1\nfail\n</script>\n<script type=py>\nboom\n</script>";
        let resolved = |page_text| {
            let mut all = All::new(page_text);
            let mpy = all.place(Language::MicroPython, in_page("\nx = 1\nfail\n", 0), None, "\nx = 1\nfail\n");
            let py = all.place(Language::Pyodide, in_page("\nboom\n", 0), None, "\nboom\n");
            assert_eq!(py, Placement { file: "index.html (script 2)".into(), blank_lines: 0 });
            let of_mpy = all.1.resolve(Language::MicroPython, STDIN, mpy.blank_lines + 3);
            (of_mpy, all.1.resolve(Language::Pyodide, &py.file, 2))
        };
        let without = (place("index.html (script 1)", 3, "fail"), place("index.html (script 2)", 2, "boom"));
        assert_eq!(resolved(None), without);
        assert_eq!(resolved(Some(page)), (place("index.html", 4, "fail"), place("index.html", 7, "boom")));
    }

    #[test]
    fn files_of_micropython_are_told_apart_by_line() {
        let mut all = All::new(None);
        all.place(Language::MicroPython, Origin::Elsewhere, Some("a.py"), "1\n2\n");
        let b = all.place(Language::MicroPython, Origin::Elsewhere, Some("b.py"), "1\nboom\n");
        assert_eq!(b.blank_lines, 4);
        assert_eq!(all.1.resolve(Language::MicroPython, STDIN, b.blank_lines + 2), place("b.py", 2, "boom"));
    }

    #[test]
    fn files_of_pyodide_are_told_apart_by_name() {
        let mut all = All::new(None);
        let a = all.place(Language::Pyodide, Origin::Elsewhere, Some("a.py"), "boom");
        assert_eq!(a, Placement { file: "a.py".into(), blank_lines: 0 });
        assert_eq!(all.1.resolve(Language::Pyodide, "b.py", 1), None);
        assert_eq!(all.1.resolve(Language::Pyodide, "a.py", 1), place("a.py", 1, "boom"));
    }

    #[test]
    fn a_script_that_came_later_is_named_by_its_number() {
        let mut all = All::new(Some("<script type=py>boom</script>"));
        let added = all.place(Language::Pyodide, Origin::Elsewhere, None, "boom");
        assert_eq!(all.1.resolve(Language::Pyodide, &added.file, 1), place("index.html (script 1)", 1, "boom"));
    }

    #[test]
    fn addresses_are_short_below_the_page() {
        for (absolute, page, shown) in [
            ("http://a/b/c/x.py", "http://a/b/index.html?q=/#/", "c/x.py"),
            ("http://a/x.py", "http://a/b/", "http://a/x.py"),
            ("http://b/x.py", "http://a/", "http://b/x.py"),
            ("x.py", "odd", "x.py"),
        ] {
            assert_eq!(short(absolute, page), shown);
        }
    }
}
