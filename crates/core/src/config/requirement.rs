//! Requirements as Python writes them, `name[extra]>=1.2; marker`: what can be told without an index.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cut;

/// The parts of a requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// The package's name as it is written.
    pub name: &'a str,
    /// What stands in brackets.
    pub extras: Vec<&'a str>,
    /// The versions that are accepted, `>=1.2,<2`; empty for any.
    pub versions: &'a str,
    /// The address behind `@`.
    pub address: Option<&'a str>,
    /// When the requirement counts, the part behind `;`.
    pub marker: Option<&'a str>,
}

impl Requirement<'_> {
    /// The one exact version that is asked for; `None` for anything less exact than `name==1.2`.
    #[must_use]
    pub fn exact(&self) -> Option<&str> {
        let version = self.versions.strip_prefix("==")?;
        let version = version.strip_prefix('=').unwrap_or(version).trim_ascii();
        cut::all(version, |byte| byte != b',' && byte != b'*').then_some(version)
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// Reads a requirement.
///
/// # Errors
/// In a few words, what is wrong with it.
pub fn parse(text: &str) -> Result<Requirement<'_>, &'static str> {
    let text = text.trim_ascii();
    let (name, rest) = cut::at(text, cut::run(text, is_name));
    match name.as_bytes() {
        [] => return Err("it has no name"),
        [first, ..] if !first.is_ascii_alphanumeric() => return Err(BAD_EDGE),
        [.., last] if !last.is_ascii_alphanumeric() => return Err(BAD_EDGE),
        _ => {}
    }
    let mut found = Requirement { name, ..Requirement::default() };
    let mut rest = rest.trim_ascii_start();
    if cut::begins(rest, b"[") {
        let (extras, after) = cut::first(cut::at(rest, 1).1, b']').ok_or("its `[` is never closed")?;
        for extra in cut::parts(extras, b',').map(str::trim_ascii).filter(|extra| !extra.is_empty()) {
            if !cut::all(extra, is_name) {
                return Err("what stands in `[…]` are no names");
            }
            found.extras.push(extra);
        }
        rest = after.trim_ascii_start();
    }
    if cut::begins(rest, b"@") {
        let address = cut::at(rest, 1).1.trim_ascii();
        // An address may hold a `;`; a marker behind one has a blank in front.
        let (address, behind) = cut::at(address, cut::run(address, |byte| !byte.is_ascii_whitespace()));
        if address.is_empty() {
            return Err("there is no address behind `@`");
        }
        found.address = Some(address);
        found.marker = cut::first(behind, b';').map(|(_, marker)| marker.trim_ascii());
        return Ok(found);
    }
    let (versions, marker) = match cut::first(rest, b';') {
        Some((versions, marker)) => (versions.trim_ascii(), Some(marker.trim_ascii())),
        None => (rest, None),
    };
    found.marker = marker;
    found.versions = match versions.as_bytes() {
        [b'(', .., b')'] => cut::at(cut::at(versions, versions.len() - 1).0, 1).1.trim_ascii(),
        [b'(', ..] => return Err("its `(` is never closed"),
        _ => versions,
    };
    if !found.versions.is_empty() {
        // One comma may end the list.
        for text in cut::parts(found.versions.strip_suffix(',').unwrap_or(found.versions), b',') {
            specifier(text.trim_ascii())?;
        }
    }
    Ok(found)
}

const BAD_EDGE: &str = "a name begins and ends with a letter or a digit";

fn specifier(text: &str) -> Result<(), &'static str> {
    let (operator, version) = cut::at(text, cut::run(text, |byte| b"=<>!~".contains(&byte)));
    if !["==", ">=", "<=", "<", ">", "!=", "~=", "==="].contains(&operator) {
        return Err("a version needs one of == >= <= > < != ~= in front");
    }
    let version = version.trim_ascii();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".+!*_-".contains(&byte);
    if !cut::all(version, allowed) || cut::begins(version, b".+!*_-") {
        return Err("there is no version behind the comparison");
    }
    Ok(())
}

/// The name as indexes compare it: small letters, and every run of `-`, `_` and `.` as one `-`.
#[must_use]
pub fn normalise(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.is_empty() || out.as_bytes().ends_with(b"-") => {}
            '-' | '_' | '.' => out.push('-'),
            c => out.push(c.to_ascii_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn requirements_have_parts() {
        assert_eq!(parse("numpy"), Ok(Requirement { name: "numpy", ..Requirement::default() }));
        assert_eq!(
            parse(" Flask-Login [async, dotenv] >= 2.0 , < 3 ; python_version > '3.8' "),
            Ok(Requirement {
                name: "Flask-Login",
                extras: vec!["async", "dotenv"],
                versions: ">= 2.0 , < 3",
                address: None,
                marker: Some("python_version > '3.8'"),
            })
        );
        assert_eq!(
            parse("x @ https://example.com/x.whl?a;b ; sys_platform == 'emscripten'")
                .map(|found| (found.address, found.marker)),
            Ok((Some("https://example.com/x.whl?a;b"), Some("sys_platform == 'emscripten'")))
        );
        assert_eq!(parse("x (>=1)").map(|found| found.versions), Ok(">=1"));
        assert_eq!(parse("x===1.0+local,").map(|found| found.versions), Ok("===1.0+local,"));
    }

    #[test]
    fn only_one_version_is_exact() {
        for (text, exact) in [
            ("x==1.2", Some("1.2")),
            ("x === 1.2", Some("1.2")),
            ("x==1.*", None),
            ("x==1,<2", None),
            ("x>=1", None),
            ("x", None),
        ] {
            assert_eq!(parse(text).unwrap().exact(), exact, "{text}");
        }
    }

    #[test]
    fn what_is_no_requirement_is_explained() {
        for (text, words) in [
            ("", "no name"),
            (">=1", "no name"),
            ("-x", "begins and ends"),
            ("x-", "begins and ends"),
            ("x 1.2", "in front"),
            ("x=1.2", "in front"),
            ("x>=", "no version"),
            ("x>=1,,<2", "in front"),
            ("x[a", "never closed"),
            ("x[a b]", "no names"),
            ("x(>=1", "never closed"),
            ("x @", "no address"),
            ("x==1.2 beta", "no version"),
            ("x==é", "no version"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn names_are_compared_without_their_dress() {
        assert_eq!(normalise("Foo__Bar.-baz"), "foo-bar-baz");
    }
}
