//! What all commands have in common: colours, how much is said, versions, completions, manual pages.

use crate::helpers::Place;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_version_names_both_interpreters() {
    let version = text(&Place::with(&[]).output(&["--version"]).stdout);
    assert!(version.starts_with(&format!("pyrite {} (Pyodide ", env!("CARGO_PKG_VERSION"))), "{version}");
    assert!(version.contains(", MicroPython "), "{version}");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let place = Place::with(&[("index.html", "<script type=\"py\">(</script>")]);
    for arguments in [
        &["check", "gone"][..],
        &["check"],
        &["new"],
        &["--help"],
        &["check", "--help"],
        &["new", "."],
        &["serve", "gone"],
    ] {
        let colored = |when: &str| {
            let mut all = arguments.to_vec();
            all.extend(["--color", when]);
            let output = place.output(&all);
            (text(&output.stdout) + &text(&output.stderr)).contains('\u{1b}')
        };
        assert!(colored("always"), "{arguments:?} has no colours");
        assert!(!colored("never") && !colored("auto"), "{arguments:?} has colours");
    }
    let forced = place.command(&["check"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(text(&forced.stdout).contains('\u{1b}'));
}

#[test]
fn quiet_says_only_what_is_wrong_and_verbose_says_more() {
    let place = Place::with(&[]);
    assert_eq!(text(&place.output(&["new", "a", "--quiet"]).stderr), "");
    assert!(text(&place.output(&["new", "b", "-v"]).stderr).contains("Writing b/main.py\n"));
    assert!(text(&place.output(&["-q", "new", "b"]).stderr).starts_with("error: "));
    assert!(text(&place.output(&["man", "-o", "man", "-q"]).stderr).is_empty());
    assert_eq!(place.output(&["check", "a", "-q", "-v"]).status.code(), Some(2));
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = text(&Place::with(&[]).output(&["completions", shell]).stdout);
        assert!(script.contains("pyrite") && script.contains("check") && script.contains("target"), "{shell}");
    }
}

#[test]
fn bash_completes_commands() {
    let place = Place::with(&[]);
    place.write("completions", place.output(&["completions", "bash"]).stdout);
    let line = "source completions; COMP_WORDS=(pyrite che); COMP_CWORD=1; _pyrite pyrite che pyrite; echo \"${COMPREPLY[@]}\"";
    let output = std::process::Command::new("bash").current_dir(place.path()).args(["-c", line]).output().unwrap();
    assert_eq!(text(&output.stdout), "check\n", "{}", text(&output.stderr));
}

#[test]
fn each_command_has_a_manual_page() {
    let place = Place::with(&[]);
    let one = text(&place.output(&["man"]).stdout);
    assert!(one.contains(".TH pyrite 1"), "{one}");
    place.output(&["man", "--output", "man"]);
    let names: Vec<String> = {
        let mut names: Vec<_> = std::fs::read_dir(place.join("man"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    for name in ["pyrite.1", "pyrite-check.1", "pyrite-new.1", "pyrite-serve.1"] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
}

#[test]
fn long_work_shows_how_far_it_is_to_those_who_watch() {
    let place = Place::with(&[("site/index.html", "<p>text")]);
    // `script` gives the command a terminal.
    let on_a_terminal = |flags: &str| {
        let line = format!("{} build site -o out {flags}", crate::helpers::PYRITE);
        let output = std::process::Command::new("script")
            .current_dir(place.path())
            .args(["-qec", &line, "/dev/null"])
            .stdin(std::process::Stdio::null())
            .env("TERM", "xterm")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout)
    };
    assert!(on_a_terminal("").contains("Compressing files:"));
    assert!(!on_a_terminal("--quiet").contains("Compressing"));
    assert!(!text(&place.output(&["build", "site", "-o", "out"]).stderr).contains("Compressing"));
}
