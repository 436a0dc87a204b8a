//! The folder that is served, as the user named it and as the system knows it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::address;
use crate::failure::Failure;
use crate::similar::similar;

/// A folder that can be served.
#[derive(Debug)]
pub(crate) struct Root {
    /// Without links, so that what lies outside is recognised.
    pub(crate) folder: PathBuf,
    /// For the terminal.
    pub(crate) shown: String,
    /// The path of the page that was named instead of a folder.
    pub(crate) page: Option<String>,
}

impl Root {
    /// Looks whether it is a folder that may be read, or a page in one.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let metadata = fs::metadata(path).map_err(|error| failure(path, &error))?;
        if metadata.is_dir() {
            return Self::folder(path, None);
        }
        let name = path.file_name().filter(|_| is_page(path));
        let (Some(name), true) = (name, metadata.is_file()) else {
            return Err(Failure::NotAFolder { path: path.to_owned() });
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::folder(parent, address::of_file(Path::new(name)))
    }

    fn folder(path: &Path, page: Option<String>) -> Result<Self, Failure> {
        let folder = path.canonicalize().map_err(|error| failure(path, &error))?;
        // Whether it may be read is known only by reading.
        fs::read_dir(&folder).map_err(|error| failure(path, &error))?;
        // `.` says nothing to somebody who looks at the terminal later.
        let shown = if path == Path::new(".") { folder.display() } else { path.display() };
        Ok(Self { shown: shown.to_string(), folder, page })
    }
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"))
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Failure::FolderMissing { similar: beside(&path), path },
        ErrorKind::PermissionDenied => Failure::FolderForbidden { path },
        _ => Failure::FolderUnreadable { path, reason: error.to_string() },
    }
}

/// A folder or page beside the missing one that has a similar name.
fn beside(path: &Path) -> Option<PathBuf> {
    let wanted = path.file_name()?.to_str()?;
    let parent = path.parent()?;
    let place = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    let entries = fs::read_dir(place).ok()?.flatten().map(|entry| entry.path());
    let names: Vec<String> = entries
        .filter(|path| path.is_dir() || is_page(path))
        .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
        .collect();
    let best = similar(wanted, names.iter().map(String::as_str)).into_iter().next()?;
    Some(parent.join(best))
}
