//! What is wrong with files, disks and permissions, and each command that meets it: a message with what and where, an
//! exit code that is not zero, and whatever was there before is still there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::helpers::{PYRITE, Place};

const HEAD: &str = "<!doctype html>\n<link rel=\"stylesheet\" href=\"/_pyrite/core.css\">\n\
                    <script type=\"module\" src=\"/_pyrite/core.js\"></script>\n";

/// The commands that read a project, in `site`, and what they write.
const READING: [&[&str]; 5] = [
    &["check", "site"],
    &["build", "site", "-o", "out"],
    &["build", "site", "--single-file", "-o", "one.html"],
    &["lock", "site", "--offline"],
    &["test", "site"],
];

/// A project that all of them can read, with its outputs of before.
fn project(body: &str) -> Place {
    let page = format!("{HEAD}{body}");
    let place = Place::with(&[("site/index.html", &page), ("site/main.py", "print(1)\n")]);
    // Nobody else may look into temporary folders.
    mode(place.path(), 0o777);
    for arguments in [READING[1], READING[2], READING[3]] {
        let output = place.output(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    place
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A command of somebody to whom permissions apply.
fn somebody(place: &Place, arguments: &[&str]) -> Output {
    let mut command = place.command(arguments);
    if fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        // The target folder may be where nobody else looks. Were it copied by this process, another test could begin a
        // command meanwhile, which has the copy open for a moment: it could not be run then.
        let binary = place.join(".pyrite");
        if !binary.exists() {
            assert!(Command::new("cp").arg(PYRITE).arg(&binary).status().unwrap().success());
        }
        command = Command::new(binary);
        command.current_dir(place.path()).args(arguments).uid(65534).gid(65534);
    }
    command.stdin(Stdio::null()).env("NO_COLOR", "1").env("HOME", place.path()).output().unwrap()
}

/// A command that may write nothing into files: the signal that comes with it is one that a full disk does not send.
fn on_a_full_disk(place: &Place, arguments: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.current_dir(place.path()).env("NO_COLOR", "1").stdin(Stdio::null());
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"", PYRITE]).args(arguments).output().unwrap()
}

/// All files below a folder, but for what the tests themselves put there.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    crate::files::files(folder, ".pyrite")
}

/// What commands say that all have to fail, and change nothing.
#[track_caller]
fn all_fail(place: &Place, commands: &[&[&str]], run: impl Fn(&Place, &[&str]) -> Output) -> String {
    let before = files(place.path());
    let mut all = String::new();
    for arguments in commands {
        let output = run(place, arguments);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).replace(&*place.path().to_string_lossy(), "PLACE");
        let code = output.status.code();
        assert!(code.is_some_and(|code| code != 0), "{arguments:?} ended with {code:?}: {said}");
        all.push_str(&format!("$ pyrite {}\nexit code {}\n{said}\n", arguments.join(" "), code.unwrap()));
    }
    assert!(before == files(place.path()), "something was changed: {:?}", files(place.path()).keys());
    all
}

const SCRIPT: &str = "<script type=\"mpy\" src=\"./main.py\"></script>";

#[test]
fn a_file_that_may_not_be_read() {
    let place = project(SCRIPT);
    mode(&place.join("site/main.py"), 0);
    insta::assert_snapshot!(all_fail(&place, &READING, somebody));
}

#[test]
fn a_folder_that_may_not_be_read() {
    let place = project(SCRIPT);
    fs::create_dir(place.join("site/more")).unwrap();
    mode(&place.join("site/more"), 0);
    let said = all_fail(&place, &READING, somebody);
    mode(&place.join("site/more"), 0o755);
    insta::assert_snapshot!(said);
}

#[test]
fn a_project_that_may_not_be_read() {
    let place = project(SCRIPT);
    mode(&place.join("site"), 0);
    let mut commands = READING.to_vec();
    commands.push(&["serve", "site", "--port", "0"]);
    let said = all_fail(&place, &commands, somebody);
    mode(&place.join("site"), 0o755);
    insta::assert_snapshot!(said);
}

/// What writes into folders that are there.
const WRITING: [&[&str]; 5] = [
    &["check", "site", "--fix"],
    &["build", "site", "-o", "there/out"],
    &["build", "site", "--single-file", "-o", "there/one.html"],
    &["lock", "site", "--offline"],
    &["man", "--output", "there"],
];

/// A page in which something can be mended.
const MENDABLE: &str = "<script type=\"mpy\">\nfrom js import Map\n\nMap()\n</script>";

fn with_outputs() -> Place {
    let place = project(MENDABLE);
    fs::create_dir(place.join("there")).unwrap();
    for arguments in &WRITING[1..] {
        assert!(place.output(arguments).status.success(), "{arguments:?}");
    }
    place
}

#[test]
fn a_folder_that_may_not_be_written() {
    let place = with_outputs();
    let mut commands = WRITING.to_vec();
    commands.push(&["new", "there/page"]);
    ["site", "there", "."].iter().for_each(|name| mode(&place.join(name), 0o555));
    let said = {
        // Made before the folder was closed.
        mode(place.path(), 0o777);
        all_fail(&place, &commands, somebody)
    };
    ["site", "there"].iter().for_each(|name| mode(&place.join(name), 0o755));
    insta::assert_snapshot!(said);
}

#[test]
fn a_full_disk() {
    let place = with_outputs();
    let mut commands = WRITING.to_vec();
    commands.push(&["new", "there/page"]);
    // Its files are written at the same time: which one is told of is not said.
    let build = commands.remove(1);
    let said = all_fail(&place, &[build], on_a_full_disk);
    assert!(said.contains("` cannot be written: File too large"), "{said}");
    assert!(said.contains("hint: make room on the disk; what was there before is still there.\n"), "{said}");
    insta::assert_snapshot!(all_fail(&place, &commands, on_a_full_disk));
}

#[test]
fn output_that_cannot_be_printed() {
    let place = project(SCRIPT);
    place.write("site/test_page.py", "def test_page():\n    pass\n");
    let full = |place: &Place, arguments: &[&str]| {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        place.command(arguments).env("NO_COLOR", "1").stdout(full).output().unwrap()
    };
    let commands: [&[&str]; 5] = [
        &["check", "site", "--format", "json"],
        &["check", "--explain", "PY0404"],
        &["test", "site", "--collect-only"],
        &["completions", "bash"],
        &["man"],
    ];
    insta::assert_snapshot!(all_fail(&place, &commands, full));
    // Who reads only the first lines has not lost anything.
    let mut child = place.command(&["completions", "bash"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_link_that_leads_to_itself() {
    let place = project(SCRIPT);
    fs::remove_file(place.join("site/main.py")).unwrap();
    symlink("main.py", place.join("site/main.py")).unwrap();
    insta::assert_snapshot!(all_fail(&place, &READING, |place, arguments| place.output(arguments)));
}

#[test]
fn a_page_that_is_not_in_utf_8() {
    let place = project(SCRIPT);
    place.write("site/index.html", [HEAD.as_bytes(), b"caf\xe9"].concat());
    insta::assert_snapshot!(all_fail(&place, &READING[..4], |place, arguments| place.output(arguments)));
    // What is no page of ours goes into a build as it is.
    place.write("site/index.html", HEAD);
    place.write("site/old.html", b"caf\xe9");
    let output = place.output(READING[1]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(place.join("out/old.html")).unwrap(), b"caf\xe9");
}

#[test]
fn configurations_that_are_broken() {
    for (name, body, file, content) in [
        ("toml_file", "<script type=\"py\" config=\"c.toml\">1</script>", "c.toml", "packages = ["),
        ("json_file", "<script type=\"py\" config=\"c.json\">1</script>", "c.json", "{"),
        ("in_the_page", "<py-config>packages = [</py-config><script type=\"py\">1</script>", "c.txt", ""),
    ] {
        let place = project(SCRIPT);
        place.write("site/index.html", format!("{HEAD}{body}"));
        place.write(&format!("site/{file}"), content);
        insta::assert_snapshot!(name, all_fail(&place, &READING[..4], |place, arguments| place.output(arguments)));
    }
}

#[test]
fn a_lock_of_another_version_or_of_no_kind() {
    for (name, content) in [("newer", &b"version = 99\n"[..]), ("no_toml", b"version = ["), ("no_text", b"\xff")] {
        let place = project(SCRIPT);
        place.write("site/pyrite.lock", content);
        let commands: [&[&str]; 3] = [READING[1], READING[2], &["lock", "site", "--frozen"]];
        insta::assert_snapshot!(name, all_fail(&place, &commands, |place, arguments| place.output(arguments)));
        assert!(place.output(&["lock", "site", "--offline"]).status.success());
    }
}

#[test]
fn files_of_a_project_that_are_broken() {
    let place = project(SCRIPT);
    place.write("site/pyproject.toml", "[project\n");
    let commands: [&[&str]; 2] = [READING[3], READING[4]];
    insta::assert_snapshot!("pyproject", all_fail(&place, &commands, |place, arguments| place.output(arguments)));
    fs::remove_file(place.join("site/pyproject.toml")).unwrap();
    place.write("site/requirements.txt", "a b c\n");
    insta::assert_snapshot!(
        "requirements",
        all_fail(&place, &commands[..1], |place, arguments| place.output(arguments))
    );
}

#[test]
fn several_at_once_leave_one_whole_output() {
    let place = project(SCRIPT);
    for arguments in [READING[2], READING[3]] {
        let before = files(place.path());
        let running: Vec<_> = (0..3)
            .map(|_| place.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
            .collect();
        for one in running {
            let output = one.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert!(before == files(place.path()), "{arguments:?}");
    }
}
