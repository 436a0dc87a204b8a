//! Names and passwords of hosts, as pip and uv find them: in the file `.netrc`.

use std::path::PathBuf;
use std::{env, fs};

/// The text of the file that `NETRC` names, or of the one at home.
pub(crate) fn text() -> String {
    let home = || {
        let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).map(PathBuf::from)?;
        [".netrc", "_netrc"].map(|name| home.join(name)).into_iter().find(|path| path.is_file())
    };
    let path = env::var_os("NETRC").map(PathBuf::from).or_else(home);
    path.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default()
}

/// Name and password for a host, and for one name if that is known; else what stands under `default`.
pub(crate) fn login(text: &str, host: &str, user: Option<&str>) -> Option<(String, String)> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = lines.flat_map(str::split_whitespace);
    // A host that stands there twice counts the first time.
    let (mut found, mut default) = (None, None);
    let mut of: Option<&str> = None;
    let mut entry = (None, None);
    let mut close = |of: Option<&str>, entry: (Option<&str>, Option<&str>)| {
        let (Some(name), Some(password)) = entry else { return };
        let place = match of {
            _ if user.is_some_and(|user| user != name) => return,
            Some("") => &mut default,
            Some(machine) if machine == host => &mut found,
            _ => return,
        };
        place.get_or_insert_with(|| (name.to_owned(), password.to_owned()));
    };
    while let Some(word) = words.next() {
        match word {
            "machine" | "default" => {
                close(of, entry);
                of = if word == "machine" { words.next() } else { Some("") };
                entry = (None, None);
            }
            "login" => entry.0 = words.next(),
            "password" => entry.1 = words.next(),
            "account" => drop(words.next()),
            // A macro goes on to an empty line, and nobody has one for an index.
            _ => {}
        }
    }
    close(of, entry);
    found.or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str, host: &str) -> Option<String> {
        login(text, host, None).map(|(name, password)| format!("{name}:{password}"))
    }

    #[test]
    fn a_host_has_its_own_name_and_password() {
        let text = "# mine\nmachine a.test login me password one\nmachine b.test\n  login you\n  account x\n  password two\n\
                    machine c.test login nobody\nmachine a.test login late password three\n";
        assert_eq!(secret(text, "a.test").as_deref(), Some("me:one"));
        assert_eq!(secret(text, "b.test").as_deref(), Some("you:two"));
        assert_eq!(secret(text, "c.test"), None);
        assert_eq!(secret(text, "d.test"), None);
        let text = format!("default login all password four\n{text}");
        assert_eq!(secret(&text, "d.test").as_deref(), Some("all:four"));
        assert_eq!(secret(&text, "a.test").as_deref(), Some("me:one"));
        assert_eq!(secret("", "a.test"), None);
    }
}
