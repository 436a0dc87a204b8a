//! Puts the built runtime and both interpreters into the binary.
//!
//! `cargo xtask dist` makes them; this script has it do so, unless xtask itself started this build, and copies the
//! compressed files to its own output folder, so that a later `dist` cannot pull them away under a running compiler.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde::Deserialize;

/// What `dist` says about its output.
#[derive(Deserialize)]
struct Dist {
    pyodide: String,
    micropython: String,
    snapshot: bool,
    files: Vec<DistFile>,
}

#[derive(Deserialize)]
struct DistFile {
    path: String,
    #[serde(rename = "type")]
    media_type: String,
    raw: u64,
    sha256: String,
    key: String,
}

/// What the runtime is made of. The build script runs again when one of these changes.
const SOURCES: &[&str] = &[
    "crates/core/src",
    "crates/core/Cargo.toml",
    "crates/web/src",
    "crates/web/Cargo.toml",
    "python",
    "web/package-lock.json",
    "xtask/src",
    "Cargo.toml",
];

/// Written last by `dist`, and only when something changed.
const LISTING: &str = "target/dist.json";

fn main() {
    if let Err(message) = run() {
        eprintln!("{message}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let workspace = manifest.ancestors().nth(2).ok_or("crates/cli is not inside a workspace")?.to_path_buf();
    watch(&workspace);
    // Not tracked: it changes who makes the runtime, not what is made.
    if env::var_os("PYRITE_DIST_READY").is_none() {
        make_dist(&workspace)?;
    }
    embed(&workspace, &PathBuf::from(variable("OUT_DIR")?))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}

fn watch(workspace: &Path) {
    println!("cargo:rerun-if-changed=build.rs");
    // Somebody may have made a new runtime after a build that took an older one.
    println!("cargo:rerun-if-changed={}", workspace.join(LISTING).display());
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", workspace.join(source).display());
    }
    // Only the sources beside `node_modules`, which is huge and pinned by the lock file above.
    let Ok(entries) = fs::read_dir(workspace.join("web")) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.file_name().is_some_and(|name| name != "node_modules") {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
}

fn make_dist(workspace: &Path) -> Result<(), String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(workspace)
        // A target folder of its own: cargo holds the lock of the main one while this script runs.
        .args(["run", "--quiet", "--package", "xtask", "--target-dir"])
        .arg(workspace.join("target/xtask"))
        .args(["--", "dist", "--quiet"])
        // Set by clippy and by flags for this build; the nested one must not be rebuilt because of them.
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CLIPPY_ARGS")
        .status()
        .map_err(|error| format!("Could not start cargo to build the runtime: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("The runtime could not be built.\nhint: run `cargo xtask dist` to see why.".to_owned())
    }
}

fn embed(workspace: &Path, out: &Path) -> Result<(), String> {
    let listing = workspace.join(LISTING);
    let text = fs::read_to_string(&listing)
        .map_err(|error| format!("{}: {error}\nhint: run `cargo xtask dist` first.", listing.display()))?;
    let dist: Dist = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", listing.display()))?;

    let folder = out.join("dist");
    let _ = fs::remove_dir_all(&folder);
    let mut table = String::from("&[\n");
    for file in &dist.files {
        let name = format!("{}.br", file.path);
        let from = workspace.join("target/dist-br").join(&name);
        let to = folder.join(&name);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
        }
        fs::copy(&from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
        let DistFile { path, media_type, raw, sha256, key } = file;
        let _ = writeln!(
            table,
            "    EmbeddedFile {{ path: {path:?}, media_type: {media_type:?}, length: {raw}, sha256: {sha256:?}, key: {key:?}, \
             brotli: include_bytes!({to:?}) }},"
        );
    }
    table.push(']');
    let to = out.join("dist.rs");
    fs::write(&to, table).map_err(|error| format!("{}: {error}", to.display()))?;
    println!("cargo:rustc-env=PYRITE_PYODIDE={}", dist.pyodide);
    println!("cargo:rustc-check-cfg=cfg(snapshot_for_all)");
    if dist.snapshot {
        println!("cargo:rustc-cfg=snapshot_for_all");
    }
    println!("cargo:rustc-env=PYRITE_MICROPYTHON={}", dist.micropython);
    Ok(())
}
