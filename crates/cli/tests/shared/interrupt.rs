//! Ctrl-C for commands that tests begin.

use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};

/// Begins a command that Ctrl-C ends: shells let what they start in the background ignore it.
pub(crate) fn begin(command: &mut Command) -> Child {
    let listen = || {
        // SAFETY: between fork and exec, where `signal` may be called; there is no handler that it could lose.
        unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
        Ok(())
    };
    // SAFETY: `listen` allocates nothing and takes no lock.
    unsafe { command.pre_exec(listen) }.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// What Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    let id = i32::try_from(child.id()).unwrap();
    // SAFETY: sends a signal to a child of this process, which is still there because it was not waited for.
    assert_eq!(unsafe { libc::kill(id, libc::SIGINT) }, 0);
}

/// Whether the signal was the reason of the end.
pub(crate) fn was_interrupted(status: ExitStatus) -> bool {
    status.code() == Some(130) || status.signal() == Some(libc::SIGINT)
}
