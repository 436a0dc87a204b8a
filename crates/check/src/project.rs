//! What is checked: pages and files, wherever they are. The command reads a folder, tests have a map.

use std::collections::BTreeMap;

/// A file, as far as it can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum File {
    /// It is text.
    Text(String),
    /// It is not, or not in UTF-8.
    Bytes(Vec<u8>),
    /// It is a folder.
    Folder,
    /// There is none.
    Missing,
    /// It cannot be read, and why.
    Unreadable(String),
}

/// Pages and files. Paths are relative to the project's folder, with `/` between folders.
pub trait Project {
    /// The pages, in the order in which they are checked.
    fn pages(&self) -> Vec<String>;

    /// A file.
    fn read(&self, path: &str) -> File;

    /// The names in a folder (`""` is the project's own), to say which one was meant.
    fn names(&self, folder: &str) -> Vec<String>;
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct Tree(BTreeMap<String, File>);

impl Tree {
    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: &str, file: File) -> Self {
        self.0.insert(path.to_owned(), file);
        self
    }

    /// Adds text.
    #[must_use]
    pub fn text(self, path: &str, text: &str) -> Self {
        self.with(path, File::Text(text.to_owned()))
    }
}

impl Project for Tree {
    fn pages(&self) -> Vec<String> {
        self.0.keys().filter(|path| path.ends_with(".html")).cloned().collect()
    }

    fn read(&self, path: &str) -> File {
        if let Some(file) = self.0.get(path) {
            return file.clone();
        }
        let folder = format!("{path}/");
        if self.0.keys().any(|known| known.starts_with(&folder)) { File::Folder } else { File::Missing }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside = self.0.keys().filter_map(|path| path.strip_prefix(&prefix)?.split('/').next());
        let mut names: Vec<String> = inside.map(str::to_owned).collect();
        names.dedup();
        names
    }
}
