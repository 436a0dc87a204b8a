//! The tools that pack and try the wheel.

use std::path::PathBuf;

use anyhow::Result;

use crate::needs;
use crate::step::root;

/// From the package index.
const TOOLS: [&str; 2] = ["maturin==1.16.0", "uv==0.13.9"];

/// A virtual environment with them, made once; gives its folder.
pub(super) fn folder() -> Result<PathBuf> {
    let folder = root().join("target/release-tools");
    let hint = "a release needs Python 3 with venv: `sudo apt-get install python3-venv`";
    needs::environment(&folder, &TOOLS.join("\n"), "maturin and uv", hint, &TOOLS.map(AsRef::as_ref))?;
    Ok(folder)
}
