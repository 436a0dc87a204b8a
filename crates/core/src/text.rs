//! Small rules about text: indentation, entities, comments.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::cut;

/// A number in digits. The standard library's formatting is as long as a tenth of the runtime.
#[must_use]
pub fn decimal(mut number: u32) -> String {
    let mut digits = String::new();
    loop {
        digits.insert(0, char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return digits;
        }
    }
}

/// Where `needle` first stands in `text`. The standard library's search is faster on long texts and, in WebAssembly,
/// many times larger.
#[must_use]
pub fn find(text: &str, needle: &str) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    text.as_bytes().windows(needle.len()).position(|found| found == needle.as_bytes())
}

/// Splits `text` around the first `needle`.
#[must_use]
pub fn split_once<'t>(text: &'t str, needle: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, needle)?;
    Some((text.get(..at)?, text.get(at + needle.len()..)?))
}

/// Removes the indentation of the first non-blank line from every line that starts with it.
#[must_use]
pub fn dedent(code: &str) -> Cow<'_, str> {
    let start = code.trim_ascii_start();
    let (before, _) = cut::at(code, code.len() - start.len());
    let indent = cut::last(before, b'\n').map_or(before, |(_, indent)| indent);
    if indent.is_empty() || start.is_empty() {
        return Cow::Borrowed(code);
    }
    let mut out = String::with_capacity(code.len());
    for (index, line) in cut::parts(code, b'\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(line.strip_prefix(indent).unwrap_or(line));
    }
    Cow::Owned(out)
}

/// Turns the few entities back that the HTML serialiser writes.
#[must_use]
pub fn unescape_html(text: &str) -> String {
    const ENTITIES: [(&str, char); 10] = [
        ("amp;", '&'),
        ("lt;", '<'),
        ("gt;", '>'),
        ("quot;", '"'),
        ("apos;", '\''),
        ("#34;", '"'),
        ("#38;", '&'),
        ("#39;", '\''),
        ("#60;", '<'),
        ("#62;", '>'),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = cut::first(rest, b'&') {
        out.push_str(before);
        let found = ENTITIES.iter().find_map(|(entity, c)| Some((after.strip_prefix(entity)?, *c)));
        let (after, c) = found.unwrap_or((after, '&'));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether code holds nothing to run: only blank lines and comments of Python or JavaScript style.
///
/// Authors leave such remarks inside a script that has a `src`.
#[must_use]
pub fn is_only_comments(code: &str) -> bool {
    let mut rest = code.trim_ascii_start();
    while !rest.is_empty() {
        rest = if rest.starts_with('#') || rest.starts_with("//") {
            cut::first(rest, b'\n').map_or("", |(_, after)| after)
        } else if rest.starts_with("/*") {
            match split_once(rest, "*/") {
                Some((_, after)) => after,
                None => return false,
            }
        } else {
            return false;
        }
        .trim_ascii_start();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedent_takes_the_first_lines_indentation() {
        assert_eq!(dedent("\n  a\n    b\n c\n"), "\na\n  b\n c\n");
        assert_eq!(dedent("a\n  b"), "a\n  b");
        assert_eq!(dedent(" \n\t\n"), " \n\t\n");
        assert_eq!(dedent("\ta\r\n\tb"), "a\r\nb");
    }

    #[test]
    fn numbers_are_written_in_digits() {
        assert_eq!([decimal(0), decimal(7), decimal(120), decimal(u32::MAX)].join(" "), "0 7 120 4294967295");
    }

    #[test]
    fn find_finds_the_first() {
        assert_eq!(
            (find("abcabc", "ca"), find("abc", ""), find("ab", "abc"), find("", "")),
            (Some(2), Some(0), None, Some(0))
        );
        assert_eq!(split_once("a, line 3", ", line "), Some(("a", "3")));
    }

    #[test]
    fn entities_come_back_once() {
        assert_eq!(unescape_html("a &lt; b &amp;amp; &#34;c&#39; &unknown; &"), "a < b &amp; \"c' &unknown; &");
    }

    #[test]
    fn comments_alone_are_not_code() {
        assert!(is_only_comments(""));
        assert!(is_only_comments("\n # a\n // b\n /* c\n d */ # e"));
        assert!(!is_only_comments("# a\nprint(1)"));
        assert!(!is_only_comments("/* open"));
    }
}
