//! Output that is there whole or not at all: it is written beside its place and moved there when it is complete.
//! Whatever ends the command before that, Ctrl-C too, takes away what was begun.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
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
        let folder = Builder::new().prefix(".pyrite-").tempdir_in(parent(target)?).map_err(plain)?;
        begun(folder.path());
        Ok(Self { folder, target: target.to_owned() })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the folder in its place, where nothing may be yet.
    pub(crate) fn create(self) -> io::Result<()> {
        if fs::symlink_metadata(&self.target).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.readable()?;
        fs::rename(self.folder.path(), &self.target)
    }

    /// Puts the folder in its place. What was there goes when the new one stands.
    pub(crate) fn replace(self) -> io::Result<()> {
        self.readable()?;
        if fs::symlink_metadata(&self.target).is_err() {
            return fs::rename(self.folder.path(), &self.target);
        }
        let before = Builder::new().prefix(".pyrite-").tempdir_in(parent(&self.target)?).map_err(plain)?;
        let kept = before.path().join("before");
        fs::rename(&self.target, &kept)?;
        fs::rename(self.folder.path(), &self.target).inspect_err(|_| {
            let _ = fs::rename(&kept, &self.target);
        })
    }

    /// Temporary folders are for their owner alone; this one is to be as any other.
    fn readable(&self) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let usual = Builder::new().prefix(".pyrite-").tempdir_in(self.path()).map_err(plain)?;
            let probe = usual.path().join("probe");
            // Only the system knows the user's mask.
            fs::create_dir(&probe)?;
            let mode = fs::metadata(&probe)?.permissions().mode();
            fs::set_permissions(self.path(), fs::Permissions::from_mode(mode))?;
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let mut begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
        begun.retain(|path| path != self.folder.path());
    }
}

/// Writes a file whole, or leaves the one that is there as it was.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    use io::Write as _;
    // A link stays one: what it leads to is written.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut file: NamedTempFile = Builder::new().prefix(".pyrite-").tempfile_in(parent(&path)?).map_err(plain)?;
    begun(file.path());
    let written = file.write_all(content).map_err(plain).and_then(|()| {
        match fs::metadata(&path) {
            Ok(there) => fs::set_permissions(file.path(), there.permissions())?,
            Err(_) => usual_permissions(file.path())?,
        }
        Ok(())
    });
    let temporary = file.path().to_owned();
    let outcome = written.and_then(|()| file.persist(&path).map(drop).map_err(|error| error.error));
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner).retain(|begun| *begun != temporary);
    outcome
}

/// Those of a file that anybody makes, which the temporary one has not.
fn usual_permissions(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let probe = Builder::new().prefix(".pyrite-").tempdir_in(parent(path)?).map_err(plain)?;
        let name = probe.path().join("probe");
        fs::write(&name, "")?;
        let mode = fs::metadata(&name)?.permissions().mode();
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
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
        let folder = Builder::new().prefix("pyrite-").tempdir()?;
        begun(folder.path());
        Ok(Self(folder))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        BEGUN.lock().unwrap_or_else(PoisonError::into_inner).retain(|path| path != self.0.path());
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

fn begun(path: &Path) {
    watch();
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
}

fn interrupted() {
    // Held to the end: what was begun cannot be put in its place any more.
    let begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    STARTED.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|process| end_group(*process));
    for path in begun.iter() {
        // Moved first, so that nothing is added to it while it goes.
        let gone = path.with_extension("gone");
        let path = if fs::rename(path, &gone).is_ok() { &gone } else { path };
        let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
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
