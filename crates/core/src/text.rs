//! Small rules about text: indentation, entities, comments.

use alloc::borrow::Cow;
use alloc::string::String;

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
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    (0..=text.len().checked_sub(needle.len())?).find(|at| text[*at..].starts_with(needle))
}

/// Splits `text` around the first `needle`.
#[must_use]
pub fn split_once<'t>(text: &'t str, needle: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, needle)?;
    Some((&text[..at], &text[at + needle.len()..]))
}

/// Removes the indentation of the first non-blank line from every line that starts with it.
#[must_use]
pub fn dedent(code: &str) -> Cow<'_, str> {
    let Some(first) = code.lines().find(|line| !line.trim_ascii().is_empty()) else {
        return Cow::Borrowed(code);
    };
    let indent = &first[..first.len() - first.trim_ascii_start().len()];
    if indent.is_empty() {
        return Cow::Borrowed(code);
    }
    let mut out = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        out.push_str(line.strip_prefix(indent).unwrap_or(line));
    }
    Cow::Owned(out)
}

/// Turns the few entities back that the HTML serialiser writes.
#[must_use]
pub fn unescape_html(text: &str) -> String {
    const ENTITIES: [(&str, char); 9] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&#38;", '&'),
        ("&#39;", '\''),
        ("&#60;", '<'),
        ("&#62;", '>'),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let (length, c) = match found {
            Some((entity, c)) => (entity.len(), *c),
            None if rest.starts_with("&#34;") => (5, '"'),
            None => (1, '&'),
        };
        out.push(c);
        rest = &rest[length..];
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
            rest.find('\n').map_or("", |end| &rest[end..])
        } else if rest.starts_with("/*") {
            match find(rest, "*/") {
                Some(end) => &rest[end + 2..],
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
