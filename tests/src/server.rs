//! The real server: the `pyrite` command, serving a folder on a free port.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use crate::fault::Fault;
use crate::front::{Asked, Route};
use crate::{Browser, Page, paths, reaper};

/// A folder that `pyrite serve` serves until the last page of it is dropped.
#[derive(Clone)]
pub struct Server(Arc<Running>);

struct Running {
    /// The command; nothing for a host that this process is.
    child: Option<Child>,
    /// A host ends when this is gone.
    _alive: Option<tokio::sync::oneshot::Sender<()>>,
    folder: TempDir,
    route: Route,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(folder: TempDir, flags: &[String], faults: Vec<(String, Fault)>, away: Duration) -> Self {
        let binary = paths::pyrite();
        let mut command = Command::new(&binary);
        command
            .arg("serve")
            .arg(folder.path())
            .args(["--port", "0"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = reaper::adopt(&mut command).spawn().unwrap_or_else(|error| {
            panic!("{} does not start: {error}\nhint: cargo xtask test builds it", binary.display())
        });
        let log = Arc::new(Mutex::new(Vec::new()));
        keep_lines(child.stderr.take().expect("a piped stderr"), &log);
        let mut lines = BufReader::new(child.stdout.take().expect("a piped stdout")).lines().map_while(Result::ok);
        let Some(server) = lines.find_map(|line| address(&line)) else {
            let said = log.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
            panic!("`pyrite serve` ended without serving:\n{said}");
        };
        std::thread::spawn(move || lines.for_each(drop));
        let route = Route { faults: Arc::new(faults), away, ..Route::to(server) };
        Self(Arc::new(Running { child: Some(child), _alive: None, folder, route, log }))
    }

    /// A host that this process is, see [`crate::Host`].
    pub(crate) fn of_host(
        folder: TempDir,
        server: SocketAddr,
        log: Arc<Mutex<Vec<String>>>,
        alive: tokio::sync::oneshot::Sender<()>,
    ) -> Self {
        let route = Route::to(server);
        Self(Arc::new(Running { child: None, _alive: Some(alive), folder, route, log }))
    }

    /// A host that another program is.
    pub(crate) fn of_software(folder: TempDir, server: SocketAddr, mut child: Child) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        keep_lines(child.stderr.take().expect("a piped stderr"), &log);
        let route = Route::to(server);
        Self(Arc::new(Running { child: Some(child), _alive: None, folder, route, log }))
    }

    /// Where a browser's requests have to go.
    pub(crate) fn route(&self) -> Route {
        self.0.route.clone()
    }

    /// The folder that is served.
    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    /// A file in the folder that is served.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// What the server has written to its log.
    pub fn log(&self) -> Vec<String> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The requests that were answered, in the order of their ends.
    pub fn asked(&self) -> Vec<Asked> {
        self.0.route.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens one of its pages.
    #[track_caller]
    pub fn open(&self, path: &str) -> Page {
        self.open_in(Browser::borrow(), path)
    }

    /// Opens one of its pages in a browser that was prepared for it.
    #[track_caller]
    pub fn open_in(&self, browser: Browser, path: &str) -> Page {
        Page::open(browser, self.clone(), path)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn keep_lines(stream: impl Read + Send + 'static, log: &Arc<Mutex<Vec<String>>>) {
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
}

/// The address in `Serving DIR at http://127.0.0.1:8000/`.
fn address(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("http://")?;
    after.split('/').next()?.parse().ok()
}
