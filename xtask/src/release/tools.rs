//! The tools that pack and try the wheel.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::step::{root, run_silently, say};

/// From the package index.
const TOOLS: [&str; 2] = ["maturin==1.16.0", "uv==0.13.9"];

/// A virtual environment with them, made once; gives its folder.
pub(super) fn folder() -> Result<PathBuf> {
    let folder = root().join("target/release-tools");
    let stamp = folder.join("pyrite.txt");
    let wanted = TOOLS.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(folder);
    }
    say("installing maturin and uv (pip install)");
    run_silently(
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder),
        "a release needs Python 3 with venv: `sudo apt-get install python3-venv`",
    )?;
    let mut pip = Command::new(folder.join("bin/python"));
    run_silently(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(TOOLS), "")?;
    fs::write(stamp, wanted)?;
    Ok(folder)
}
