//! Small rules about addresses. What an address finally means is the browser's to say; this is what can be told from
//! its text.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cut;

/// The scheme, `https` for example, in front of a `:`.
#[must_use]
pub fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = cut::first(address, b':')?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    (cut::all(scheme, allowed) && scheme.as_bytes().first()?.is_ascii_alphabetic()).then_some(scheme)
}

/// Whether it names a place on the network, `https://…`.
#[must_use]
pub fn is_remote(address: &str) -> bool {
    authority(address) > 0
}

/// The byte behind `https://`; zero if there is no such beginning.
fn authority(address: &str) -> usize {
    let end = scheme(address).map_or(0, str::len);
    if end > 0 && cut::at(address, end).1.starts_with("://") { end + 3 } else { 0 }
}

/// The address without its query and fragment.
#[must_use]
pub fn path(address: &str) -> &str {
    cut::at(address, cut::run(address, |byte| !matches!(byte, b'?' | b'#'))).0
}

/// The last part of the path; empty when the address ends with a slash.
#[must_use]
pub fn file_name(address: &str) -> &str {
    let path = path(address);
    // The host of `https://example.com` is no file.
    let path = match authority(path) {
        0 => path,
        authority => cut::first(cut::at(path, authority).1, b'/').map_or("", |(_, path)| path),
    };
    cut::last(path, b'/').map_or(path, |(_, name)| name)
}

/// Whether the path ends in `.extension`, whatever the capitals.
#[must_use]
pub fn has_extension(address: &str, extension: &str) -> bool {
    cut::last(file_name(address), b'.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// What a reference means in a document at `base`, as RFC 3986 has it. A base that is not hierarchical (`data:`,
/// `about:`) or empty leaves the reference as it is.
#[must_use]
pub fn join(base: &str, reference: &str) -> String {
    let host = authority(base);
    if host == 0 || scheme(reference).is_some() {
        return reference.into();
    }
    let fragment_free = cut::first(base, b'#').map_or(base, |(before, _)| before);
    let base = path(base);
    let slash = cut::begins(reference, b"/");
    if reference.is_empty() || cut::begins(reference, b"#") {
        return [fragment_free, reference].concat();
    }
    if cut::begins(reference, b"?") {
        return [base, reference].concat();
    }
    if reference.starts_with("//") {
        return [cut::at(base, host - 2).0, reference].concat();
    }
    let origin = host + cut::run(cut::at(base, host).1, |byte| byte != b'/');
    let (origin, folder) = cut::at(base, origin);
    let (wanted, query) = cut::at(reference, path(reference).len());

    let mut kept: Vec<&str> = Vec::new();
    if let Some((folder, _)) = cut::last(folder, b'/').filter(|_| !slash) {
        kept.extend(cut::parts(folder, b'/'));
    } else {
        kept.push("");
    }
    let mut ends_in_folder = false;
    for part in cut::parts(cut::at(wanted, usize::from(slash)).1, b'/') {
        ends_in_folder = matches!(part, "." | "..");
        // The first one stands before the first slash.
        if part == ".." && kept.len() > 1 {
            kept.pop();
        } else if !ends_in_folder {
            kept.push(part);
        }
    }
    if ends_in_folder {
        kept.push("");
    }
    let mut out = String::from(origin);
    for part in kept.iter().skip(1) {
        out.push('/');
        out.push_str(part);
    }
    out.push_str(query);
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
