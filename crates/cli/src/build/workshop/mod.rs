//! A browser of this machine with the interpreter in it, for what only the Python that a page runs can make.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use tokio::sync::mpsc;

use super::encode::unpacked;
use crate::embedded;
use crate::serve::media_type;
use crate::staging::Scratch;
use crate::stop::Stop;
use crate::terminal::doing;
use crate::test::browser::{self, Browser, Start};
use crate::test::options::{Kind, browser_of};

/// How long nothing may be heard of the browser.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long, when it has not even said that it opens the page.
const LITTLE_PATIENCE: Duration = Duration::from_secs(60);

/// Where the runtime is for the pages of a workshop.
const RUNTIME: &str = "/runtime/";

/// What all of its pages use.
const TOOLS: &str = include_str!("tools.js");
/// How the standard library is cut, which those tools have to know.
const EXTENT: &str = include_str!("../../../../../web/tools/extent.mjs");

/// A piece of work.
pub(crate) struct Job<'a> {
    /// The option that asks for it, for messages.
    pub(crate) option: &'static str,
    /// The module that does it; it gets `tools.js` from beside it.
    pub(crate) script: &'static str,
    /// Files by their paths, in front of those of the runtime below `runtime/`.
    pub(crate) files: BTreeMap<String, Cow<'a, [u8]>>,
    /// The folder of the project, which may say which browser to use.
    pub(crate) folder: &'a Path,
}

/// What the page tells.
enum News {
    /// It is still at work.
    Alive,
    /// It has ended, with a reason or without.
    Ended(Option<String>),
}

/// Does it, and gives the files that were made.
pub(crate) fn work(job: Job<'_>) -> Result<BTreeMap<String, Vec<u8>>, Stop> {
    let option = job.option;
    let needs = |mut stop: Stop| {
        stop.message = format!("`{option}` has Python work in a browser. {}", stop.message);
        stop
    };
    let (kind, mut arguments) = browser_of(job.folder)?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = browser::find(kind, &path).map_err(needs)?;
    let broken = |error: std::io::Error| needs(Stop::new(format!("It cannot be started: {error}.")));
    let scratch = Scratch::new().map_err(broken)?;
    if found.kind != Kind::Firefox {
        // Ours to remove, however this ends.
        arguments.push(format!("--user-data-dir={}", scratch.path().display()));
    }
    let start = Start { found, headed: false, arguments, bound: true };
    let executor =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(broken)?;
    let files = job.files.into_iter().map(|(path, bytes)| (format!("/{path}"), Bytes::from(bytes.into_owned())));
    let desk = Arc::new(Desk { files: files.collect(), script: job.script, made: Mutex::default() });
    let outcome = executor.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(broken)?;
        listener.set_nonblocking(true).map_err(broken)?;
        let address = listener.local_addr().map_err(broken)?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(broken)?;
        let (tell, mut news) = mpsc::unbounded_channel();
        let shared = Arc::clone(&desk);
        let application = Router::new().fallback(move |request: Request<Body>| {
            let (desk, tell) = (Arc::clone(&shared), tell.clone());
            async move { desk.answer(request, &tell).await }
        });
        tokio::spawn(async move {
            let _ = axum::serve(listener, application).await;
        });
        let browser = Browser::start(&start).await.map_err(|stop| {
            needs(stop).hint(
                "is the driver of its version? [tool.pyrite.test] of pyproject.toml may name another browser, and \
                 browser-args such as --no-sandbox.",
            )
        })?;
        let opened = browser.goto(&format!("http://{address}/")).await;
        // A busy browser may answer late; then the page tells by itself that it is there.
        let mut patience = if opened.is_ok() { PATIENCE } else { LITTLE_PATIENCE };
        let outcome = loop {
            match tokio::time::timeout(patience, news.recv()).await {
                Ok(Some(News::Alive)) => patience = PATIENCE,
                Ok(Some(News::Ended(None))) => break Ok(()),
                Ok(Some(News::Ended(Some(reason)))) => break Err(needs(Stop::new(reason))),
                Ok(None) | Err(_) => {
                    let why = opened.err().unwrap_or_else(|| "it has said nothing for ten minutes".to_owned());
                    break Err(needs(Stop::new(format!("The browser gives no answer: {why}."))));
                }
            }
        };
        browser.close().await;
        outcome
    });
    executor.shutdown_background();
    outcome?;
    Ok(std::mem::take(&mut *desk.made.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// What the pages get, and what they have made.
struct Desk {
    files: BTreeMap<String, Bytes>,
    script: &'static str,
    made: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Desk {
    async fn answer(&self, request: Request<Body>, tell: &mpsc::UnboundedSender<News>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let _ = tell.send(News::Alive);
        if request.method() != Method::POST {
            return self.file(&path);
        }
        let Ok(body) = to_bytes(request.into_body(), usize::MAX).await else {
            return said(StatusCode::BAD_REQUEST, "text/plain", Bytes::new());
        };
        let text = || String::from_utf8_lossy(&body).into_owned();
        match path.as_str() {
            "/doing" => doing(&text()),
            "/end" => drop(tell.send(News::Ended((!body.is_empty()).then(text)))),
            path => {
                let name = path.trim_start_matches("/made/").to_owned();
                self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(name, body.to_vec());
            }
        }
        said(StatusCode::NO_CONTENT, "text/plain", Bytes::new())
    }

    fn file(&self, path: &str) -> Response<Body> {
        if let Some(bytes) = self.files.get(path) {
            return said(StatusCode::OK, &media_type::of(path), bytes.clone());
        }
        match path {
            "/" => said(StatusCode::OK, "text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes())),
            "/work.js" => said(StatusCode::OK, "text/javascript", Bytes::from_static(self.script.as_bytes())),
            "/tools.js" => said(StatusCode::OK, "text/javascript", Bytes::from_static(TOOLS.as_bytes())),
            "/extent.mjs" => said(StatusCode::OK, "text/javascript", Bytes::from_static(EXTENT.as_bytes())),
            path => {
                let file = path.strip_prefix(RUNTIME).and_then(embedded::find);
                match file.and_then(|file| Some((file, unpacked(file).ok()?))) {
                    Some((file, bytes)) => said(StatusCode::OK, file.media_type, bytes.into()),
                    None => said(StatusCode::NOT_FOUND, "text/plain", Bytes::new()),
                }
            }
        }
    }
}

/// Nothing to see: it loads what works.
const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Pyrite</title>\
    <link rel=\"icon\" href=\"data:,\"><script type=\"module\" src=\"work.js\"></script>";

fn said(status: StatusCode, kind: &str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    if let Ok(kind) = header::HeaderValue::from_str(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}
