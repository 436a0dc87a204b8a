//! Where in an import map the addresses stand, and where an entry can be added.

use std::ops::Range;

/// What an import map says, as positions in its text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ImportMap {
    /// Addresses under `imports` and `scopes`: their text and where it stands, without quotes.
    pub(crate) addresses: Vec<(String, Range<usize>)>,
    /// Names mapped for the whole page.
    pub(crate) names: Vec<String>,
    /// After the opening bracket of `imports`, and whether that object is empty.
    pub(crate) imports: Option<(usize, bool)>,
    /// After the opening bracket of the whole, and whether that object is empty.
    pub(crate) root: Option<(usize, bool)>,
}

/// Reads an import map. Text that is no JSON gives nothing, as in browsers.
pub(crate) fn parse(text: &str) -> ImportMap {
    let mut map = ImportMap::default();
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return map;
    }
    let bytes = text.as_bytes();
    // The name of the member that each open object is the value of.
    let mut inside: Vec<String> = Vec::new();
    let mut member = String::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' => {
                let spot = Some((at + 1, next(bytes, at + 1) == Some(b'}')));
                inside.push(std::mem::take(&mut member));
                match inside.as_slice() {
                    [_] => map.root = spot,
                    [_, section] if section == "imports" => map.imports = spot,
                    _ => {}
                }
                at += 1;
            }
            b'}' => {
                inside.pop();
                at += 1;
            }
            b'"' => {
                let end = string_end(bytes, at);
                let value = serde_json::from_str::<String>(&text[at..end]).unwrap_or_default();
                let section = inside.get(1).map(String::as_str);
                if next(bytes, end) == Some(b':') {
                    if inside.len() == 2 && section == Some("imports") {
                        map.names.push(value.clone());
                    }
                    member = value;
                } else if matches!((inside.len(), section), (2, Some("imports")) | (3, Some("scopes"))) {
                    map.addresses.push((value, at + 1..end - 1));
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    map
}

/// The next byte that is not white space.
fn next(bytes: &[u8], from: usize) -> Option<u8> {
    bytes.get(from..)?.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// The position after the closing quote.
fn string_end(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_imports_and_scopes_only() {
        let text = r#"{ "imports": { "a": "x", "b\"": "y" }, "scopes": { "/s/": { "a": "z" } }, "integrity": { "x": "sha384-q" } }"#;
        let map = parse(text);
        let found: Vec<&str> = map.addresses.iter().map(|(value, _)| value.as_str()).collect();
        assert_eq!(found, ["x", "y", "z"]);
        assert!(map.addresses.iter().all(|(value, range)| &text[range.clone()] == value));
        assert_eq!(map.names, ["a", "b\""]);
    }

    #[test]
    fn the_place_for_a_new_entry_is_known() {
        assert_eq!(parse(r#"{"imports":{"a":"x"}}"#).imports, Some((12, false)));
        assert_eq!(parse(r#"{"imports": { }}"#).imports, Some((13, true)));
        assert_eq!(parse("{}").imports, None);
        assert_eq!(parse("{}").root, Some((1, true)));
        assert_eq!(parse(r#"{"scopes":{"/s/":{"imports":"x"}}}"#).imports, None);
    }

    #[test]
    fn what_is_no_json_gives_nothing() {
        assert_eq!(parse(r#"{"imports":{"a":"x"}"#), ImportMap::default());
        assert_eq!(parse(""), ImportMap::default());
    }
}
