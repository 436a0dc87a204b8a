//! The pages of a test: real files in a folder of their own.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::fault::Fault;
use crate::{Browser, Elsewhere, Host, Network, Page, Server, reaper};

/// The first line of [`Site::page`]: what a page needs to run Python.
pub const HEAD: &str = concat!(
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Test</title><link rel=\"icon\" href=\"data:,\">",
    "<link rel=\"stylesheet\" href=\"/_pyrite/core.css\">",
    "<script type=\"module\" src=\"/_pyrite/core.js\"></script></head><body>\n"
);

/// Files to be served, and what shall go wrong on the way.
pub struct Site {
    folder: TempDir,
    flags: Vec<String>,
    faults: Vec<(String, Fault)>,
    away: Duration,
    network: Network,
}

impl Site {
    /// An empty folder, served without reloading.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self {
            folder: TempDir::with_prefix_in("site-", reaper::scratch()).expect("a temporary folder"),
            flags: vec!["--no-reload".to_owned()],
            faults: Vec::new(),
            away: Duration::ZERO,
            network: Network::Normal,
        }
    }

    /// A folder whose `index.html` loads Pyrite and has this body.
    pub fn page(body: &str) -> Self {
        Self::new().file("index.html", format!("{HEAD}{body}"))
    }

    /// Adds a file.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder for the file");
        }
        fs::write(path, content).expect("the file is written");
        self
    }

    /// Adds all files below a folder, by their paths in it.
    pub fn files_below(mut self, root: &Path) -> Self {
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
                let path = entry.expect("an entry of the folder").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name =
                        path.strip_prefix(root).expect("it is below the root").to_string_lossy().replace('\\', "/");
                    self = self.file(&name, fs::read(&path).expect("the file is read"));
                }
            }
        }
        self
    }

    /// Adds a flag to `pyrite serve`.
    pub fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Serves it as people do who give no flags: pages reload when a file changes.
    pub fn reloading(mut self) -> Self {
        self.flags.retain(|flag| flag != "--no-reload");
        self
    }

    /// Lets requests whose path ends like this go wrong.
    pub fn fault(mut self, path_end: &str, fault: Fault) -> Self {
        self.faults.push((path_end.to_owned(), fault));
        self
    }

    /// Has every answer come so much later.
    #[must_use]
    pub fn away(mut self, time: Duration) -> Self {
        self.away = time;
        self
    }

    /// Starts the server.
    #[track_caller]
    pub fn serve(self) -> Server {
        Server::start(self.folder, &self.flags, self.faults, self.away)
    }

    /// Starts the server and opens `index.html`.
    #[track_caller]
    pub fn open(self) -> Page {
        let mut browser = Browser::borrow();
        browser.network(self.network).expect("the browser emulates the network");
        self.serve().open_in(browser, "/")
    }

    /// Serves each folder as the site of that name.
    #[track_caller]
    pub fn elsewhere(self) -> Elsewhere {
        Elsewhere::serve(self.folder)
    }

    /// Builds it with `pyrite build` and these flags.
    #[track_caller]
    pub fn build(self, flags: &[&str]) -> Host {
        Host::build(self.folder.path(), flags)
    }

    /// The folder that its files are in.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Makes each of the page's requests take longer.
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }
}

/// The line, counted from 1, on which `needle` stands in a file with this content.
#[track_caller]
pub fn line_of(content: &str, needle: &str) -> usize {
    let at = content.find(needle).unwrap_or_else(|| panic!("{needle:?} is not in the file"));
    1 + content[..at].matches('\n').count()
}
