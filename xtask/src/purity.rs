//! Proves that the core asks nothing of its host: built for WebAssembly and linked whole, it imports nothing.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload};

use crate::step::{cargo, root, run_silently};

const TARGET: &str = "wasm32-unknown-unknown";

/// What a linked module contains, as far as it matters here.
#[derive(Default)]
struct Module {
    imports: Vec<String>,
    core_functions: usize,
}

#[test]
fn the_core_imports_nothing() {
    let core = read(&link(&build().unwrap(), false).unwrap()).unwrap();
    assert!(core.core_functions > 0, "the linked module holds no function of the core: this test proves nothing");
    assert!(
        core.imports.is_empty(),
        "the core imports {}; it only decides: what touches the host belongs in crates/web or crates/cli",
        core.imports.join(", ")
    );
}

#[test]
fn an_import_would_be_noticed() {
    let impure = read(&link(&build().unwrap(), true).unwrap()).unwrap();
    assert_eq!(impure.imports, ["host.clock"]);
}

/// The core as a library for the browser.
fn build() -> Result<PathBuf> {
    let folder = root().join("target/core-wasm");
    let mut command = cargo();
    command.args(["build", "--quiet", "--package", "pyrite-core", "--target", TARGET, "--target-dir"]).arg(&folder);
    run_silently(&mut command, "rustup target add wasm32-unknown-unknown")?;
    Ok(folder.join(TARGET).join("debug/libpyrite_core.rlib"))
}

/// Links the whole library, also what nothing refers to.
fn link(library: &Path, impure: bool) -> Result<PathBuf> {
    let output = root().join(if impure { "target/core-wasm/impure.wasm" } else { "target/core-wasm/core.wasm" });
    // cargo names the compiler of its toolchain for the programs it starts.
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command
        .current_dir(root())
        .args(["--edition=2024", "--crate-type=cdylib", "--crate-name=core_probe", "--target", TARGET, "-Cpanic=abort"])
        .args(["-Clink-arg=--no-gc-sections", "-Clink-arg=--whole-archive"])
        .arg(format!("-Clink-arg={}", library.display()))
        .args(["-Clink-arg=--no-whole-archive", "--check-cfg=cfg(impure)", "-Adead_code"]);
    if impure {
        command.args(["--cfg", "impure"]);
    }
    run_silently(command.arg("-o").arg(&output).arg("xtask/probe/core.rs"), "rustup shows the installed toolchains")?;
    Ok(output)
}

fn read(file: &Path) -> Result<Module> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut module = Module::default();
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    module.imports.push(format!("{}.{}", import.module, import.name));
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    for name in names {
                        if let Name::Function(functions) = name? {
                            module.core_functions += functions
                                .into_iter()
                                .filter(|function| {
                                    function.as_ref().is_ok_and(|named| named.name.contains("pyrite_core"))
                                })
                                .count();
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(module)
}
