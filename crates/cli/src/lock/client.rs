//! Asks indexes, politely: few bytes, a limit of time, and again when a server has a moment of weakness.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::netrc;

/// The largest answer that is taken.
const LARGEST: u64 = 1 << 30;
/// How often a server is asked before it is given up.
const TRIES: u32 = 3;

/// A client of indexes.
pub(crate) struct Client {
    agent: ureq::Agent,
    offline: bool,
    /// Names and passwords of hosts.
    netrc: String,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A client; offline it answers nothing.
    pub(crate) fn new(offline: bool) -> Self {
        let seconds = std::env::var("PIP_DEFAULT_TIMEOUT").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_recv_response(Some(Duration::from_secs(seconds)))
            .timeout_recv_body(Some(Duration::from_secs(seconds.max(300))))
            .http_status_as_error(false)
            .user_agent(concat!("pyrite/", env!("CARGO_PKG_VERSION")))
            .tls_config(ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build())
            .build();
        Self { agent: config.into(), offline, netrc: netrc::text() }
    }

    /// Whether the network must not be asked.
    pub(crate) fn is_offline(&self) -> bool {
        self.offline
    }

    /// Gets an address. `None` if nothing is there.
    pub(crate) fn get(&self, url: &str, accept: &str) -> Result<Option<Answer>, String> {
        let shown = without_secret(url);
        if self.offline {
            return Err(format!("{shown} is not asked: --offline"));
        }
        let (address, secret) = split_secret(url);
        let secret = secret.or_else(|| netrc::secret(&self.netrc, host(&address)));
        let mut last = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                std::thread::sleep(Duration::from_millis(300 << attempt));
            }
            let mut request = self.agent.get(&address).header("accept", accept);
            if let Some(secret) = &secret {
                request = request.header("authorization", format!("Basic {}", STANDARD.encode(secret)));
            }
            let mut response = match request.call() {
                Ok(response) => response,
                Err(error) => {
                    last = format!("{shown} cannot be reached: {error}");
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
                    return Err(format!(
                        "{shown} answers {status}: it wants a name and a password, in its address or in .netrc"
                    ));
                }
                _ => last = format!("{shown} answers {status}"),
            }
        }
        Err(last)
    }
}

/// An address, and the name and password in it.
fn split_secret(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let host_end = rest.find('/').unwrap_or(rest.len());
    match rest[..host_end].rsplit_once('@') {
        Some((secret, host)) => {
            let secret = percent_encoding::percent_decode_str(secret).decode_utf8_lossy().into_owned();
            (format!("{scheme}://{host}{}", &rest[host_end..]), Some(secret))
        }
        None => (url.to_owned(), None),
    }
}

/// The name of the host in an address, without its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// An address as it may be shown and written down.
pub(crate) fn without_secret(url: &str) -> String {
    split_secret(url).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_sent_and_not_shown() {
        let (address, secret) = split_secret("https://me:p%40ss@index.example/simple/@x");
        assert_eq!((address.as_str(), secret.as_deref()), ("https://index.example/simple/@x", Some("me:p@ss")));
        assert_eq!(without_secret("https://index.example/a@b"), "https://index.example/a@b");
        assert_eq!(host("https://index.example:8443/simple/"), "index.example");
        assert_eq!(host("http://[::1]/simple/"), "[::1]");
    }
}
