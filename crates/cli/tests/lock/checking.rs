//! `pyrite check --packages`: what no place has, where it is asked for.

use std::process::Output;

use crate::Project;
use crate::index::{Index, down};

/// What `check` says, from the first line on.
fn check(project: &Project, index: &str, flags: &[&str]) -> (Option<i32>, String) {
    let mut command = project.pyrite(&["check", "site", "--packages", "--color", "never"]);
    let output: Output =
        command.args(flags).env("PIP_INDEX_URL", index).env("PIP_FIND_LINKS", "wheels").output().unwrap();
    let [out, said] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code(), format!("{out}{said}"))
}

#[test]
fn each_package_that_cannot_be_had_is_a_finding() {
    let index = Index::start().package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &[])]);
    let project = Project::asking(&["pyrite-a", "pyrite-nowhere", "pyrite-native>=1"])
        .wheel("pyrite_native-1.0-cp314-cp314-manylinux_2_17_x86_64.whl", &[]);
    let (code, said) = check(&project, &index.url(), &[]);
    assert_eq!(code, Some(1), "{said}");
    insta::assert_snapshot!(said);
    assert!(!project.site().join("pyrite.lock").exists());
}

#[test]
fn packages_that_do_not_go_together_are_a_finding() {
    let project = Project::asking(&["pyrite-app", "pyrite-base<2"])
        .wheel("pyrite_app-1.0-py3-none-any.whl", &["pyrite-base>=2"])
        .wheel("pyrite_base-1.0-py3-none-any.whl", &[])
        .wheel("pyrite_base-2.0-py3-none-any.whl", &[]);
    let (code, said) = check(&project, &Index::start().url(), &["--format", "json"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("PY3102") && said.contains("pyrite-app depends on pyrite-base >=2"), "{said}");
}

#[test]
fn packages_that_are_there_are_none() {
    let index = Index::start().package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &[])]);
    let (code, said) = check(&Project::asking(&["pyrite-a", "numpy"]), &index.url(), &[]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn an_index_that_is_down_is_no_finding() {
    let (_port, url) = down();
    let (code, said) = check(&Project::asking(&["pyrite-a"]), &url, &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("/simple/pyrite-a/ cannot be reached"), "{said}");
}
