//! Builds take what is locked.

use std::fs;

use crate::Project;
use crate::index::Index;

fn build(project: &Project) -> std::process::Output {
    project.pyrite(&["build", "site", "-o", "out", "--color", "never"]).output().unwrap()
}

/// The runtime's folder in the build.
fn runtime(project: &Project) -> std::path::PathBuf {
    let entries = fs::read_dir(project.0.path().join("out")).unwrap().flatten();
    entries
        .map(|entry| entry.path())
        .find(|path| path.is_dir() && path.file_name().unwrap().to_str().unwrap().starts_with("pyrite-"))
        .unwrap()
}

#[test]
fn wheels_that_are_locked_are_in_the_build_and_in_its_list() {
    let index = Index::start()
        .package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &["pyrite-b"])])
        .package("pyrite-b", &[("pyrite_b-2.0-py3-none-any.whl", &[])]);
    let project = Project::asking(&["pyrite-a"]);
    project.lock(&["--index-url", &index.url()]);
    let output = build(&project);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = runtime(&project).join("pyodide");
    assert!(
        folder.join("pyrite_a-1.0-py3-none-any.whl").is_file()
            && folder.join("pyrite_b-2.0-py3-none-any.whl").is_file()
    );
    let list: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("pyodide-lock.json")).unwrap()).unwrap();
    assert_eq!(list["packages"]["pyrite-a"]["file_name"], "pyrite_a-1.0-py3-none-any.whl");
    assert_eq!(list["packages"]["pyrite-a"]["depends"][0], "pyrite-b");
    // Again without the index: what was downloaded is kept.
    index.spoil("pyrite_a-1.0-py3-none-any.whl");
    assert!(build(&project).status.success());
}

#[test]
fn a_wheel_that_was_changed_is_refused_and_the_build_of_before_stays() {
    let index = Index::start().package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &[])]);
    let project = Project::asking(&["pyrite-a"]);
    project.lock(&["--index-url", &index.url()]);
    index.spoil("pyrite_a-1.0-py3-none-any.whl");
    let output = build(&project);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("is not the file that was locked: its SHA-256 is"), "{said}");
    assert!(!project.0.path().join("out").exists());
}

#[test]
fn a_lock_of_other_packages_is_refused() {
    let project = Project::asking(&["pyrite-a"]).wheel("pyrite_a-1.0-py3-none-any.whl", &[]);
    project.lock(&["--find-links", "wheels", "--offline"]);
    let project = project.file("two.html", "<script type=py config='{\"packages\": [\"pyrite-b\"]}'>1</script>");
    let output = build(&project);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("pyrite.lock is not up to date: `pyrite-b` is new."),
        "{output:?}"
    );
}

#[test]
fn packages_without_a_lock_are_mentioned() {
    let output = build(&Project::asking(&["pyrite-a"]));
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("pyrite lock"), "{output:?}");
}
