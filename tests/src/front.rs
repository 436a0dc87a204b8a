//! What a browser session talks to: one address for its whole life, with the server of the moment behind it.
//!
//! Because the address stays the same, the browser's caches work as they do for a person who comes back: an interpreter
//! is asked for again but not sent and compiled again. And because every request passes here, [`Fault`]s are done for
//! real, on the socket.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::fault::Fault;

/// Where requests go, and what goes wrong with those whose path ends in one of these ways.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) server: SocketAddr,
    pub(crate) faults: Arc<Vec<(String, Fault)>>,
    /// How much later each answer comes.
    pub(crate) away: Duration,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
}

impl Route {
    /// To a server, with nothing in the way.
    pub(crate) fn to(server: SocketAddr) -> Self {
        Self { server, faults: Arc::default(), away: Duration::ZERO, asked: Arc::default() }
    }
}

/// A request as the server sees it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The path, without what may follow it.
    pub path: String,
    /// When it came.
    pub start: Instant,
    /// When all of its answer was sent.
    pub end: Instant,
}

/// A listener that forwards to the current [`Route`].
pub(crate) struct Front {
    address: SocketAddr,
    route: Arc<Mutex<Option<Route>>>,
}

impl Front {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let route = Arc::new(Mutex::new(None::<Route>));
        let current = Arc::clone(&route);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let current = Arc::clone(&current);
                // A browser that goes away in the middle is no failure of the test.
                std::thread::spawn(move || serve(client, &current));
            }
        });
        Ok(Self { address, route })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn lead_to(&self, route: Option<Route>) {
        *self.route.lock().unwrap_or_else(PoisonError::into_inner) = route;
    }
}

fn serve(mut client: TcpStream, current: &Mutex<Option<Route>>) -> io::Result<()> {
    let head = read_head(&mut client)?;
    // Only now: a browser opens connections before it needs them, and may ask for the next page on one.
    let Some(route) = current.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return Ok(()) };
    let route = &route;
    let (path, start) = (path(&head), Instant::now());
    std::thread::sleep(route.away);
    let answered = answer_to(client, route, &head, path);
    let asked = Asked { path: path.to_owned(), start, end: Instant::now() };
    route.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    answered
}

fn answer_to(mut client: TcpStream, route: &Route, head: &str, path: &str) -> io::Result<()> {
    match fault_for(path, &route.faults) {
        None | Some(Fault::Times(..)) => forward(client, route.server, head),
        Some(Fault::Late(delay)) => {
            std::thread::sleep(*delay);
            forward(client, route.server, head)
        }
        Some(Fault::Refuse) => client.shutdown(Shutdown::Both),
        Some(Fault::Status(status)) => {
            answer(&mut client, *status, "text/plain; charset=utf-8", b"This fails on purpose.\n", 0)
        }
        Some(Fault::Body(kind, bytes)) => answer(&mut client, 200, kind, bytes, 0),
        Some(Fault::HangUp) => answer(&mut client, 200, "text/plain; charset=utf-8", b"print('half of", 14),
    }
}

/// Writes an answer that promises `missing` bytes more than it has.
fn answer(client: &mut TcpStream, status: u16, kind: &str, body: &[u8], missing: usize) -> io::Result<()> {
    let length = body.len() + missing;
    write!(
        client,
        "HTTP/1.1 {status} {}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\nCache-Control: no-store\r\n\
         Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Embedder-Policy: require-corp\r\n\
         Cross-Origin-Resource-Policy: cross-origin\r\n\r\n",
        reason(status)
    )?;
    client.write_all(body)?;
    client.shutdown(Shutdown::Both)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Unusual",
    }
}

fn forward(mut client: TcpStream, server: SocketAddr, head: &str) -> io::Result<()> {
    let mut upstream = TcpStream::connect(server)?;
    upstream.write_all(closing(head).as_bytes())?;
    // The request may have a body, of which the server need not read all before it answers.
    let (mut body, mut into) = (client.try_clone()?, upstream.try_clone()?);
    std::thread::spawn(move || io::copy(&mut body, &mut into));
    io::copy(&mut upstream, &mut client)?;
    client.shutdown(Shutdown::Both)
}

/// The request with one answer per connection, so that the end of the answer is the end of the connection.
fn closing(head: &str) -> String {
    let mut lines: Vec<&str> =
        head.trim_end().split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:")).collect();
    lines.push("Connection: close");
    lines.join("\r\n") + "\r\n\r\n"
}

fn read_head(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn path(head: &str) -> &str {
    let target = head.split(' ').nth(1).unwrap_or("/");
    target.split(['?', '#']).next().unwrap_or(target)
}

fn fault_for<'a>(path: &str, faults: &'a [(String, Fault)]) -> Option<&'a Fault> {
    faults.iter().find(|(end, _)| path.ends_with(end.as_str())).and_then(|(_, fault)| fault.next())
}
