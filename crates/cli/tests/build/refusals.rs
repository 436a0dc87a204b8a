//! What cannot be built: a message with what and where, and the output of before as it was.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::{Project, files};

/// Asserts that nothing of a build that failed is left.
#[track_caller]
fn nothing_left(project: &Project) {
    let names: Vec<_> = fs::read_dir(project.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name == "site" || name == "out"), "{names:?}");
}

#[test]
fn a_folder_of_other_files_is_not_overwritten() {
    let project = Project::page("x");
    fs::create_dir(project.out()).unwrap();
    fs::write(project.out().join("mine.txt"), "mine").unwrap();
    assert_eq!(
        project.refused(&[]),
        "error: `out` has files in it that `pyrite build` did not write.\nhint: name an empty or new folder; what is there would be lost.\n"
    );
    assert_eq!(files(&project.out()).len(), 1);
}

#[test]
fn the_pages_are_not_their_own_output() {
    let project = Project::page("x");
    let output = Command::new(env!("CARGO_BIN_EXE_pyrite"))
        .current_dir(project.site())
        .args(["build", "-o", "."])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`.` holds the pages themselves."), "{output:?}");
    assert!(project.site().join("index.html").is_file());
}

#[test]
fn a_folder_without_a_page_is_said() {
    let project = Project::new().file("main.py", "");
    assert!(project.refused(&[]).starts_with("error: There is no HTML page in `site`."));
}

#[test]
fn a_missing_folder_is_said() {
    let project = Project::new();
    fs::remove_dir(project.site()).unwrap();
    assert!(project.refused(&[]).starts_with("error: There is no folder `site`."));
}

#[test]
fn a_loop_of_links_is_said() {
    let project = Project::page("x").file("a/b/c.txt", "");
    symlink("..", project.site().join("a/b/again")).unwrap();
    assert_eq!(
        project.refused(&[]),
        "error: `a/b/again` is a link to a folder that it is in itself.\nhint: remove the link; copied over and over, it would never end.\n"
    );
    nothing_left(&project);
}

#[test]
fn links_that_lead_out_or_nowhere_are_left_out() {
    let project = Project::page("x");
    symlink("/etc/hostname", project.site().join("out.txt")).unwrap();
    symlink("nowhere", project.site().join("gone.txt")).unwrap();
    let said = project.build(&[]);
    assert!(said.contains("`out.txt` is left out: it is a link that leads out of the folder."), "{said}");
    assert!(said.contains("`gone.txt` is left out: it is a link to nothing."), "{said}");
    assert!(!project.out().join("out.txt").exists());
}

#[test]
fn a_full_disk_leaves_the_output_of_before() {
    let project = Project::page("<script type=mpy>1</script>");
    project.build(&[]);
    let before = files(&project.out());
    // No file may have more than 100 blocks; the signal that comes with it is one that a full disk does not send.
    let script = format!("trap '' XFSZ; ulimit -f 100; exec {} build site -o out", env!("CARGO_BIN_EXE_pyrite"));
    let output = Command::new("sh").current_dir(project.0.path()).args(["-c", &script]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot be written") && said.contains("hint: make room on the disk"), "{said}");
    assert!(before == files(&project.out()));
    nothing_left(&project);
}

#[test]
fn a_folder_that_may_not_be_written_is_said() {
    let project = Project::page("x");
    // Not even root makes folders there.
    let output = Command::new(env!("CARGO_BIN_EXE_pyrite"))
        .current_dir(project.0.path())
        .args(["build", "site", "-o", "/proc/pyrite-out"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("error: `/proc/pyrite-out` cannot be written"), "{said}");
}

#[test]
fn two_builds_into_one_folder_do_not_meet() {
    let project = Project::page("<script type=py>1</script><script type=mpy>1</script>");
    project.build(&[]);
    let before = files(&project.out());
    let builds: Vec<_> =
        (0..3).map(|_| project.command(&[]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()).collect();
    let mut built = 0;
    for build in builds {
        let output = build.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => built += 1,
            Some(1) => assert!(said.contains("Another build writes into `out`."), "{said}"),
            code => panic!("{code:?} {said}"),
        }
    }
    assert!(built >= 1);
    assert!(before == files(&project.out()));
    nothing_left(&project);
}

#[test]
fn a_file_of_the_sites_that_the_build_writes_is_said() {
    let project = Project::page("x").file("pyrite-offline.js", "");
    assert!(project.refused(&["--offline"]).starts_with("error: The site has a file `pyrite-offline.js`"));
}

#[test]
fn a_single_file_has_what_workers_load() {
    for tag in
        ["<script type=mpy worker>1</script>", "<py-script worker>1</py-script>", "<script type=py-editor>1</script>"]
    {
        let project = Project::page(tag);
        project.build(&["--single-file"]);
        let page = std::fs::read_to_string(project.out()).unwrap();
        for file in ["worker.js", "workers.js", "bridge.js", "bridge.wasm", "ladder.js", "suspend.js"] {
            assert!(page.contains(&format!("\"./pyrite/{file}\"")), "{tag}: no {file}");
        }
    }
}

#[test]
fn broken_pages_are_built_as_they_are() {
    for broken in ["<", "<script", "<link rel=stylesheet href=", "<script type=py>", "<!--", "<a href='x"] {
        let project = Project::page(broken);
        project.build(&[]);
        assert!(project.built("index.html").ends_with(broken), "{broken}");
    }
}

#[test]
fn what_needs_a_browser_says_so_where_there_is_none() {
    let project = Project::page("<script type=py config='{\"files\": {\"./m.py\": \"\"}}'>import m</script>");
    fs::write(project.site().join("m.py"), "x = 1").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_pyrite"))
        .current_dir(project.0.path())
        .args(["build", "site", "-o", "out", "--precompile"])
        .env("PATH", project.site())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: `--precompile` has Python work in a browser. There is no browser with its driver on PATH.\n\
         hint: install Chromium and chromedriver (on Debian and Ubuntu: sudo apt-get install chromium chromium-driver), \
         or Firefox and geckodriver.\n"
    );
    nothing_left(&project);
}
