//! Python's standard library, compiled: most of Pyodide's start is compiling it from source otherwise.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::dist::sha256;
use crate::step::{root, run_silently, say};

/// The library as it is compiled: as a whole, and in the two parts in which pages get it.
pub(crate) struct Library {
    /// All modules, as a zip archive.
    pub(crate) whole: PathBuf,
    /// The modules that every start imports, and the directory of the whole archive.
    pub(crate) first: PathBuf,
    /// The bytes between them.
    pub(crate) rest: PathBuf,
}

/// Gives the compiled counterpart of Pyodide's `python_stdlib.zip`; made once per archive and way of making it.
pub(crate) fn compiled(source: &Path) -> Result<Library> {
    let tool = root().join("web/tools/compile-stdlib.mjs");
    let mut key = fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
    key.extend(fs::read(&tool)?);
    key.extend(fs::read(tool.with_file_name("extent.mjs"))?);
    let folder = root().join("target/stdlib").join(sha256(&key));
    let library = |folder: &Path| Library {
        whole: folder.join("whole.zip"),
        first: folder.join("first.zip"),
        rest: folder.join("rest.bin"),
    };
    if folder.exists() {
        return Ok(library(&folder));
    }
    say("compiling Python's standard library");
    let unfinished = folder.with_extension("part");
    fs::create_dir_all(&unfinished)?;
    let Library { whole, first, rest } = library(&unfinished);
    run_silently(
        Command::new("node").arg(tool).arg(source).args([whole, first, rest]).current_dir(root().join("web")),
        "Pyrite needs Node.js 20 or newer: `sudo apt-get install nodejs npm`, or https://nodejs.org",
    )?;
    fs::rename(unfinished, &folder)?;
    Ok(library(&folder))
}
