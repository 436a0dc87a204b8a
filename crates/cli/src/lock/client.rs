//! Asks indexes, politely: few bytes, a limit of time, and again when a server has a moment of weakness.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::config::RedirectAuthHeaders;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

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
    /// One that does not look at certificates of indexes.
    trusting: Option<Result<ureq::Agent, String>>,
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
        let told = |path: &Path, by: &str, reason: String| format!("`{}` ({by}) {reason}", path.display());
        let roots = match &settings.certificates {
            None => Ok(RootCerts::PlatformVerifier),
            Some((path, by)) => roots(path).map_err(|reason| told(path, by, reason)),
        };
        let own = match &settings.own {
            None => Ok(None),
            Some((path, by)) => own(path).map(Some).map_err(|reason| told(path, by, reason)),
        };
        let tls = |own| TlsConfig::builder().client_cert(own);
        let trusting = |own| agent(tls(own).disable_verification(true).build());
        let wants_trusting = !settings.trusted.is_empty();
        Self {
            trusting: wants_trusting.then(|| own.clone().and_then(trusting)),
            agent: roots.and_then(|roots| agent(tls(own?).root_certs(roots).build())),
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
        let agent = self.trusting.as_ref().filter(|_| self.trusted.iter().any(is_trusted)).unwrap_or(&self.agent);
        agent.as_ref().map_err(Clone::clone)
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
                    // It will be the same one next time.
                    if let Some(advice) = advice(&last) {
                        return Err(format!("{last}; {advice}"));
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

/// What helps where certificates are what is wrong.
fn advice(error: &str) -> Option<&'static str> {
    // The name of TLS's alert.
    if error.contains("CertificateRequired") {
        Some("PIP_CLIENT_CERT or SSL_CLIENT_CERT names the file with the certificate of this client and its key")
    } else if error.contains("certificate") {
        Some("PIP_CERT or SSL_CERT_FILE names those that count")
    } else {
        None
    }
}

/// The certificates that count, in a file or in all files of a folder; or what is wrong with it.
fn roots(path: &Path) -> Result<RootCerts, String> {
    let found = if path.is_dir() {
        let entries = fs::read_dir(path).map_err(unread)?;
        let texts = entries.flatten().filter_map(|entry| fs::read(entry.path()).ok());
        texts.flat_map(|text| pem(&text).0).collect()
    } else {
        pem(&fs::read(path).map_err(unread)?).0
    };
    if found.is_empty() { Err(NO_CERTIFICATE.to_owned()) } else { Ok(found.into()) }
}

/// What a client shows of itself, in one file; or what is wrong with it.
fn own(path: &Path) -> Result<ClientCert, String> {
    match pem(&fs::read(path).map_err(unread)?) {
        (chain, _) if chain.is_empty() => Err(NO_CERTIFICATE.to_owned()),
        (_, None) => Err("has no private key in it".to_owned()),
        (chain, Some(key)) => Ok(ClientCert::new_with_certs(&chain, key)),
    }
}

const NO_CERTIFICATE: &str = "has no certificate in it";

fn unread(error: io::Error) -> String {
    format!("cannot be read: {error}")
}

/// The certificates and the first private key in a text. What else there is does not matter.
fn pem(text: &[u8]) -> (Vec<Certificate<'static>>, Option<PrivateKey<'static>>) {
    let (mut certificates, mut key) = (Vec::new(), None);
    for item in parse_pem(text).flatten() {
        match item {
            PemItem::Certificate(certificate) => certificates.push(certificate),
            PemItem::PrivateKey(found) => key = key.or(Some(found)),
            _ => {}
        }
    }
    (certificates, key)
}

/// An address as it may be shown and written down.
pub(crate) fn without_secret(url: &str) -> String {
    split(url).0
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn certificates_that_are_wrong_are_told_by_whose_they_are() {
        let says = |error| advice(error).unwrap_or_default();
        assert!(says("io: received fatal alert: CertificateRequired").contains("PIP_CLIENT_CERT"));
        assert!(says("io: invalid peer certificate: UnknownIssuer").starts_with("PIP_CERT"));
        assert_eq!(advice("io: connection refused"), None);
    }
}
