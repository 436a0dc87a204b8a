//! Starts the command and ends it again.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use tempfile::TempDir;

use crate::client::{self, Answer};

/// The built command.
pub(crate) const PYRITE: &str = env!("CARGO_BIN_EXE_pyrite");

/// A folder for one test.
pub(crate) struct Folder {
    folder: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        // Not a dot-file, as the default prefix would make it.
        Self { folder: tempfile::Builder::new().prefix("pyrite-test-").tempdir().unwrap() }
    }

    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (name, content) in files {
            folder.write(name, content);
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// The line on standard output.
    pub(crate) announced: String,
    errors: Arc<Mutex<String>>,
}

impl Server {
    /// Serves the folder on any free port.
    pub(crate) fn start(folder: &Folder) -> Self {
        Self::with(folder, &[])
    }

    pub(crate) fn with(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = Command::new(PYRITE);
        command.arg("serve").arg(folder.path()).args(["--port", "0"]).args(arguments);
        Self::of(&mut command)
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let errors = Arc::new(Mutex::new(String::new()));
        let copy = Arc::clone(&errors);
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut text = copy.lock().unwrap();
                text.push_str(&line);
                text.push('\n');
            }
        });
        let mut announced = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut announced).unwrap();
        let announced = announced.trim_end().to_owned();
        let port = announced.split("http://").nth(1).and_then(|rest| rest.split(['/', ':']).nth(1)?.parse().ok());
        let Some(port) = port else {
            thread::sleep(Duration::from_millis(200));
            panic!("not serving: {announced:?}\n{}", errors.lock().unwrap());
        };
        Self { child, port, announced, errors }
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[])
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        client::request(self.port, "GET", target, headers)
    }

    pub(crate) fn request(&self, method: &str, target: &str) -> Answer {
        client::request(self.port, method, target, &[])
    }

    /// What it said on standard error so far.
    pub(crate) fn log(&self) -> String {
        self.errors.lock().unwrap().clone()
    }

    /// Waits until a line with that text stands in the log.
    pub(crate) fn wait_for_log(&self, text: &str) {
        let end = Instant::now() + Duration::from_secs(10);
        while !self.log().contains(text) {
            assert!(Instant::now() < end, "{text:?} is not in the log:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn stop(mut self, signal: i32) -> (ExitStatus, Duration) {
        let start = Instant::now();
        let id = i32::try_from(self.child.id()).unwrap();
        // SAFETY: sends a signal to a child of this process, which is still there because it was not waited for.
        assert_eq!(unsafe { libc::kill(id, signal) }, 0);
        (wait(&mut self.child), start.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait(child: &mut Child) -> ExitStatus {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < end, "the command does not end");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Runs the command to its end, which must come by itself.
pub(crate) fn run(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    finish(Command::new(PYRITE).args(arguments))
}

pub(crate) fn finish(command: &mut Command) -> Output {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let status = wait(&mut child);
    let mut output = Output { status, stdout: Vec::new(), stderr: Vec::new() };
    stdout.read_to_end(&mut output.stdout).unwrap();
    stderr.read_to_end(&mut output.stderr).unwrap();
    output
}
