//! Things that go wrong on the way between a server and a page, done for real on a socket in front of the server.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// What happens to requests for one address.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An answer with this status.
    Status(u16),
    /// A good answer with this type and these bytes, instead of the file's own.
    Body(&'static str, Vec<u8>),
    /// The connection ends after the head and half of what was promised.
    HangUp,
    /// The connection ends without an answer.
    Refuse,
    /// The real answer, but only after this long.
    Late(Duration),
}

/// Faults by how the path of their address ends.
pub(crate) type Faults = Arc<Vec<(String, Fault)>>;

/// Stands in front of `server` and returns its own address.
pub(crate) fn stand_before(server: SocketAddr, faults: Faults) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let faults = Arc::clone(&faults);
            // A browser that goes away in the middle is no failure of the test.
            std::thread::spawn(move || serve(client, server, &faults));
        }
    });
    Ok(address)
}

fn serve(mut client: TcpStream, server: SocketAddr, faults: &[(String, Fault)]) -> io::Result<()> {
    let head = read_head(&mut client)?;
    match fault_for(path(&head), faults) {
        None => forward(client, server, &head),
        Some(Fault::Late(delay)) => {
            std::thread::sleep(*delay);
            forward(client, server, &head)
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
        "HTTP/1.1 {status} {}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\
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
    io::copy(&mut upstream, &mut client)?;
    client.shutdown(Shutdown::Both)
}

/// The request with one answer per connection, so that the end of the answer is the end of the connection.
fn closing(head: &str) -> String {
    let mut lines: Vec<&str> = head
        .trim_end()
        .split("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        .collect();
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
    faults.iter().find(|(end, _)| path.ends_with(end.as_str())).map(|(_, fault)| fault)
}
