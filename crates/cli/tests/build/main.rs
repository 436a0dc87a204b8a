//! `pyrite build` as its users meet it: the real command and real folders.
// Links, permissions and limits are those of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod output;
mod refusals;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const HEAD: &str = "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<link rel=\"stylesheet\" href=\"/_pyrite/core.css\">\n\
    <script type=\"module\" src=\"/_pyrite/core.js\"></script>\n</head>\n";

/// A folder with a site and room for its build.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        fs::create_dir(project.site()).unwrap();
        project
    }

    /// With a page that has this body.
    fn page(body: &str) -> Self {
        Self::new().file("index.html", &format!("{HEAD}{body}"))
    }

    fn file(self, name: &str, content: &str) -> Self {
        let path = self.site().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn site(&self) -> PathBuf {
        self.0.path().join("site")
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("out")
    }

    fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pyrite"));
        command
            .current_dir(self.0.path())
            .args(["build", "site", "-o", "out", "--color", "never"])
            .args(flags)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, flags: &[&str]) -> Output {
        self.command(flags).output().unwrap()
    }

    #[track_caller]
    fn build(&self, flags: &[&str]) -> String {
        let output = self.run(flags);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        said
    }

    /// What the command says when it does not build.
    #[track_caller]
    fn refused(&self, flags: &[&str]) -> String {
        let output = self.run(flags);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn built(&self, name: &str) -> String {
        fs::read_to_string(self.out().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// All files of the build, without their compressed forms.
    fn names(&self) -> Vec<String> {
        files(&self.out()).into_keys().filter(|name| !name.ends_with(".br") && !name.ends_with(".gz")).collect()
    }
}

/// All files below a folder, with their content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(
                    path.strip_prefix(folder).unwrap().to_string_lossy().into_owned(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    found
}

/// Text in which hashes, versions and sizes are not those of today's runtime.
fn settled(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['-', '.']) {
        let (before, after) = rest.split_at(at + 1);
        out.push_str(before);
        let hash = after.chars().take_while(char::is_ascii_hexdigit).count();
        if hash == 10 {
            out.push_str("HASH");
            rest = &after[hash..];
        } else if before.ends_with("sha384-") || before.ends_with("sha256-") {
            let end = after.find(['"', '\'']).unwrap_or(after.len());
            out.push_str("HASH");
            rest = &after[end..];
        } else {
            rest = after;
        }
    }
    out + rest
}
