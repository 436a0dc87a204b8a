//! The files of a site that belong into its build.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::serve::root::Root;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// A file of the site.
#[derive(Debug, Clone)]
pub(crate) struct SiteFile {
    /// Its path below the folder, with slashes.
    pub(crate) path: String,
    /// Where it is on this machine.
    pub(crate) source: PathBuf,
    /// Its text, if that is what it is.
    pub(crate) text: Option<String>,
}

/// All files of a site, by path.
#[derive(Debug, Default)]
pub(crate) struct Site {
    /// Where they are on this machine.
    pub(crate) folder: PathBuf,
    pub(crate) files: Vec<SiteFile>,
}

impl Site {
    /// Its pages.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &SiteFile> {
        self.files.iter().filter(|file| is_page(&file.path) && file.text.is_some())
    }

    /// The file of that path.
    pub(crate) fn find(&self, path: &str) -> Option<&SiteFile> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().and_then(|at| self.files.get(at))
    }
}

/// Larger files are never read as text.
const LARGEST_TEXT: u64 = 16 << 20;

/// Names of what belongs to a project and not to its pages.
const NOT_FOR_PAGES: &[&str] = &[
    "__pycache__",
    "node_modules",
    "venv",
    "pyproject.toml",
    "pyrite.lock",
    "uv.lock",
    "uv.toml",
    "pylock.toml",
    "poetry.lock",
    "requirements.txt",
    "conftest.py",
    "Thumbs.db",
    "desktop.ini",
];

/// Finds them. The output may be inside of the folder.
pub(crate) fn walk(root: &Root, output: &Path, terminal: Terminal) -> Result<Site, Stop> {
    let mut walker = Walker {
        root: &root.folder,
        output: output.canonicalize().ok(),
        site: Site { folder: root.folder.clone(), files: Vec::new() },
        above: HashSet::new(),
        left_out: Vec::new(),
    };
    walker.folder(&root.folder, "")?;
    for (path, why) in &walker.left_out {
        terminal.warn(&format!("`{path}` is left out: {why}."));
    }
    let mut site = walker.site;
    site.files.sort_by(|a, b| a.path.cmp(&b.path));
    if site.pages().next().is_none() {
        return Err(Stop::new(format!("There is no HTML page in `{}`.", root.shown))
            .hint("name the folder that holds your pages, or make one: pyrite new hello"));
    }
    Ok(site)
}

struct Walker<'a> {
    root: &'a Path,
    output: Option<PathBuf>,
    site: Site,
    /// The real folders that the current one is in.
    above: HashSet<PathBuf>,
    left_out: Vec<(String, &'static str)>,
}

impl Walker<'_> {
    fn folder(&mut self, folder: &Path, path: &str) -> Result<(), Stop> {
        if !self.above.insert(folder.to_owned()) {
            return Err(Stop::new(format!("`{path}` is a link to a folder that it is in itself."))
                .hint("remove the link; copied over and over, it would never end."));
        }
        let entries = fs::read_dir(folder).map_err(|error| unreadable(path, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(path, &error))?;
            let Ok(name) = entry.file_name().into_string() else {
                self.left_out.push((entry.file_name().to_string_lossy().into_owned(), "its name is not UTF-8"));
                continue;
            };
            if is_left_out(&name) {
                continue;
            }
            let below = if path.is_empty() { name } else { format!("{path}/{name}") };
            self.entry(&entry.path(), below)?;
        }
        self.above.remove(folder);
        Ok(())
    }

    fn entry(&mut self, place: &Path, path: String) -> Result<(), Stop> {
        let source = match place.canonicalize() {
            Ok(source) => source,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.left_out.push((path, "it is a link to nothing"));
                return Ok(());
            }
            Err(error) => return Err(unreadable(&path, &error)),
        };
        if self.output.as_ref().is_some_and(|output| source == *output) {
            return Ok(());
        }
        if !source.starts_with(self.root) {
            self.left_out.push((path, "it is a link that leads out of the folder"));
            return Ok(());
        }
        let metadata = fs::metadata(&source).map_err(|error| unreadable(&path, &error))?;
        if metadata.is_dir() {
            // The output of a build with another name.
            return if source.join(super::MANIFEST).is_file() { Ok(()) } else { self.folder(&source, &path) };
        }
        if !metadata.is_file() {
            self.left_out.push((path, "it is neither a file nor a folder"));
            return Ok(());
        }
        let text = if metadata.len() <= LARGEST_TEXT && is_text(&path) {
            match String::from_utf8(fs::read(&source).map_err(|error| unreadable(&path, &error))?) {
                Ok(text) => Some(text),
                // Its addresses could not be changed to those of the build.
                Err(error) if is_page(&path) && has_runtime(error.as_bytes()) => {
                    let at = error.utf8_error().valid_up_to();
                    return Err(Stop::new(format!("`{path}` is not in UTF-8: byte {at} cannot be."))
                        .hint("save it as UTF-8 in your editor."));
                }
                Err(_) => None,
            }
        } else {
            fs::File::open(&source).map_err(|error| unreadable(&path, &error))?;
            None
        };
        self.site.files.push(SiteFile { path, source, text });
        Ok(())
    }
}

fn is_left_out(name: &str) -> bool {
    (name.starts_with('.') && name != ".well-known")
        || NOT_FOR_PAGES.contains(&name)
        || name.ends_with(".pyc")
        || name.ends_with('~')
        || (name.starts_with("test_") && name.ends_with(".py"))
}

fn unreadable(path: &str, error: &io::Error) -> Stop {
    let shown = if path.is_empty() { "The folder".to_owned() } else { format!("`{path}`") };
    Stop::new(format!("{shown} cannot be read: {error}.")).hint(if is_loop(error) {
        "it is a link that leads back to itself: remove it."
    } else {
        "give this user the right to read it, or move it elsewhere."
    })
}

fn is_loop(error: &io::Error) -> bool {
    #[cfg(unix)]
    return rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP);
    #[cfg(not(unix))]
    return false;
}

/// Whether a page seems to load the runtime.
fn has_runtime(bytes: &[u8]) -> bool {
    bytes.windows(7).any(|word| word == b"core.js")
}

/// Whether it is an HTML page.
pub(crate) fn is_page(path: &str) -> bool {
    let end = extension(path);
    end == "html" || end == "htm"
}

/// Whether it is a script or a configuration: what may ask for files of the runtime.
pub(crate) fn is_code(path: &str) -> bool {
    matches!(extension(path).as_str(), "py" | "js" | "mjs" | "json" | "toml")
}

fn is_text(path: &str) -> bool {
    is_page(path) || is_code(path) || matches!(extension(path).as_str(), "css" | "svg" | "webmanifest" | "md" | "txt")
}

/// What stands behind the last dot, in lower case.
pub(crate) fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default()
}
