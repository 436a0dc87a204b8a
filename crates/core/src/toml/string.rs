//! TOML's four kinds of text.

use alloc::string::String;

use super::newline;
use crate::syntax::Cursor;

/// Reads text in any of the four kinds.
pub(super) fn any(cursor: &mut Cursor<'_>) -> Option<String> {
    let quote = cursor.peek();
    if cursor.byte(1) != quote || cursor.byte(2) != quote {
        return single_line(cursor);
    }
    let opened = cursor.at;
    cursor.at += 3;
    newline(cursor);
    let mut out = String::new();
    loop {
        plain(cursor, quote, &mut out);
        if cursor.peek() == quote {
            let start = cursor.at;
            while cursor.eat(quote) {}
            let quotes = cursor.slice(start);
            // Up to two quotes may stand before the three that close.
            match quotes.get(3..) {
                None => out.push_str(quotes),
                Some(inside) if inside.len() <= 2 => {
                    out.push_str(inside);
                    return Some(out);
                }
                Some(_) => return cursor.fail("too many quotes in a row"),
            }
        } else if newline(cursor) {
            out.push('\n');
        } else {
            special(cursor, quote, opened, &mut out, true)?;
        }
    }
}

/// Reads text that ends on its line.
pub(super) fn single_line(cursor: &mut Cursor<'_>) -> Option<String> {
    let quote = cursor.peek();
    let opened = cursor.at;
    cursor.at += 1;
    let mut out = String::new();
    loop {
        plain(cursor, quote, &mut out);
        if cursor.eat(quote) {
            return Some(out);
        }
        special(cursor, quote, opened, &mut out, false)?;
    }
}

/// Takes what stands for itself.
fn plain(cursor: &mut Cursor<'_>, quote: u8, out: &mut String) {
    let escape = if quote == b'"' { b'\\' } else { quote };
    loop {
        out.push_str(cursor.take_plain([quote, escape, 0x7f]));
        // The one control character that may stand in text.
        if !cursor.eat(b'\t') {
            return;
        }
        out.push('\t');
    }
}

/// Takes an escape; everything else is an error here.
fn special(cursor: &mut Cursor<'_>, quote: u8, opened: usize, out: &mut String, multiline: bool) -> Option<()> {
    let at = cursor.at;
    if cursor.at_end() || !multiline && matches!(cursor.peek(), b'\n' | b'\r') {
        return cursor
            .fail_at(opened, &["this text has no closing ", if multiline { "triple quotes" } else { "quote" }]);
    }
    if quote != b'"' || !cursor.eat(b'\\') {
        return cursor.fail("a control character in text has to be written as an escape, `\\u0000` for example");
    }
    let letter = cursor.peek();
    cursor.at += usize::from(letter.is_ascii() && !cursor.at_end());
    out.push(match letter {
        b'"' | b'\\' => char::from(letter),
        b'b' => '\u{8}',
        b't' => '\t',
        b'n' => '\n',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'u' | b'U' => match cursor.hex(if letter == b'u' { 4 } else { 8 }).and_then(char::from_u32) {
            Some(c) => c,
            None => return cursor.fail_at(at, &["this escape names no character"]),
        },
        _ => {
            cursor.at = at + 1;
            if multiline && folded(cursor) {
                return Some(());
            }
            let message =
                "this escape does not exist; write `\\\\`, or use 'single quotes' in which a backslash is a backslash";
            return cursor.fail_at(at, &[message]);
        }
    });
    Some(())
}

/// Steps over the line breaks and blanks after a backslash that ends its line.
fn folded(cursor: &mut Cursor<'_>) -> bool {
    cursor.take_while(|byte| byte == b' ' || byte == b'\t');
    let mut found = false;
    while newline(cursor) {
        found = true;
        cursor.take_while(|byte| byte == b' ' || byte == b'\t');
    }
    found
}
