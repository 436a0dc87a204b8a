//! TOML's four kinds of text.

use alloc::string::String;

use super::{Read, newline};
use crate::syntax::Cursor;

/// Reads text in any of the four kinds.
pub(super) fn any(cursor: &mut Cursor<'_>) -> Read<String> {
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
            let quotes = cursor.take_while(|byte| byte == quote);
            // Up to two quotes may stand before the three that close.
            match quotes.get(3..) {
                None => out.push_str(quotes),
                Some(inside) if inside.len() <= 2 => {
                    out.push_str(inside);
                    return Ok(out);
                }
                Some(_) => return Err(cursor.error("too many quotes in a row")),
            }
        } else if newline(cursor) {
            out.push('\n');
        } else {
            special(cursor, quote, opened, &mut out, true)?;
        }
    }
}

/// Reads text that ends on its line.
pub(super) fn single_line(cursor: &mut Cursor<'_>) -> Read<String> {
    let quote = cursor.peek();
    let opened = cursor.at;
    cursor.at += 1;
    let mut out = String::new();
    loop {
        plain(cursor, quote, &mut out);
        if cursor.eat(quote) {
            return Ok(out);
        }
        special(cursor, quote, opened, &mut out, false)?;
    }
}

/// Takes what stands for itself.
fn plain(cursor: &mut Cursor<'_>, quote: u8, out: &mut String) {
    let escape = if quote == b'"' { b'\\' } else { quote };
    out.push_str(
        cursor.take_while(|byte| byte >= b' ' && byte != 0x7f && byte != quote && byte != escape || byte == b'\t'),
    );
}

/// Takes an escape; everything else is an error here.
fn special(cursor: &mut Cursor<'_>, quote: u8, opened: usize, out: &mut String, multiline: bool) -> Read<()> {
    let at = cursor.at;
    if cursor.at_end() || !multiline && matches!(cursor.peek(), b'\n' | b'\r') {
        let closing =
            if multiline { "this text has no closing triple quotes" } else { "this text has no closing quote" };
        return Err(cursor.error_at(opened, closing));
    }
    if quote != b'"' || !cursor.eat(b'\\') {
        return Err(cursor.error("a control character in text has to be written as an escape, `\\u0000` for example"));
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
            None => return Err(cursor.error_at(at, "this escape names no character")),
        },
        _ => {
            cursor.at = at + 1;
            if multiline && folded(cursor) {
                return Ok(());
            }
            let message =
                "this escape does not exist; write `\\\\`, or use 'single quotes' in which a backslash is a backslash";
            return Err(cursor.error_at(at, message));
        }
    });
    Ok(())
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
