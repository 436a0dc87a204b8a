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

type Read<T> = Result<T, SyntaxError>;

/// Reads a TOML document.
///
/// # Errors
/// At the first place that is not TOML 1.0.
pub fn parse(text: &str) -> Read<Table> {
    let mut root = Table::of(Origin::Header);
    let mut cursor = Cursor::new(text);
    let cursor = &mut cursor;
    cursor.eat_all("\u{feff}");
    let mut section = &mut root;
    let mut depth = 0;
    loop {
        skip_lines(cursor)?;
        if cursor.at_end() {
            return Ok(root);
        }
        if cursor.peek() == b'[' {
            (section, depth) = header(cursor, &mut root)?;
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

fn comment(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat(b'#') {
        cursor.take_while(|byte| byte >= b' ' && byte != 0x7f || byte == b'\t');
        if !cursor.at_end() && !matches!(cursor.rest().as_bytes(), [b'\n', ..] | [b'\r', b'\n', ..]) {
            return Err(cursor.error("a comment cannot hold a control character"));
        }
    }
    Ok(())
}

/// Steps over blank lines, comments and the blanks before what comes next.
fn skip_lines(cursor: &mut Cursor<'_>) -> Read<()> {
    loop {
        skip_blanks(cursor);
        comment(cursor)?;
        if !newline(cursor) {
            return Ok(());
        }
    }
}

fn end_of_line(cursor: &mut Cursor<'_>) -> Read<()> {
    skip_blanks(cursor);
    comment(cursor)?;
    if cursor.at_end() || newline(cursor) { Ok(()) } else { Err(cursor.expected("the end of the line")) }
}

/// Reads `[a.b]` or `[[a.b]]` and gives the table that the following lines fill, and how deep it lies.
fn header<'t>(cursor: &mut Cursor<'_>, root: &'t mut Table) -> Read<(&'t mut Table, u32)> {
    cursor.at += 1;
    let many = cursor.eat(b'[');
    let at = cursor.at;
    let line = cursor.line();
    let (mut path, last) = keys(cursor, 0)?;
    let depth = length(&path) + 2;
    if !cursor.eat(b']') || many && !cursor.eat(b']') {
        return Err(cursor.expected(if many { "`]]`" } else { "`]`" }));
    }
    let mut table = root;
    for key in path.drain(..) {
        table = descend(cursor, table, key, at, Origin::Implicit)?;
    }
    let shown = last.clone();
    let (value, made) = table.get_or_make(last, line, || match many {
        true => Value::Array(Vec::new()),
        false => Value::Table(Table::of(Origin::Header)),
    });
    match value {
        Value::Array(items) if many && (made || items.last().is_some_and(is_open)) => {
            items.push(Value::Table(Table::of(Origin::Header)));
            if let Some(Value::Table(table)) = items.last_mut() {
                return Ok((table, depth));
            }
        }
        Value::Table(table) if !many && (made || table.origin == Origin::Implicit) => {
            table.origin = Origin::Header;
            return Ok((table, depth));
        }
        _ => {}
    }
    Err(twice(cursor, at, &shown))
}

/// Reads `key = value` or `a.b = value` into a table.
fn pair(cursor: &mut Cursor<'_>, mut table: &mut Table, depth: u32) -> Read<()> {
    let at = cursor.at;
    let line = cursor.line();
    let (mut path, last) = keys(cursor, depth)?;
    let depth = depth + length(&path) + 1;
    if !cursor.eat(b'=') {
        return Err(cursor.expected("`=` after the key"));
    }
    for key in path.drain(..) {
        table = descend(cursor, table, key, at, Origin::Dotted)?;
    }
    if table.entry(&last).is_some() {
        return Err(twice(cursor, at, &last));
    }
    let value = value(cursor, depth)?;
    table.insert_at(last, value, line);
    Ok(())
}

/// The table below a key, made on the way if it is not there yet.
fn descend<'t>(
    cursor: &mut Cursor<'_>,
    table: &'t mut Table,
    key: String,
    at: usize,
    by: Origin,
) -> Read<&'t mut Table> {
    let shown = key.clone();
    let line = cursor.line();
    match table.get_or_make(key, line, || Value::Table(Table::of(by))).0 {
        Value::Table(inner) if inner.origin == by || by == Origin::Implicit && inner.origin != Origin::Closed => {
            Ok(inner)
        }
        Value::Array(items) if by == Origin::Implicit => match items.last_mut() {
            Some(Value::Table(inner)) if inner.origin != Origin::Closed => Ok(inner),
            _ => Err(twice(cursor, at, &shown)),
        },
        _ => Err(twice(cursor, at, &shown)),
    }
}

fn is_open(value: &Value) -> bool {
    value.as_table().is_some_and(|table| table.origin != Origin::Closed)
}

fn twice(cursor: &Cursor<'_>, at: usize, key: &str) -> SyntaxError {
    cursor.error_at(at, ["`", key, "` is already defined above and cannot be defined again or added to"].concat())
}

fn length(path: &[String]) -> u32 {
    u32::try_from(path.len()).unwrap_or(DEPTH)
}

/// Reads a dotted key, with the blanks around it: the way, and its last part.
fn keys(cursor: &mut Cursor<'_>, depth: u32) -> Read<(Vec<String>, String)> {
    let mut path = Vec::new();
    loop {
        skip_blanks(cursor);
        let key = key(cursor)?;
        skip_blanks(cursor);
        if !cursor.eat(b'.') {
            return Ok((path, key));
        }
        path.push(key);
        if depth + length(&path) >= DEPTH {
            return Err(cursor.error("tables are nested too deeply here"));
        }
    }
}

fn key(cursor: &mut Cursor<'_>) -> Read<String> {
    match cursor.peek() {
        b'"' | b'\'' => string::single_line(cursor),
        _ => {
            let bare = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
            if bare.is_empty() { Err(cursor.expected("a key")) } else { Ok(bare.into()) }
        }
    }
}

fn value(cursor: &mut Cursor<'_>, depth: u32) -> Read<Value> {
    skip_blanks(cursor);
    if depth > DEPTH {
        return Err(cursor.error("values are nested too deeply here"));
    }
    match cursor.peek() {
        b'"' | b'\'' => string::any(cursor).map(Value::String),
        b'[' => array(cursor, depth),
        b'{' => inline_table(cursor, depth),
        _ => word(cursor),
    }
}

fn array(cursor: &mut Cursor<'_>, depth: u32) -> Read<Value> {
    let opened = cursor.at;
    cursor.at += 1;
    let mut items = Vec::new();
    loop {
        skip_lines(cursor)?;
        if cursor.eat(b']') {
            return Ok(Value::Array(items));
        }
        if cursor.at_end() {
            return Err(cursor.error_at(opened, "this list has no closing `]`"));
        }
        items.push(value(cursor, depth + 1)?);
        skip_lines(cursor)?;
        if !cursor.eat(b',') && cursor.peek() != b']' {
            return Err(if cursor.at_end() {
                cursor.error_at(opened, "this list has no closing `]`")
            } else {
                cursor.expected("`,` or `]`")
            });
        }
    }
}

fn inline_table(cursor: &mut Cursor<'_>, depth: u32) -> Read<Value> {
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
                return Err(cursor.error("a table in braces has to be on one line; use a `[header]` for a longer one"));
            }
            if !cursor.eat(b',') {
                return Err(cursor.expected("`,` or `}`"));
            }
            skip_blanks(cursor);
            if cursor.peek() == b'}' {
                return Err(cursor.error("a table in braces allows no comma at its end"));
            }
        }
    }
    table.origin = Origin::Closed;
    Ok(Value::Table(table))
}

/// Reads `true`, a number, a date: whatever needs no quotes.
fn word(cursor: &mut Cursor<'_>) -> Read<Value> {
    let start = cursor.at;
    let ends = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}' | b'#' | b'=');
    let mut word = cursor.take_while(|byte| !ends(byte));
    if datetime::is_date(word) && cursor.peek() == b' ' && cursor.byte(1).is_ascii_digit() {
        cursor.at += 1;
        cursor.take_while(|byte| !ends(byte));
        word = cursor.slice(start);
    }
    let read = match word {
        "" => return Err(cursor.expected("a value")),
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        word => number::read(word).or_else(|| datetime::read(word).map(Value::String)),
    };
    read.ok_or_else(|| cursor.error_at(start, explain(word)))
}

/// What to say about a word that is no value.
fn explain(word: &str) -> String {
    let shown = ["`", word, "` is not a value"].concat();
    let numeric = word.bytes().all(|byte| byte.is_ascii_digit() || b"+-._:".contains(&byte));
    match word {
        "True" | "False" => [&shown, "; TOML writes it in small letters: ", &word.to_ascii_lowercase()].concat(),
        "None" | "null" => [&shown, "; leave the key out instead"].concat(),
        _ if numeric => [&shown, ": no number, date or time that TOML knows"].concat(),
        _ => [&shown, "; text needs quotes: \"", word, "\""].concat(),
    }
}

#[cfg(test)]
mod tests;
