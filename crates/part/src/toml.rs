//! TOML to JSON.

use alloc::string::String;

use pyrite_core::toml;
use pyrite_core::value::{Table, Value};

/// `{"value": …}`, or `{"error": {"line": 1, "column": 5, "message": "…"}}`.
#[must_use]
pub fn answer(text: &str) -> String {
    let mut out = Table::new();
    match toml::parse(text) {
        Ok(value) => out.insert("value", value),
        Err(error) => {
            let mut place = Table::new();
            place.insert("line", error.line);
            place.insert("column", error.column);
            place.insert("message", &*error.message);
            out.insert("error", place);
        }
    }
    Value::Table(out).to_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_become_json() {
        assert_eq!(answer("error = 1\na = [1.5, 'x']"), r#"{"value":{"error":1,"a":[1.5,"x"]}}"#);
        assert_eq!(
            answer("\na = b"),
            r#"{"error":{"line":2,"column":5,"message":"`b` is not a value; text needs quotes: \"b\""}}"#
        );
    }
}
