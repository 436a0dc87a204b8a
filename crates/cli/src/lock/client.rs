//! Asks indexes, politely: few bytes, a limit of time, and again when a server has a moment of weakness.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::config::RedirectAuthHeaders;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::login::{Login, Logins, host, host_and_port, split};
use super::settings::Settings;

/// The largest answer that is taken.
const LARGEST: u64 = 1 << 30;
/// How often a server is asked before it is given up.
const TRIES: u32 = 3;

/// A client of indexes.
pub(crate) struct Client {
    /// Those that it asks, or why it cannot.
    agent: Result<ureq::Agent, String>,
    /// One that does not look at certificates.
    trusting: Option<ureq::Agent>,
    /// The hosts that it is for.
    trusted: Vec<String>,
    /// What says that nobody is asked.
    offline: Option<String>,
    logins: Logins,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A client with the machine's settings, which knows names and passwords for the places; offline it answers nothing.
    pub(crate) fn new(settings: &Settings, places: Vec<String>, offline: bool) -> Self {
        let agent = |tls: TlsConfig| agent(settings, tls);
        let roots = match &settings.certificates {
            None => Ok(RootCerts::PlatformVerifier),
            Some((path, by)) => certificates(path).map_err(|reason| format!("`{}` ({by}) {reason}", path.display())),
        };
        let trusting = || agent(TlsConfig::builder().disable_verification(true).build()).ok();
        Self {
            agent: roots.and_then(|roots| agent(TlsConfig::builder().root_certs(roots).build())),
            trusting: (!settings.trusted.is_empty()).then(trusting).flatten(),
            trusted: settings.trusted.clone(),
            offline: if offline { Some("--offline".to_owned()) } else { settings.offline.clone() },
            logins: Logins::new(places, settings.keyring),
        }
    }

    /// Whether the network must not be asked.
    pub(crate) fn is_offline(&self) -> bool {
        self.offline.is_some()
    }

    /// Who asks a host.
    fn agent(&self, address: &str) -> Result<&ureq::Agent, String> {
        let is_trusted = |known: &String| known == host(address) || known == host_and_port(address);
        match &self.trusting {
            Some(trusting) if self.trusted.iter().any(is_trusted) => Ok(trusting),
            _ => self.agent.as_ref().map_err(Clone::clone),
        }
    }

    /// Gets the bytes at an address. `None` if nothing is there.
    pub(crate) fn bytes(&self, url: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.get(url, "*/*")?.map(|answer| answer.body))
    }

    /// Gets an address. `None` if nothing is there.
    pub(crate) fn get(&self, url: &str, accept: &str) -> Result<Option<Answer>, String> {
        let shown = without_secret(url);
        if let Some(by) = &self.offline {
            return Err(format!("{shown} is not asked: {by}"));
        }
        let (address, _) = split(url);
        let agent = self.agent(&address).map_err(|reason| format!("{shown} cannot be asked: {reason}"))?;
        let login = self.logins.of(url);
        let mut last = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                std::thread::sleep(Duration::from_millis(300 << attempt));
            }
            let mut request = agent.get(&address).header("accept", accept);
            if let Some(Login { user, password }) = &login {
                // A token stands in the place of the name, and has no password.
                let secret = format!("{user}:{}", password.as_deref().unwrap_or_default());
                request = request.header("authorization", format!("Basic {}", STANDARD.encode(secret)));
            }
            let mut response = match request.call() {
                Ok(response) => response,
                Err(error) => {
                    last = format!("{shown} cannot be reached: {error}");
                    if last.contains("certificate") {
                        // It will be the same one next time.
                        return Err(format!("{last}; PIP_CERT or SSL_CERT_FILE names those that count"));
                    }
                    continue;
                }
            };
            let status = response.status().as_u16();
            match status {
                200..300 => {
                    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
                    let kind = kind.unwrap_or_default().to_ascii_lowercase();
                    match response.body_mut().with_config().limit(LARGEST).read_to_vec() {
                        Ok(body) => return Ok(Some(Answer { kind, body })),
                        Err(error) => last = format!("{shown} broke off: {error}"),
                    }
                }
                404 | 410 => return Ok(None),
                401 | 403 => {
                    return Err(format!("{shown} answers {status}: {}", self.logins.advice(login.as_ref())));
                }
                _ => last = format!("{shown} answers {status}"),
            }
        }
        Err(last)
    }
}

/// One that asks with these settings.
fn agent(settings: &Settings, tls: TlsConfig) -> Result<ureq::Agent, String> {
    let seconds = settings.seconds.unwrap_or(60);
    let mut config = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(seconds)))
        .timeout_recv_body(Some(Duration::from_secs(seconds.max(300))))
        .http_status_as_error(false)
        .redirect_auth_headers(RedirectAuthHeaders::SameHost)
        .user_agent(concat!("pyrite/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls);
    if let Some(proxy) = &settings.proxy {
        let read = ureq::Proxy::new(proxy);
        let shown = without_secret(proxy);
        config = config.proxy(Some(read.map_err(|error| format!("the proxy `{shown}` is none: {error}"))?));
    }
    Ok(config.build().into())
}

/// The certificates in a file, or in all files of a folder; or what is wrong with it.
fn certificates(path: &Path) -> Result<RootCerts, String> {
    let read = |error: io::Error| format!("cannot be read: {error}");
    let texts: Vec<Vec<u8>> = if path.is_dir() {
        let entries = fs::read_dir(path).map_err(read)?;
        entries.flatten().filter_map(|entry| fs::read(entry.path()).ok()).collect()
    } else {
        vec![fs::read(path).map_err(read)?]
    };
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for text in &texts {
        // What else there is does not matter.
        found.extend(parse_pem(text).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        }));
    }
    if found.is_empty() { Err("has no certificate in it".to_owned()) } else { Ok(found.into()) }
}

/// An address as it may be shown and written down.
pub(crate) fn without_secret(url: &str) -> String {
    split(url).0
}
