//! Python's standard library, compiled: most of Pyodide's start is compiling it from source otherwise.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::dist::sha256;
use crate::step::{root, run_silently, say};

/// Gives the compiled counterpart of Pyodide's `python_stdlib.zip`; made once per archive and way of making it.
pub(crate) fn compiled(source: &Path) -> Result<PathBuf> {
    let tool = root().join("web/tools/compile-stdlib.mjs");
    let mut key = fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
    key.extend(fs::read(&tool)?);
    let folder = root().join("target/stdlib");
    let path = folder.join(format!("{}.zip", sha256(&key)));
    if path.exists() {
        return Ok(path);
    }
    say("compiling Python's standard library");
    fs::create_dir_all(&folder)?;
    let unfinished = path.with_extension("part");
    run_silently(
        Command::new("node").arg(tool).arg(source).arg(&unfinished).current_dir(root().join("web")),
        "Pyrite needs Node.js 20 or newer: `sudo apt-get install nodejs npm`, or https://nodejs.org",
    )?;
    fs::rename(unfinished, &path)?;
    Ok(path)
}
