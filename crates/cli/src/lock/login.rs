//! Names and passwords for hosts: in an address, in `.netrc`, or known to the program `keyring`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::process::{Command, Stdio};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::netrc;

/// What may stand in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What is known.
pub(crate) struct Logins {
    /// Addresses of indexes and pages, some with a name and password in them.
    places: Vec<String>,
    netrc: String,
    keyring: bool,
    /// What `keyring` has answered.
    answers: RefCell<HashMap<(String, String), Option<String>>>,
}

/// A name and a password for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: Option<String>,
}

impl Logins {
    pub(crate) fn new(places: Vec<String>, keyring: bool) -> Self {
        Self { places, netrc: netrc::text(), keyring, answers: RefCell::default() }
    }

    /// The one for an address: that in it, or in the index of the same host. What is missing of it others know.
    pub(crate) fn of(&self, url: &str) -> Option<Login> {
        let (address, own) = split(url);
        let place = self.place(&address);
        let known = own.or_else(|| split(place?).1);
        let Some(login) = known else {
            let (user, password) = netrc::login(&self.netrc, host(&address), None)?;
            return Some(Login { user, password: Some(password) });
        };
        let password = login.password.or_else(|| {
            let of_file = netrc::login(&self.netrc, host(&address), Some(&login.user)).map(|(_, password)| password);
            of_file.or_else(|| self.of_keyring(&split(place.unwrap_or(url)).0, &login.user))
        });
        Some(Login { user: login.user, password })
    }

    /// The place that an address belongs to: the nearest of the same host, if it has a name in it.
    fn place(&self, address: &str) -> Option<&str> {
        let near = |place: &&String| {
            let (plain, login) = split(place);
            (origin(&plain) == origin(address)).then(|| (login.is_some(), address.starts_with(&plain), plain.len()))
        };
        self.places.iter().filter(|place| near(place).is_some()).max_by_key(near).map(String::as_str)
    }

    /// Asks the program, for the address and then for its host, as pip and uv do.
    fn of_keyring(&self, place: &str, user: &str) -> Option<String> {
        if !self.keyring {
            return None;
        }
        let key = (place.to_owned(), user.to_owned());
        if let Some(answer) = self.answers.borrow().get(&key) {
            return answer.clone();
        }
        let host = origin(place).split_once("://").map_or("", |(_, host)| host);
        let answer = [place, host].into_iter().find_map(|service| asked(service, user));
        self.answers.borrow_mut().insert(key, answer.clone());
        answer
    }

    /// What to do when a host refuses, to be put behind what happened.
    pub(crate) fn advice(&self, login: Option<&Login>) -> String {
        match login {
            None => "it wants a name and a password, in its address or in .netrc".to_owned(),
            Some(Login { user, password: None }) if self.keyring => {
                format!("`keyring get` has no password of `{user}` for it")
            }
            Some(Login { user, password: None }) => {
                format!("there is a name (`{user}`), and no password in its address or in .netrc")
            }
            Some(Login { user, .. }) => {
                format!("it does not take the name `{user}` with the password that is configured")
            }
        }
    }
}

fn asked(service: &str, user: &str) -> Option<String> {
    let mut command = Command::new("keyring");
    // Python on Windows would answer in the terminal's own letters.
    command.args(["get", service, user]).stdin(Stdio::null()).env("PYTHONIOENCODING", "utf-8");
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    let password = String::from_utf8(output.stdout).ok()?.trim_end_matches(['\r', '\n']).to_owned();
    Some(password).filter(|password| !password.is_empty())
}

/// An address without what is secret in it, and that.
pub(crate) fn split(url: &str) -> (String, Option<Login>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let host_end = rest.find('/').unwrap_or(rest.len());
    let Some((login, host)) = rest[..host_end].rsplit_once('@') else { return (url.to_owned(), None) };
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let login = match login.split_once(':') {
        Some((user, password)) => Login { user: plain(user), password: Some(plain(password)) },
        None => Login { user: plain(login), password: None },
    };
    (format!("{scheme}://{host}{}", &rest[host_end..]), Some(login))
}

/// An address with a name and a password in it, in the place of those that it has.
pub(crate) fn put(url: &str, user: &str, password: Option<&str>) -> String {
    let (address, _) = split(url);
    let Some((scheme, rest)) = address.split_once("://") else { return address };
    let user = utf8_percent_encode(user, PLAIN);
    match password {
        Some(password) => format!("{scheme}://{user}:{}@{rest}", utf8_percent_encode(password, PLAIN)),
        None => format!("{scheme}://{user}@{rest}"),
    }
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    &url[..end]
}

/// The name of the host in an address, without its port.
pub(crate) fn host(url: &str) -> &str {
    let host = host_and_port(url);
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The host in an address as it stands there. A host alone is one.
pub(crate) fn host_and_port(url: &str) -> &str {
    origin(url).split_once("://").map_or(url, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: &str, password: Option<&str>) -> Login {
        Login { user: user.to_owned(), password: password.map(str::to_owned) }
    }

    #[test]
    fn what_is_secret_is_taken_out_and_put_in() {
        let url = "https://me:p%40ss@index.example/simple/@x";
        assert_eq!(split(url), ("https://index.example/simple/@x".to_owned(), Some(login("me", Some("p@ss")))));
        assert_eq!(put("https://you@index.example/simple/@x", "me", Some("p@ss")), url);
        assert_eq!(split("https://token@a.test/").1, Some(login("token", None)));
        assert_eq!(split("https://index.example/a@b").1, None);
        assert_eq!(host("https://index.example:8443/simple/"), "index.example");
        assert_eq!(host("http://[::1]/simple/"), "[::1]");
        assert_eq!(host_and_port("https://index.example:8443?x"), "index.example:8443");
    }

    #[test]
    fn files_of_an_index_are_asked_for_with_its_login() {
        let places =
            ["https://a.test/simple", "https://one:1@a.test/one", "https://two:2@a.test/two", "https://b@b.test:81/"];
        let logins = Logins {
            places: places.map(str::to_owned).to_vec(),
            netrc: "machine c.test login c password 3\nmachine b.test login x password 4\nmachine b.test login b password 5".into(),
            keyring: false,
            answers: RefCell::default(),
        };
        let of = |url: &str| logins.of(url);
        assert_eq!(of("https://a.test/two/files/x.whl"), Some(login("two", Some("2"))));
        assert_eq!(of("https://a.test/one/x"), Some(login("one", Some("1"))));
        assert_eq!(of("https://own:0@a.test/one/x"), Some(login("own", Some("0"))));
        assert_eq!(of("http://a.test/one/x"), None);
        assert_eq!(of("https://a.test.evil.test/one/x"), None);
        assert_eq!(of("https://c.test/x"), Some(login("c", Some("3"))));
        assert_eq!(of("https://b.test:81/x"), Some(login("b", Some("5"))));
        assert_eq!(of("https://b.test/x"), Some(login("x", Some("4"))));
        assert_eq!(of("https://d.test/x"), None);
    }
}
