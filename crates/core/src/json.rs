//! JSON to values, strictly by RFC 8259, with errors that name line and column.

use alloc::string::String;
use alloc::vec::Vec;

pub use crate::syntax::SyntaxError;
use crate::syntax::{Cursor, DEPTH};
use crate::value::{Table, Value};

type Read<T> = Result<T, SyntaxError>;

/// Reads one JSON value. Of a key that occurs twice the last value counts, as in JavaScript.
///
/// # Errors
/// At the first place that is not JSON.
pub fn parse(text: &str) -> Read<Value> {
    let mut cursor = Cursor::new(text);
    cursor.eat_all("\u{feff}");
    let value = value(&mut cursor, 0)?;
    skip(&mut cursor);
    if cursor.at_end() { Ok(value) } else { Err(cursor.expected("nothing more after the value")) }
}

fn skip(cursor: &mut Cursor<'_>) {
    cursor.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
}

fn value(cursor: &mut Cursor<'_>, depth: u32) -> Read<Value> {
    skip(cursor);
    if depth > DEPTH {
        return Err(cursor.error("values are nested too deeply here"));
    }
    match cursor.peek() {
        b'"' => string(cursor).map(Value::String),
        b'[' => array(cursor, depth),
        b'{' => object(cursor, depth),
        _ => word(cursor),
    }
}

fn array(cursor: &mut Cursor<'_>, depth: u32) -> Read<Value> {
    cursor.at += 1;
    let mut items = Vec::new();
    skip(cursor);
    if cursor.eat(b']') {
        return Ok(Value::Array(items));
    }
    loop {
        items.push(value(cursor, depth + 1)?);
        skip(cursor);
        if cursor.eat(b']') {
            return Ok(Value::Array(items));
        }
        if !cursor.eat(b',') {
            return Err(cursor.expected("`,` or `]`"));
        }
        skip(cursor);
        if cursor.peek() == b']' {
            return Err(cursor.error("JSON allows no comma after the last item"));
        }
    }
}

fn object(cursor: &mut Cursor<'_>, depth: u32) -> Read<Value> {
    cursor.at += 1;
    let mut table = Table::new();
    skip(cursor);
    if cursor.eat(b'}') {
        return Ok(Value::Table(table));
    }
    loop {
        if cursor.peek() != b'"' {
            return Err(cursor.expected("a key in double quotes"));
        }
        let line = cursor.line();
        let key = string(cursor)?;
        skip(cursor);
        if !cursor.eat(b':') {
            return Err(cursor.expected("`:` after the key"));
        }
        let value = value(cursor, depth + 1)?;
        table.insert_at(key, value, line);
        skip(cursor);
        if cursor.eat(b'}') {
            return Ok(Value::Table(table));
        }
        if !cursor.eat(b',') {
            return Err(cursor.expected("`,` or `}`"));
        }
        skip(cursor);
        if cursor.peek() == b'}' {
            return Err(cursor.error("JSON allows no comma after the last item"));
        }
    }
}

fn string(cursor: &mut Cursor<'_>) -> Read<String> {
    let opened = cursor.at;
    cursor.at += 1;
    let mut out = String::new();
    loop {
        out.push_str(cursor.take_while(|byte| byte >= b' ' && byte != b'"' && byte != b'\\'));
        let at = cursor.at;
        if cursor.eat(b'"') {
            return Ok(out);
        }
        if !cursor.eat(b'\\') {
            return Err(if cursor.at_end() || matches!(cursor.peek(), b'\n' | b'\r') {
                cursor.error_at(opened, "this text has no closing `\"`")
            } else {
                cursor.error("a control character in text has to be written as an escape, `\\t` for example")
            });
        }
        let escape = cursor.peek();
        cursor.at += 1;
        let c = match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => match unicode(cursor) {
                Some(c) => c,
                None => return Err(cursor.error_at(at, "this `\\u` escape names no character")),
            },
            _ => return Err(cursor.error_at(at, "this escape does not exist; a backslash itself is written `\\\\`")),
        };
        out.push(c);
    }
}

fn unicode(cursor: &mut Cursor<'_>) -> Option<char> {
    let first = cursor.hex(4)?;
    if (0xd800..0xdc00).contains(&first) {
        // Half a surrogate pair is no character, and Rust's strings cannot hold it.
        let second = if cursor.eat_all("\\u") { cursor.hex(4)? } else { return None };
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low);
    }
    char::from_u32(first)
}

fn word(cursor: &mut Cursor<'_>) -> Read<Value> {
    let start = cursor.at;
    let word = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_'));
    match word {
        "null" => Ok(Value::Null),
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        "" => Err(cursor.expected("a value")),
        number => match self::number(number) {
            Some(value) => Ok(value),
            None => Err(cursor.error_at(
                start,
                ["`", number, "` is not a value; text needs double quotes: \"", number, "\""].concat(),
            )),
        },
    }
}

fn number(text: &str) -> Option<Value> {
    let body = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !digits(whole) || leading_zero || !fraction.is_none_or(digits) || !exponent.is_none_or(digits) {
        return None;
    }
    Some(match text.parse() {
        Ok(number) if text != "-0" => Value::Integer(number),
        _ => Value::Float(text.into()),
    })
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
