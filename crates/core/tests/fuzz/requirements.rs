//! Entries of `packages`: one on each line.

use pyrite_core::Language;
use pyrite_core::config::packages::{Kind, classify};
use pyrite_core::config::requirement::{normalise, parse};
use pyrite_core::config::{Report, Text};

use crate::mutate::shape;

pub(crate) const WORDS: &[&str] = &[
    "==",
    ">=",
    "<=",
    "<",
    ">",
    "!=",
    "~=",
    "===",
    "=",
    ",",
    "[",
    "]",
    "(",
    ")",
    ";",
    "@",
    " ",
    ".",
    "-",
    "_",
    "*",
    "1.2",
    "a",
    "é",
    "./",
    "/",
    "https://x.org/",
    "http:",
    ".whl",
    ".toml",
    ".json",
    ".py",
    "?x",
    "#y",
    "github:",
    "emfs:",
    "ulab",
    "python_version > '3'",
    "\n",
    "\t",
    "\u{0}",
];

pub(crate) fn check(text: &str) -> String {
    let mut ways = String::new();
    for line in text.lines().take(8) {
        match parse(line) {
            Ok(found) => {
                // The parts put together again mean the same.
                let mut again = [found.name, "[", &found.extras.join(","), "]"].concat();
                match found.address {
                    Some(address) => again.push_str(&[" @ ", address, " "].concat()),
                    None => again.push_str(found.versions),
                }
                again.extend(found.marker.map(|marker| [";", marker].concat()));
                assert_eq!(parse(&again).as_ref(), Ok(&found), "{again}");
                assert!(found.exact().is_none_or(|version| found.versions.contains(version) && !version.is_empty()));
                let normal = normalise(found.name);
                assert_eq!(normalise(&normal), normal);
                assert!(!normal.contains(['_', '.']) && !normal.contains("--"));
                ways.push_str(if found.address.is_some() { "a" } else { "r" });
            }
            Err(reason) => ways.push_str(reason),
        }
        for language in Language::ALL {
            let entry = Text { text: line.into(), line: 1 };
            let mut report = Report::default();
            match classify(language, &entry, "https://example.com/a/b", &mut report) {
                Some(package) => {
                    assert_eq!(package.written, line);
                    match &package.kind {
                        Kind::Named { name, version, .. } => {
                            assert!(parse(name).is_ok_and(|found| found.name == name), "{name}");
                            assert!(version.as_deref().is_none_or(|version| !version.is_empty()));
                        }
                        Kind::Wheel(address) | Kind::Installed(address) | Kind::Description(address) => {
                            assert!(!address.is_empty());
                        }
                        Kind::Mip { address, .. } => assert!(address.contains(':'), "{address}"),
                        Kind::BuiltIn(name) => assert_eq!(name, "ulab"),
                    }
                    ways.push_str(package.kind.as_str());
                }
                None => ways.push_str(&shape(&report.diagnostics[0].message)),
            }
        }
    }
    ways
}
