//! Pyodide's memory as it is once Python has started: pages that ask for it start from there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::dist::sha256;
use crate::stdlib::Library;
use crate::step::{root, run_silently, say};

/// Whether this distribution is made for pages that all start from the snapshot.
pub(crate) fn is_for_all() -> bool {
    std::env::var_os("PYRITE_SNAPSHOT").is_some()
}

/// Gives the snapshot of the Pyodide in a folder with a library; made once per Pyodide, library and way of making it.
pub(crate) fn made(pyodide: &Path, library: &Library) -> Result<PathBuf> {
    let tool = root().join("web/tools/make-snapshot.mjs");
    let way = root().join("web/tools/snapshot.mjs");
    let link = root().join("web/tools/link.mjs");
    let extent = root().join("web/tools/extent.mjs");
    let repair = root().join("python/page/restored.py");
    let mut key = Vec::new();
    let parts = ["pyodide.asm.wasm", "pyodide.asm.mjs", "pyodide.mjs"].map(|name| pyodide.join(name));
    for path in parts.iter().map(PathBuf::as_path).chain([
        &*library.whole,
        &library.first,
        &tool,
        &way,
        &link,
        &extent,
        &repair,
    ]) {
        key.extend(fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    let folder = root().join("target/snapshot");
    let path = folder.join(format!("{}.bin", sha256(&key)));
    if path.exists() {
        return Ok(path);
    }
    say("making a snapshot of Pyodide");
    fs::create_dir_all(&folder)?;
    let unfinished = path.with_extension("part");
    run_silently(
        Command::new("node").arg(tool).args(library.whole.parent()).arg(&unfinished).current_dir(root().join("web")),
        "Pyrite needs Node.js 20 or newer: `sudo apt-get install nodejs npm`, or https://nodejs.org",
    )?;
    fs::rename(unfinished, &path)?;
    Ok(path)
}
