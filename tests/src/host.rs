//! A host as anybody has one: it sends the files of a built folder and knows nothing else.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use tempfile::TempDir;

use crate::{Server, Software, paths, reaper};

/// A folder that `pyrite build` wrote.
pub struct Host {
    folder: TempDir,
    mount: String,
    headers: Vec<(String, String)>,
    said: String,
}

impl Host {
    /// Builds a folder of pages.
    #[track_caller]
    pub fn build(pages: &Path, flags: &[&str]) -> Self {
        let folder = TempDir::with_prefix_in("built-", reaper::scratch()).expect("a temporary folder");
        let mut host = Self { folder, mount: "/".to_owned(), headers: Vec::new(), said: String::new() };
        host.said = build(pages, &host.out(), flags);
        host
    }

    /// The built folder.
    pub fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// What the command has said.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// Puts it into a folder of the host, such as `/docs/`.
    pub fn below(mut self, mount: &str) -> Self {
        mount.clone_into(&mut self.mount);
        self
    }

    /// Sends the headers that the build's own `_headers` asks for, as Netlify and Cloudflare do.
    #[track_caller]
    pub fn with_its_headers(mut self) -> Self {
        let text = fs::read_to_string(self.out().join("_headers")).expect("the build wrote `_headers`");
        // Those of all files; how long a browser keeps one is of no interest here.
        let all = text.lines().skip(1).take_while(|line| line.starts_with(' '));
        self.headers = all
            .filter_map(|line| line.trim().split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert!(!self.headers.is_empty(), "no headers in\n{text}");
        self
    }

    /// Starts a server that people really use, set up as the build's own files for it say.
    #[track_caller]
    pub fn serve_with(self, software: Software) -> Server {
        software.serve(self.folder)
    }

    /// Takes a source out of the content security policy that it sends, for all kinds of content.
    #[track_caller]
    pub fn without_source(mut self, source: &str) -> Self {
        let policy = self.headers.iter_mut().find(|(name, _)| name == "Content-Security-Policy");
        let (_, policy) = policy.expect("a policy among the headers");
        *policy = policy.replace(&format!(" {source}"), "");
        self
    }

    /// Starts it.
    pub fn serve(self) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        listener.set_nonblocking(true).expect("a listener that does not block");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (alive, ended) = tokio::sync::oneshot::channel::<()>();
        let (out, mount, headers, lines) = (self.out(), self.mount, self.headers, Arc::clone(&log));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                let app = Router::new().fallback(async move |request: Request<Body>| {
                    let path = request.uri().path().to_owned();
                    let (status, kind, body) = answer(&out, &mount, &path);
                    lines.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{status} {path}"));
                    let mut response = Response::builder().status(status).header(header::CONTENT_TYPE, kind);
                    for (name, value) in &headers {
                        response = response.header(name, value);
                    }
                    response.body(Body::from(body)).expect("an answer")
                });
                // A browser may have connected before the next test's server took its place: nobody must answer then.
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = ended => {}
                }
            });
        });
        Server::of_host(self.folder, address, log, alive)
    }
}

/// Runs `pyrite build`; gives what it has said.
#[track_caller]
fn build(pages: &Path, out: &Path, flags: &[&str]) -> String {
    let mut command = Command::new(paths::pyrite());
    let output = command.arg("build").arg(pages).arg("-o").arg(out).args(flags).output().expect("`pyrite` starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`pyrite build` failed:\n{said}");
    said.into_owned()
}

fn answer(out: &Path, mount: &str, path: &str) -> (StatusCode, &'static str, Vec<u8>) {
    let missing = (StatusCode::NOT_FOUND, "text/html", b"Not found".to_vec());
    let Some(below) = path.strip_prefix(mount) else { return missing };
    let name = if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below.to_owned() };
    match fs::read(out.join(&name)) {
        Ok(bytes) => (StatusCode::OK, kind(&name), bytes),
        Err(_) => missing,
    }
}

/// What plain hosts know of types.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html",
        "js" | "mjs" => "text/javascript",
        "css" => "text/css",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
