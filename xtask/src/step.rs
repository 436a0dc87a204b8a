//! Steps that say what they do, and commands that say what went wrong.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

static QUIET: AtomicBool = AtomicBool::new(false);

/// Says nothing from now on but errors.
pub(crate) fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Tells the reader which step begins.
pub(crate) fn say(what: impl AsRef<str>) {
    if !QUIET.load(Ordering::Relaxed) {
        eprintln!("• {}", what.as_ref());
    }
}

/// Runs a command to its end; its output is shown as it comes.
///
/// # Errors
/// When it cannot be started (with `hint`, the way to get it) or ends unsuccessfully.
pub(crate) fn run(command: &mut Command, hint: &str) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("could not start `{shown}`\nhint: {hint}"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs a command to its end and keeps its output back unless it fails.
///
/// # Errors
/// As [`run`], with what the command said.
pub(crate) fn run_silently(command: &mut Command, hint: &str) -> Result<()> {
    let shown = shown(command);
    let output = command.output().with_context(|| format!("could not start `{shown}`\nhint: {hint}"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed ({})\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// The cargo that started us, so that both are of one toolchain.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    as_by_hand(&mut command);
    command
}

/// Takes away what cargo tells this program about itself: build scripts of others watch it, and would run again.
pub(crate) fn as_by_hand(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
