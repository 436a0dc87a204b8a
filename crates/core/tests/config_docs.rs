//! The JSON schema and the guide's list of keys are those of the code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};

use pyrite_core::config::{Format, Origin, Report, read, schema};
use pyrite_core::toml;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// Compares a file with what it should be, or writes it when `UPDATE` is set.
fn check(name: &str, expected: &str) {
    let file = docs(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, expected).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "docs/{name} is not what the code says; renew it: UPDATE=1 cargo test -p pyrite-core --test config_docs"
    );
}

#[test]
fn the_schema_is_current() {
    check("configuration.schema.json", &schema::pretty(&schema::schema()));
}

#[test]
fn the_guides_keys_are_current() {
    const BEGIN: &str = "<!-- keys -->\n";
    const END: &str = "<!-- /keys -->\n";
    let text = std::fs::read_to_string(docs("configuration.md")).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the guide has a mark where its keys begin");
    let (_, after) = rest.split_once(END).expect("the guide has a mark where its keys end");
    check("configuration.md", &[before, BEGIN, "\n", &schema::guide(), END, after].concat());
    examples_are_read_without_a_word();
}

fn examples_are_read_without_a_word() {
    let text = std::fs::read_to_string(docs("configuration.md")).unwrap();
    let mut count = 0;
    for example in text.split("```toml\n").skip(1) {
        let example = example.split("```").next().unwrap();
        let mut report = Report::new(Origin { file: "configuration.md", line: 1, text: example });
        read(toml::parse(example).unwrap(), Format::Toml, &mut report);
        assert_eq!(report.diagnostics, [], "{example}");
        count += 1;
    }
    assert!(count > 10, "only {count} examples");
}
