//! JSON to values, strictly by RFC 8259, with errors that name line and column.

use alloc::string::String;
use alloc::vec::Vec;

pub use crate::syntax::SyntaxError;
use crate::syntax::{self, Cursor, DEPTH, Decimal};
use crate::value::{Table, Value};

/// Reads one JSON value. Of a key that occurs twice the last value counts, as in JavaScript.
///
/// # Errors
/// At the first place that is not JSON.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let mut cursor = Cursor::new(text);
    let read = document(&mut cursor);
    cursor.finish(read)
}

fn document(cursor: &mut Cursor<'_>) -> Option<Value> {
    let value = value(cursor, 0)?;
    skip(cursor);
    if cursor.at_end() { Some(value) } else { cursor.expected("nothing more after the value") }
}

fn skip(cursor: &mut Cursor<'_>) {
    cursor.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
}

fn value(cursor: &mut Cursor<'_>, depth: u32) -> Option<Value> {
    skip(cursor);
    if depth > DEPTH {
        return cursor.fail("values are nested too deeply here");
    }
    match cursor.peek() {
        b'"' => string(cursor).map(Value::String),
        b'[' => array(cursor, depth),
        b'{' => object(cursor, depth),
        _ => word(cursor),
    }
}

/// Steps over what stands between items: `true` when another one follows, `false` at the end.
fn more(cursor: &mut Cursor<'_>, close: u8, wanted: &str) -> Option<bool> {
    skip(cursor);
    if cursor.eat(close) {
        return Some(false);
    }
    if !cursor.eat(b',') {
        return cursor.expected(wanted);
    }
    skip(cursor);
    if cursor.peek() == close { cursor.fail("JSON allows no comma after the last item") } else { Some(true) }
}

fn array(cursor: &mut Cursor<'_>, depth: u32) -> Option<Value> {
    cursor.at += 1;
    let mut items = Vec::new();
    skip(cursor);
    if !cursor.eat(b']') {
        loop {
            items.push(value(cursor, depth + 1)?);
            if !more(cursor, b']', "`,` or `]`")? {
                break;
            }
        }
    }
    Some(Value::Array(items))
}

fn object(cursor: &mut Cursor<'_>, depth: u32) -> Option<Value> {
    cursor.at += 1;
    let mut table = Table::new();
    skip(cursor);
    if !cursor.eat(b'}') {
        loop {
            if cursor.peek() != b'"' {
                return cursor.expected("a key in double quotes");
            }
            let line = cursor.line();
            let key = string(cursor)?;
            skip(cursor);
            if !cursor.eat(b':') {
                return cursor.expected("`:` after the key");
            }
            let value = value(cursor, depth + 1)?;
            table.insert_at(key, value, line);
            if !more(cursor, b'}', "`,` or `}`")? {
                break;
            }
        }
    }
    Some(Value::Table(table))
}

fn string(cursor: &mut Cursor<'_>) -> Option<String> {
    let opened = cursor.at;
    cursor.at += 1;
    let mut out = String::new();
    loop {
        out.push_str(cursor.take_plain(*b"\"\\\\"));
        let at = cursor.at;
        if cursor.eat(b'"') {
            return Some(out);
        }
        if !cursor.eat(b'\\') {
            if cursor.at_end() || matches!(cursor.peek(), b'\n' | b'\r') {
                return cursor.fail_at(opened, &["this text has no closing `\"`"]);
            }
            return cursor.fail("a control character in text has to be written as an escape, `\\t` for example");
        }
        let escape = cursor.peek();
        cursor.at += 1;
        out.push(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => match unicode(cursor) {
                Some(c) => c,
                None => return cursor.fail_at(at, &["this `\\u` escape names no character"]),
            },
            _ => return cursor.fail_at(at, &["this escape does not exist; a backslash itself is written `\\\\`"]),
        });
    }
}

fn unicode(cursor: &mut Cursor<'_>) -> Option<char> {
    let first = cursor.hex(4)?;
    if first & 0xfc00 == 0xd800 {
        // Half a surrogate pair is no character, and Rust's strings cannot hold it.
        let second = if cursor.eat_all("\\u") { cursor.hex(4)? } else { return None };
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        return char::from_u32(0x1_0000 + ((first & 0x3ff) << 10) + low);
    }
    char::from_u32(first)
}

fn word(cursor: &mut Cursor<'_>) -> Option<Value> {
    let start = cursor.at;
    let word = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_'));
    match word {
        "null" => Some(Value::Null),
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "" => cursor.expected("a value"),
        word => match number(word) {
            Some(value) => Some(value),
            None => cursor.fail_at(start, &["`", word, "` is not a value; text needs double quotes: \"", word, "\""]),
        },
    }
}

fn number(word: &str) -> Option<Value> {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let shape = syntax::decimal(unsigned)?;
    if unsigned.bytes().any(|byte| byte == b'_') {
        return None;
    }
    match shape {
        Decimal::Whole if word != "-0" => Some(word.parse().map_or_else(|_| Value::Float(word.into()), Value::Integer)),
        _ => Some(Value::Float(word.into())),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use std::format;

    use super::*;

    #[track_caller]
    fn refuses(text: &str, place: (u32, u32), message: &str) {
        let error = parse(text).unwrap_err();
        assert_eq!((error.line, error.column), place, "{error:?}");
        assert!(error.message.contains(message), "{error:?}");
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let text =
            r#" {"a": [1, -2, 0, 1.5, -0, 1e3, 9223372036854775808, true, false, null, "x"], "b": {}, "c": []} "#;
        let same = r#"{"a":[1,-2,0,1.5,-0,1e3,9223372036854775808,true,false,null,"x"],"b":{},"c":[]}"#;
        assert_eq!(parse(text).map(|value| value.to_json()), Ok(same.to_string()));
        let Ok(Value::Table(table)) = parse(text) else { panic!("no table") };
        let Some(Value::Array(items)) = table.get("a") else { panic!("no list") };
        assert_eq!(items[0], Value::Integer(1));
        assert_eq!(items[6], Value::Float("9223372036854775808".into()));
    }

    #[test]
    fn escapes_become_characters() {
        let text = r#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\udc0d""#;
        assert_eq!(parse(text), Ok(Value::from("\"\\/\u{8}\u{c}\n\r\tAé🐍")));
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        assert_eq!(parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap().to_json(), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn keys_know_their_lines() {
        let value = parse("{\n\"a\": {\n\"b\": 1},\n\n\"c\": 2}").unwrap();
        let table = value.as_table().unwrap();
        let lines: Vec<_> = table.entries().iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [2, 5]);
    }

    #[test]
    fn errors_say_where_and_what() {
        refuses("{\n  \"a\" 1\n}", (2, 7), "expected `:` after the key, found `1`");
        refuses("{\"a\": 1", (1, 8), "expected `,` or `}`, found the end");
        refuses("{\"é\": 1,}", (1, 9), "no comma after the last item");
        refuses("[1,]", (1, 4), "no comma after the last item");
        refuses("[1 2]", (1, 4), "expected `,` or `]`, found `2`");
        refuses("{a: 1}", (1, 2), "a key in double quotes");
        refuses("{'a': 1}", (1, 2), "a key in double quotes, found `'`");
        refuses("[hello]", (1, 2), "text needs double quotes: \"hello\"");
        refuses("\"abc", (1, 1), "no closing");
        refuses("[\"abc\n\"]", (1, 2), "no closing");
        refuses("\"a\tb\"", (1, 3), "control character");
        refuses("\"\\x\"", (1, 2), "escape");
        refuses("\"\\ud83d\"", (1, 2), "names no character");
        refuses("\"\\udc0d\"", (1, 2), "names no character");
        refuses("1 2", (1, 3), "nothing more");
        refuses("", (1, 1), "expected a value, found the end");
    }

    #[test]
    fn what_only_looks_like_a_number_is_refused() {
        for text in ["01", "+1", "1.", ".5", "1e", "0x10", "1_000", "--1", "NaN", "Infinity", "-"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(120)).is_ok());
        assert!(parse(&nested(100_000)).is_err());
    }
}
