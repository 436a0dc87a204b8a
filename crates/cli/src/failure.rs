//! What can stop the server, and what it says then: what happened, where, and what to do.

use std::path::{Path, PathBuf};

use crate::stop::Stop;

/// A reason to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The folder to serve is not there. `similar` is a name beside it that may have been meant.
    FolderMissing { path: PathBuf, similar: Option<PathBuf> },
    /// The folder to serve is a file that is not a page.
    NotAFolder { path: PathBuf },
    /// The folder to serve may not be read.
    FolderForbidden { path: PathBuf },
    /// The folder to serve cannot be read for another reason.
    FolderUnreadable { path: PathBuf, reason: String },
    /// The port asked for is in use.
    PortInUse { host: String, port: u16 },
    /// No port of the usual range is free.
    PortsInUse { host: String, first: u16, last: u16 },
    /// The port needs rights that this user does not have.
    PortForbidden { port: u16 },
    /// The host is not an address of this machine.
    HostUnknown { host: String },
    /// Listening failed for another reason.
    ListenFailed { address: String, reason: String },
    /// The system gives no threads to work with.
    NoThreads { reason: String },
}

impl Failure {
    /// What happened, and where.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::FolderMissing { path, .. } => format!("There is no folder {}.", shown(path)),
            Self::NotAFolder { path } => format!("{} is neither a folder nor an HTML page.", shown(path)),
            Self::FolderForbidden { path } => format!("{} may not be read by this user.", shown(path)),
            Self::FolderUnreadable { path, reason } => format!("{} cannot be read: {reason}.", shown(path)),
            Self::PortInUse { host, port } => format!("Port {port} of {host} is in use."),
            Self::PortsInUse { host, first, last } => {
                format!("All ports of {host} from {first} to {last} are in use.")
            }
            Self::PortForbidden { port } => format!("Port {port} may not be used by this user."),
            Self::HostUnknown { host } => format!("{host} is not an address of this machine."),
            Self::ListenFailed { address, reason } => format!("Cannot listen on {address}: {reason}."),
            Self::NoThreads { reason } => format!("Cannot start: {reason}."),
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::FolderMissing { similar: Some(similar), .. } => format!("did you mean {}?", shown(similar)),
            Self::FolderMissing { similar: None, .. } => {
                "name the folder that holds your pages, or leave it out to serve the current one.".to_owned()
            }
            Self::NotAFolder { path } => {
                let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                format!("to serve the folder it is in: pyrite serve {}", folder.unwrap_or(Path::new(".")).display())
            }
            Self::FolderForbidden { path } => format!("look at its permissions: ls -ld {}", path.display()),
            Self::FolderUnreadable { .. } => "try another folder.".to_owned(),
            Self::PortInUse { .. } => {
                "stop the other program, or leave out --port to take the next free one.".to_owned()
            }
            Self::PortsInUse { .. } => "use --port 0 to take any free one.".to_owned(),
            Self::PortForbidden { .. } => "use a port above 1023, such as --port 8000.".to_owned(),
            Self::HostUnknown { .. } => {
                "use --host 127.0.0.1 for this machine only, or --host 0.0.0.0 for its network.".to_owned()
            }
            Self::ListenFailed { .. } => "try another --host or --port.".to_owned(),
            Self::NoThreads { .. } => "close other programs, or raise the limit of processes (ulimit -u).".to_owned(),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::new(failure.message()).hint(failure.hint())
    }
}

fn shown(path: &Path) -> String {
    format!("`{}`", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_where_and_what_to_do() {
        let failure = Failure::PortInUse { host: "127.0.0.1".into(), port: 8000 };
        assert_eq!(
            Stop::from(failure).report(),
            "error: Port 8000 of 127.0.0.1 is in use.\n\
             hint: stop the other program, or leave out --port to take the next free one."
        );
    }

    #[test]
    fn a_missing_folder_names_the_one_that_was_meant() {
        let failure = Failure::FolderMissing { path: "exmaples".into(), similar: Some("examples".into()) };
        assert_eq!(
            Stop::from(failure).report(),
            "error: There is no folder `exmaples`.\nhint: did you mean `examples`?"
        );
    }
}
