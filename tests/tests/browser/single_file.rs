//! Pages that `pyrite build --single-file` wrote, opened from a disk: no server, nothing beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pyrite_tests::{Interpreter, Page, Site, on_both_interpreters, paths};

use crate::gallery;

/// The examples whose Python has to wait for its page, or for a person, from a worker, and the line that starts one.
const WITH_WORKERS: [(&str, &str); 3] =
    [("notebook", "mpy-editor\" env=\"lesson\" setup"), ("primes", "worker name"), ("repl", "worker terminal")];

/// Builds a page; what the command says, when it refuses.
fn build(page: &Path, out: &Path) -> Result<(), String> {
    let mut command = Command::new(paths::pyrite());
    let output = command.arg("build").arg(page).arg("--single-file").arg("-o").arg(out).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(said),
        code => panic!("{code:?}: {said}"),
    }
}

/// Where a page is written; pages call themselves by the name of their file.
fn place(page: &Page, name: &str) -> PathBuf {
    let file = page.server().path(name).join("index.html");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    file
}

/// A page of nothing, in a browser that may be told to open files; its folder is for them.
fn browser() -> Page {
    Site::page("").build(&[]).serve().open("/")
}

/// Opens a file.
#[track_caller]
fn open(page: &mut Page, file: &Path) {
    let url = format!("file://{}", file.display());
    page.browser().goto(&url).unwrap();
    page.wait(&format!("{url} to open"), |seen| seen.url == url && seen.state != "loading");
}

/// Opens an example from a single file, in a browser that reaches nobody.
#[track_caller]
fn example(name: &str) -> Page {
    let mut page = browser();
    let file = place(&page, name);
    build(&paths::root().join("examples").join(name).join("index.html"), &file).unwrap();
    page.cut_off();
    open(&mut page, &file);
    page
}

on_both_interpreters! {
    fn a_single_file_opens_by_file(on) {
        let body = format!(
            "<link rel=stylesheet href=style.css><p id=out></p>{}",
            on.script_with("config='{\"files\": {\"./words.py\": \"\"}}' src='main.py'", "")
        );
        let site = Site::page(&body)
            .file("style.css", "p { color: rgb(1, 2, 3) }")
            .file("main.py", "import words\nfrom pyscript import document, storage, web\ndocument.querySelector('#out').textContent = words.HELLO\nprint(words.HELLO, web.page.title)")
            .file("words.py", "HELLO = '<b>Hello</b>'");
        let mut page = browser();
        let file = place(&page, "one");
        build(site.folder(), &file).unwrap();
        // Nothing beside it is left.
        drop(site);
        open(&mut page, &file);
        page.wait_for_line("<b>Hello</b> Test");
        page.wait_for_all_done();
        page.assert_no_errors();
        assert_eq!(page.text_of("getComputedStyle(document.querySelector('#out')).color"), "rgb(1, 2, 3)");
    }

    fn an_error_in_a_single_file_names_the_line_of_its_author(on) {
        let site = Site::page(&on.script("x = 1\nprint(unknown)"));
        let mut page = browser();
        let file = place(&page, "one");
        build(site.folder(), &file).unwrap();
        open(&mut page, &file);
        page.wait_for_banner("File \"index.html\", line 4");
    }
}

#[test]
fn a_compiled_package_is_in_the_file() {
    let config = r#"config='{"packages": ["pydantic>=2.13"]}'"#;
    let code = "import pydantic\nclass P(pydantic.BaseModel):\n    x: int\nprint(P(x='41').x + 1)";
    let site = Site::page(&Interpreter::Pyodide.script_with(config, code));
    let wheels = paths::root().join("target/test-wheels");
    let mut lock = Command::new(paths::pyrite());
    let output = lock.args(["lock", "--offline", "--find-links"]).arg(wheels).arg(site.folder()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut page = browser();
    let file = place(&page, "package");
    build(site.folder(), &file).unwrap();
    page.cut_off();
    open(&mut page, &file);
    page.wait_for_line("42");
    page.wait_for_all_done();
    page.assert_no_errors();
}

#[test]
fn every_example_is_one_file_or_says_why_not() {
    let mut page = browser();
    page.cut_off();
    let folder = paths::root().join("examples");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<_> =
        names.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    for name in &names {
        let source = folder.join(name).join("index.html");
        let file = place(&page, name);
        let built = build(&source, &file);
        if let Some((_, tag)) = WITH_WORKERS.iter().find(|(other, _)| other == name) {
            let line = pyrite_tests::line_of(&fs::read_to_string(&source).unwrap(), tag);
            let said = built.unwrap_err();
            assert!(said.starts_with(&format!("error: `index.html`, line {line}: ")), "{name}: {said}");
            assert!(said.contains("a single file") && said.contains("\nhint: "), "{name}: {said}");
            assert!(!file.exists(), "{name}");
            continue;
        }
        built.unwrap_or_else(|said| panic!("{name}: {said}"));
        open(&mut page, &file);
        page.wait_for_all_done();
        if name != "errors" {
            page.assert_no_errors();
        }
    }
}

#[test]
fn the_error_example_shows_the_lines_of_its_source_from_a_file() {
    gallery::shows_both_errors(&example("errors"));
}

#[test]
fn tasks_are_kept_by_a_page_from_a_file() {
    gallery::keeps_a_task(&example("todo"));
}

#[test]
fn notes_are_kept_by_a_page_from_a_file() {
    gallery::keeps_notes(&example("notes"));
}

#[test]
fn markdown_is_rendered_from_a_file() {
    gallery::renders_markdown(&example("markdown"));
}

#[test]
fn snake_is_played_from_a_file() {
    gallery::plays_snake(&example("snake"));
}

#[test]
fn a_picture_is_taken_from_a_file() {
    gallery::takes_a_picture(&example("camera"));
}

#[test]
fn both_pythons_work_together_in_a_file() {
    gallery::computes_together(&example("together"));
}
