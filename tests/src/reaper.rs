//! No browser or server outlives the test process, however that process ends.
//!
//! All children join the process group of a small shell that waits for the end of a pipe which only we hold open.
//! When we end (also by a signal that cannot be caught), the pipe closes and the shell ends its whole group.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Politely first, so that the browser can leave its profile in order; then what is left.
const SHELL: &str = "trap '' TERM INT HUP; read -r _; kill -TERM 0; sleep 1; rm -rf -- \"$1\"; kill -KILL 0";

struct Reaper {
    /// Never waited for: it must outlive us.
    shell: Child,
    scratch: PathBuf,
}

fn reaper() -> &'static Reaper {
    static REAPER: OnceLock<Reaper> = OnceLock::new();
    REAPER.get_or_init(|| {
        let scratch = tempfile::Builder::new()
            .prefix("pyrite-tests-")
            .tempdir()
            .expect("a temporary folder for browser profiles")
            .keep();
        let shell = Command::new("sh")
            .arg("-c")
            .arg(SHELL)
            .arg("reaper")
            .arg(&scratch)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("`sh` starts");
        Reaper { shell, scratch }
    })
}

/// Lets a command's process end with ours.
pub(crate) fn adopt(command: &mut Command) -> &mut Command {
    command.process_group(i32::try_from(reaper().shell.id()).unwrap_or(0))
}

/// A folder that is deleted when our process has ended.
pub(crate) fn scratch() -> &'static Path {
    &reaper().scratch
}
