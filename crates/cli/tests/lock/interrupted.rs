//! Ctrl-C while a command works: nothing is half-written, and the output of before is as it was.

use std::fs;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, Stdio};

use crate::Project;
use crate::changed::files;
use crate::index::Index;

const WHEEL: &str = "pyrite_a-1.0-py3-none-any.whl";

/// What Ctrl-C does.
fn interrupt(child: &Child) {
    let id = i32::try_from(child.id()).unwrap();
    // SAFETY: sends a signal to a child of this process, which is still there because it was not waited for.
    assert_eq!(unsafe { libc::kill(id, libc::SIGINT) }, 0);
}

/// Waits for the end, and says whether the signal was the reason.
fn was_interrupted(child: &mut Child) -> bool {
    let status = child.wait().unwrap();
    status.code() == Some(130) || status.signal() == Some(libc::SIGINT)
}

/// Begins a command that Ctrl-C ends: shells let what they start in the background ignore it.
fn begin(command: &mut Command) -> Child {
    let listen = || {
        // SAFETY: between fork and exec, where `signal` may be called; there is no handler that it could lose.
        unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
        Ok(())
    };
    // SAFETY: `listen` allocates nothing and takes no lock.
    unsafe { command.pre_exec(listen) }.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

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
        assert!(was_interrupted(&mut child));
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
        assert!(was_interrupted(&mut child), "{arguments:?}");
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
    assert!(was_interrupted(&mut child));
    let kept = fs::read_dir(project.0.path().join("cache/wheels")).into_iter().flatten().count();
    assert_eq!(kept, 0);
    assert!(!project.0.path().join("out").exists());
}
