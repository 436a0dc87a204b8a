//! An index on this machine, in the forms of PEP 691 and PEP 658, which remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::wheels;

/// What it has: by address the type and the bytes.
type Pages = Arc<Mutex<BTreeMap<String, (&'static str, Vec<u8>)>>>;

pub(crate) struct Index {
    pages: Pages,
    asked: Arc<Mutex<Vec<String>>>,
    host: String,
}

impl Index {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let pages = Pages::default();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (known, log) = (Arc::clone(&pages), Arc::clone(&asked));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut lines = BufReader::new(client.try_clone().unwrap()).lines().map_while(Result::ok);
                let Some(first) = lines.next() else { continue };
                let rest: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                let secret = rest.iter().find(|line| line.to_lowercase().starts_with("authorization"));
                log.lock()
                    .unwrap()
                    .push(format!("{path}{}", secret.map(|line| format!(" {line}")).unwrap_or_default()));
                let page = known.lock().unwrap().get(&path).cloned();
                let (status, kind, body) = match page {
                    Some((kind, body)) => ("200 OK", kind, body),
                    None => ("404 Not Found", "text/plain", Vec::new()),
                };
                let mut client = client;
                let _ = write!(
                    client,
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = client.write_all(&body);
            }
        });
        Self { pages, asked, host }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/simple", self.host)
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn put(&self, path: String, kind: &'static str, bytes: Vec<u8>) {
        self.pages.lock().unwrap().insert(path, (kind, bytes));
    }

    /// Adds wheels of one package.
    pub(crate) fn package(self, name: &str, wheels: &[(&str, &[&str])]) -> Self {
        let mut files = Vec::new();
        for (file, requires) in wheels {
            let bytes = wheels::make(file, requires);
            let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            files.push(json!({ "filename": file, "url": format!("../../files/{file}"), "hashes": { "sha256": hash }, "core-metadata": true, "requires-python": ">=3.8" }));
            let mut parts = file.split('-');
            let (own, version) = (parts.next().unwrap(), parts.next().unwrap());
            let requires: String = requires.iter().map(|one| format!("Requires-Dist: {one}\n")).collect();
            self.put(
                format!("/files/{file}.metadata"),
                "text/plain",
                wheels::metadata(own, version, &requires).into_bytes(),
            );
            self.put(format!("/files/{file}"), "application/zip", bytes);
        }
        let text = json!({ "meta": { "api-version": "1.1" }, "name": name, "files": files }).to_string();
        self.put(format!("/simple/{name}/"), "application/vnd.pypi.simple.v1+json", text.into_bytes());
        self
    }

    /// Adds a page as it is.
    pub(crate) fn page(self, path: &str, kind: &'static str, text: &str) -> Self {
        self.put(path.to_owned(), kind, text.as_bytes().to_vec());
        self
    }

    /// Changes the bytes of a file that it has.
    pub(crate) fn spoil(&self, file: &str) {
        self.put(format!("/files/{file}"), "application/zip", b"something else".to_vec());
    }
}
