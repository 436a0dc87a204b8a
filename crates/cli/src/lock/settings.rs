//! What this machine is configured with to get packages: variables and files of pip and uv.

use std::env;
use std::path::{Path, PathBuf};

use super::login;
use super::{pip, uv};
use crate::stop::Stop;

/// All of it, as far as it matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The index that is asked if nothing else is said.
    pub(crate) index: Option<String>,
    /// Those that are asked besides.
    pub(crate) more: Vec<String>,
    /// Folders and pages of links.
    pub(crate) links: Vec<String>,
    /// What says that no index is asked.
    pub(crate) no_index: Option<String>,
    /// What says that nobody is asked.
    pub(crate) offline: Option<String>,
    /// The certificates that count, and what says so.
    pub(crate) certificates: Option<(PathBuf, String)>,
    /// The file with the certificate of this client and its key, and what says so.
    pub(crate) own: Option<(PathBuf, String)>,
    /// Hosts whose certificates are not looked at.
    pub(crate) trusted: Vec<String>,
    /// Whether the program `keyring` is asked for passwords.
    pub(crate) keyring: bool,
    /// What stands between this machine and others, if the usual variables do not tell.
    pub(crate) proxy: Option<String>,
    /// How many seconds a server may take.
    pub(crate) seconds: Option<u64>,
}

impl Settings {
    /// Those that count for a project.
    pub(crate) fn find(project: &Path) -> Result<Self, Stop> {
        let variable = |name: &str| env::var(name).ok();
        Ok(Said { variable: &variable, uv: &uv::files(project)?, pip: &pip::files() }.settings())
    }
}

/// Who says something.
struct Said<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    /// The strongest first.
    uv: &'a [uv::Configured],
    /// The weakest first.
    pip: &'a [String],
}

/// A text, and who says it.
type Word = (String, String);

impl Said<'_> {
    /// The first of some variables that is set.
    fn variable(&self, names: &[&str]) -> Option<Word> {
        let set = |name: &&str| Some(((self.variable)(name)?, (*name).to_owned()));
        names.iter().filter_map(set).find(|(text, _)| !text.trim().is_empty())
    }

    fn of_uv(&self, key: &str) -> Option<Word> {
        let text = self.uv.iter().find_map(|table| uv::text(table, key))?;
        Some((text, format!("`{key}` in uv's configuration")))
    }

    fn of_pip(&self, key: &str) -> Option<Word> {
        Some((pip::setting(self.pip, key)?, format!("`{key}` in pip's configuration")))
    }

    /// Variables win, then uv's files, then pip's.
    fn word(&self, variables: &[&str], uv: &str, pip: &str) -> Option<Word> {
        self.variable(variables).or_else(|| self.of_uv(uv)).or_else(|| self.of_pip(pip))
    }

    /// What says yes.
    fn yes(&self, variables: &[&str], uv: &str, pip: &str) -> Option<String> {
        let (text, by) = self.word(variables, uv, pip)?;
        let yes = ["1", "true", "yes", "on", "y", "t"].contains(&text.trim().to_ascii_lowercase().as_str());
        yes.then_some(by)
    }

    fn settings(&self) -> Settings {
        let of_uv: Vec<uv::Places> = self.uv.iter().map(uv::places).collect();
        let list = |variables: &[&str], uv: fn(&uv::Places) -> &Vec<String>, pip: &str| {
            if let Some((text, by)) = self.variable(variables) {
                // One of them is a list of another kind.
                return if by == "UV_FIND_LINKS" {
                    text.split(',').map(|link| link.trim().to_owned()).collect()
                } else {
                    words(&text)
                };
            }
            let uv = of_uv.iter().map(uv).find(|list| !list.is_empty());
            uv.cloned().unwrap_or_else(|| self.of_pip(pip).map(|(text, _)| words(&text)).unwrap_or_default())
        };
        let of_uv_or_pip = || {
            let uv = of_uv.iter().find_map(|places| places.index.clone());
            uv.or_else(|| self.of_pip("index-url").map(|(text, _)| text))
        };
        let index = self.variable(&["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"]).map(|(text, _)| text);
        let more =
            list(&["PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"], |places| &places.more, "extra-index-url");
        let keyring =
            self.word(&["PIP_KEYRING_PROVIDER", "UV_KEYRING_PROVIDER"], "keyring-provider", "keyring-provider");
        let seconds = self.word(
            &["PIP_DEFAULT_TIMEOUT", "PIP_TIMEOUT", "UV_HTTP_TIMEOUT", "UV_REQUEST_TIMEOUT", "HTTP_TIMEOUT"],
            "",
            "timeout",
        );
        Settings {
            index: index.or_else(of_uv_or_pip).map(|index| self.with_login(index.trim())),
            more: more.iter().map(|index| self.with_login(index)).collect(),
            links: list(&["PIP_FIND_LINKS", "UV_FIND_LINKS"], |places| &places.links, "find-links"),
            no_index: self.yes(&["PIP_NO_INDEX"], "no-index", "no-index"),
            offline: self.yes(&["UV_OFFLINE"], "offline", ""),
            certificates: self.certificates(),
            own: self.own(),
            trusted: list(&["PIP_TRUSTED_HOST", "UV_INSECURE_HOST"], |places| &places.trusted, "trusted-host")
                .iter()
                .map(|host| login::host_and_port(host).to_owned())
                .collect(),
            // pip's `import` has a library do the same; here the program is asked for both.
            keyring: keyring.is_some_and(|(text, _)| ["subprocess", "import", "auto"].contains(&text.trim())),
            proxy: self.word(&["PIP_PROXY"], "https-proxy", "proxy").map(|(text, _)| text),
            seconds: seconds.and_then(|(text, _)| text.trim().parse().ok()),
        }
    }

    /// What is meant for packages wins, then what is meant for all programs.
    fn certificates(&self) -> Option<(PathBuf, String)> {
        let found = self
            .variable(&["PIP_CERT"])
            .or_else(|| self.of_pip("cert"))
            .or_else(|| self.variable(&["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"]));
        found.map(|(path, by)| (PathBuf::from(path.trim()), by))
    }

    fn own(&self) -> Option<(PathBuf, String)> {
        let found = self
            .variable(&["PIP_CLIENT_CERT"])
            .or_else(|| self.of_pip("client-cert"))
            .or_else(|| self.variable(&["SSL_CLIENT_CERT"]));
        found.map(|(path, by)| (PathBuf::from(path.trim()), by))
    }

    /// The address of an index that uv may have a name for, `NAME=ADDRESS`, with the name and password of the variables
    /// that go with it.
    fn with_login(&self, index: &str) -> String {
        let (name, url) = match index.split_once('=') {
            Some((name, url)) if !name.contains("://") => (name, url),
            _ => return index.to_owned(),
        };
        let upper = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let name: String = name.chars().map(upper).collect();
        let of = |what: &str| (self.variable)(&format!("UV_INDEX_{name}_{what}")).filter(|text| !text.is_empty());
        match (of("USERNAME"), of("PASSWORD")) {
            (None, None) => url.to_owned(),
            (user, password) => login::put(url, &user.unwrap_or_default(), password.as_deref()),
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)], uv: &str, pip: &str) -> Settings {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let uv = [(PathBuf::from("/project"), uv.parse().unwrap_or_default())];
        Said { variable: &variable, uv: &uv, pip: &[pip.to_owned()] }.settings()
    }

    #[test]
    fn variables_win_then_uv_then_pip() {
        let pip = "[global]\nindex-url = https://pip.test/simple\nextra-index-url = https://a.test https://b.test";
        let uv = "index-url = 'https://uv.test/simple'";
        let index = |variables: &[_], uv| settings(variables, uv, pip).index.unwrap_or_default();
        assert_eq!(index(&[], ""), "https://pip.test/simple");
        assert_eq!(index(&[], uv), "https://uv.test/simple");
        assert_eq!(index(&[("UV_DEFAULT_INDEX", "https://c.test")], uv), "https://c.test");
        assert_eq!(index(&[("UV_DEFAULT_INDEX", ""), ("PIP_INDEX_URL", "https://d.test ")], uv), "https://d.test");
        assert_eq!(settings(&[], uv, pip).more, ["https://a.test", "https://b.test"]);
        assert_eq!(
            settings(&[("UV_INDEX", "n=https://c.test https://d.test")], uv, pip).more,
            ["https://c.test", "https://d.test"]
        );
    }

    #[test]
    fn links_are_lists_of_two_kinds() {
        assert_eq!(settings(&[("PIP_FIND_LINKS", "/a b\n/b")], "", "").links, ["/a", "b", "/b"]);
        assert_eq!(settings(&[("UV_FIND_LINKS", "/a b, /b")], "", "").links, ["/a b", "/b"]);
        assert_eq!(settings(&[], "find-links = ['a']", "[global]\nfind-links = /c").links, ["/project/a"]);
        assert_eq!(settings(&[], "", "[global]\nfind-links = /c").links, ["/c"]);
    }

    #[test]
    fn a_word_of_refusal_is_known_with_who_said_it() {
        let who = |variables: &[_], uv, pip| settings(variables, uv, pip).no_index;
        assert_eq!(who(&[("PIP_NO_INDEX", "on")], "", "").as_deref(), Some("PIP_NO_INDEX"));
        assert_eq!(who(&[], "no-index = true", "").as_deref(), Some("`no-index` in uv's configuration"));
        assert_eq!(who(&[], "", "[install]\nno-index = yes").as_deref(), Some("`no-index` in pip's configuration"));
        assert_eq!(who(&[("PIP_NO_INDEX", "0")], "no-index = true", ""), None);
        assert_eq!(settings(&[("UV_OFFLINE", "1")], "", "").offline.as_deref(), Some("UV_OFFLINE"));
        assert_eq!(settings(&[], "offline = false", "").offline, None);
    }

    #[test]
    fn certificates_for_packages_come_before_those_for_all() {
        let path = |variables: &[_], pip| settings(variables, "", pip).certificates.map(|(path, _)| path);
        let all = ("SSL_CERT_FILE", "/all.pem");
        assert_eq!(path(&[all], ""), Some("/all.pem".into()));
        assert_eq!(path(&[all], "[global]\ncert = /pip.pem"), Some("/pip.pem".into()));
        assert_eq!(path(&[all, ("PIP_CERT", "/own.pem")], "[global]\ncert = /pip.pem"), Some("/own.pem".into()));
        assert_eq!(path(&[], ""), None);
        let own = |variables: &[_], pip| settings(variables, "", pip).own.map(|(path, _)| path);
        let all = ("SSL_CLIENT_CERT", "/all.pem");
        assert_eq!(own(&[all], ""), Some("/all.pem".into()));
        assert_eq!(own(&[all], "[global]\nclient-cert = /pip.pem"), Some("/pip.pem".into()));
        assert_eq!(
            own(&[all, ("PIP_CLIENT_CERT", "/own.pem")], "[global]\nclient-cert = /pip.pem"),
            Some("/own.pem".into())
        );
    }

    #[test]
    fn the_rest_is_found_too() {
        let found = settings(
            &[("UV_INSECURE_HOST", "a.test https://b.test:8443"), ("UV_KEYRING_PROVIDER", "subprocess")],
            "",
            "[global]\ntimeout = 7\nproxy = proxy.test:3128",
        );
        assert_eq!(found.trusted, ["a.test", "b.test:8443"]);
        assert!(found.keyring && !settings(&[("PIP_KEYRING_PROVIDER", "disabled")], "", "").keyring);
        assert!(settings(&[], "[pip]\nkeyring-provider = 'subprocess'", "").keyring);
        assert_eq!((found.seconds, found.proxy.as_deref()), (Some(7), Some("proxy.test:3128")));
    }

    #[test]
    fn an_index_with_a_name_has_variables_for_its_login() {
        let variables = [("UV_INDEX_MY_OWN_USERNAME", "me"), ("UV_INDEX_MY_OWN_PASSWORD", "p@ss/1")];
        let uv = "[[index]]\nname = 'my-own'\nurl = 'https://a.test/simple'\n";
        assert_eq!(settings(&variables, uv, "").more, ["https://me:p%40ss%2F1@a.test/simple"]);
        let named = [variables[0], ("UV_INDEX", "my.own=https://other:word@b.test")];
        assert_eq!(settings(&named, "", "").more, ["https://me@b.test"]);
        assert_eq!(settings(&[], uv, "").more, ["https://a.test/simple"]);
    }
}
