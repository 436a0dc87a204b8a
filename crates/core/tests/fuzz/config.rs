//! Configurations, from the text in a page to the plan.

use pyrite_core::config::files::Target;
use pyrite_core::config::{
    Description, Format, Origin, Report, Source, address, of_text, plan, read, shown, unreadable,
};
use pyrite_core::value::{Table, Value};
use pyrite_core::{Language, json, toml};

use crate::mutate::shape;

pub(crate) const WORDS: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ":",
    ",",
    ".",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\n",
    "\r\n",
    "\t",
    " ",
    "#",
    "\u{feff}",
    "é",
    "🐍",
    "\u{0}",
    "\u{7f}",
    "\\u0041",
    "\\ud83d",
    "\\udc0d",
    "\\U0001F40D",
    "true",
    "null",
    "inf",
    "-nan",
    "0x1f",
    "1_000",
    "1e5",
    "-0",
    "9223372036854775808",
    "1979-05-27",
    "07:32:00",
    "T",
    "Z",
    "+01:00",
    "[a]\n",
    "[[a]]\n",
    "a.b = 1\n",
    "a = {b = 1}\n",
    "packages",
    "files",
    "fetch",
    "js_modules",
    "main",
    "worker",
    "interpreter",
    "plugins",
    "\"a\": ",
    "*",
    "./*",
    "/",
    "https://x.org/",
    "{A}",
    ".zip",
    ".tar.gz",
    ".whl",
    ".toml",
    ".json",
    "?q=1",
    "#f",
    "..",
    "pakages = []\n",
    "from",
    "to_file",
    "to_folder",
    "github:a/b@c",
    "emfs:/x.whl",
    "ulab",
    "==1.0",
    " @ ",
    ";",
];

const BASE: &str = "https://example.com/app/conf.toml?x#y";

pub(crate) fn check(text: &str) -> String {
    let mut ways = String::new();
    let mut report = Report::default();
    let source = of_text(text, None, &mut report);
    if let Some(Source::File { address, .. }) = &source {
        assert!(!address.contains('\n'));
    }
    assert_eq!(source.is_none(), report.has_errors());

    let table = toml::parse(text);
    ways.push_str(&against_toml_crate(text, &table));
    let json = json::parse(text);
    ways.push_str(&against_serde(text, &json));
    for (format, table) in [(Format::Toml, table), (Format::Json, json.and_then(only_table))] {
        let mut report = Report::new(Origin { file: "index.html", line: 7, text });
        match table {
            Ok(table) => ways.push_str(&understood(table, format, &mut report)),
            Err(error) => {
                let lines: Vec<_> = text.split('\n').collect();
                let line = lines.get(error.line as usize - 1).expect("the error is on a line of the text");
                assert!((error.column as usize) <= line.chars().count() + 1, "{error:?}");
                unreadable(format, None, &error, &mut report);
                assert!(report.diagnostics[0].message.contains(&error.message));
                ways.push_str(&shape(&error.message));
            }
        }
    }
    ways
}

fn only_table(value: Value) -> Result<Table, json::SyntaxError> {
    match value {
        Value::Table(table) => Ok(table),
        _ => Err(json::SyntaxError { line: 1, column: 1, message: "no table".into() }),
    }
}

/// What can be asked of every configuration that can be read at all.
fn understood(table: Table, format: Format, report: &mut Report<'_>) -> String {
    let mut ways = String::new();
    let before = table.clone();
    let config = read(table, format, report);
    assert_eq!(config.value, before);
    for language in Language::ALL {
        // The configuration as a description too, so that it may ask for itself.
        let described = ["https://example.com/app/a.toml", "https://example.com/app/b.json"]
            .map(|address| Description { address: address.into(), config: config.clone() });
        let planned = plan(language, true, &config, BASE, &described, report);
        assert!(planned.is_some() || report.has_errors());
        for download in planned.iter().flat_map(|plan| &plan.downloads) {
            match &download.target {
                Target::File(path) => {
                    // The older form takes whatever it is given.
                    let local = !config.fetch.is_empty() || !address::is_remote(path);
                    assert!(!path.is_empty() && !path.ends_with('/') && local, "{path}");
                }
                Target::Folder { path, .. } => assert!(path.ends_with('/'), "{path}"),
            }
            assert_eq!(address::join(BASE, &download.source), download.source);
        }
        let shown = Value::Table(shown(language, config.clone()));
        assert_eq!(shown.as_table().unwrap().get("type"), Some(&Value::from(language.prefix())));
        assert_eq!(json::parse(&shown.to_json()).unwrap().to_json(), shown.to_json());
    }
    for diagnostic in &report.diagnostics {
        ways.push_str(&shape(&diagnostic.message));
    }
    ways
}

/// Another reader of TOML, one of version 1.1, which allows more: what we read it must read, and read the same.
fn against_toml_crate(text: &str, ours: &Result<Table, toml::SyntaxError>) -> String {
    let Ok(table) = ours else { return String::new() };
    // Its limit of depth is lower than ours.
    if depth(&Value::Table(table.clone())) > 60 {
        return String::new();
    }
    let theirs: ::toml::Table = match text.strip_prefix('\u{feff}').unwrap_or(text).parse() {
        Ok(table) => table,
        // They hold floats as floats, we as text.
        Err(error) if error.to_string().contains("overflow") => return "big".into(),
        Err(error) => panic!("the toml crate refuses what we read: {error}"),
    };
    assert!(
        same_table(table, &theirs),
        "we read\n{}\nthe toml crate\n{theirs:?}",
        Value::Table(table.clone()).to_json()
    );
    "t".into()
}

fn depth(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(depth).max().unwrap_or(0),
        Value::Table(table) => table.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 0,
    }
}

fn same_table(ours: &Table, theirs: &::toml::Table) -> bool {
    ours.len() == theirs.len()
        && ours.iter().all(|(key, value)| theirs.get(key).is_some_and(|other| same(value, other)))
}

fn same(ours: &Value, theirs: &::toml::Value) -> bool {
    match (ours, theirs) {
        (Value::Bool(one), ::toml::Value::Boolean(other)) => one == other,
        (Value::Integer(one), ::toml::Value::Integer(other)) => one == other,
        (Value::Float(one), ::toml::Value::Float(other)) => {
            one.parse::<f64>().is_ok_and(|one| one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan())
        }
        // A line break in a long text is one character of ours, however the file has it; the specification leaves it open.
        (Value::String(one), ::toml::Value::String(other)) => one.replace("\r\n", "\n") == other.replace("\r\n", "\n"),
        // Dates are texts of ours; theirs drop digits of a fraction beyond nine.
        (Value::String(one), ::toml::Value::Datetime(other)) => {
            one.get(..10.min(one.len())) == other.to_string().get(..10.min(one.len()))
        }
        (Value::Array(one), ::toml::Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Table(one), ::toml::Value::Table(other)) => same_table(one, other),
        _ => false,
    }
}

/// Another reader of JSON: both read the same texts, and read the same in them.
fn against_serde(text: &str, ours: &Result<Value, json::SyntaxError>) -> String {
    let theirs = serde_json::from_str::<serde_json::Value>(text.strip_prefix('\u{feff}').unwrap_or(text));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            let again = serde_json::from_str::<serde_json::Value>(&ours.to_json()).unwrap();
            assert_eq!(again, theirs, "we read {}", ours.to_json());
            "j".into()
        }
        (Err(_), Err(_)) => String::new(),
        // Numbers beyond every float are numbers to JSON, if not to them; nor do they go as deep.
        (Ok(_), Err(error))
            if error.to_string().contains("out of range") || error.to_string().contains("recursion") =>
        {
            "big".into()
        }
        (Ok(ours), Err(error)) => panic!("serde_json refuses what we read as {}: {error}", ours.to_json()),
        (Err(error), Ok(theirs)) => panic!("we refuse what serde_json reads as {theirs}: {}", error.describe()),
    }
}
