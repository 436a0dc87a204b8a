//! The tests that are written in Python, `tests/python/test_*.py`: all of them in each of the four places where Python
//! runs. `PYRITE_PYTHON_TESTS=web,storage` runs those of some files only.

use std::{env, fs};

use pyrite_tests::{Interpreter, Page, Site, echo, on_both_interpreters, paths};

on_both_interpreters! {
    fn python_tests_pass_on_the_main_thread(on) {
        run(on, "");
    }

    fn python_tests_pass_in_a_worker(on) {
        run(on, "worker ");
    }
}

/// Python files in `tests/python`, without `.py`.
fn modules() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("tests/python")
        .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".py")?.to_owned()))
        .collect();
    names.sort_unstable();
    names
}

fn folder() -> std::path::PathBuf {
    paths::root().join("tests/python")
}

fn run(on: Interpreter, attribute: &str) {
    let wanted = env::var("PYRITE_PYTHON_TESTS").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').filter(|name| !name.is_empty()).collect();
    let modules = modules();
    let tests: Vec<&String> = modules
        .iter()
        .filter(|name| name.strip_prefix("test_").is_some_and(|name| wanted.is_empty() || wanted.contains(&name)))
        .collect();
    assert!(!tests.is_empty(), "no file of tests/python is named {wanted:?}");

    let files: Vec<String> = modules.iter().map(|name| format!("\"./python/{name}.py\": \"\"")).collect();
    let config = format!("{attribute}id=\"tests\" config='{{\"files\": {{{}}}}}'", files.join(", "));
    let tests: Vec<String> = tests.iter().map(|name| format!("'{name}'")).collect();
    let code = format!("from harness import run\nawait run({})", tests.join(", "));
    let body = format!(
        "<script>globalThis.results = []; globalThis.ECHO = \"{}\"</script>{}",
        echo(),
        on.script_with(&config, &code)
    );
    let mut site = Site::page(&body);
    for name in &modules {
        site = site.file(&format!("python/{name}.py"), fs::read(folder().join(format!("{name}.py"))).unwrap());
    }
    let page = site.files_below(&folder().join("site")).open();
    report(&collect(&page));
    // A listener that failed, say. A test that wants an error on the page belongs into Rust.
    page.assert_no_errors();
}

/// What came of a test.
struct Told {
    outcome: String,
    name: String,
    detail: String,
}

/// Waits for the end of all tests; how long one may take is limited, not how long all do.
fn collect(page: &Page) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    loop {
        let ended = told.last().is_some_and(|last| last.outcome == "ended");
        if ended {
            return told;
        }
        let running = told.last().map_or("harness", |last| &last.name);
        let more = format!("return globalThis.results?.length > {}", told.len());
        page.wait(&format!("the end of {running}"), |_| page.run(&more) == true);
        let new = page.run(&format!("return results.slice({})", told.len()));
        for line in new.as_array().into_iter().flatten().filter_map(|line| line.as_str()) {
            let mut parts = line.splitn(3, '\n').map(str::to_owned);
            let mut next = || parts.next().unwrap_or_default();
            let next = Told { outcome: next(), name: next(), detail: next() };
            if next.outcome == "failed" {
                // At once, in case that a later one never ends.
                eprintln!("{} failed:\n{}", next.name, next.detail);
            }
            told.push(next);
        }
    }
}

fn report(told: &[Told]) {
    let with = |outcome: &str| told.iter().filter(move |told| told.outcome == outcome).collect::<Vec<_>>();
    for skipped in with("skipped") {
        println!("skipped {}: {}", skipped.name, skipped.detail);
    }
    let failures: Vec<&str> = with("failed").iter().map(|failed| failed.name.as_str()).collect();
    let passed = with("passed").len();
    println!("{passed} Python tests passed");
    assert!(failures.is_empty(), "failed: {}", failures.join(", "));
    assert!(passed > 0, "no Python test ran");
}
