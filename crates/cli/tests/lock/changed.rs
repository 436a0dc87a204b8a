//! A wheel whose bytes are not those in `pyrite.lock` is refused by whoever reads it, and nothing else changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::index::Index;
use crate::{Project, wheels};

const WHEEL: &str = "pyrite_a-1.0-py3-none-any.whl";

/// The commands that put wheels into an output, and that output.
const BUILDS: [&[&str]; 2] = [&["build", "site", "-o", "out"], &["build", "site", "--single-file", "-o", "one.html"]];

/// All files below a folder, but for what was downloaded.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    crate::files::files(folder, "cache")
}

fn run(project: &Project, arguments: &[&str]) -> (Option<i32>, String) {
    let output = project.pyrite(arguments).args(["--color", "never"]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// Asserts that a command refuses the wheel, with its place and both hashes, and leaves all as it was.
#[track_caller]
fn refused(project: &Project, arguments: &[&str], place: &str) {
    let lock: toml::Table = fs::read_to_string(project.site().join("pyrite.lock")).unwrap().parse().unwrap();
    let locked = lock["package"][0]["sha256"].as_str().unwrap().to_owned();
    let before = files(project.0.path());
    let (code, said) = run(project, arguments);
    assert_eq!(code, Some(1), "{arguments:?}: {said}");
    let (start, end) = (
        format!("error: pyrite-a 1.0 cannot be had: {place} is not the file that was locked: its SHA-256 is "),
        format!(
            " and not {locked}.\nhint: find out who changed it; if it is the right one, write the lock anew: pyrite lock\n"
        ),
    );
    let hash = said.strip_prefix(&start).and_then(|rest| rest.strip_suffix(&end));
    assert!(hash.is_some_and(|hash| hash.len() == 64 && hash != locked), "{arguments:?}: {said}");
    assert!(before == files(project.0.path()), "{arguments:?} changed something");
}

/// Builds, and forgets what was downloaded for it.
#[track_caller]
fn built(project: &Project) {
    for arguments in BUILDS {
        let (code, said) = run(project, arguments);
        assert_eq!(code, Some(0), "{said}");
    }
    let _ = fs::remove_dir_all(project.0.path().join("cache"));
}

#[test]
fn of_an_index() {
    let index = Index::start().package("pyrite-a", &[(WHEEL, &[])]);
    let project = Project::asking(&["pyrite-a"]);
    project.lock(&["--index-url", &index.url()]);
    built(&project);
    index.spoil(WHEEL);
    let place = index.url().replace("/simple", &format!("/files/{WHEEL}"));
    for arguments in BUILDS {
        refused(&project, arguments, &place);
    }
}

#[test]
fn of_a_folder() {
    let project = Project::asking(&["pyrite-a"]).wheel(WHEEL, &[]);
    project.lock(&["--find-links", "wheels", "--offline"]);
    built(&project);
    let place = project.wheels().canonicalize().unwrap().join(WHEEL);
    fs::write(&place, wheels::make(WHEEL, &["pyrite-more"])).unwrap();
    for arguments in BUILDS.into_iter().chain([&["lock", "site", "--frozen"][..]]) {
        refused(&project, arguments, &place.display().to_string());
    }
    // Whoever takes it on purpose has it.
    fs::write(&place, wheels::make(WHEEL, &[])).unwrap();
    assert_eq!(run(&project, &["lock", "site", "--frozen"]).0, Some(0));
}

#[test]
fn of_the_interpreter() {
    let project = Project::asking(&["micropip"]);
    project.lock(&["--offline"]);
    assert_eq!(run(&project, &["lock", "site", "--frozen"]).0, Some(0));
    let path = project.site().join("pyrite.lock");
    let text = fs::read_to_string(&path).unwrap();
    let sha256 = text.split("sha256 = \"").nth(1).unwrap().split('"').next().unwrap();
    fs::write(&path, text.replace(sha256, &"0".repeat(64))).unwrap();
    for arguments in BUILDS.into_iter().chain([&["lock", "site", "--frozen"][..]]) {
        let before = files(project.0.path());
        let (code, said) = run(&project, arguments);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains(&format!("is not the file that was locked: its SHA-256 is {sha256} and not 0000")),
            "{said}"
        );
        assert!(before == files(project.0.path()));
    }
}

#[test]
fn of_an_index_that_says_another_hash_itself() {
    // Its metadata has to be taken out of the wheel.
    let index = Index::start().package("pyrite-a", &[(WHEEL, &[])]);
    let page = format!(
        "{{\"files\": [{{\"filename\": \"{WHEEL}\", \"url\": \"../../files/{WHEEL}\", \"hashes\": {{\"sha256\": \"{}\"}}}}]}}",
        "1".repeat(64)
    );
    let index = index.page("/simple/pyrite-a/", "application/vnd.pypi.simple.v1+json", &page);
    let project = Project::asking(&["pyrite-a"]);
    let said = project.refused(&["--index-url", &index.url()]);
    assert!(said.contains(&format!("/files/{WHEEL} has other bytes than its index says: their SHA-256 is ")), "{said}");
    assert!(!project.site().join("pyrite.lock").exists());
}
