//! A plain HTTP client that sends exactly what it is told, so that a test can ask for what browsers never would.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the server said.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(out, "{name}: {value}")?;
        }
        let text = self.text();
        write!(out, "\n{}", text.chars().take(2000).collect::<String>())
    }
}

/// Sends a request and reads the whole answer.
pub(crate) fn request(port: u16, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut reader = BufReader::new(send(port, method, target, headers));
    let (status, headers) = read_head(&mut reader);
    let answer = Answer { status, headers, body: Vec::new() };
    let mut body = Vec::new();
    // The connection is closed after the answer, so all that comes belongs to it.
    reader.read_to_end(&mut body).unwrap();
    let length = answer.header("content-length");
    if !length.is_empty() && method != "HEAD" && answer.status != 304 {
        assert_eq!(length, body.len().to_string(), "content-length of {method} {target}");
    }
    Answer { body, ..answer }
}

fn send(port: u16, method: &str, target: &str, headers: &[(&str, &str)]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    stream.write_all((text + "\r\n").as_bytes()).unwrap();
    stream
}

fn read_head(reader: &mut impl BufRead) -> (u16, Vec<(String, String)>) {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no HTTP answer: {line:?}"));
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    (status, headers)
}

/// An open stream of server-sent events.
pub(crate) struct Events {
    reader: BufReader<TcpStream>,
}

impl Events {
    pub(crate) fn open(port: u16) -> Self {
        let mut reader = BufReader::new(send(port, "GET", "/_pyrite/events", &[("Accept", "text/event-stream")]));
        let (status, headers) = read_head(&mut reader);
        assert_eq!(status, 200);
        assert!(
            headers.iter().any(|(name, value)| name == "content-type" && value == "text/event-stream"),
            "{headers:?}"
        );
        Self { reader }
    }

    /// The name and the data of the next event.
    pub(crate) fn next(&mut self) -> (String, serde_json::Value) {
        let (mut name, mut data) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            let read = self.reader.read_line(&mut line).expect("no event in time");
            assert_ne!(read, 0, "the stream ended");
            if let Some(value) = line.trim_end().strip_prefix("event: ") {
                name = value.to_owned();
            } else if let Some(value) = line.trim_end().strip_prefix("data: ") {
                data = value.to_owned();
            } else if line == "\n" && !data.is_empty() {
                return (name, serde_json::from_str(&data).unwrap());
            }
        }
    }

    /// The next event, which must tell of changes; its paths.
    pub(crate) fn next_change(&mut self) -> (Vec<String>, serde_json::Value) {
        let (name, data) = self.next();
        assert_eq!(name, "change", "{data}");
        (serde_json::from_value(data["paths"].clone()).unwrap(), data)
    }

    /// Whether nothing is told for so long.
    pub(crate) fn is_silent_for(&mut self, time: Duration) -> bool {
        self.reader.get_ref().set_read_timeout(Some(time)).unwrap();
        let mut seen = String::new();
        // The end of the chunk before may still be on its way.
        while self.reader.read_line(&mut seen).is_ok_and(|read| read > 0) && !seen.contains("event:") {}
        self.reader.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        !seen.contains("event:")
    }
}
