use alloc::string::String;
use std::format;

use super::*;

fn json(text: &str) -> String {
    match parse(text) {
        Ok(table) => Value::Table(table).to_json(),
        Err(error) => error.describe(),
    }
}

#[track_caller]
fn refuses(text: &str, place: (u32, u32), message: &str) {
    let error = parse(text).unwrap_err();
    assert_eq!((error.line, error.column), place, "{error:?}");
    assert!(error.message.contains(message), "{error:?}");
}

#[test]
fn a_page_like_authors_write_it() {
    let text = r#"
name = "Fractals" # a remark
packages = [
    "numpy",
    'sympy>=1.12', # the last comma is fine
]
[files]
"{FROM}" = "https://example.com/data"
"{FROM}/a.csv" = "./a.csv"
[js_modules.main]
"https://esm.run/d3" = "d3"
[[fetch]]
files = ["a.py"]
[[fetch]]
from = "lib"
"#;
    assert_eq!(
        json(text),
        concat!(
            r#"{"name":"Fractals","packages":["numpy","sympy>=1.12"],"#,
            r#""files":{"{FROM}":"https://example.com/data","{FROM}/a.csv":"./a.csv"},"#,
            r#""js_modules":{"main":{"https://esm.run/d3":"d3"}},"fetch":[{"files":["a.py"]},{"from":"lib"}]}"#
        )
    );
}

#[test]
fn numbers_and_dates_keep_what_they_say() {
    let text = "a=[+1_000, 0xDEAD_beef, 0o17, 0b101, -0.0, 6.626e-34, 1e06, +inf, -inf, nan]\nb = 1979-05-27 07:32:00z";
    assert_eq!(
        json(text),
        r#"{"a":[1000,3735928559,15,5,-0.0,6.626e-34,1e06,1e999,-1e999,null],"b":"1979-05-27T07:32:00Z"}"#
    );
}

#[test]
fn keys_know_their_lines() {
    let table = parse("# a page\nname = 'x'\n\n[files]\n'a' = 'b'\n").unwrap();
    let lines: Vec<_> = table.entries().iter().map(|entry| entry.line).collect();
    assert_eq!(lines, [2, 4]);
    let files = table.get("files").and_then(Value::as_table).unwrap();
    assert_eq!(files.entry("a").unwrap().line, 5);
}

#[test]
fn errors_say_where_and_what_to_write() {
    refuses("packages = [numpy]", (1, 13), "`numpy` is not a value; text needs quotes: \"numpy\"");
    refuses("packages: []", (1, 9), "expected `=` after the key, found `:`");
    refuses("debug = True", (1, 9), "TOML writes it in small letters: true");
    refuses("a = None", (1, 5), "leave the key out instead");
    refuses("\na = 'x", (2, 5), "no closing quote");
    refuses("a = \"\"\"x\n\n", (1, 5), "no closing triple quotes");
    refuses("a = [1,\n2\n", (1, 5), "this list has no closing `]`");
    refuses("a = [1 2]", (1, 8), "expected `,` or `]`, found `2`");
    refuses("a = 1 b = 2", (1, 7), "expected the end of the line, found `b`");
    refuses("a = 1\na = 2", (2, 1), "`a` is already defined above");
    refuses("[a]\n[a]", (2, 2), "`a` is already defined above");
    refuses("a = {b = 1}\n[a.c]", (2, 2), "`a` is already defined above");
    refuses("a =\n", (1, 4), "expected a value, found the end of the line");
    refuses("{bad", (1, 1), "expected a key, found `{`");
    refuses("[files\n", (1, 7), "expected `]`, found the end of the line");
    refuses("[[fetch]\n", (1, 9), "expected `]]`");
    refuses("a = {b = 1,\n c = 2}", (1, 12), "expected a key, found the end of the line");
    refuses("a = {b = 1, }", (1, 13), "no comma at its end");
    refuses("a = \"C:\\path\"", (1, 8), "'single quotes'");
    refuses("a = \"\\ud800\"", (1, 6), "names no character");
    refuses("é = 1", (1, 1), "expected a key, found `é`");
    refuses("'é' = 1979-13-01", (1, 7), "no number, date or time");
    refuses("a = 9223372036854775808", (1, 5), "no number");
}

#[test]
fn depth_is_limited_however_it_is_made() {
    let dotted = |count: usize| format!("{}x = 1", "a.".repeat(count));
    assert!(parse(&dotted(100)).is_ok());
    assert!(parse(&dotted(100_000)).is_err());
    assert!(parse(&format!("[{}x]", "a.".repeat(100_000))).is_err());
    assert!(parse(&format!("a = {}", "[".repeat(100_000))).is_err());
    assert!(parse(&format!("a = {}", "{a=".repeat(100_000))).is_err());
    assert!(parse(&format!("[{}x]\n{}x={{{}x=1}}", "a.".repeat(60), "a.".repeat(60), "a.".repeat(60))).is_err());
}
