//! An index on this machine, in the forms of PEP 691 and PEP 658, which remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::wheels;

/// The address of an index where nobody listens. The socket keeps the port: set free, it could be given to the server of
/// another test, and that one would answer.
pub(crate) fn down() -> (socket2::Socket, String) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, format!("http://{address}/simple"))
}

/// What it has and what happened to it.
#[derive(Default)]
struct State {
    /// By address the type and the bytes.
    pages: BTreeMap<String, (&'static str, Vec<u8>)>,
    /// What it was asked for, with what was said to be let in.
    asked: Vec<String>,
    /// What has to be said to be let in.
    secret: Option<String>,
    /// Addresses for which it has no answer, ever: whoever asks has to wait.
    held: Vec<String>,
    /// Addresses for which it has half an answer.
    halved: Vec<String>,
}

type Shared = Arc<(Mutex<State>, Condvar)>;

pub(crate) struct Index {
    state: Shared,
    address: String,
    /// Of whoever vouches for it, if it is asked by HTTPS.
    certificate: Option<String>,
    /// The certificate and the key of a client for whom the same vouch.
    client: Option<String>,
}

impl Index {
    pub(crate) fn start() -> Self {
        Self::with(None, None)
    }

    /// One that is asked by HTTPS. Nobody knows who vouches for it.
    pub(crate) fn secure() -> Self {
        Self::secured(false)
    }

    /// One that is asked by HTTPS, by clients for whom the same vouch.
    pub(crate) fn secure_for_known() -> Self {
        Self::secured(true)
    }

    fn secured(for_known: bool) -> Self {
        let mut own = CertificateParams::default();
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own_key = KeyPair::generate().unwrap();
        let root = own.self_signed(&own_key).unwrap();
        let issuer = Issuer::new(own, own_key);
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let signed = params.signed_by(&key, &issuer).unwrap();
        let client = KeyPair::generate().unwrap();
        let known = CertificateParams::default().signed_by(&client, &issuer).unwrap();
        let client = format!("{}{}", known.pem(), client.serialize_pem());
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(root.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = if for_known {
            config.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            config.with_no_client_auth()
        };
        let config = config.with_single_cert(vec![signed.der().clone()], key).unwrap();
        Self { client: Some(client), ..Self::with(Some(Arc::new(config)), Some(root.pem())) }
    }

    fn with(secure: Option<Arc<ServerConfig>>, certificate: Option<String>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let scheme = if secure.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{}", listener.local_addr().unwrap());
        let state = Shared::default();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (state, secure) = (Arc::clone(&shared), secure.clone());
                std::thread::spawn(move || match secure {
                    None => answer(client, &state),
                    Some(config) => {
                        answer(StreamOwned::new(ServerConnection::new(config).unwrap(), client), &state);
                    }
                });
            }
        });
        Self { state, address, certificate, client: None }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/simple", self.address)
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        self.address.split_once("://").unwrap().1
    }

    pub(crate) fn certificate(&self) -> &str {
        self.certificate.as_deref().unwrap()
    }

    pub(crate) fn client(&self) -> &str {
        self.client.as_deref().unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.0.lock().unwrap().asked.clone()
    }

    /// Lets in only who says this name and password.
    pub(crate) fn private(self, user: &str, password: &str) -> Self {
        use base64::Engine as _;
        let secret = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.state.0.lock().unwrap().secret = Some(format!("Basic {secret}"));
        self
    }

    /// Has no answer for an address.
    pub(crate) fn hold(&self, path: &str) {
        self.state.0.lock().unwrap().held.push(path.to_owned());
    }

    /// Has half an answer for an address, and then says so: `ADDRESS#half` is asked for.
    pub(crate) fn halve(&self, path: &str) {
        self.state.0.lock().unwrap().halved.push(path.to_owned());
    }

    /// Nothing was asked.
    pub(crate) fn forget(&self) {
        self.state.0.lock().unwrap().asked.clear();
    }

    /// Waits until a process asks for an address.
    pub(crate) fn wait_for(&self, path: &str, child: &mut Child) {
        let (state, told) = &*self.state;
        let is_asked = |state: &State| state.asked.iter().any(|line| line.split(' ').next() == Some(path));
        let mut state = state.lock().unwrap();
        while !is_asked(&state) {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            state = told.wait_timeout(state, Duration::from_millis(50)).unwrap().0;
        }
    }

    fn put(&self, path: String, kind: &'static str, bytes: Vec<u8>) {
        self.state.0.lock().unwrap().pages.insert(path, (kind, bytes));
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

/// Answers one request.
fn answer(mut stream: impl Read + Write, shared: &Shared) {
    let mut lines = BufReader::new(&mut stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let rest: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let secret = rest.iter().find(|line| line.to_lowercase().starts_with("authorization"));
    let (state, told) = &**shared;
    let (page, is_let_in) = {
        let mut state = state.lock().unwrap();
        state.asked.push(format!("{path}{}", secret.map(|line| format!(" {line}")).unwrap_or_default()));
        told.notify_all();
        if state.held.contains(&path) {
            // The other side ends first.
            drop(state);
            let _ = stream.read(&mut [0]);
            return;
        }
        let said = secret.and_then(|line| line.split_once(": ")).map(|(_, said)| said);
        (state.pages.get(&path).cloned(), state.secret.as_deref().is_none_or(|secret| said == Some(secret)))
    };
    let (status, kind, body) = match page {
        _ if !is_let_in => ("401 Unauthorized", "text/plain", Vec::new()),
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", Vec::new()),
    };
    let is_halved = state.lock().unwrap().halved.contains(&path);
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let sent = if is_halved { &body[..body.len() / 2] } else { &body };
    let _ = stream.write_all(&[head.as_bytes(), sent].concat()).and_then(|()| stream.flush());
    if is_halved {
        state.lock().unwrap().asked.push(format!("{path}#half"));
        told.notify_all();
        let _ = stream.read(&mut [0]);
    }
}
