//! Finds the scripts in the text of a page, to say on which line a piece of Python stands.
//!
//! The DOM does not tell positions. This reads just enough of HTML for that: tags, attributes, comments and the
//! elements whose content is no markup.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::script::{Form, Language, recognise};
use crate::text::find;

/// One script of ours in the text of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'t> {
    /// Which of the two forms.
    pub form: Form,
    /// Which Python.
    pub language: Language,
    /// What stands between its tags.
    pub content: &'t str,
    /// The line on which the content starts, counted from one.
    pub line: u32,
}

/// Elements whose content the parser takes as text.
const RAW_TEXT: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Lists the scripts of ours in a page, in order.
#[must_use]
pub fn scripts(page: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut lines = Lines { page, at: 0, line: 1 };
    elements(page, &mut |element| {
        if let Some((form, language)) = recognise(element.name, element.kind) {
            found.push(Found { form, language, content: element.content, line: lines.of(element.at) });
        }
    });
    found
}

/// An element in the text of a page.
pub(crate) struct Element<'e, 't> {
    /// Its name, in lower case.
    pub(crate) name: &'e str,
    /// Its `type`.
    pub(crate) kind: Option<&'e str>,
    /// What stands between its name and the end of its opening tag.
    pub(crate) attributes: &'t str,
    /// Where that begins in the page.
    pub(crate) attributes_at: usize,
    /// What stands between its tags; nothing for elements that are of no interest here.
    pub(crate) content: &'t str,
    /// Where that begins in the page.
    pub(crate) at: usize,
}

/// Visits the elements of a page, in order.
pub(crate) fn elements<'t>(page: &'t str, visit: &mut dyn FnMut(&Element<'_, 't>)) {
    let mut at = 0;
    while let Some(open) = page[at..].find('<').map(|offset| at + offset) {
        let rest = &page[open..];
        if rest.starts_with("<!--") {
            at = find(rest, "-->").map_or(page.len(), |end| open + end + 3);
            continue;
        }
        let Some(tag) = Tag::parse(rest) else {
            at = open + 1;
            continue;
        };
        at = open + tag.length;
        let name = tag.name.as_str();
        let whole = RAW_TEXT.contains(&name) || matches!(name, "py-script" | "mpy-script" | "py-config" | "mpy-config");
        let end = if whole { closing(page, at, name) } else { at };
        let attributes_at = open + 1 + name.len();
        let attributes = &page[attributes_at..at - 1];
        let content = &page[at..end];
        visit(&Element { name, kind: tag.kind.as_deref(), attributes, attributes_at, content, at });
        at = end;
    }
}

/// The line, counted from one, in which a place of a text is.
pub(crate) fn line_at(text: &str, at: usize) -> u32 {
    Lines { page: text, at: 0, line: 1 }.of(at)
}

/// The line on which the code of a script starts, if it can be told for sure.
///
/// `text` is the content as the DOM gives it and `nth` counts, from zero, the scripts before it that a reader could
/// take for it: those of the same form and language, and for [`Form::Script`] of the same content.
#[must_use]
pub fn line_of(scripts: &[Found<'_>], form: Form, language: Language, text: &str, nth: usize) -> Option<u32> {
    scripts
        .iter()
        .filter(|found| found.form == form && found.language == language)
        .filter(|found| form == Form::Element || same_text(found.content, text))
        .nth(nth)
        .map(|found| found.line)
}

/// The parser turns every line end into `\n` and the text of a page may have `\r\n`.
fn same_text(source: &str, text: &str) -> bool {
    if source.contains('\r') { normalise(source) == text } else { source == text }
}

/// Text with every line end as `\n`.
#[must_use]
pub fn normalise(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        let mut out = String::with_capacity(text.len());
        let mut after_return = false;
        for c in text.chars() {
            if c != '\n' || !after_return {
                out.push(if c == '\r' { '\n' } else { c });
            }
            after_return = c == '\r';
        }
        Cow::Owned(out)
    } else {
        Cow::Borrowed(text)
    }
}

/// Where the element that is open at `from` ends.
fn closing(page: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(offset) = find(&page[at..], "</") {
        let start = at + offset;
        let after = &page.as_bytes()[start + 2..];
        let same = after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name.as_bytes());
        let ends = after.get(name.len()).is_none_or(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace());
        if same && ends {
            return start;
        }
        at = start + 2;
    }
    page.len()
}

/// Counts lines once, from front to back.
struct Lines<'t> {
    page: &'t str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn of(&mut self, at: usize) -> u32 {
        let passed = self.page.as_bytes()[self.at..at].iter().filter(|byte| **byte == b'\n').count();
        self.line += u32::try_from(passed).unwrap_or(0);
        self.at = at;
        self.line
    }
}

/// An opening tag, as far as it matters here.
struct Tag {
    name: String,
    kind: Option<String>,
    length: usize,
}

impl Tag {
    /// Reads the tag at the start of `text`, which begins with `<`.
    fn parse(text: &str) -> Option<Tag> {
        let bytes = text.as_bytes();
        if !bytes.get(1)?.is_ascii_alphabetic() {
            return None;
        }
        let end = 1 + bytes[1..].iter().position(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())?;
        let mut tag = Tag { name: text[1..end].to_ascii_lowercase(), kind: None, length: 0 };
        let mut at = end;
        loop {
            at += bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b'/')?;
            if bytes[at] == b'>' {
                tag.length = at + 1;
                return Some(tag);
            }
            let name_end = at + bytes[at..].iter().skip(1).position(|byte| is_name_end(*byte))? + 1;
            let name = &text[at..name_end];
            at = name_end + bytes[name_end..].iter().position(|byte| !byte.is_ascii_whitespace())?;
            let mut value = "";
            if bytes[at] == b'=' {
                at += 1;
                at += bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
                let quote = bytes[at];
                if quote == b'"' || quote == b'\'' {
                    let length = bytes[at + 1..].iter().position(|byte| *byte == quote)?;
                    value = &text[at + 1..at + 1 + length];
                    at += length + 2;
                } else {
                    let length = bytes[at..].iter().position(|byte| *byte == b'>' || byte.is_ascii_whitespace())?;
                    value = &text[at..at + length];
                    at += length;
                }
            }
            if tag.kind.is_none() && name.eq_ignore_ascii_case("type") {
                tag.kind = Some(value.into());
            }
        }
    }
}

fn is_name_end(byte: u8) -> bool {
    matches!(byte, b'=' | b'>' | b'/') || byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<!-- <script type=py>no</script> -->\n<title><py-script></title>\n\
        <script>\n'<script type=\"py\">'\n</script>\n<p title='a > b'>\n<script data-x\n type = \"py\">\nprint(1)\n\
        </script><mpy-script>\nx &lt; 1</mpy-script>\n<SCRIPT TYPE='mpy'>print(2)</SCRIPT>\n<script type=py>\nprint(1)\n</script>";

    #[test]
    fn scripts_are_found_with_their_lines() {
        let found: Vec<_> = scripts(PAGE).iter().map(|s| (s.form, s.language.prefix(), s.content, s.line)).collect();
        assert_eq!(
            found,
            [
                (Form::Script, "py", "\nprint(1)\n", 9),
                (Form::Element, "mpy", "\nx &lt; 1", 11),
                (Form::Script, "mpy", "print(2)", 13),
                (Form::Script, "py", "\nprint(1)\n", 14),
            ]
        );
    }

    #[test]
    fn equal_scripts_are_told_apart_by_order() {
        let found = scripts(PAGE);
        let line = |nth| line_of(&found, Form::Script, Language::Pyodide, "\nprint(1)\n", nth);
        assert_eq!((line(0), line(1), line(2)), (Some(9), Some(14), None));
        assert_eq!(line_of(&found, Form::Element, Language::MicroPython, "\nx < 1", 0), Some(11));
        assert_eq!(line_of(&found, Form::Script, Language::Pyodide, "other", 0), None);
    }

    #[test]
    fn line_ends_of_other_systems_do_not_matter() {
        let found = scripts("<p>\r\n<script type=py>\r\na\r\n</script>");
        assert_eq!(line_of(&found, Form::Script, Language::Pyodide, "\na\n", 0), Some(2));
    }

    #[test]
    fn broken_markup_ends_quietly() {
        for page in [
            "<",
            "<script",
            "<script type",
            "<script type=",
            "<script type='py",
            "<script type=py>",
            "<!--",
            "</",
            "<é",
            "<a é='<'>",
        ] {
            let _ = scripts(page);
        }
    }
}
