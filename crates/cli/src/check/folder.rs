//! A project on a disk.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use pyrite_check::{File, Project};

use crate::similar::similar;
use crate::stop::Stop;

/// A folder with pages.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    pages: Vec<String>,
    problems: Vec<Problem>,
}

/// A folder that cannot be looked into.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// Its path below the folder that is checked.
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Folders whose pages are not the author's.
const FOREIGN: [&str; 4] = ["node_modules", "__pycache__", "site-packages", "target"];

impl Folder {
    /// Looks for pages in a folder, or takes the one that is named.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        let metadata = fs::metadata(path).map_err(|error| missing(path, &error))?;
        if metadata.is_dir() {
            fs::read_dir(path).map_err(|error| missing(path, &error))?;
            let (pages, problems) = files(path, &is_page);
            return Ok(Self { root: path.to_owned(), pages, problems });
        }
        let name = path.file_name().and_then(|name| name.to_str()).filter(|name| is_page(name));
        let Some(name) = name else {
            return Err(Stop::new(format!("`{}` is neither a folder nor an HTML page.", path.display()))
                .hint("Python and configurations are checked with the pages that use them: name the folder."));
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Self { root: parent.to_owned(), pages: vec![name.to_owned()], problems: Vec::new() })
    }

    /// A folder of which one page matters.
    pub(crate) fn of_page(root: &Path, page: &str) -> Self {
        Self { root: root.to_owned(), pages: vec![page.to_owned()], problems: Vec::new() }
    }

    /// What could not be looked into.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// A file of it, for this machine.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        file.split('/').fold(self.root.clone(), |path, part| path.join(part))
    }

    /// A file of it, for the user.
    pub(crate) fn shown(&self, file: &str) -> String {
        let path = self.path(file);
        let path = path.strip_prefix(".").unwrap_or(&path);
        path.display().to_string().replace('\\', "/")
    }
}

/// The files of a folder whose names fit, by their paths below it, in order; and what could not be looked into.
pub(crate) fn files(root: &Path, fits: &dyn Fn(&str) -> bool) -> (Vec<String>, Vec<Problem>) {
    let mut walk = Walk { fits, files: Vec::new(), problems: Vec::new(), seen: HashSet::new() };
    walk.folder(root, "");
    walk.files.sort();
    (walk.files, walk.problems)
}

struct Walk<'a> {
    fits: &'a dyn Fn(&str) -> bool,
    files: Vec<String>,
    problems: Vec<Problem>,
    seen: HashSet<PathBuf>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) {
        // A link to a folder above leads in a circle.
        let Ok(real) = folder.canonicalize() else { return };
        if !self.seen.insert(real) {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let path = prefix.trim_end_matches('/').to_owned();
                self.problems.push(Problem { path, reason: error.to_string() });
                return;
            }
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') || FOREIGN.contains(&name.as_str()) {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                // A virtual environment has pages of its packages.
                if !path.join("pyvenv.cfg").exists() {
                    self.folder(&path, &format!("{prefix}{name}/"));
                }
            } else if (self.fits)(&name) {
                self.files.push(format!("{prefix}{name}"));
            }
        }
    }
}

fn is_page(name: &str) -> bool {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm")
}

fn missing(path: &Path, error: &std::io::Error) -> Stop {
    if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
        return Stop::new(format!("`{}` cannot be read: {error}.", path.display())).hint("look at its permissions.");
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let wanted = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stop = Stop::new(format!("There is no folder or page `{}`.", path.display()));
    match similar(wanted, names.iter().map(String::as_str)).first() {
        Some(meant) => stop.hint(format!("did you mean `{meant}`?")),
        None => stop.hint("name the folder that holds your pages, or leave it out for the current one."),
    }
}

impl Project for Folder {
    fn pages(&self) -> Vec<String> {
        self.pages.clone()
    }

    fn read(&self, path: &str) -> File {
        let path = self.path(path);
        if path.is_dir() {
            return File::Folder;
        }
        match fs::read(&path) {
            Ok(bytes) => String::from_utf8(bytes).map_or_else(|error| File::Bytes(error.into_bytes()), File::Text),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => File::Missing,
            Err(error) => File::Unreadable(error.to_string()),
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }
}
