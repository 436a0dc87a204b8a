//! The server: small, the same for both sides, and a chosen distance away.

use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use axum::serve::{IncomingStream, Listener};
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};

use crate::files::{Asset, Assets};

/// Paths that begin so are on a site that is not isolated.
pub(crate) const OPEN: &str = "/open/";

/// A request as the server has answered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) path: String,
    /// Of the body, as sent.
    pub(crate) bytes: usize,
}

/// A file as the page has seen it come; times in milliseconds since the navigation began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) path: String,
    pub(crate) start: f64,
    pub(crate) first_byte: f64,
    pub(crate) end: f64,
}

/// What a page says about itself at the end.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    pub(crate) values: std::collections::BTreeMap<String, f64>,
    pub(crate) proof: Option<String>,
    pub(crate) loads: Vec<Load>,
}

/// The running server.
pub(crate) struct Server {
    address: SocketAddr,
    wire: Arc<Wire>,
    said: Receiver<String>,
}

struct Wire {
    assets: Assets,
    visit: Mutex<Current>,
    say: Sender<String>,
}

/// The visit that is going on.
#[derive(Default)]
struct Current {
    round_trip: Duration,
    answered: Vec<Answered>,
}

impl Server {
    /// Starts it on a free port; it ends with the process.
    ///
    /// # Errors
    /// When no port is free.
    pub(crate) fn start(assets: Assets) -> Result<Self> {
        let (say, said) = mpsc::channel();
        let wire = Arc::new(Wire { assets, visit: Mutex::default(), say });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).context("no free port")?;
        let address = listener.local_addr()?;
        let router = Router::new().fallback(answer).with_state(Arc::clone(&wire));
        thread::spawn(move || {
            let service = router.into_make_service_with_connect_info::<Opened>();
            if let Err(error) = runtime.block_on(async { axum::serve(Distant(listener), service).await }) {
                eprintln!("the server has ended: {error}");
            }
        });
        Ok(Self { address, wire, said })
    }

    /// The absolute address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Begins a visit: forgets what was before, and is this far away from now on.
    pub(crate) fn begin(&self, round_trip: Duration) {
        *self.wire.visit() = Current { round_trip, answered: Vec::new() };
        self.said.try_iter().for_each(drop);
    }

    /// Waits for the page to say that it has ended, and returns that with all that was answered.
    ///
    /// # Errors
    /// When it does not come in time, or cannot be understood.
    pub(crate) fn end(&self, patience: Duration) -> Result<(Said, Vec<Answered>)> {
        let text = match self.said.recv_timeout(patience) {
            Ok(text) => text,
            Err(RecvTimeoutError::Timeout) => bail!("the page did not end within {} seconds", patience.as_secs()),
            Err(RecvTimeoutError::Disconnected) => bail!("the server has ended"),
        };
        let said = serde_json::from_str(&text).with_context(|| format!("the page said what it should not: {text}"))?;
        Ok((said, std::mem::take(&mut self.wire.visit().answered)))
    }
}

impl Wire {
    fn visit(&self) -> std::sync::MutexGuard<'_, Current> {
        self.visit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts connections and remembers when; small answers are not held back to be sent together.
struct Distant(TcpListener);

impl Listener for Distant {
    type Io = TcpStream;
    type Addr = Opened;

    async fn accept(&mut self) -> (TcpStream, Opened) {
        loop {
            // What fails here is a browser that has gone away in the meantime.
            if let Ok((stream, _)) = self.0.accept().await
                && stream.set_nodelay(true).is_ok()
            {
                return (stream, Opened(Instant::now()));
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Opened> {
        Ok(Opened(Instant::now()))
    }
}

/// When a connection was opened.
#[derive(Clone, Copy, Debug)]
struct Opened(Instant);

impl Connected<IncomingStream<'_, Distant>> for Opened {
    fn connect_info(stream: IncomingStream<'_, Distant>) -> Self {
        *stream.remote_addr()
    }
}

/// When an answer would reach a visitor who is `round_trip` away. Opening the connection takes one round trip, and
/// no request can be on its way before that.
fn due(opened: Instant, asked: Instant, round_trip: Duration) -> Instant {
    asked.max(opened + round_trip) + round_trip
}

async fn answer(
    ConnectInfo(Opened(opened)): ConnectInfo<Opened>,
    State(wire): State<Arc<Wire>>,
    request: Request<Body>,
) -> Response<Body> {
    let asked = Instant::now();
    let (head, body) = request.into_parts();
    if head.method == Method::POST {
        // The page's own word comes after the visit and is no part of it.
        let text = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
        let _ = wire.say.send(String::from_utf8_lossy(&text).into_owned());
        return plain(StatusCode::NO_CONTENT, "");
    }
    let (round_trip, response) = {
        let path = head.uri.path();
        let shared = path.strip_prefix(OPEN).map(|rest| format!("/{rest}"));
        let asset = wire.assets.get(path).or_else(|| wire.assets.get(shared.as_deref()?));
        let mut visit = wire.visit();
        visit
            .answered
            .push(Answered { path: head.uri.path().to_owned(), bytes: asset.map_or(0, |asset| asset.brotli.len()) });
        (visit.round_trip, file(&head.uri, &head.headers, asset))
    };
    tokio::time::sleep_until(due(opened, asked, round_trip).into()).await;
    response
}

fn file(uri: &Uri, headers: &HeaderMap, asset: Option<&Asset>) -> Response<Body> {
    let Some(asset) = asset else {
        eprintln!("  a page asked for {}, which is not there", uri.path());
        return plain(StatusCode::NOT_FOUND, "There is nothing here.\n");
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepted.split(',').any(|encoding| encoding.trim() == "br") {
        return plain(StatusCode::NOT_ACCEPTABLE, "Only brotli is served here.\n");
    }
    let mut response = plain(StatusCode::OK, "");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(asset.media_type));
    headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("br"));
    // As the usual hosts of static files do; so the second visit loads nothing but the page.
    let cache = if asset.media_type.starts_with("text/html") { "no-cache" } else { "max-age=600" };
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(cache));
    *response.body_mut() = asset.brotli.clone().into();
    if uri.path().starts_with(OPEN) {
        ISOLATION.iter().for_each(|(name, _)| drop(response.headers_mut().remove(*name)));
    }
    response
}

/// What makes a site isolated.
const ISOLATION: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "cross-origin"),
];

/// An answer on an isolated site.
fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    for (name, value) in ISOLATION {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: Duration = Duration::from_millis(40);

    #[test]
    fn the_first_request_of_a_connection_also_waits_for_the_connection() {
        let opened = Instant::now();
        assert_eq!(due(opened, opened, FAR), opened + 2 * FAR);
    }

    #[test]
    fn a_connection_that_is_open_costs_one_round_trip() {
        let opened = Instant::now();
        let asked = opened + Duration::from_millis(500);
        assert_eq!(due(opened, asked, FAR), asked + FAR);
    }

    #[test]
    fn next_door_nothing_waits() {
        let now = Instant::now();
        assert_eq!(due(now, now, Duration::ZERO), now);
    }
}
