//! What servers answer while packages are installed: indexes, manifests, metadata; and what a package manager says.

use pyrite_core::install::explain::{Answer, Failed, explain};
use pyrite_core::install::index::{Kind, files};
use pyrite_core::install::mip::{Manifest, Wanted, plan};
use pyrite_core::install::version::{compare, suits};

use crate::mutate::shape;

pub(crate) const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\u0000",
    "\\",
    "null",
    "1e9",
    "\"files\"",
    "\"filename\"",
    "\"releases\"",
    "\"hashes\"",
    "\"urls\"",
    "\"deps\"",
    "<a href=\"",
    "\">",
    "</a>",
    "&amp;",
    "#sha256=",
    ".whl",
    ".tar.gz",
    ".zip",
    "-py3-none-any",
    "-cp313-cp313-",
    "manylinux_2_17_x86_64",
    "macosx_11_0_arm64",
    "win_amd64",
    "x-1.0",
    "-",
    ".",
    "..",
    "/",
    "é",
    "github:",
    "https://example.org/",
    "\n",
    "Name: ",
    "Version: ",
    "Requires-Dist: ",
    "x",
    "y",
    "'",
    ">=",
    "<",
    "==",
    "~=",
    "*",
    ";",
    "Can't find a pure Python 3 wheel for: ",
    "Requested ",
    " is already installed",
    "1!2.0rc1",
];

const FAILURE: &str = "ValueError: Can't find a pure Python 3 wheel for: 'x>=2'";

pub(crate) fn check(text: &str) -> String {
    let mut ways = String::new();
    for file in files(text) {
        assert!(!file.describe().is_empty());
        assert!(file.is_usable("p") <= matches!(file.kind, Kind::Wheel { .. }));
        assert_eq!(compare(&file.version, &file.version), core::cmp::Ordering::Equal);
        let _ = suits(&file.version, text);
        ways.push_str(if matches!(file.kind, Kind::Source) { "s" } else { "w" });
    }
    let wanted = || Wanted { package: "first".into(), version: None, entry: 0, by: None };
    let address = "/a/package/6/first/latest.json";
    let manifest = [Manifest { address: address.into(), text: text.into() }];
    match plan(&["/a", "/b"], vec![wanted()], &manifest, &[]) {
        Ok(plan) => {
            assert!(plan.files.iter().all(|file| file.path.as_deref().is_some_and(|path| path.starts_with("/lib/"))));
            assert!(plan.needs.iter().all(|need| need.path.is_none() && need.of.by.as_deref() == Some("first")));
            ways.push_str(&format!("f{}n{}", plan.files.len().min(3), plan.needs.len().min(3)));
        }
        Err(error) => {
            assert!(error.message.contains(address) && error.hint.is_some(), "{}", error.message);
            ways.push_str(&shape(&error.message));
        }
    }
    let said = |message, text: &str| {
        let answer = |address: &str| Answer { address: address.into(), status: 200, text: text.into() };
        explain(&Failed {
            message,
            asked: vec!["x>=2", "y"],
            indexes: vec!["/i"],
            answers: vec![answer("/i/x/"), answer("/i/y/")],
            metadata: vec![text],
            platform: "pyemscripten_2026_0_wasm32",
        })
    };
    // Whatever a server has answered, the package is named.
    let answered = said(FAILURE, text);
    assert!(answered.message.contains('x') && !answered.message.trim().is_empty());
    let raised = said(text, text);
    assert!(raised.message.starts_with("(PY"), "{}", raised.message);
    ways + &shape(&answered.message) + &shape(&raised.message)
}
