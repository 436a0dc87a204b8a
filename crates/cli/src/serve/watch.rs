//! Watches the served folder and tells the open pages what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::address;
use super::configuration::{self, Problem};
use super::live::Live;

/// A change is told when nothing more has changed for so long: programs write a file in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// But no later than this.
const PATIENCE: Duration = Duration::from_millis(600);
/// How long somebody may write a file before it is told as it is.
const LONGEST_WRITE: Duration = Duration::from_secs(60);
/// How long a file may be away before it is told: some programs move it, and write a new one in its place.
const LONGEST_ABSENCE: Duration = Duration::from_secs(3);
/// Whether the system tells that a file was closed which somebody has written.
const TELLS_ENDS: bool = cfg!(target_os = "linux");
/// More folders than any site has; systems limit how many can be watched.
const MOST_FOLDERS: usize = 20_000;
/// Larger files are data, not configuration.
const LARGEST_CONFIGURATION: u64 = 1 << 20;

/// Folders that tools fill while one works.
const TOOLS: &[&str] = &["node_modules", "target", "__pycache__"];

/// Starts watching. The text returned on failure is for the user; the pages are served all the same.
pub(crate) fn start(root: PathBuf, live: Arc<Live>) -> Result<(), String> {
    let (sender, receiver) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender).map_err(|error| error.to_string())?;
    let outcome = watch_folder(&mut watcher, &root, &root);
    thread::spawn(move || {
        live.found(problems_below(&root));
        run(&root, &live, &mut watcher, &receiver);
    });
    outcome
}

fn run(root: &Path, live: &Live, watcher: &mut RecommendedWatcher, receiver: &Receiver<notify::Result<Event>>) {
    let mut pending = Pending::default();
    let mut latest = Instant::now();
    loop {
        let heard = if pending.changed.is_empty() {
            receiver.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            receiver.recv_timeout(QUIET)
        };
        let now = Instant::now();
        match heard {
            Ok(event) => {
                if pending.changed.is_empty() {
                    latest = now + PATIENCE;
                }
                pending.note(root, event, now);
                if now < latest {
                    continue;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        latest = now + PATIENCE;
        let changed = pending.take(now, |path| path.symlink_metadata().is_ok());
        let files: BTreeSet<PathBuf> = changed.iter().flat_map(|path| appeared(root, path, watcher)).collect();
        let paths: Vec<String> = files.iter().filter_map(|path| path_of(root, path)).collect();
        if !paths.is_empty() {
            let checked = files.iter().filter_map(|file| Some((path_of(root, file)?, problem_in(root, file, true))));
            live.changed(&paths, checked.collect());
        }
    }
}

/// What has changed and was not told yet.
#[derive(Debug, Default)]
struct Pending {
    /// By the path, since when; nothing where there is no more to wait for.
    changed: BTreeMap<PathBuf, Option<Instant>>,
    /// What somebody is writing at the moment.
    open: BTreeSet<PathBuf>,
}

impl Pending {
    /// Adds what an event names, if it is a change that a page can see.
    fn note(&mut self, root: &Path, event: notify::Result<Event>, now: Instant) {
        let Ok(event) = event else { return };
        if event.need_rescan() {
            // More changes than the system could tell: the folder itself stands for all of them.
            self.changed.insert(root.to_owned(), None);
            self.open.clear();
        }
        let is_shown = |path: &Path| {
            path.strip_prefix(root).is_ok_and(|relative| !relative.as_os_str().is_empty() && !is_noise(relative))
        };
        // What has got another name for good does not come back, as what an editor has made a backup of.
        if let (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), [from, to]) =
            (event.kind, event.paths.as_slice())
            && is_shown(from)
            && is_shown(to)
        {
            self.changed.insert(from.clone(), None);
        }
        let is_writing = TELLS_ENDS && matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)));
        for path in event.paths.into_iter().filter(|path| is_shown(path)) {
            if is_writing {
                self.open.insert(path.clone());
            } else if is_end(&event.kind) {
                self.open.remove(&path);
            }
            if is_change(&event.kind) {
                self.changed.entry(path).or_insert(Some(now));
            }
        }
    }

    /// Takes what can be told. A file that is half written, or gone because a new one is about to come in its place, waits.
    fn take(&mut self, now: Instant, exists: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
        let (open, mut ready) = (&self.open, Vec::new());
        self.changed.retain(|path, since| {
            let longest = match exists(path) {
                true if open.contains(path) => LONGEST_WRITE,
                true => Duration::ZERO,
                false => LONGEST_ABSENCE,
            };
            let waits = since.is_some_and(|since| now.duration_since(since) < longest);
            if !waits {
                ready.push(path.clone());
            }
            waits
        });
        ready
    }
}

/// Whether nobody is known to write the file any more.
fn is_end(kind: &EventKind) -> bool {
    let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
    *kind == closed || matches!(kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)))
}

/// Reading is no change, and the server itself reads.
fn is_change(kind: &EventKind) -> bool {
    !matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}

/// What no page is made of: what tools, version control and editors write for themselves.
fn is_noise(relative: &Path) -> bool {
    let names: Vec<&str> = relative.components().filter_map(|part| part.as_os_str().to_str()).collect();
    let name = names.last().copied().unwrap_or_default();
    address::is_hidden(names.iter().copied())
        || names.iter().any(|name| TOOLS.contains(name))
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || name.contains("___jb_")
        // Vim tries whether it may write.
        || name == "4913"
        // A log would reload the page whose loading it reports, for ever.
        || [".swp", ".swx", ".tmp", ".part", ".crdownload", ".pyc", ".log"].iter().any(|end| name.ends_with(end))
}

/// A file is itself; a new folder is watched from now on, and stands for what is in it already.
fn appeared(root: &Path, path: &Path, watcher: &mut RecommendedWatcher) -> Vec<PathBuf> {
    if path.is_symlink() || !path.is_dir() {
        return vec![path.to_owned()];
    }
    let _ = watch_folder(watcher, root, path);
    let mut files = Vec::new();
    walk(root, path, &mut |path, folder| {
        if !folder {
            files.push(path.to_owned());
        }
        true
    });
    files
}

/// Watches a folder with all below it.
fn watch_folder(watcher: &mut RecommendedWatcher, root: &Path, folder: &Path) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return watcher.watch(folder, RecursiveMode::Recursive).map_err(|error| error.to_string());
    }
    // Here each folder costs one of a limited number of watches, so those that are noise are left out.
    watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|error| explained(&error))?;
    let mut count = 0;
    let mut outcome = Ok(());
    walk(root, folder, &mut |path, is_folder| {
        if is_folder {
            count += 1;
            if count > MOST_FOLDERS {
                outcome = Err(format!("it holds more than {MOST_FOLDERS} folders"));
            } else if let Err(error) = watcher.watch(path, RecursiveMode::NonRecursive) {
                outcome = Err(explained(&error));
            }
        }
        outcome.is_ok()
    });
    outcome
}

fn explained(error: &notify::Error) -> String {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "this system allows no more watches (raise fs.inotify.max_user_watches)".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Calls `visit` with everything below a folder that is not noise, until it returns false.
fn walk(root: &Path, folder: &Path, visit: &mut dyn FnMut(&Path, bool) -> bool) {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.strip_prefix(root).map_or(true, is_noise) {
                continue;
            }
            // Symbolic links are not followed: they may lead out, or around in a circle.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !visit(&path, is_folder) {
                return;
            }
            if is_folder {
                open.push(path);
            }
        }
    }
}

fn path_of(root: &Path, file: &Path) -> Option<String> {
    address::of_file(file.strip_prefix(root).ok()?)
}

/// What is wrong with all configuration files that are there when the server starts.
fn problems_below(root: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    walk(root, root, &mut |path, folder| {
        if !folder {
            problems.extend(problem_in(root, path, false));
        }
        true
    });
    problems
}

fn problem_in(root: &Path, file: &Path, fresh: bool) -> Option<Problem> {
    if !configuration::is_configuration(file) {
        return None;
    }
    let meta = fs::metadata(file).ok()?;
    if !meta.is_file() || meta.len() > LARGEST_CONFIGURATION {
        return None;
    }
    let mistake = configuration::check(file, &fs::read(file).ok()?).err()?;
    Some(Problem {
        path: path_of(root, file)?,
        file: file.strip_prefix(root).ok()?.display().to_string(),
        line: mistake.line,
        column: mistake.column,
        message: mistake.message,
        fresh,
    })
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, MetadataKind, RemoveKind};

    use super::*;

    #[test]
    fn what_tools_write_is_noise() {
        for path in [
            ".git/index",
            "a/.git/HEAD",
            ".env",
            "node_modules/x/y.js",
            "a/node_modules/x.js",
            "target/debug/x",
            "__pycache__/main.cpython-313.pyc",
            "main.py~",
            ".main.py.swp",
            "#main.py#",
            "4913",
            "main.py___jb_tmp___",
            "server.log",
        ] {
            assert!(is_noise(Path::new(path)), "{path}");
        }
        for path in ["main.py", "a/index.html", "targets/x.html", "my.target", ".well-known/x"] {
            assert!(!is_noise(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn reading_is_no_change() {
        assert!(!is_change(&EventKind::Access(AccessKind::Read)));
        assert!(!is_change(&EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any))));
        assert!(is_change(&EventKind::Modify(ModifyKind::Data(DataChange::Any))));
        assert!(is_change(&EventKind::Create(CreateKind::File)));
    }

    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const MOVED: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::From));

    /// What is told after these events, some milliseconds later.
    fn told(events: &[(EventKind, &str)], later: u64, there: &[&str]) -> Vec<PathBuf> {
        let (root, now) = (Path::new("/site"), Instant::now());
        let mut pending = Pending::default();
        for (kind, name) in events {
            pending.note(root, Ok(Event::new(*kind).add_path(root.join(name))), now);
        }
        let exists = |path: &Path| there.iter().any(|name| root.join(name) == path);
        pending.take(now + Duration::from_millis(later), exists)
    }

    #[test]
    fn a_save_in_steps_is_told_when_it_is_done() {
        let file = || vec![PathBuf::from("/site/main.py")];
        let there: &[&str] = &["main.py"];
        let half = [(EventKind::Create(CreateKind::File), "main.py"), (WRITTEN, "main.py")];
        assert_eq!(told(&half, 100, there), if TELLS_ENDS { vec![] } else { file() }, "half written");
        assert_eq!(told(&half, 60_000, there), file(), "a program that never closes its file");
        let done = [half.as_slice(), &[(WRITTEN, "main.py"), (CLOSED, "main.py")]].concat();
        assert_eq!(told(&done, 0, there), file());
        let away = [(MOVED, "main.py"), (EventKind::Create(CreateKind::File), "main.py~")];
        assert!(told(&away, 100, &["main.py~"]).is_empty(), "a backup was made of it");
        assert_eq!(told(&away, 3000, &["main.py~"]), file(), "it does not come back");
        let back = [away.as_slice(), &done, &[(EventKind::Remove(RemoveKind::File), "main.py~")]].concat();
        assert_eq!(told(&back, 0, there), file());
        assert!(told(&[(CLOSED, "main.py")], 3000, there).is_empty(), "opened, and nothing written");
    }

    #[test]
    fn a_file_that_is_moved_while_it_is_written_is_not_waited_for() {
        let events = [(WRITTEN, "new.py"), (MOVED, "new.py"), (EventKind::Create(CreateKind::File), "main.py")];
        assert_eq!(told(&events, 0, &["new.py", "main.py"]).len(), 2);
    }

    #[test]
    fn a_new_name_is_told_with_the_old_one() {
        let (root, now) = (Path::new("/site"), Instant::now());
        let renamed = |to: &str| {
            let mut pending = Pending::default();
            let both = EventKind::Modify(ModifyKind::Name(RenameMode::Both));
            pending.note(root, Ok(Event::new(MOVED).add_path(root.join("a.py"))), now);
            pending.note(root, Ok(Event::new(both).add_path(root.join("a.py")).add_path(root.join(to))), now);
            pending.take(now, |path| path.ends_with(to))
        };
        assert_eq!(renamed("b.py"), [root.join("a.py"), root.join("b.py")]);
        assert!(renamed("a.py~").is_empty());
    }
}
