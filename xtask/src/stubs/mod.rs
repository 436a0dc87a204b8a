//! `cargo xtask stubs`: what editors and type checkers know of the Python package.
//!
//! The signatures are in `python/stubs`, the texts are the docstrings of `python/pyscript`. Together they become a wheel
//! in `target/stubs/`, ready for a package index, and the guide's reference.

mod docs;
mod reference;
mod wheel;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{root, run_silently, say};
use docs::Docs;

/// A module of the package: its stub, and the docstrings of its source.
pub(crate) struct Module {
    name: String,
    stub: String,
    docs: Docs,
}

/// Where the reference is kept.
const REFERENCE: &str = "docs/reference.md";

/// The checker of types that the examples are run through, besides pyright.
const MYPY: &str = "mypy==2.4.1";

pub(crate) fn run(also_check: bool) -> Result<()> {
    let wheel = wheel::write(&root().join("python"), &root().join("target/stubs"))?;
    println!("{}", wheel.display());
    fs::write(root().join(REFERENCE), reference::render(&root().join("python"))?)?;
    println!("{REFERENCE}");
    if also_check { check() } else { Ok(()) }
}

/// Writes the wheel into a folder; gives its path.
pub(crate) fn write_wheel(out: &Path) -> Result<PathBuf> {
    wheel::write(&root().join("python"), out)
}

/// Reads the stubs of `pyscript` with what their sources say. A function that shares its module's name (`fetch`)
/// comes from a module with an underscore.
fn modules(python: &Path) -> Result<Vec<Module>> {
    let folder = python.join("stubs/pyscript-stubs");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".pyi") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    let mut modules = Vec::new();
    for name in names {
        let mut found = Docs::new();
        let sources = match name.as_str() {
            // Its names are spread over files that load one by one.
            "context" => vec!["context", "_workers", "_imports", "js_modules"],
            name => vec![name],
        };
        for source in sources {
            for candidate in [source.to_owned(), format!("_{source}")] {
                for folder in ["pyscript", "lazy/pyscript"] {
                    let Ok(text) = fs::read_to_string(python.join(folder).join(format!("{candidate}.py"))) else {
                        continue;
                    };
                    for (name, text) in docs::read(&text) {
                        found.entry(name).or_insert(text);
                    }
                }
            }
        }
        let stub = fs::read_to_string(folder.join(format!("{name}.pyi")))?;
        for (name, text) in docs::read(&stub) {
            found.entry(name).or_insert(text);
        }
        modules.push(Module { name, stub, docs: found });
    }
    Ok(modules)
}

/// Installs the wheel as a user would and has mypy and pyright read programs with it: all examples must pass, and a
/// program with mistakes must be refused for each of them.
///
/// # Errors
/// When a checker finds something else than it should, or Python is missing.
pub(crate) fn check() -> Result<()> {
    let target = root().join("target/stubs");
    let wheel = wheel::write(&root().join("python"), &target)?;
    let python = environment(&target)?;
    run_silently(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--force-reinstall"])
            .arg(&wheel),
        "",
    )?;
    say("checking the examples' types with mypy");
    for file in programs()? {
        // Examples are scripts of pages: they may await anywhere, and are written without annotations.
        let mut mypy = mypy(&python);
        mypy.args(["--check-untyped-defs", "--no-strict-optional", "--allow-untyped-globals"]);
        run_silently(mypy.args(["--disable-error-code", "top-level-await"]).arg(&file), "")?;
    }
    let samples = root().join("tests/types");
    run_silently(mypy(&python).arg("--strict").arg(samples.join("right.py")), "")?;
    expect_errors(&samples.join("wrong.py"), &mut mypy(&python), |line, file| {
        line.strip_prefix(file)?.strip_prefix(':')?.split_once(": error:")?.0.parse().ok()
    })?;
    say("checking the stubs with pyright");
    run_silently(
        pyright(&python).arg(samples.join("right.py")).arg(root().join("python/stubs")),
        "Pyrite needs Node.js 20 or newer with npm",
    )?;
    expect_errors(&samples.join("wrong.py"), &mut pyright(&python), |line, _| {
        let (place, _) = line.split_once(" - error:")?;
        place.rsplit(':').nth(1)?.parse().ok()
    })
}

/// A virtual environment with mypy, made once; gives its interpreter.
fn environment(target: &Path) -> Result<PathBuf> {
    let folder = target.join("environment");
    let python = folder.join("bin/python");
    let stamp = folder.join("pyrite.txt");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == MYPY) {
        return Ok(python);
    }
    say(format!("installing {MYPY} for the tests"));
    run_silently(
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder),
        "checking the types of the Python package needs Python 3 with venv: `sudo apt-get install python3-venv`",
    )?;
    run_silently(Command::new(&python).args(["-m", "pip", "install", "--quiet", MYPY]), "")?;
    fs::write(stamp, MYPY)?;
    Ok(python)
}

fn mypy(python: &Path) -> Command {
    let mut command = Command::new(python);
    let cache = root().join("target/stubs/mypy-cache");
    command.args(["-m", "mypy", "--no-error-summary", "--cache-dir"]).arg(cache).current_dir(root());
    command
}

fn pyright(python: &Path) -> Command {
    let mut command = Command::new(root().join("web/node_modules/.bin/pyright"));
    command.arg("--pythonpath").arg(python).current_dir(root());
    command
}

/// The Python files of the gallery.
fn programs() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in crate::dist::files_below(&root().join("examples"))? {
        if path.ends_with(".py") {
            found.push(root().join("examples").join(path));
        }
    }
    if found.is_empty() {
        bail!("examples/ has no Python files");
    }
    Ok(found)
}

/// Has a checker read a program that marks its mistakes by `# error`, and compares the lines.
fn expect_errors(file: &Path, checker: &mut Command, line_of: fn(&str, &str) -> Option<usize>) -> Result<()> {
    let source = fs::read_to_string(file)?;
    let marked: Vec<usize> =
        (1..).zip(source.lines()).filter(|(_, line)| line.ends_with("# error")).map(|(number, _)| number).collect();
    let output = checker.arg(file).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let name = file.strip_prefix(root()).unwrap_or(file).to_string_lossy();
    let mut found: Vec<usize> = text.lines().filter_map(|line| line_of(line, &name)).collect();
    found.dedup();
    if found != marked {
        bail!("{name}: mistakes are marked in lines {marked:?}, the checker found {found:?}:\n{text}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_current() {
        let wanted = reference::render(&root().join("python")).unwrap_or_default();
        let kept = fs::read_to_string(root().join(REFERENCE)).unwrap_or_default();
        assert!(wanted == kept, "docs/reference.md is not what the docstrings say: run `cargo xtask stubs`");
    }

    #[test]
    fn every_public_name_is_explained() {
        let mut bare = Vec::new();
        for module in modules(&root().join("python")).unwrap_or_default() {
            if module.name.starts_with('_') {
                continue;
            }
            for (name, kind, signature) in docs::declared(&module.stub) {
                let is_public = !name.split('.').any(|part| part.starts_with('_'));
                // Dozens of HTML elements are all declared the same way; the reference lists them.
                let is_element = kind == docs::Kind::Class && signature.contains("(Element)")
                    || signature.contains("(ContainerElement)");
                if is_public && !is_element && !module.docs.contains_key(&name) {
                    bare.push(format!("{}.{name}", module.name));
                }
            }
        }
        assert_eq!(bare, [""; 0], "these have no docstring, or `#:` comment");
    }
}
