//! Cutting text at a byte. The standard library's ways take any pattern and cost a copy of their code for each.

/// What stands before and after the first `byte`, which has to be ASCII.
#[inline(never)]
pub(crate) fn first(text: &str, byte: u8) -> Option<(&str, &str)> {
    split(text, text.bytes().position(|found| found == byte))
}

/// What stands before and after the last `byte`, which has to be ASCII.
#[inline(never)]
pub(crate) fn last(text: &str, byte: u8) -> Option<(&str, &str)> {
    split(text, text.bytes().rposition(|found| found == byte))
}

fn split(text: &str, at: Option<usize>) -> Option<(&str, &str)> {
    let at = at?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whether `byte` occurs.
#[inline(never)]
pub(crate) fn has(text: &str, byte: u8) -> bool {
    text.as_bytes().contains(&byte)
}

/// How many bytes at the beginning are wanted.
#[inline(never)]
pub(crate) fn run(text: &str, wanted: fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !wanted(byte)).unwrap_or(text.len())
}

/// Whether there is something, and all of it is wanted.
pub(crate) fn all(text: &str, wanted: fn(u8) -> bool) -> bool {
    !text.is_empty() && run(text, wanted) == text.len()
}

/// The text in two parts; all of it in the first if it is shorter, or `at` is inside a character.
#[inline(never)]
pub(crate) fn at(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Whether it begins with one of these bytes.
#[inline(never)]
pub(crate) fn begins(text: &str, bytes: &[u8]) -> bool {
    text.as_bytes().first().is_some_and(|first| bytes.contains(first))
}

/// The parts between `separator`s; an empty text has one empty part.
pub(crate) fn parts(text: &str, separator: u8) -> Parts<'_> {
    Parts { rest: Some(text), separator }
}

/// See [`parts`].
pub(crate) struct Parts<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest?;
        let (part, rest) = match first(text, self.separator) {
            Some((part, rest)) => (part, Some(rest)),
            None => (text, None),
        };
        self.rest = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn text_is_cut_at_bytes() {
        assert_eq!(first("a=é=c", b'='), Some(("a", "é=c")));
        assert_eq!(last("a=é=c", b'='), Some(("a=é", "c")));
        assert_eq!(first("é", b'='), None);
        assert_eq!(at("éa", 1), ("éa", ""));
        assert_eq!(at("éa", 2), ("é", "a"));
        assert_eq!(at("éa", 9), ("éa", ""));
        assert!(
            all("12", |byte| byte.is_ascii_digit()) && !all("", |_| true) && !all("1é", |byte| byte.is_ascii_digit())
        );
        assert!(begins("-x", b"+-") && !begins("", b"+-"));
    }

    #[test]
    fn parts_are_those_of_split() {
        for text in ["", "a", "/", "/a//é/", "a/b"] {
            assert_eq!(parts(text, b'/').collect::<Vec<_>>(), text.split('/').collect::<Vec<_>>(), "{text}");
        }
    }
}
