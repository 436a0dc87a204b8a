//! What an index says about a package: the files that there are.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cut;
use crate::json;
use crate::text::split_once;
use crate::value::{Table, Value};

/// A file that an index lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The version of the package.
    pub version: String,
    /// What it is for.
    pub kind: Kind,
}

/// What a file of a package is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A wheel, with its tags: `py3-none`, `any`.
    Wheel {
        /// Interpreter and binary interface.
        python: String,
        /// Platforms, separated by dots.
        platform: String,
    },
    /// A source archive.
    Source,
}

/// Where an index answers for a package: `{package_name}` is put in, else the name behind.
#[must_use]
pub fn address(index: &str, name: &str) -> String {
    match split_once(index, "{package_name}") {
        Some((before, after)) => [before, name, after].concat(),
        None => [index, "/", name, "/"].concat(),
    }
}

/// The files in an index's answer, which is JSON (PEP 691, or that of PyPI's own interface) or HTML (PEP 503).
#[must_use]
pub fn files(text: &str) -> Vec<File> {
    let mut names = Vec::new();
    match json::parse(text) {
        Ok(Value::Table(table)) => {
            listed(&table, "files", &mut names);
            if let Some(Value::Table(releases)) = table.get("releases") {
                for (version, _) in releases.iter() {
                    listed(releases, version, &mut names);
                }
            }
        }
        _ => anchors(text, &mut names),
    }
    names.iter().filter_map(|name| file(name)).collect()
}

fn listed(table: &Table, key: &str, names: &mut Vec<String>) {
    let files = table.get(key).and_then(Value::as_array).unwrap_or_default();
    let name = |file: &Value| file.as_table()?.get("filename")?.as_str().map(String::from);
    names.extend(files.iter().filter_map(name));
}

/// The texts of the links of a page.
fn anchors(mut text: &str, names: &mut Vec<String>) {
    while let Some((_, rest)) = split_once(text, "<a ") {
        let Some((name, after)) = cut::first(rest, b'>').and_then(|(_, rest)| cut::first(rest, b'<')) else { return };
        names.push(name.trim_ascii().into());
        text = after;
    }
}

/// Reads a file's name; one with a part that is empty is no name of a package's file.
fn file(name: &str) -> Option<File> {
    if let Some(stem) = name.strip_suffix(".whl") {
        let parts: Vec<&str> = cut::parts(stem, b'-').collect();
        let [_, version, .., python, abi, platform] = parts.as_slice() else { return None };
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let kind = Kind::Wheel { python: [python, "-", abi].concat(), platform: (*platform).into() };
        return Some(File { version: (*version).into(), kind });
    }
    let stem = name.strip_suffix(".tar.gz").or_else(|| name.strip_suffix(".zip"))?;
    let (_, version) = cut::last(stem, b'-').filter(|(name, version)| !name.is_empty() && !version.is_empty())?;
    Some(File { version: version.into(), kind: Kind::Source })
}

impl File {
    /// Whether it may run on Pyodide of this platform, `pyemscripten_2026_0_wasm32` for example.
    #[must_use]
    pub fn is_usable(&self, platform: &str) -> bool {
        match &self.kind {
            Kind::Wheel { platform: found, .. } => cut::parts(found, b'.').any(|one| one == "any" || one == platform),
            Kind::Source => false,
        }
    }

    /// For people, what it runs on.
    #[must_use]
    pub fn describe(&self) -> &str {
        let Kind::Wheel { platform, .. } = &self.kind else { return "source" };
        let families = [
            ("linux", "Linux"),
            ("macosx", "macOS"),
            ("win", "Windows"),
            ("ios", "iOS"),
            ("android", "Android"),
            ("wasm32", "other versions of Pyodide"),
        ];
        let known = |(part, _): &&(&str, &str)| split_once(platform, part).is_some();
        families.iter().find(known).map_or(platform, |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn wheel(version: &str, python: &str, platform: &str) -> File {
        let kind = Kind::Wheel { python: python.into(), platform: platform.into() };
        File { version: version.into(), kind }
    }

    #[test]
    fn all_three_forms_are_read() {
        let files = vec![wheel("1.0", "py3-none", "any"), File { version: "1.1".into(), kind: Kind::Source }];
        for text in [
            r#"<!doctype html><a href="x.whl#sha256=1" data-x='y'>my_x-1.0-py3-none-any.whl</a><br>
               <a href="y"> my-x-1.1.tar.gz </a><a href="z">README</a>"#,
            r#"{"files": [{"filename": "my_x-1.0-py3-none-any.whl"}, {"filename": "my-x-1.1.tar.gz"}, {}]}"#,
            r#"{"info": {}, "releases": {"1.0": [{"filename": "my_x-1.0-py3-none-any.whl"}], "1.1": [{"filename": "my-x-1.1.tar.gz"}]}}"#,
        ] {
            assert_eq!(super::files(text), files, "{text}");
        }
        assert_eq!(super::files("<a "), []);
        assert_eq!(super::files("nothing"), []);
    }

    #[test]
    fn wheels_say_what_they_run_on() {
        let of = |platform: &str| wheel("1", "cp314-cp314", platform);
        assert!(of("any").is_usable("pyemscripten_2026_0_wasm32"));
        assert!(of("a.pyemscripten_2026_0_wasm32").is_usable("pyemscripten_2026_0_wasm32"));
        assert!(!of("pyemscripten_2025_0_wasm32").is_usable("pyemscripten_2026_0_wasm32"));
        assert_eq!(of("manylinux_2_17_x86_64.manylinux2014_x86_64").describe(), "Linux");
        assert_eq!(of("win_amd64").describe(), "Windows");
        assert_eq!(of("pyodide_2024_0_wasm32").describe(), "other versions of Pyodide");
        assert_eq!(of("haiku").describe(), "haiku");
    }

    #[test]
    fn an_index_is_asked_where_micropip_asks() {
        assert_eq!(address("https://i.org/simple", "x"), "https://i.org/simple/x/");
        assert_eq!(address("https://i.org/{package_name}/json", "x"), "https://i.org/x/json");
    }
}
