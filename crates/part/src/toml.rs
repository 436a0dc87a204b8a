//! TOML to JSON.

use alloc::string::String;

use pyrite_core::toml;
use pyrite_core::value::Writer;

/// `{"value": …}`, or `{"error": {"line": 1, "column": 5, "message": "…"}}`.
#[must_use]
pub fn answer(text: &str) -> String {
    let mut out = Writer::default();
    out.open('{');
    match toml::parse(text) {
        Ok(value) => out.table("value", &value),
        Err(error) => {
            out.key("error");
            out.open('{');
            out.number("line", Some(error.line.into()));
            out.number("column", Some(error.column.into()));
            out.pair("message", Some(&error.message));
            out.close('}');
        }
    }
    out.close('}');
    out.finish()
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
