//! The archive with the static binary, its manual, completions and licences.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::third_party;
use crate::dist;
use crate::step::{root, run_silently, say};

/// What each shell calls its file.
const COMPLETIONS: [(&str, &str); 4] =
    [("bash", "pyrite.bash"), ("zsh", "_pyrite"), ("fish", "pyrite.fish"), ("powershell", "_pyrite.ps1")];

/// What an archive is called, and the folder in it.
pub(super) fn name(triple: &str) -> String {
    format!("pyrite-{}-{triple}", env!("CARGO_PKG_VERSION"))
}

/// Packs it into `out`; gives its path.
pub(super) fn write(binary: &Path, triple: &str, licences: &str, out: &Path) -> Result<PathBuf> {
    say("packing the binary with its manual, completions and licences");
    let name = name(triple);
    let laid_out = root().join("target/release-archive");
    if laid_out.exists() {
        fs::remove_dir_all(&laid_out)?;
    }
    let folder = laid_out.join(&name);
    dist::copy(binary, &folder.join("pyrite"))?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md"] {
        dist::copy(&root().join(file), &folder.join(file))?;
    }
    fs::write(folder.join(third_party::FILE), licences)?;
    run_silently(Command::new(binary).args(["man", "--output"]).arg(folder.join("man")), "")?;
    fs::create_dir(folder.join("completions"))?;
    for (shell, file) in COMPLETIONS {
        let output = Command::new(binary).args(["completions", shell]).output()?;
        if !output.status.success() {
            bail!("`pyrite completions {shell}` failed\n{}", String::from_utf8_lossy(&output.stderr));
        }
        fs::write(folder.join("completions").join(file), output.stdout)?;
    }
    let path = out.join(format!("{name}.tar.gz"));
    // The same content gives the same bytes, whoever packs it and when.
    let alike = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=go=rX,u+rw,a-s"];
    run_silently(Command::new("tar").args(alike).arg("-C").arg(&laid_out).arg("-czf").arg(&path).arg(&name), "")?;
    Ok(path)
}
