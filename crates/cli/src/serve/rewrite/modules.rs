//! The places in JavaScript where a module or an address is named, found without parsing it whole.
//!
//! Comments, templates, regular expressions and other strings are passed over. A regular expression that is taken for
//! a division does harm only up to the end of its line, because no string goes further.

use std::ops::Range;

/// What a string in the source is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// `import … from "…"`, `import "…"`, `export … from "…"`, `import("…")`.
    Module,
    /// `element.src = "…"`, `{ href: "…" }`, `setAttribute("src", "…")`.
    Link,
}

/// A string that names a module or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// The text inside of the quotes.
    pub(crate) inner: Range<usize>,
    pub(crate) used: Use,
}

/// As much of a token as is needed to know what the next one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Start,
    Word(&'a str),
    Sign(u8),
    Text(&'a str),
}

/// Words after which a slash begins a regular expression.
const BEFORE_VALUES: &[&str] = &[
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "else",
    "do",
    "instanceof",
    "yield",
    "await",
];

/// All strings of the source that name a module or an address.
pub(crate) fn named(source: &str) -> Vec<Named> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    // The last three tokens, newest first.
    let mut seen = [Token::Start; 3];
    // For each open `${` of a template, how many braces are open inside of it.
    let mut templates: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let token = match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += source[at..].find(['\n', '\r']).unwrap_or(source.len() - at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = source[at + 2..].find("*/").map_or(source.len(), |end| at + 2 + end + 2);
                continue;
            }
            b'/' if begins_value(seen[0]) => {
                at = after_regular_expression(bytes, at);
                Token::Text("")
            }
            b'"' | b'\'' => {
                let (inner, after) = string(bytes, at, byte);
                at = after;
                if let Some(used) = use_of(seen) {
                    found.push(Named { inner: inner.clone(), used });
                }
                Token::Text(&source[inner])
            }
            b'`' => {
                let (inner, after, open) = template(bytes, at + 1);
                at = after;
                if open {
                    templates.push(0);
                    Token::Sign(b'{')
                } else {
                    if let Some(used) = use_of(seen) {
                        found.push(Named { inner: inner.clone(), used });
                    }
                    Token::Text(&source[inner])
                }
            }
            b'}' if templates.last() == Some(&0) => {
                templates.pop();
                let (_, after, open) = template(bytes, at + 1);
                at = after;
                if open {
                    templates.push(0);
                    Token::Sign(b'{')
                } else {
                    Token::Text("")
                }
            }
            byte if is_word(byte) => {
                let length = bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                let word = &source[at..at + length];
                at += length;
                Token::Word(word)
            }
            byte => {
                at += 1;
                if byte.is_ascii_whitespace() {
                    continue;
                }
                if let Some(depth) = templates.last_mut() {
                    match byte {
                        b'{' => *depth += 1,
                        b'}' => *depth = depth.saturating_sub(1),
                        _ => {}
                    }
                }
                Token::Sign(byte)
            }
        };
        seen = [token, seen[0], seen[1]];
    }
    found
}

/// Letters, digits and all that is not ASCII: enough to keep words together.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#') || byte >= 0x80
}

fn begins_value(last: Token<'_>) -> bool {
    match last {
        Token::Start => true,
        Token::Word(word) => BEFORE_VALUES.contains(&word),
        Token::Sign(sign) => !matches!(sign, b')' | b']' | b'}'),
        Token::Text(_) => false,
    }
}

/// What a string is for, by the tokens before it.
fn use_of(seen: [Token<'_>; 3]) -> Option<Use> {
    let is_link = |name: &str| matches!(name, "src" | "href");
    match seen {
        // `x.from("…")` has a bracket in between; a property called `import` has a dot before it.
        [Token::Word("from" | "import"), before, _] if before != Token::Sign(b'.') => Some(Use::Module),
        [Token::Sign(b'('), Token::Word("import"), before] if before != Token::Sign(b'.') => Some(Use::Module),
        [Token::Sign(b'=' | b':'), Token::Word(name), _] if is_link(name) => Some(Use::Link),
        [Token::Sign(b':' | b','), Token::Text(name), _] if is_link(name) => Some(Use::Link),
        _ => None,
    }
}

/// The inside of a string and the position after it. A string ends with its line at the latest.
fn string(bytes: &[u8], open: usize, quote: u8) -> (Range<usize>, usize) {
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' | b'\r' => return (open + 1..at, at),
            byte if byte == quote => return (open + 1..at, at + 1),
            _ => at += 1,
        }
    }
    (open + 1..bytes.len(), bytes.len())
}

/// The text of a template from there on, the position after it, and whether it stops at a `${`.
fn template(bytes: &[u8], start: usize) -> (Range<usize>, usize, bool) {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'`' => return (start..at, at + 1, false),
            b'$' if bytes.get(at + 1) == Some(&b'{') => return (start..at, at + 2, true),
            _ => at += 1,
        }
    }
    (start..bytes.len(), bytes.len(), false)
}

fn after_regular_expression(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    let mut in_class = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return at + 1,
            b'\n' | b'\r' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<(&str, Use)> {
        named(source).into_iter().map(|named| (&source[named.inner], named.used)).collect()
    }

    fn modules(source: &str) -> Vec<&str> {
        found(source).into_iter().filter(|(_, used)| *used == Use::Module).map(|(text, _)| text).collect()
    }

    #[test]
    fn every_form_of_import_is_found() {
        assert_eq!(modules("import { a } from 'x'; import b, * as c from \"y\"; import 'z'"), ["x", "y", "z"]);
        assert_eq!(modules("export * from 'x'; export { a } from\n'y'"), ["x", "y"]);
        assert_eq!(modules("const a = await import('x'); import(`y`)"), ["x", "y"]);
        assert_eq!(modules("import/*c*/{a}from/*d*/'x'"), ["x"]);
        assert_eq!(modules("import(/* ignore */ 'x', { with: {} })"), ["x"]);
        assert_eq!(modules("f(`${await import('x')} ${`${import(\"y\")}`}`)"), ["x", "y"]);
    }

    #[test]
    fn other_strings_are_not_modules() {
        assert_eq!(modules("const a = 'x'; f('from', \"y\"); Array.from('z'); o.import('q'); o.from 'r'"), [""; 0]);
        assert_eq!(modules("// import 'x'\n/* import 'y' */ \"import 'z'\" `import 'w'`"), [""; 0]);
        assert_eq!(modules("import(`x${1}`)"), [""; 0]);
    }

    #[test]
    fn addresses_of_new_elements_are_found() {
        assert_eq!(
            found("s.src = 'x'; l.href=\"y\"; s.setAttribute('src', 'z'); h({ src: 'w', \"href\": 'v' })"),
            [("x", Use::Link), ("y", Use::Link), ("z", Use::Link), ("w", Use::Link), ("v", Use::Link),]
        );
        assert_eq!(found("s.source = 'x'; s.src == 'y'; title = 'z'"), []);
    }

    #[test]
    fn regular_expressions_do_not_open_strings() {
        assert_eq!(modules("const a = /['\"`]/; import 'x'"), ["x"]);
        assert_eq!(modules("a = b / c; import 'x'; d = e / 2 // '"), ["x"]);
        assert_eq!(modules("if (x) /'/.test(y)\nimport 'x'"), ["x"]);
        assert_eq!(modules("return /[/']/.test(y); import 'x'"), ["x"]);
    }

    #[test]
    fn unfinished_sources_do_no_harm() {
        for source in ["'", "\"\\", "`", "`${", "/", "/*", "/[", "import '", "}", "`${{}", "é"] {
            let _ = named(source);
        }
    }
}
