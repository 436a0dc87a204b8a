//! What cannot be locked: a message with what and why, and the file of before as it was.

use std::fs;

use crate::Project;
use crate::index::{Index, down};

#[test]
fn a_conflict_is_explained() {
    let project = Project::asking(&["pyrite-app", "pyrite-base<2"])
        .wheel("pyrite_app-1.0-py3-none-any.whl", &["pyrite-base>=2"])
        .wheel("pyrite_base-1.0-py3-none-any.whl", &[])
        .wheel("pyrite_base-2.0-py3-none-any.whl", &[]);
    insta::assert_snapshot!(project.refused(&["--find-links", "wheels", "--offline"]));
    assert!(!project.site().join("pyrite.lock").exists());
}

#[test]
fn a_package_for_other_machines_only_is_explained() {
    let project =
        Project::asking(&["pyrite-native"]).wheel("pyrite_native-1.0-cp314-cp314-manylinux_2_17_x86_64.whl", &[]);
    insta::assert_snapshot!(project.refused(&["--find-links", "wheels", "--offline"]));
}

#[test]
fn a_name_that_nobody_knows_is_said() {
    let said = Project::asking(&["pyrite-nowhere"]).refused(&["--index-url", &Index::start().url()]);
    assert!(said.contains("note: pyrite-nowhere is in none of the places that were looked in\n"), "{said}");
}

#[test]
fn an_index_that_is_down_is_said() {
    let (_port, url) = down();
    let said = Project::asking(&["pyrite-a"]).refused(&["--index-url", &url]);
    assert!(said.contains(&format!("{url}/pyrite-a/ cannot be reached")), "{said}");
}

#[test]
fn an_index_that_does_not_answer_is_said_and_the_lock_of_before_stays() {
    // Takes every call, and says nothing.
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/simple", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        silent.extend(listener.incoming());
    });
    let project = Project::asking(&["pyrite-a"]).wheel("pyrite_a-1.0-py3-none-any.whl", &[]);
    project.lock(&["--find-links", "wheels", "--offline"]);
    let before = fs::read(project.site().join("pyrite.lock")).unwrap();
    let output = project
        .pyrite(&["lock", "site", "--color", "never", "--index-url", &url])
        .env("PIP_DEFAULT_TIMEOUT", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("{url}/pyrite-a/ cannot be reached: timeout")), "{said}");
    assert_eq!(fs::read(project.site().join("pyrite.lock")).unwrap(), before);
}

#[test]
fn an_index_that_sends_nonsense_is_said() {
    let index = Index::start().page("/simple/pyrite-a/", "application/vnd.pypi.simple.v1+json", "{\"files\": 1}");
    let said = Project::asking(&["pyrite-a"]).refused(&["--index-url", &index.url()]);
    assert!(said.contains("/simple/pyrite-a/ sends JSON that is none"), "{said}");
}

#[test]
fn a_broken_wheel_is_said() {
    let project = Project::asking(&["pyrite-a"]);
    fs::write(project.wheels().join("pyrite_a-1.0-py3-none-any.whl"), "no zip").unwrap();
    let said = project.refused(&["--find-links", "wheels", "--offline"]);
    assert!(said.starts_with("error: pyrite_a-1.0-py3-none-any.whl is broken:"), "{said}");
}

#[test]
fn frozen_changes_nothing_and_says_what_is_new() {
    let project = Project::asking(&["pyrite-a"]).wheel("pyrite_a-1.0-py3-none-any.whl", &[]);
    assert!(project.refused(&["--frozen"]).contains("There is no `"));
    project.lock(&["--find-links", "wheels", "--offline"]);
    assert!(project.run(&["--frozen"]).status.success());
    let before = fs::read(project.site().join("pyrite.lock")).unwrap();
    let project = project.file("requirements.txt", "pyrite-b");
    let said = project.refused(&["--frozen"]);
    assert_eq!(said, "error: pyrite.lock is not up to date: `pyrite-b` is new.\nhint: write it anew: pyrite lock\n");
    assert_eq!(fs::read(project.site().join("pyrite.lock")).unwrap(), before);
}

#[test]
fn lock_files_that_cannot_be_used_are_said() {
    for (text, expected) in [
        ("version = 99\n", "has version 99, and this command reads 1."),
        ("", "has no version, and this command reads 1."),
        ("version = [", "is broken:"),
        (
            "version = 1\npyodide = \"0.1\"\npython = \"3\"\nplatform = \"x\"\nrequirements = []\n",
            "is for Pyodide 0.1, and this command has",
        ),
    ] {
        let project = Project::asking(&["pyrite-a"]).file("pyrite.lock", text);
        let said = project.refused(&["--frozen"]);
        assert!(said.contains(expected), "{text:?}: {said}");
    }
}

#[test]
fn a_requirement_that_is_none_is_said_with_its_place() {
    let said = Project::asking(&["a b c"]).refused(&["--offline"]);
    assert!(said.starts_with("error: `index.html` asks for `a b c`, which is no requirement:"), "{said}");
}
