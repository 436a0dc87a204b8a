//! Where in the text of a page its configuration stands, for messages.
//!
//! The DOM does not tell positions, so the text of the page is searched for what the DOM gave. When that is not found,
//! no line is better than a wrong one.

use crate::html;
use crate::script::{Language, recognise};
use crate::text::{find, unescape_html};

/// The line of the page, counted from one, on which `text` begins: the content of a `<py-config>`, or the value of a
/// script's `config` attribute.
#[must_use]
pub fn line_in_page(page: &str, language: Language, text: &str) -> Option<u32> {
    let tag = [language.prefix(), "-config"].concat();
    let mut found = None;
    html::elements(page, &mut |element| {
        let written = if element.name == tag {
            Some((element.content, element.at))
        } else if recognise(element.name, element.kind).is_some_and(|(_, of)| of == language) {
            attribute(element.attributes, "config").map(|(value, at)| (value, element.attributes_at + at))
        } else {
            None
        };
        if let Some((written, at)) = written
            && found.is_none()
            && is_same(written, text)
        {
            found = Some(html::line_at(page, at));
        }
    });
    found
}

/// Whether the browser makes this text of what is written.
fn is_same(written: &str, text: &str) -> bool {
    let written = html::normalise(written);
    written == text || unescape_html(&written) == text
}

/// The value of an attribute as it is written, and where it begins.
fn attribute<'t>(attributes: &'t str, name: &str) -> Option<(&'t str, usize)> {
    let mut from = 0;
    while let Some(at) = find(attributes.get(from..)?, name).map(|at| from + at) {
        from = at + name.len();
        let alone = attributes.as_bytes().get(at.wrapping_sub(1)).is_none_or(u8::is_ascii_whitespace);
        let Some(value) = attributes.get(from..)?.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start)
        else {
            continue;
        };
        if !alone {
            continue;
        }
        let begin = attributes.len() - value.len();
        return Some(match value.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => (value.get(1..)?.split(char::from(*quote)).next()?, begin + 1),
            _ => (value.split(|c: char| c.is_ascii_whitespace()).next()?, begin),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<!-- <py-config>a = 1</py-config> -->\n<mpy-config>\na = 1</mpy-config>\n\
        <py-config type=toml>\r\na = 1\r\n</py-config>\n<script type=\"py\" data-config='x'\n worker config='{\n&quot;b&quot;: 1}'></script>\n\
        <script>'<py-config>c = 1</py-config>'</script><py-script config=./d.toml></py-script><py-config>d = '<b>&lt;</b>'</py-config>";

    #[test]
    fn elements_and_attributes_are_found() {
        let line = |text| line_in_page(PAGE, Language::Pyodide, text);
        assert_eq!(line("\na = 1\n"), Some(5));
        assert_eq!(line("{\n\"b\": 1}"), Some(9));
        assert_eq!(line("./d.toml"), Some(11));
        assert_eq!(line("d = '<b><</b>'"), Some(11));
        assert_eq!(line_in_page(PAGE, Language::MicroPython, "\na = 1"), Some(3));
    }

    #[test]
    fn what_is_not_there_has_no_line() {
        for text in ["a = 1", "c = 1", "x", ""] {
            assert_eq!(line_in_page(PAGE, Language::Pyodide, text), None, "{text}");
        }
        for page in [
            "<py-config",
            "<py-config>",
            "<script type=py config",
            "<script type=py config=",
            "<script type=py config='a",
        ] {
            let _ = line_in_page(page, Language::Pyodide, "a = 1");
        }
    }
}
