//! Where things are in the workspace.

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The `pyrite` command under test: `PYRITE_BIN`, else the one built beside this test.
pub fn pyrite() -> PathBuf {
    if let Some(named) = std::env::var_os("PYRITE_BIN") {
        return named.into();
    }
    let beside = std::env::current_exe().ok().and_then(|test| Some(test.parent()?.parent()?.join("pyrite")));
    beside.filter(|path| path.exists()).unwrap_or_else(|| root().join("target/debug/pyrite"))
}

/// What `cargo xtask dist` wrote about its files.
pub fn dist_manifest() -> PathBuf {
    root().join("target/dist.json")
}

/// Whether all pages of the distribution start from a snapshot: it was made with `PYRITE_SNAPSHOT=1`.
pub fn all_from_snapshot() -> bool {
    let manifest = std::fs::read(dist_manifest()).ok();
    let manifest = manifest.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    manifest.is_some_and(|manifest| manifest["snapshot"] == true)
}

/// Where a failing test leaves what a person needs to see.
pub fn failures(test: &str) -> PathBuf {
    root().join("target/test-failures").join(test.replace("::", "."))
}
