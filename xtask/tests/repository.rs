//! What holds between files that no compiler compares: the guide, the gallery and the code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between `before` and `after`, each time.
fn between<'t>(text: &'t str, before: &str, after: char) -> Vec<&'t str> {
    text.split(before).skip(1).filter_map(|rest| rest.split_once(after)).map(|(found, _)| found).collect()
}

#[test]
fn every_code_has_a_section_in_the_guide() {
    let codes = between(&read("crates/core/src/diagnostic.rs"), " = \"PY", '"')
        .iter()
        .map(|digits| format!("PY{digits}"))
        .collect::<Vec<_>>();
    assert!(codes.len() > 10, "the codes are not where this test looks: {codes:?}");
    let guide = read("docs/errors.md");
    let sections: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let missing: Vec<&String> = codes.iter().filter(|code| !sections.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "docs/errors.md has no section for {missing:?}");
    assert!(sections.is_sorted(), "the sections of docs/errors.md are not in order: {sections:?}");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut documents: Vec<PathBuf> =
        fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    // Others, such as pictures, are linked to but have no links.
    documents.retain(|document| document.extension().is_some_and(|extension| extension == "md"));
    documents.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)));
    let mut checked = 0;
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for link in between(&text, "](", ')').into_iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            let found = fs::read_to_string(&target);
            assert!(found.is_ok(), "{} links to {link}, which is not there", document.display());
            let anchors: Vec<String> =
                found.unwrap().lines().filter(|line| line.starts_with('#')).map(anchor_of).collect();
            assert!(
                anchor.is_empty() || anchors.iter().any(|known| known == anchor),
                "{} links to {link}; {} has {anchors:?}",
                document.display(),
                target.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} links were found");
}

/// As renderers of Markdown make it of a heading.
fn anchor_of(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn every_example_has_a_card_in_the_gallery() {
    let gallery = read("examples/index.html");
    let mut seen = 0;
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        // The page that shows the source of the others.
        if !entry.file_type().unwrap().is_dir() || name == "source" {
            continue;
        }
        assert!(gallery.contains(&format!("<a href=\"{name}/\">")), "examples/{name} has no card");
        assert!(gallery.contains(&format!("href=\"source/?{name}\"")), "examples/{name} has no link to its source");
        let page = read(format!("examples/{name}/index.html"));
        for file in between(&page, "src=\"./", '"') {
            read(format!("examples/{name}/{file}"));
        }
        seen += 1;
    }
    let cards = between(&gallery, "<h3><a href=\"", '"').len();
    assert_eq!(cards, seen, "the gallery has {cards} cards for {seen} examples");
}
