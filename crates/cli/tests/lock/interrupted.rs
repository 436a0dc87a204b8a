//! Ctrl-C while a command works: nothing is half-written, and the output of before is as it was.

use std::fs;

use crate::Project;
use crate::changed::files;
use crate::index::Index;
use crate::interrupt::{begin, interrupt, was_interrupted};

const WHEEL: &str = "pyrite_a-1.0-py3-none-any.whl";

#[test]
fn a_lock_while_an_index_thinks() {
    let index = Index::start().package("pyrite-a", &[(WHEEL, &[])]);
    let project = Project::asking(&["pyrite-a"]);
    let url = index.url();
    project.lock(&["--index-url", &url]);
    // When it is asked what there is, and what one is about.
    for path in ["/simple/pyrite-b/".to_owned(), "/files/pyrite_b-1.0-py3-none-any.whl.metadata".to_owned()] {
        let index = Index::start()
            .package("pyrite-a", &[(WHEEL, &[])])
            .package("pyrite-b", &[("pyrite_b-1.0-py3-none-any.whl", &[])]);
        index.hold(&path);
        fs::write(project.site().join("requirements.txt"), "pyrite-b\n").unwrap();
        let before = files(project.0.path());
        let mut child =
            begin(project.pyrite(&["lock", "site", "--index-url", &index.url()]).args(["--color", "never"]));
        index.wait_for(&path, &mut child);
        interrupt(&child);
        assert!(was_interrupted(child.wait().unwrap()));
        assert!(before == files(project.0.path()), "{path}");
    }
}

#[test]
fn a_build_while_an_index_thinks() {
    let index = Index::start().package("pyrite-a", &[(WHEEL, &[])]);
    let project = Project::asking(&["pyrite-a"]);
    project.lock(&["--index-url", &index.url()]);
    let builds: [&[&str]; 2] = [&["build", "site", "-o", "out"], &["build", "site", "--single-file", "-o", "one.html"]];
    for arguments in builds {
        let output = project.pyrite(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    fs::remove_dir_all(project.0.path().join("cache")).unwrap();
    let path = format!("/files/{WHEEL}");
    index.hold(&path);
    index.forget();
    let before = files(project.0.path());
    for arguments in builds {
        let mut child = begin(&mut project.pyrite(arguments));
        index.wait_for(&path, &mut child);
        index.forget();
        interrupt(&child);
        assert!(was_interrupted(child.wait().unwrap()), "{arguments:?}");
        assert!(before == files(project.0.path()), "{arguments:?}");
    }
}

#[test]
fn a_wheel_that_comes_in_pieces_is_not_kept() {
    // A wheel of which half has come when the command is interrupted.
    let index = Index::start().package("pyrite-a", &[(WHEEL, &[])]);
    let project = Project::asking(&["pyrite-a"]);
    project.lock(&["--index-url", &index.url()]);
    let path = format!("/files/{WHEEL}");
    index.halve(&path);
    let mut child = begin(&mut project.pyrite(&["build", "site", "-o", "out"]));
    index.wait_for(&format!("{path}#half"), &mut child);
    interrupt(&child);
    assert!(was_interrupted(child.wait().unwrap()));
    let kept = fs::read_dir(project.0.path().join("cache/wheels")).into_iter().flatten().count();
    assert_eq!(kept, 0);
    assert!(!project.0.path().join("out").exists());
}
