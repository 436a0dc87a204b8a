//! The JSON schema of the configuration, for editors, and the guide's list of keys. Both come from [`super::keys`].

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::keys::{DOCS, KEYS, Key, Kind, PLUGINS};
use crate::json;
use crate::value::{Table, Value};

/// The schema as a value. Unknown keys are allowed: they are kept for `pyscript.config`.
#[must_use]
pub fn schema() -> Value {
    let mut root = Table::new();
    root.insert("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.insert("title", "Configuration of a page with Python");
    root.insert("type", "object");
    root.insert("properties", properties(""));
    Value::Table(root)
}

/// A value as JSON with two blanks per level.
#[must_use]
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.push('\n');
    out
}

fn write(value: &Value, depth: usize, out: &mut String) {
    let indent = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "[" } else { "," });
                indent(out, depth + 1);
                write(item, depth + 1, out);
            }
            indent(out, depth);
            out.push(']');
        }
        Value::Table(table) if !table.is_empty() => {
            for (index, (key, item)) in table.iter().enumerate() {
                out.push_str(if index == 0 { "{" } else { "," });
                indent(out, depth + 1);
                crate::value::write_json_string(out, key);
                out.push_str(": ");
                write(item, depth + 1, out);
            }
            indent(out, depth);
            out.push('}');
        }
        value => value.write_json(out),
    }
}

fn properties(table: &str) -> Table {
    let mut properties = Table::new();
    for (key, doc) in KEYS.iter().zip(DOCS) {
        let name = match key.name.split_once('.') {
            Some((outer, inner)) if outer == table => inner,
            None if table.is_empty() => key.name,
            _ => continue,
        };
        let mut property = of_kind(key);
        property.insert("description", without_links(doc).as_str());
        if let Ok(example) = json::parse(key.example) {
            property.insert("examples", vec![example]);
        }
        properties.insert(name, property);
    }
    properties
}

fn typed(kind: &str) -> Table {
    [("type", kind)].into_iter().collect()
}

fn list_of(items: Table) -> Table {
    let mut list = typed("array");
    list.insert("items", items);
    list
}

fn table_of(values: Table) -> Table {
    let mut table = typed("object");
    table.insert("additionalProperties", values);
    table
}

fn closed(table: &str) -> Table {
    let mut object = typed("object");
    object.insert("properties", properties(table));
    object.insert("additionalProperties", false);
    object
}

fn words(words: &[&str]) -> Table {
    let words: Vec<Value> = words.iter().map(|word| (*word).into()).collect();
    [("enum", words)].into_iter().collect()
}

fn either(kinds: Vec<Table>) -> Table {
    [("anyOf", kinds)].into_iter().collect()
}

fn of_kind(key: &Key) -> Table {
    match key.kind {
        Kind::Text => typed("string"),
        Kind::Flag => typed("boolean"),
        Kind::Integer => typed("integer"),
        Kind::Texts if key.name == "plugins" => {
            // A name without `!` says nothing, but PyScript's pages have them.
            let off: Vec<Value> = PLUGINS.iter().map(|name| ["!", name].concat().into()).collect();
            list_of(either(vec![[("enum", off)].into_iter().collect(), [("pattern", "^[^!]")].into_iter().collect()]))
        }
        Kind::Texts => list_of(typed("string")),
        Kind::TextOrTexts => either(vec![typed("string"), list_of(typed("string"))]),
        Kind::OneOf(allowed) => words(allowed),
        Kind::Packages => either(vec![list_of(typed("string")), table_of(typed("string"))]),
        Kind::Pairs => table_of(typed("string")),
        Kind::Tables => list_of(closed(key.name)),
        Kind::Table => closed(key.name),
        Kind::CreateProxy => {
            let mut table = typed("object");
            let auto: Table = [("auto", typed("boolean"))].into_iter().collect();
            table.insert("properties", auto);
            table.insert("required", vec!["auto"]);
            either(vec![words(&["auto", "manual"]), table])
        }
        Kind::Any => Table::new(),
    }
}

/// The guide's list of keys, as Markdown.
#[must_use]
pub fn guide() -> String {
    let mut out = String::new();
    for (key, doc) in KEYS.iter().zip(DOCS) {
        out.push_str(&["### `", key.name, "`\n\n", &wrapped(doc), "\n\n", &example(key), "\n"].concat());
    }
    out
}

/// A paragraph in lines of at most 120 characters.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > 120 {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out
}

/// An example in TOML: tables in their usual form, with a header.
fn example(key: &Key) -> String {
    let value = json::parse(key.example).unwrap_or_default();
    let mut text = String::from("```toml\n");
    match (key.kind, &value) {
        (Kind::Pairs, Value::Table(table)) => {
            text.push_str(&["[", key.name, "]\n"].concat());
            table.iter().for_each(|(from, to)| text.push_str(&["\"", from, "\" = ", &to.to_json(), "\n"].concat()));
        }
        (Kind::Table, _) if key.name == "js_modules" => {
            text.push_str("[js_modules.main]\n\"https://esm.run/d3\" = \"d3\"\n");
        }
        (Kind::Table, Value::Table(table)) => {
            text.push_str(&["[", key.name, "]\n"].concat());
            table.iter().for_each(|(name, value)| text.push_str(&[name, " = ", &spaced(value), "\n"].concat()));
        }
        (Kind::Tables, Value::Array(tables)) => {
            for table in tables.iter().filter_map(Value::as_table) {
                text.push_str(&["[[", key.name, "]]\n"].concat());
                table.iter().for_each(|(name, value)| text.push_str(&[name, " = ", &spaced(value), "\n"].concat()));
            }
        }
        _ => {
            let (header, name) = match key.name.split_once('.') {
                Some(("fetch", name)) => ("[[fetch]]\n".into(), name),
                Some((table, name)) => (["[", table, "]\n"].concat(), name),
                None => (String::new(), key.name),
            };
            text.push_str(&[&header, name, " = ", &super::read::in_toml(key.example), "\n"].concat());
        }
    }
    text.push_str("```\n");
    text
}

fn spaced(value: &Value) -> String {
    value.to_json().replace("\",\"", "\", \"")
}

/// Text whose links lead nowhere, as an editor shows it: `[Files](#files)` becomes `Files`.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = crate::text::split_once(rest, "](") {
        let (label, end) = (before.rfind('['), after.find(')'));
        match (label, end) {
            (Some(label), Some(end)) => {
                out.push_str(&before[..label]);
                out.push_str(&before[label + 1..]);
                rest = &after[end + 1..];
            }
            _ => break,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Format, Report, read};
    use crate::toml;

    #[test]
    fn examples_of_the_guide_are_read_without_a_word() {
        let guide = guide();
        let examples: Vec<_> =
            guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
        assert_eq!(examples.len(), KEYS.len());
        for example in examples {
            let table = toml::parse(example).unwrap();
            let mut report = Report::default();
            read(table, Format::Toml, &mut report);
            assert_eq!(report.diagnostics, [], "{example}");
        }
    }

    #[test]
    fn pretty_json_says_the_same() {
        let schema = schema();
        assert_eq!(json::parse(&pretty(&schema)), Ok(schema));
    }
}
