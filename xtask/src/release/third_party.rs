//! The licences of what is inside the binary and the runtime: Rust's crates, and what comes from npm.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::step::{cargo, root};

/// Its name in an archive.
pub(super) const FILE: &str = "THIRD-PARTY.txt";

/// Ours that are shipped: the command, and the parts of the runtime.
const SHIPPED: [&str; 4] = ["pyrite", "pyrite-web", "pyrite-bridge", "pyrite-part"];

/// How files with a licence begin.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// Somebody else's work.
struct Part {
    name: String,
    licence: String,
    /// What stands in its files about that.
    texts: Vec<String>,
}

/// All of them as one text.
pub(super) fn text() -> Result<String> {
    let mut parts = crates()?;
    parts.extend(packages()?);
    Ok(written(&parts))
}

fn crates() -> Result<Vec<Part>> {
    let output = cargo().args(["metadata", "--format-version", "1", "--locked"]).output()?;
    if !output.status.success() {
        bail!("`cargo metadata` failed\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let inside = reached(&metadata);
    let mut parts = Vec::new();
    for package in list(&metadata["packages"]) {
        // Those without a source are ours.
        if package["source"].is_null() || !inside.contains(word(&package["id"])) {
            continue;
        }
        let folder = Path::new(word(&package["manifest_path"])).parent().context("a crate has a folder")?;
        parts.push(Part {
            name: format!("{} {} (Rust)", word(&package["name"]), word(&package["version"])),
            licence: package["license"].as_str().unwrap_or("see below").to_owned(),
            texts: texts(folder)?,
        });
    }
    Ok(parts)
}

/// The crates that ours need when they run, by their identifiers.
fn reached(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).iter().map(|node| (word(&node["id"]), node)).collect();
    let shipped = list(&metadata["packages"])
        .iter()
        .filter(|package| package["source"].is_null() && SHIPPED.contains(&word(&package["name"])));
    let mut open: Vec<&str> = shipped.map(|package| word(&package["id"])).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !found.insert(id) {
            continue;
        }
        for dependency in nodes.get(id).map(|node| list(&node["deps"])).unwrap_or_default() {
            // Those for tests and for building have a kind.
            if list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()) {
                open.push(word(&dependency["pkg"]));
            }
        }
    }
    found
}

fn packages() -> Result<Vec<Part>> {
    let web = root().join("web");
    let lock: Value = serde_json::from_slice(&fs::read(web.join("package-lock.json"))?)?;
    let mut parts = Vec::new();
    for (path, package) in lock["packages"].as_object().context("package-lock.json has packages")? {
        let Some(name) = path.strip_prefix("node_modules/") else { continue };
        // Tools, and what only other systems install.
        if package["dev"] == true || package["optional"] == true {
            continue;
        }
        parts.push(Part {
            name: format!("{name} {} (npm)", word(&package["version"])),
            licence: package["license"].as_str().unwrap_or("see below").to_owned(),
            texts: texts(&web.join(path))?,
        });
    }
    Ok(parts)
}

fn texts(folder: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.is_file() && NAMES.iter().any(|start| name.starts_with(start)) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())).collect()
}

/// A list of the parts, and each text once, with those that it is of.
fn written(parts: &[Part]) -> String {
    let mut text = String::from("What others made and Pyrite has inside.\n\n");
    let mut texts: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for Part { name, licence, texts: own } in parts {
        let _ = writeln!(text, "{name}: {licence}");
        for own in own {
            let words = own.split_whitespace().collect::<Vec<_>>().join(" ");
            let place = *places.entry(words).or_insert_with(|| {
                texts.push((own, Vec::new()));
                texts.len() - 1
            });
            if let Some((_, names)) = texts.get_mut(place) {
                names.push(name);
            }
        }
    }
    for (own, names) in texts {
        let _ = write!(text, "\n{}\n{}\n\n{}\n", "=".repeat(80), names.join(", "), own.trim_end());
    }
    text
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_for_tests_and_building_is_not_inside() {
        let dependency = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [{ "name": "pyrite", "id": "own", "source": null }, { "name": "xtask", "id": "task", "source": null }],
            "resolve": { "nodes": [
                { "id": "own", "deps": [dependency("a", json!(null)), dependency("b", json!("dev"))] },
                { "id": "a", "deps": [dependency("c", json!(null)), dependency("d", json!("build"))] },
                { "id": "task", "deps": [dependency("e", json!(null))] },
            ] }
        });
        assert_eq!(reached(&metadata).into_iter().collect::<Vec<_>>(), ["a", "c", "own"]);
    }

    #[test]
    fn a_text_stands_there_once() {
        let part = |name: &str, text: &str| Part { name: name.into(), licence: "MIT".into(), texts: vec![text.into()] };
        let text = written(&[part("a 1", "Free\n for all\n"), part("b 2", "Free for all"), part("c 3", "Other")]);
        assert!(text.contains("a 1: MIT\nb 2: MIT\nc 3: MIT\n"), "{text}");
        assert!(text.contains("=\na 1, b 2\n\nFree\n for all\n") && text.contains("=\nc 3\n\nOther\n"), "{text}");
        assert_eq!(text.matches("Free").count(), 1);
    }
}
