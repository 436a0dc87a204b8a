//! What kind of JavaScript a file is: as much as has to be read to tell, which is words outside of text and comments.

/// The kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It has `export`.
    Module,
    /// It has `module.exports` or `exports.name`, and no `export`.
    CommonJs,
    /// It has neither.
    Plain,
}

/// Says what kind of file it is.
pub(crate) fn kind(text: &str) -> Kind {
    let words = words(text);
    let mut common = false;
    for (index, word) in words.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| words.get(index)).copied().unwrap_or_default();
        let after = words.get(index + 1).copied().unwrap_or_default();
        match *word {
            "export" if before != "." && !matches!(after, ":" | "=" | "." | "(") => return Kind::Module,
            "exports" if before == "." || matches!(after, "." | "[" | "=") => common = true,
            _ => {}
        }
    }
    if common { Kind::CommonJs } else { Kind::Plain }
}

/// Names and signs, without text and comments.
fn words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut words: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = text[at..].find('\n').map_or(bytes.len(), |end| at + end);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at + 2..].find("*/").map_or(bytes.len(), |end| at + 2 + end + 2);
            }
            // A division has a value on its left, a regular expression has not.
            b'/' if words.last().is_none_or(|word| !ends_value(word)) => at = after_regular(bytes, at),
            quote @ (b'"' | b'\'' | b'`') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote && (quote == b'`' || bytes[at] != b'\n') {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
                at += 1;
                words.push("\"");
            }
            byte if is_word(byte) => {
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                words.push(text.get(start..at).unwrap_or_default());
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                at += 1;
                words.push(text.get(start..at).unwrap_or_default());
            }
        }
    }
    words
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn ends_value(word: &str) -> bool {
    let keyword = matches!(word, "return" | "typeof" | "case" | "in" | "of" | "delete" | "void" | "throw" | "new");
    !keyword && word.bytes().last().is_some_and(|byte| is_word(byte) || matches!(byte, b')' | b']' | b'}' | b'"'))
}

fn after_regular(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    let mut class = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return at + 1,
            // It was none.
            b'\n' => return from + 1,
            _ => {}
        }
        at += 1;
    }
    from + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        for (text, expected) in [
            ("export const a = 1", Kind::Module),
            ("const a = 1;\nexport { a as default }", Kind::Module),
            ("export*from'./b.js'", Kind::Module),
            ("// export const a\nmodule.exports = { a }", Kind::CommonJs),
            ("exports.a = 1", Kind::CommonJs),
            (
                "(function(f){typeof exports=='object'?module.exports=f():globalThis.x=f()})(function(){})",
                Kind::CommonJs,
            ),
            ("const text = 'export default 1'; globalThis.util = {}", Kind::Plain),
            ("const a = `export ${1}`", Kind::Plain),
            ("const r = /'/; export default r", Kind::Module),
            ("const x = a / b; const y = 'export c' / 2", Kind::Plain),
            ("thing.export = 1; const o = { export: 1 }", Kind::Plain),
            ("", Kind::Plain),
            ("'", Kind::Plain),
            ("/* é", Kind::Plain),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
