//! The package for npm: packed, installed in a project of Vite, its types checked, built, and opened. `cargo xtask npm`
//! lays it out; `cargo xtask test` does so first.

use std::fs;
use std::path::Path;
use std::process::Command;

use pyrite_tests::{Site, paths};
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

#[test]
fn a_vite_project_uses_the_package() {
    let package = paths::root().join("target/npm");
    assert!(package.join("package.json").exists(), "run `cargo xtask npm` first");
    let temporary = tempfile::tempdir().unwrap();
    let project = temporary.path().join("project");
    copy(&paths::root().join("tests/npm"), &project);
    let npm = Path::new("npm");
    run(npm, &["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], &project);

    let packed = run(npm, &["pack", "--json", "--pack-destination", temporary.path().to_str().unwrap()], &package);
    let packed: Value = serde_json::from_str(&packed[packed.find('[').unwrap()..]).unwrap();
    let names: Vec<_> =
        packed[0]["files"].as_array().unwrap().iter().filter_map(|file| file["path"].as_str()).collect();
    for name in [
        "package.json",
        "README.md",
        "core.d.ts",
        "dist/core.js",
        "dist/pyrite.wasm",
        "dist/pyodide/pyodide.asm.wasm",
        "LICENSE-MIT",
    ] {
        assert!(names.contains(&name), "{name} is not in the package: {names:?}");
    }
    let archive = temporary.path().join(packed[0]["filename"].as_str().unwrap());
    run(npm, &["install", "--no-save", "--offline", "--no-audit", "--no-fund", archive.to_str().unwrap()], &project);

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
