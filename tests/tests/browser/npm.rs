//! The package for npm: packed, installed, and used by a page with and without Vite. `cargo xtask npm` lays it out;
//! `cargo xtask test` does so first, and `cargo xtask release` names the file that it packed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pyrite_tests::{Interpreter, Site, paths};
use serde_json::Value;

/// Runs a tool to its end; gives what it prints.
fn run(program: &Path, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} {arguments:?} failed:\n{out}\n{error}", program.display());
    out.into_owned()
}

/// Copies a folder, without what is installed in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (name, path) = (entry.file_name(), entry.path());
        if name == "node_modules" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path, below: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(files(&entry.path(), &format!("{name}/")));
        } else {
            found.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    found
}

/// The package as one file: `PYRITE_NPM_PACKAGE`, else packed into this folder.
fn packed(folder: &Path) -> PathBuf {
    if let Some(named) = std::env::var_os("PYRITE_NPM_PACKAGE") {
        return named.into();
    }
    let package = paths::root().join("target/npm");
    assert!(package.join("package.json").exists(), "run `cargo xtask npm` first");
    let packed = run(NPM.as_ref(), &["pack", "--json", "--pack-destination", folder.to_str().unwrap()], &package);
    let packed: Value = serde_json::from_str(&packed[packed.find('[').unwrap()..]).unwrap();
    folder.join(packed[0]["filename"].as_str().unwrap())
}

const NPM: &str = "npm";

/// Installs the package into a project.
fn install(archive: &Path, project: &Path) {
    let flags = ["install", "--no-save", "--offline", "--no-audit", "--no-fund"];
    run(NPM.as_ref(), &[&flags[..], &[archive.to_str().unwrap()]].concat(), project);
    let installed = project.join("node_modules/@pyrite/core");
    for name in [
        "package.json",
        "README.md",
        "core.d.ts",
        "dist/core.js",
        "dist/pyrite.wasm",
        "dist/pyodide/pyodide.asm.wasm",
        "LICENSE-MIT",
    ] {
        assert!(installed.join(name).is_file(), "{name} is not in the package");
    }
}

#[test]
fn a_page_without_a_bundler_uses_the_package() {
    let temporary = tempfile::tempdir().unwrap();
    let project = temporary.path().join("empty");
    fs::create_dir(&project).unwrap();
    install(&packed(temporary.path()), &project);
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>Test</title><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"python/core.css\"><script type=\"module\" src=\"python/core.js\"></script>{}{}",
        Interpreter::Pyodide.script("import sys\nprint('on the page', sys.implementation.name)"),
        Interpreter::MicroPython.script_with("worker", "from pyscript import document\ndocument.title = 'In a worker'"),
    );
    let site = files(&project.join("node_modules/@pyrite/core/dist"), "python/")
        .into_iter()
        .fold(Site::new().file("index.html", page), |site, (name, bytes)| site.file(&name, bytes));
    let page = site.open();
    page.wait_for_line("on the page cpython");
    page.wait_until("document.title === 'In a worker'");
    page.assert_no_errors();
    let asked = page.server().log();
    assert!(!asked.iter().any(|line| line.contains("/_pyrite/")), "the command's own runtime is used: {asked:?}");
}

#[test]
fn a_vite_project_uses_the_package() {
    let temporary = tempfile::tempdir().unwrap();
    let project = temporary.path().join("project");
    copy(&paths::root().join("tests/npm"), &project);
    run(NPM.as_ref(), &["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], &project);
    install(&packed(temporary.path()), &project);

    let tools = paths::root().join("web/node_modules/.bin");
    run(&tools.join("tsc"), &["-p", "."], &project);
    run(&project.join("node_modules/.bin/vite"), &["build"], &project);

    let site =
        files(&project.join("dist"), "").into_iter().fold(Site::new(), |site, (name, bytes)| site.file(&name, bytes));
    let page = site.open();
    for line in [
        "version ",
        "hooked mpy script",
        "python is by a plugin",
        "storage kept",
        "my own type",
        "donkey 42",
        "text of CodeMirror",
        "wrapper mpy",
    ] {
        page.wait(&format!("a line that begins with {line:?}"), |seen| {
            seen.logged().iter().any(|logged| logged.starts_with(line))
        });
    }
    page.assert_no_errors();
    assert!(page.server().log().iter().any(|line| line.contains("/pyrite/core.js")), "the package's own copy is used");
}
