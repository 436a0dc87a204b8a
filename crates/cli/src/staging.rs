//! Output that is there whole or not at all: it is written beside its place and moved there when it is complete.
//! Whatever ends the command before that, Ctrl-C too, takes away what was begun.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::{fs, io};

use tempfile::{Builder, NamedTempFile, TempDir};

/// What is being written at this moment.
static BEGUN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Groups of processes that end with this one.
static STARTED: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// The exit code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// A folder that is being written.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: TempDir,
    target: PathBuf,
}

impl Staging {
    /// Begins a folder that will stand at `target`. Folders above it are made.
    pub(crate) fn begin(target: &Path) -> io::Result<Self> {
        let parent = parent(target)?;
        let folder = begun(|| folder_beside(parent), TempDir::path)?;
        Ok(Self { folder, target: target.to_owned() })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the folder in its place, where nothing may be yet.
    pub(crate) fn create(self) -> io::Result<()> {
        // Held meanwhile: an interruption finds it where it was, or where it shall be.
        let _begun = lock();
        if fs::symlink_metadata(&self.target).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(self.folder.path(), &self.target)
    }

    /// Puts the folder in its place. What was there goes when the new one stands.
    pub(crate) fn replace(self) -> io::Result<()> {
        if fs::symlink_metadata(&self.target).is_err() {
            let _begun = lock();
            return fs::rename(self.folder.path(), &self.target);
        }
        let before = begun(|| folder_beside(parent(&self.target)?), TempDir::path)?;
        let kept = before.path().join("before");
        // Between the two moves there is nothing in the place: an interruption waits for both.
        let guard = lock();
        let moved = fs::rename(&self.target, &kept).and_then(|()| {
            fs::rename(self.folder.path(), &self.target).inspect_err(|_| {
                let _ = fs::rename(&kept, &self.target);
            })
        });
        drop(guard);
        let place = before.path().to_owned();
        drop(before);
        forget(&place);
        moved
    }
}

/// A folder with a name that nobody else takes.
fn folder_beside(parent: &Path) -> io::Result<TempDir> {
    beside(0o777).tempdir_in(parent).map_err(plain)
}

/// A file with a name that nobody else takes.
fn file_beside(parent: &Path) -> io::Result<NamedTempFile> {
    beside(0o666).tempfile_in(parent).map_err(plain)
}

/// Makes them with the permissions of any other: the system takes away what the user's mask forbids.
fn beside(permissions: u32) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".pyrite-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(permissions));
    }
    #[cfg(not(unix))]
    let _ = permissions;
    builder
}

impl Drop for Staging {
    fn drop(&mut self) {
        gone(self.folder.path());
    }
}

/// Writes a file below a folder that is being written. That folder itself is not made: it is gone after an interruption,
/// and has to stay so.
pub(crate) fn add(folder: &Path, path: &str, content: &[u8]) -> io::Result<()> {
    let mut place = folder.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        place.push(part);
        if parts.peek().is_none() {
            break;
        }
        match fs::create_dir(&place) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    fs::write(place, content)
}

/// Writes a file whole, or leaves the one that is there as it was.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    use io::Write as _;
    // A link stays one: what it leads to is written.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let parent = parent(&path)?;
    let mut file = begun(|| file_beside(parent), NamedTempFile::path)?;
    let temporary = file.path().to_owned();
    let written = file.write_all(content).map_err(plain).and_then(|()| match fs::metadata(&path) {
        Ok(there) => fs::set_permissions(&temporary, there.permissions()),
        Err(_) => Ok(()),
    });
    let outcome = written.and_then(|()| file.persist(&path).map(drop).map_err(|error| error.error));
    forget(&temporary);
    outcome
}

/// The error without the name of the temporary file, of which nobody has heard.
fn plain(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason.to_owned()),
        None => error,
    }
}

fn parent(path: &Path) -> io::Result<&Path> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    Ok(parent)
}

/// A folder for work, outside of the output, that is gone when the command ends.
#[derive(Debug)]
pub(crate) struct Scratch(TempDir);

impl Scratch {
    /// Makes one.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(begun(|| Builder::new().prefix("pyrite-").tempdir(), TempDir::path)?))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        gone(self.0.path());
    }
}

/// A group of processes that does not outlive this one while the value is kept.
#[derive(Debug)]
pub(crate) struct Bound(u32);

impl Bound {
    /// Of a process with a group of its own.
    pub(crate) fn to(process: u32) -> Self {
        STARTED.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        watch();
        Self(process)
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        STARTED.lock().unwrap_or_else(PoisonError::into_inner).retain(|process| *process != self.0);
    }
}

/// Ends a process and all that it has started.
pub(crate) fn end_group(process: u32) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = process;
}

fn watch() {
    static WATCH: Once = Once::new();
    // Without the handler Ctrl-C still ends the command; a folder with a dot in front is then left over.
    WATCH.call_once(|| {
        let _ = ctrlc::set_handler(interrupted);
    });
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes something, and notes it before anybody can interrupt.
fn begun<T>(make: impl FnOnce() -> io::Result<T>, path: impl FnOnce(&T) -> &Path) -> io::Result<T> {
    watch();
    let mut begun = lock();
    let made = make()?;
    begun.push(path(&made).to_owned());
    Ok(made)
}

/// Takes away what is left of it. An interruption meanwhile does the rest.
fn gone(path: &Path) {
    let _ = fs::remove_dir_all(path);
    forget(path);
}

/// It is in its place, or gone.
fn forget(path: &Path) {
    lock().retain(|begun| begun != path);
}

fn interrupted() {
    // Held to the end: what was begun cannot be put in its place any more.
    let begun = lock();
    STARTED.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|process| end_group(*process));
    for path in begun.iter() {
        // Moved first, so that nothing is added to it while it goes.
        let gone = path.with_extension("gone");
        let path = if fs::rename(path, &gone).is_ok() { &gone } else { path };
        // What was on its way into it may come while it goes.
        for _ in 0..100 {
            let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
            if fs::symlink_metadata(path).is_err() {
                break;
            }
        }
    }
    std::process::exit(INTERRUPTED);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_there_whole_or_not_at_all() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("deep/site");
        let begun = Staging::begin(&target).unwrap();
        fs::write(begun.path().join("a"), "1").unwrap();
        assert!(!target.exists());
        drop(begun);
        assert_eq!(names(&place.path().join("deep")), [""; 0]);

        let begun = Staging::begin(&target).unwrap();
        fs::write(begun.path().join("a"), "1").unwrap();
        begun.create().unwrap();
        assert_eq!(names(&target), ["a"]);
        let again = Staging::begin(&target).unwrap();
        assert_eq!(again.create().unwrap_err().kind(), io::ErrorKind::AlreadyExists);

        let other = Staging::begin(&target).unwrap();
        fs::write(other.path().join("b"), "1").unwrap();
        other.replace().unwrap();
        assert_eq!(names(&target), ["b"]);
        assert_eq!(names(&place.path().join("deep")), ["site"]);
    }

    /// Not a test by itself: the process that the next one interrupts.
    #[test]
    #[cfg(unix)]
    fn begins_and_waits() {
        let Some(place) = std::env::var_os("PYRITE_TEST_STAGING") else { return };
        let begun = Staging::begin(&Path::new(&place).join("site")).unwrap();
        for name in 0.. {
            // Goes on writing until it is ended, as a build does.
            if fs::write(begun.path().join(name.to_string()), "x").is_err() {
                break;
            }
        }
        std::thread::sleep(std::time::Duration::from_secs(60));
    }

    #[test]
    #[cfg(unix)]
    fn an_interruption_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        for signal in [libc::SIGINT, libc::SIGTERM] {
            let mut child = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "staging::tests::begins_and_waits"])
                .env("PYRITE_TEST_STAGING", place.path())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap();
            let begun = || names(place.path()).iter().any(|name| !names(&place.path().join(name)).is_empty());
            while !begun() {
                assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
                std::thread::yield_now();
            }
            let id = i32::try_from(child.id()).unwrap();
            // SAFETY: sends a signal to a child of this process, which is still there because it was not waited for.
            assert_eq!(unsafe { libc::kill(id, signal) }, 0);
            assert_eq!(child.wait().unwrap().code(), Some(INTERRUPTED));
            assert_eq!(names(place.path()), [""; 0]);
        }
    }

    /// Not a test by itself: the process that the next one interrupts.
    #[test]
    #[cfg(unix)]
    fn replaces_for_ever() {
        let Some(place) = std::env::var_os("PYRITE_TEST_REPLACING") else { return };
        let parent = std::os::unix::process::parent_id();
        // It ends with whoever has begun it, whatever happens to that.
        while std::os::unix::process::parent_id() == parent {
            let begun = Staging::begin(&Path::new(&place).join("site")).unwrap();
            fs::write(begun.path().join("a"), "whole").unwrap();
            begun.replace().unwrap();
        }
    }

    #[test]
    #[cfg(unix)]
    fn an_interruption_between_two_outputs_leaves_one() {
        for _ in 0..20 {
            let place = tempfile::tempdir().unwrap();
            let mut child = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "staging::tests::replaces_for_ever"])
                .env("PYRITE_TEST_REPLACING", place.path())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap();
            while !place.path().join("site").exists() {
                assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
                std::thread::yield_now();
            }
            let id = i32::try_from(child.id()).unwrap();
            // SAFETY: sends a signal to a child of this process, which is still there because it was not waited for.
            assert_eq!(unsafe { libc::kill(id, libc::SIGINT) }, 0);
            assert_eq!(child.wait().unwrap().code(), Some(INTERRUPTED));
            assert_eq!(names(place.path()), ["site"]);
            assert_eq!(fs::read_to_string(place.path().join("site/a")).unwrap(), "whole");
        }
    }

    #[test]
    fn a_file_is_replaced_at_once_and_keeps_its_permissions() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.html");
        write(&path, b"1").unwrap();
        write(&path, b"2").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert_eq!(names(place.path()), ["a.html"]);
    }
}
