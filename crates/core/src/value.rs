//! Values of configuration, whatever they were written in, and their compact JSON.

use alloc::string::String;
use alloc::vec::Vec;

/// What TOML and JSON can say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// JSON's `null`; TOML has none.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits into 64 bits.
    Integer(i64),
    /// Any other number, in JSON's notation; beside that, TOML's `inf`, `-inf` and `nan`.
    ///
    /// It stays text: nothing here calculates, and the code to read and write floats would be the largest part of the
    /// parsers.
    Float(String),
    /// Text; also TOML's dates and times, in the notation of RFC 3339.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Keys with values.
    Table(Table),
}

/// Keys with values, in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub struct Table {
    entries: Vec<Entry>,
    /// How TOML defined it, which decides what may be added later.
    pub(crate) origin: Origin,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// The line that the key stands on, counted from one; zero when it was not read from text.
    pub line: u32,
}

/// How TOML defined a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// As a whole: nothing can be added.
    #[default]
    Closed,
    /// On the way to a deeper `[header]`; its own header may still come.
    Implicit,
    /// By its own `[header]` or `[[header]]`.
    Header,
    /// By a dotted key; only dotted keys of the same section add to it.
    Dotted,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Table {}

impl Table {
    /// A table without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new(), origin: Origin::Closed }
    }

    pub(crate) const fn of(origin: Origin) -> Self {
        Self { entries: Vec::new(), origin }
    }

    /// The keys and their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|entry| (entry.key.as_str(), &entry.value))
    }

    /// The same with line numbers.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Sets a key; one that was there keeps its place.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.insert_at(key.into(), value.into(), 0);
    }

    /// Takes the value of a key out; `null` stays.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| core::mem::take(&mut entry.value))
    }

    /// Appends the table's compact JSON.
    pub fn write_json(&self, out: &mut String) {
        out.push('{');
        for (index, entry) in self.entries.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_json_string(out, &entry.key);
            out.push(':');
            entry.value.write_json(out);
        }
        out.push('}');
    }

    pub(crate) fn insert_at(&mut self, key: String, value: Value, line: u32) {
        match self.entries.iter_mut().find(|entry| entry.key == key) {
            Some(entry) => {
                entry.value = value;
                entry.line = line;
            }
            None => self.entries.push(Entry { key, value, line }),
        }
    }

    /// The value of a key, made if it is not there; the flag says whether it was made.
    pub(crate) fn get_or_make(&mut self, key: &str, line: u32, make: impl FnOnce() -> Value) -> (&mut Value, bool) {
        let found = self.entries.iter().position(|entry| entry.key == key);
        let index = found.unwrap_or_else(|| {
            self.entries.push(Entry { key: key.into(), value: make(), line });
            self.entries.len() - 1
        });
        (&mut self.entries[index].value, found.is_none())
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Table {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut table = Self::new();
        for (key, value) in pairs {
            table.insert(key, value);
        }
        table
    }
}

impl Value {
    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a table.
    #[must_use]
    pub fn as_table(&self) -> Option<&Table> {
        match self {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// What kind of value it is, as a person would say it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Forgets on which lines keys stand, for a value that comes from inside another text.
    pub fn forget_lines(&mut self) {
        match self {
            Value::Array(items) => items.iter_mut().for_each(Value::forget_lines),
            Value::Table(table) => {
                for entry in &mut table.entries {
                    entry.line = 0;
                    entry.value.forget_lines();
                }
            }
            _ => {}
        }
    }

    /// As compact JSON. JSON has no infinity: it is written as a number beyond every float's range, which readers take
    /// for infinity; what is not a number becomes `null`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    /// Appends the value's compact JSON.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(true) => out.push_str("true"),
            Value::Bool(false) => out.push_str("false"),
            Value::Integer(number) => push_integer(out, *number),
            Value::Float(text) => out.push_str(match text.as_str() {
                "inf" => "1e999",
                "-inf" => "-1e999",
                "nan" => "null",
                number => number,
            }),
            Value::String(text) => write_json_string(out, text),
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write_json(out);
                }
                out.push(']');
            }
            Value::Table(table) => table.write_json(out),
        }
    }
}

/// Writes a JSON object key by key, without a [`Value`] in between: the smallest way to answer in JSON.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
}

impl Writer {
    /// The JSON that was written.
    #[must_use]
    pub fn finish(self) -> String {
        self.out
    }

    /// Separates from what stands before.
    #[inline(never)]
    fn next(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(',');
        }
    }

    /// Begins an object or a list; `bracket` is `{` or `[`.
    pub fn open(&mut self, bracket: char) {
        self.next();
        self.out.push(bracket);
    }

    /// Ends an object or a list.
    pub fn close(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// Writes a key, whose value has to follow.
    pub fn key(&mut self, key: &str) {
        self.text(key);
        self.out.push(':');
    }

    /// Writes a text.
    #[inline(never)]
    pub fn text(&mut self, text: &str) {
        self.next();
        write_json_string(&mut self.out, text);
    }

    /// Writes a key with a text, or `null`.
    #[inline(never)]
    pub fn pair(&mut self, key: &str, text: Option<&str>) {
        self.key(key);
        match text {
            Some(text) => self.text(text),
            None => self.out.push_str("null"),
        }
    }

    /// Writes a key with `true` or `false`.
    #[inline(never)]
    pub fn flag(&mut self, key: &str, flag: bool) {
        self.key(key);
        self.out.push_str(if flag { "true" } else { "false" });
    }

    /// Writes a key with a whole number, or `null`.
    #[inline(never)]
    pub fn number(&mut self, key: &str, number: Option<i64>) {
        self.key(key);
        match number {
            Some(number) => push_integer(&mut self.out, number),
            None => self.out.push_str("null"),
        }
    }

    /// Writes a key with a table.
    pub fn table(&mut self, key: &str, table: &Table) {
        self.key(key);
        table.write_json(&mut self.out);
    }

    /// Writes a key with a list of texts.
    #[inline(never)]
    pub fn texts(&mut self, key: &str, texts: &[String]) {
        self.key(key);
        self.open('[');
        for text in texts {
            self.text(text);
        }
        self.close(']');
    }
}

/// Appends text as a JSON string.
pub fn write_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                out.push_str("\\u00");
                for digit in [c as u32 >> 4, c as u32 & 15] {
                    out.extend(char::from_digit(digit, 16));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends a whole number. `core::fmt` would do it too, at ten times the size.
pub fn push_integer(out: &mut String, number: i64) {
    if number < 0 {
        out.push('-');
    }
    let mut rest = number.unsigned_abs();
    let mut digits = [0_u8; 20];
    let mut count = 0;
    for digit in &mut digits {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits.iter().take(count).rev().map(|digit| char::from(*digit)));
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::String(value)
    }
}

impl From<Table> for Value {
    fn from(value: Table) -> Self {
        Value::Table(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(value: Vec<T>) -> Self {
        Value::Array(value.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    #[test]
    fn json_is_compact_and_keeps_the_order() {
        let mut table = Table::new();
        table.insert("z", 1_i64);
        table.insert("a", vec![Value::Null, true.into(), Value::Float("1.5".into()), Value::Array(vec![])]);
        table.insert("t", Table::new());
        table.insert("z", -2_i64);
        assert_eq!(Value::from(table).to_json(), r#"{"z":-2,"a":[null,true,1.5,[]],"t":{}}"#);
    }

    #[test]
    fn a_writer_puts_the_commas() {
        let mut out = Writer::default();
        out.open('{');
        out.pair("a", Some("x,"));
        out.pair("b", None);
        out.key("c");
        out.open('[');
        out.open('{');
        out.flag("d", true);
        out.close('}');
        out.open('{');
        out.close('}');
        out.close(']');
        out.number("e", Some(-1));
        out.texts("f", &["g".into(), "h".into()]);
        out.texts("i", &[]);
        out.table("j", &[("k", "l")].into_iter().collect());
        out.close('}');
        let expected = r#"{"a":"x,","b":null,"c":[{"d":true},{}],"e":-1,"f":["g","h"],"i":[],"j":{"k":"l"}}"#;
        assert_eq!(out.finish(), expected);
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(Value::from("\"\\\n\r\t\u{1}\u{1f}é🐍").to_json(), "\"\\\"\\\\\\n\\r\\t\\u0001\\u001fé🐍\"");
    }

    #[test]
    fn integers_of_every_size_are_written() {
        for number in [0, 7, -10, 1_234_567_890, i64::MAX, i64::MIN] {
            assert_eq!(Value::Integer(number).to_json(), number.to_string());
        }
    }

    #[test]
    fn infinity_survives_json() {
        assert_eq!(Value::Float("-inf".into()).to_json(), "-1e999");
        assert_eq!(Value::Float("nan".into()).to_json(), "null");
    }
}
