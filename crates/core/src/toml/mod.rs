//! TOML 1.0 to values, with errors that name line and column.
//!
//! Written by hand because its bytes are loaded by every page that has TOML. Checked against the toml-test suite in
//! `tests/toml_suite.rs`.

mod datetime;
mod number;
mod string;

use alloc::string::String;
use alloc::vec::Vec;

pub use crate::syntax::SyntaxError;
use crate::syntax::{Cursor, DEPTH};
use crate::value::{Origin, Table, Value};

/// Reads a TOML document.
///
/// # Errors
/// At the first place that is not TOML 1.0.
pub fn parse(text: &str) -> Result<Table, SyntaxError> {
    let mut root = Table::of(Origin::Header);
    let mut cursor = Cursor::new(text);
    let read = document(&mut cursor, &mut root);
    cursor.finish(read.map(|()| root))
}

fn document(cursor: &mut Cursor<'_>, root: &mut Table) -> Option<()> {
    let mut section = &mut *root;
    let mut depth = 0;
    loop {
        skip_lines(cursor)?;
        if cursor.at_end() {
            return Some(());
        }
        if cursor.peek() == b'[' {
            (section, depth) = header(cursor, root)?;
        } else {
            pair(cursor, section, depth)?;
        }
        end_of_line(cursor)?;
    }
}

fn skip_blanks(cursor: &mut Cursor<'_>) {
    cursor.take_while(|byte| byte == b' ' || byte == b'\t');
}

/// Steps over a line break, if one comes next.
fn newline(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat(b'\n') || cursor.eat_all("\r\n")
}

fn comment(cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.eat(b'#') {
        cursor.take_while(|byte| byte >= b' ' && byte != 0x7f || byte == b'\t');
        if !cursor.at_end() && !matches!(cursor.rest().as_bytes(), [b'\n', ..] | [b'\r', b'\n', ..]) {
            return cursor.fail("a comment cannot hold a control character");
        }
    }
    Some(())
}

/// Steps over blank lines, comments and the blanks before what comes next.
fn skip_lines(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        skip_blanks(cursor);
        comment(cursor)?;
        if !newline(cursor) {
            return Some(());
        }
    }
}

fn end_of_line(cursor: &mut Cursor<'_>) -> Option<()> {
    skip_blanks(cursor);
    comment(cursor)?;
    if cursor.at_end() || newline(cursor) { Some(()) } else { cursor.expected("the end of the line") }
}

/// Reads `[a.b]` or `[[a.b]]` and gives the table that the following lines fill, and how deep it lies.
fn header<'t>(cursor: &mut Cursor<'_>, root: &'t mut Table) -> Option<(&'t mut Table, u32)> {
    cursor.at += 1;
    let many = cursor.eat(b'[');
    let at = cursor.at;
    let (path, last, depth) = keys(cursor, 1)?;
    if !cursor.eat(b']') || many && !cursor.eat(b']') {
        return cursor.expected(if many { "`]]`" } else { "`]`" });
    }
    let table = walk(cursor, root, &path, at, Origin::Implicit)?;
    let (value, made) = table.get_or_make(&last, cursor.line(), || match many {
        true => Value::Array(Vec::new()),
        false => Value::Table(Table::of(Origin::Implicit)),
    });
    if many && (made || matches!(value, Value::Array(_)) && open(value, true).is_some()) {
        if let Value::Array(items) = value {
            items.push(Value::Table(Table::of(Origin::Header)));
        }
        return open(value, true).map(|table| (table, depth));
    }
    match value {
        Value::Table(table) if !many && table.origin == Origin::Implicit => {
            table.origin = Origin::Header;
            Some((table, depth))
        }
        _ => twice(cursor, at, &last),
    }
}

/// Reads `key = value` or `a.b = value` into a table.
fn pair(cursor: &mut Cursor<'_>, table: &mut Table, depth: u32) -> Option<()> {
    let at = cursor.at;
    let line = cursor.line();
    let (path, last, depth) = keys(cursor, depth)?;
    if !cursor.eat(b'=') {
        return cursor.expected("`=` after the key");
    }
    let table = walk(cursor, table, &path, at, Origin::Dotted)?;
    if table.entry(&last).is_some() {
        return twice(cursor, at, &last);
    }
    let value = value(cursor, depth)?;
    table.insert_at(last, value, line);
    Some(())
}

/// The table at the end of a way, made where it is not there yet.
fn walk<'t>(
    cursor: &mut Cursor<'_>,
    mut table: &'t mut Table,
    path: &[String],
    at: usize,
    by: Origin,
) -> Option<&'t mut Table> {
    for key in path {
        let (value, _) = table.get_or_make(key, cursor.line(), || Value::Table(Table::of(by)));
        match open(value, by == Origin::Implicit) {
            Some(inner) if by == Origin::Implicit || inner.origin == by => table = inner,
            _ => return twice(cursor, at, key),
        }
    }
    Some(table)
}

/// A table, if something can be added to it. `[a.b]` means the last one of `[[a]]`.
fn open(value: &mut Value, or_last: bool) -> Option<&mut Table> {
    match value {
        Value::Table(table) if table.origin != Origin::Closed => Some(table),
        Value::Array(items) if or_last => open(items.last_mut()?, false),
        _ => None,
    }
}

fn twice<T>(cursor: &mut Cursor<'_>, at: usize, key: &str) -> Option<T> {
    cursor.fail_at(at, &["`", key, "` is already defined above and cannot be defined again or added to"])
}

/// Reads a dotted key, with the blanks around it: the way, its last part, and how deep that lies.
fn keys(cursor: &mut Cursor<'_>, mut depth: u32) -> Option<(Vec<String>, String, u32)> {
    let mut path = Vec::new();
    loop {
        skip_blanks(cursor);
        let key = key(cursor)?;
        skip_blanks(cursor);
        depth += 1;
        if !cursor.eat(b'.') {
            return Some((path, key, depth));
        }
        path.push(key);
        if depth > DEPTH {
            return cursor.fail("tables are nested too deeply here");
        }
    }
}

fn key(cursor: &mut Cursor<'_>) -> Option<String> {
    match cursor.peek() {
        b'"' | b'\'' => string::single_line(cursor),
        _ => {
            let bare = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
            if bare.is_empty() { cursor.expected("a key") } else { Some(bare.into()) }
        }
    }
}

fn value(cursor: &mut Cursor<'_>, depth: u32) -> Option<Value> {
    skip_blanks(cursor);
    if depth > DEPTH {
        return cursor.fail("values are nested too deeply here");
    }
    match cursor.peek() {
        b'"' | b'\'' => string::any(cursor).map(Value::String),
        b'[' => array(cursor, depth),
        b'{' => inline_table(cursor, depth),
        _ => word(cursor),
    }
}

fn array(cursor: &mut Cursor<'_>, depth: u32) -> Option<Value> {
    let opened = cursor.at;
    cursor.at += 1;
    let mut items = Vec::new();
    // After each item comes a comma or the end.
    let mut separated = true;
    loop {
        skip_lines(cursor)?;
        if cursor.eat(b']') {
            return Some(Value::Array(items));
        }
        if cursor.at_end() {
            return cursor.fail_at(opened, &["this list has no closing `]`"]);
        }
        if !separated {
            return cursor.expected("`,` or `]`");
        }
        items.push(value(cursor, depth + 1)?);
        skip_lines(cursor)?;
        separated = cursor.eat(b',');
    }
}

fn inline_table(cursor: &mut Cursor<'_>, depth: u32) -> Option<Value> {
    cursor.at += 1;
    let mut table = Table::of(Origin::Dotted);
    skip_blanks(cursor);
    if !cursor.eat(b'}') {
        loop {
            pair(cursor, &mut table, depth)?;
            skip_blanks(cursor);
            if cursor.eat(b'}') {
                break;
            }
            if matches!(cursor.peek(), b'\n' | b'\r') {
                return cursor.fail("a table in braces has to be on one line; use a `[header]` for a longer one");
            }
            if !cursor.eat(b',') {
                return cursor.expected("`,` or `}`");
            }
            skip_blanks(cursor);
            if cursor.peek() == b'}' {
                return cursor.fail("a table in braces allows no comma at its end");
            }
        }
    }
    table.origin = Origin::Closed;
    Some(Value::Table(table))
}

/// Reads `true`, a number, a date: whatever needs no quotes.
fn word(cursor: &mut Cursor<'_>) -> Option<Value> {
    let start = cursor.at;
    let mut word = cursor.take_while(is_inside_word);
    if datetime::is_date(word) && cursor.peek() == b' ' && cursor.byte(1).is_ascii_digit() {
        cursor.at += 1;
        cursor.take_while(is_inside_word);
        word = cursor.slice(start);
    }
    match word {
        "" => return cursor.expected("a value"),
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        _ => {}
    }
    if let Some(value) = number::read(word).or_else(|| datetime::read(word).map(Value::String)) {
        return Some(value);
    }
    let shown = &["`", word, "` is not a value"].concat();
    let numeric = word.bytes().all(|byte| matches!(byte, b'+' | b'-' | b'.' | b'_' | b':' | b'0'..=b'9'));
    let message: &[&str] = match word {
        "True" => &[shown, "; TOML writes it in small letters: true"],
        "False" => &[shown, "; TOML writes it in small letters: false"],
        "None" | "null" => &[shown, "; leave the key out instead"],
        _ if numeric => &[shown, ": no number, date or time that TOML knows"],
        _ => &[shown, "; text needs quotes: \"", word, "\""],
    };
    cursor.fail_at(start, message)
}

fn is_inside_word(byte: u8) -> bool {
    !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}' | b'#' | b'=')
}

#[cfg(test)]
mod tests;
