//! Small rules about addresses. What an address finally means is the browser's to say; this is what can be told from
//! its text.

use alloc::string::String;
use alloc::vec::Vec;

/// The scheme, `https` for example, in front of a `:`.
#[must_use]
pub fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(allowed)).then_some(scheme)
}

/// Whether it names a place on the network, `https://…`.
#[must_use]
pub fn is_remote(address: &str) -> bool {
    scheme(address).and_then(|scheme| address.get(scheme.len()..)).is_some_and(|rest| rest.starts_with("://"))
}

/// The address without its query and fragment.
#[must_use]
pub fn path(address: &str) -> &str {
    address.find(['?', '#']).and_then(|end| address.get(..end)).unwrap_or(address)
}

/// The last part of the path; empty when the address ends with a slash.
#[must_use]
pub fn file_name(address: &str) -> &str {
    let path = path(address);
    // The host of `https://example.com` is no file.
    let path = if is_remote(path) { path.splitn(4, '/').nth(3).unwrap_or("") } else { path };
    path.rsplit('/').next().unwrap_or("")
}

/// Whether the path ends in `.extension`, whatever the capitals.
#[must_use]
pub fn has_extension(address: &str, extension: &str) -> bool {
    file_name(address).rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// What a reference means in a document at `base`, as RFC 3986 has it. A base that is not hierarchical (`data:`,
/// `about:`) or empty leaves the reference as it is.
#[must_use]
pub fn join(base: &str, reference: &str) -> String {
    if scheme(reference).is_some() || !is_remote(base) {
        return reference.into();
    }
    let fragment_free = base.split_once('#').map_or(base, |(before, _)| before);
    if reference.is_empty() || reference.starts_with('#') {
        return [fragment_free, reference].concat();
    }
    let base = path(base);
    if reference.starts_with('?') {
        return [base, reference].concat();
    }
    let authority = base.find("://").map_or(0, |at| at + 3);
    if reference.starts_with("//") {
        return [base.get(..authority.saturating_sub(2)).unwrap_or(""), reference].concat();
    }
    let path_start = base.get(authority..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| authority + at);
    let (origin, base_path) = base.split_at_checked(path_start).unwrap_or((base, ""));
    let path_end = path(reference).len();
    let (wanted, query) = reference.split_at_checked(path_end).unwrap_or((reference, ""));
    let folder = if wanted.starts_with('/') { "" } else { base_path.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let full = [folder, if wanted.starts_with('/') { "" } else { "/" }, wanted].concat();
    [origin, &without_dots(&full), query].concat()
}

/// Carries out `.` and `..` in a path that begins with a slash.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut parts = path.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        match part {
            "." | ".." => {
                if part == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            part => kept.push(part),
        }
    }
    let mut out = String::from("/");
    out.push_str(&kept.join("/"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_joined_as_a_browser_does() {
        let base = "https://example.com/a/b.html?q=1#top";
        for (reference, joined) in [
            ("c.py", "https://example.com/a/c.py"),
            ("./c.py?v=2#x", "https://example.com/a/c.py?v=2#x"),
            ("../c.py", "https://example.com/c.py"),
            ("../../../c.py", "https://example.com/c.py"),
            ("./d/../c.py", "https://example.com/a/c.py"),
            (".", "https://example.com/a/"),
            ("..", "https://example.com/"),
            ("/c/./d.py", "https://example.com/c/d.py"),
            ("/", "https://example.com/"),
            ("//other.org/x", "https://other.org/x"),
            ("?x=../y", "https://example.com/a/b.html?x=../y"),
            ("#end", "https://example.com/a/b.html?q=1#end"),
            ("", "https://example.com/a/b.html?q=1"),
            ("c.py?from=../x", "https://example.com/a/c.py?from=../x"),
            ("http://other.org/x/../y", "http://other.org/x/../y"),
            ("data:text/plain,x", "data:text/plain,x"),
            ("é.py", "https://example.com/a/é.py"),
        ] {
            assert_eq!(join(base, reference), joined, "{reference}");
        }
        assert_eq!(join("https://example.com", "a"), "https://example.com/a");
        assert_eq!(join("https://example.com?q", "a"), "https://example.com/a");
        assert_eq!(join("file:///home/x.html", "a"), "file:///home/a");
        assert_eq!(join("", "./a"), "./a");
        assert_eq!(join("about:srcdoc", "./a"), "./a");
    }

    #[test]
    fn names_end_before_the_query() {
        assert_eq!(file_name("https://example.com/a/data.csv?v=1/2#x/y"), "data.csv");
        assert_eq!(file_name("data.csv"), "data.csv");
        assert_eq!(file_name("https://example.com/a/"), "");
        assert_eq!(file_name("https://example.com"), "");
        assert!(has_extension("https://example.com/a.TOML?x", "toml"));
        assert!(!has_extension("https://example.toml", "toml"));
        assert!(!has_extension("toml", "toml"));
    }

    #[test]
    fn schemes_are_told_from_paths() {
        assert!(is_remote("https://x") && is_remote("HTTP://x"));
        for local in ["./a", "a:b", "emfs:/x", "//x", "1http://x", ""] {
            assert!(!is_remote(local), "{local}");
        }
    }
}
