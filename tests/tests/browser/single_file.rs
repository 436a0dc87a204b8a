//! Pages that `pyrite build --single-file` wrote, opened from a disk: no server, nothing beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pyrite_tests::{Interpreter, Page, Site, on_both_interpreters, paths};

use crate::{editor, gallery, terminal};

/// Builds a page.
#[track_caller]
fn build(page: &Path, out: &Path) {
    let mut command = Command::new(paths::pyrite());
    let output = command.arg("build").arg(page).arg("--single-file").arg("-o").arg(out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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
    build(&paths::root().join("examples").join(name).join("index.html"), &file);
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
        build(site.folder(), &file);
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
        build(site.folder(), &file);
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
    build(site.folder(), &file);
    page.cut_off();
    open(&mut page, &file);
    page.wait_for_line("42");
    page.wait_for_all_done();
    page.assert_no_errors();
}

#[test]
fn every_example_runs_from_a_file() {
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
        build(&source, &file);
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

#[test]
fn a_worker_counts_in_a_page_from_a_file() {
    gallery::counts_primes(&example("primes"));
}

#[test]
fn a_prompt_answers_in_a_page_from_a_file() {
    gallery::answers_at_its_prompt(&example("repl"));
}

#[test]
fn a_notebook_runs_in_a_page_from_a_file() {
    gallery::runs_a_notebook(&example("notebook"));
}

/// Opens a page that `site` is built to.
#[track_caller]
fn opened(site: &Site) -> Page {
    let mut page = browser();
    let file = place(&page, "one");
    build(site.folder(), &file);
    page.cut_off();
    open(&mut page, &file);
    page
}

on_both_interpreters! {
    fn workers_of_a_page_from_a_file_have_its_files_and_modules_and_reach_it(on) {
        let config = r#"{"files": {"./words.py": "", "./long.txt": "long.txt"}, "js_modules": {"worker": {"./outer.js": "outer"}, "main": {"./main.js": "main"}}}"#;
        let code = "import words\nfrom pyscript import document, fetch, sync, window\nfrom pyscript.js_modules import main, outer\n\
                    text = open('long.txt').read()\n\
                    document.querySelector('#out').textContent = words.HELLO + ' ' + outer.name() + ' ' + main.name()\n\
                    short = await fetch('./words.py').text()\n\
                    window.console.log('found', len(text), len(short), sync.twice(4))\n\
                    sync.title = lambda: document.title\n";
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let body = format!(
            "<p id=out></p><script type=module>
               import {{ {factory} as Python }} from '@pyscript/core';
               const worker = new Python('./worker.py', {{ config: {config}, async: true }});
               worker.sync.twice = async (x) => 2 * x;
               await worker.ready;
               console.log('title', await worker.sync.title(), worker.bridge.way);
             </script>"
        );
        let site = Site::page(&body)
            .file("worker.py", code)
            .file("words.py", "HELLO = 'Hello'\n")
            .file("long.txt", "long ".repeat(20_000))
            .file("main.js", "export const name = () => 'main ' + document.title;")
            .file("outer.js", "import { inner } from './inner.js';\nexport const name = () => `outer ${inner}`;")
            .file("inner.js", "export const inner = 'inner';");
        let page = opened(&site);
        page.wait_for_line("found 100000 16 8");
        page.wait_for_line("title Test promise-integration");
        assert_eq!(page.text_of("out.textContent"), "Hello outer inner main Test");
        page.assert_no_errors();
    }

    fn a_page_from_a_file_says_it_where_the_browser_lacks_what_workers_need(on) {
        let body = "<script>delete WebAssembly.Suspending</script>".to_owned()
            + &on.script_with("worker", "from pyscript import document\ndocument.title")
            + &on.script_with("worker", "print('runs')");
        let page = opened(&Site::page(&body));
        let banner = page.wait_for_banner("(PY3004): Workers cannot reach this page: it was opened from a disk");
        assert!(banner.text.contains("Chrome or Edge 137"), "{}", banner.text);
        page.wait_for_banner("Unable to use `window` or `document` in worker");
        assert_eq!(page.seen().banners.iter().filter(|banner| banner.text.contains("(PY3004)")).count(), 1);
    }
}

#[test]
fn an_editor_and_a_terminal_of_pyodide_run_in_a_page_from_a_file() {
    let body = editor::editor(
        Interpreter::Pyodide,
        "",
        "from pyscript import document\nimport json\nprint(json.dumps([document.title]))",
    ) + &Interpreter::Pyodide.script_with("terminal worker", "print('hello ' + input('Name? '))");
    let page = opened(&Site::page(&body));
    editor::wait_for_editors(&page, 1);
    editor::click(&page, 0);
    editor::wait_for(&page, 0, "[\"Test\"]");
    terminal::wait_for(&page, 0, "Name?");
    terminal::focus(&page, 0);
    page.type_text("Ada\n");
    terminal::wait_for(&page, 0, "hello Ada");
    page.assert_no_errors();
}
