//! Requirements as Python writes them, `name[extra]>=1.2; marker`: what can be told without an index.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

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

/// The one exact version that is asked for.
impl Requirement<'_> {
    /// The version of `name==1.2`; `None` for anything less exact.
    #[must_use]
    pub fn exact(&self) -> Option<&str> {
        let version = self.versions.strip_prefix("==")?.trim_start_matches('=').trim();
        (!version.contains([',', '*'])).then_some(version)
    }
}

const OPERATORS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

/// Reads a requirement.
///
/// # Errors
/// In a few words, what is wrong with it.
pub fn parse(text: &str) -> Result<Requirement<'_>, &'static str> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if name.is_empty() {
        return Err("it has no name");
    }
    if !edge(name.chars().next()) || !edge(name.chars().next_back()) {
        return Err("a name begins and ends with a letter or a digit");
    }
    let mut found = Requirement { name, ..Requirement::default() };
    let mut rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix('[') {
        let (extras, after) = inside.split_once(']').ok_or("its `[` is never closed")?;
        found.extras = extras.split(',').map(str::trim).filter(|extra| !extra.is_empty()).collect();
        if found
            .extras
            .iter()
            .any(|extra| !extra.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)))
        {
            return Err("what stands in `[…]` are no names");
        }
        rest = after.trim_start();
    }
    if let Some(after) = rest.strip_prefix('@') {
        // An address may hold a `;`; a marker behind one has a blank in front.
        let (address, marker) = match after.split_once(" ;") {
            Some((address, marker)) => (address, Some(marker.trim())),
            None => (after, None),
        };
        if address.trim().is_empty() {
            return Err("there is no address behind `@`");
        }
        found.address = Some(address.trim());
        found.marker = marker;
        return Ok(found);
    }
    let (versions, marker) = match rest.split_once(';') {
        Some((versions, marker)) => (versions, Some(marker.trim())),
        None => (rest, None),
    };
    found.marker = marker;
    let versions = versions.trim();
    found.versions = match versions.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')').ok_or("its `(` is never closed")?.trim(),
        None => versions,
    };
    if !found.versions.is_empty() {
        found.versions.trim_end_matches(',').split(',').try_for_each(specifier)?;
    }
    Ok(found)
}

fn specifier(text: &str) -> Result<(), &'static str> {
    let text = text.trim();
    let version = OPERATORS.iter().find_map(|operator| text.strip_prefix(operator)).map(str::trim);
    let version = version.ok_or("a version needs one of == >= <= > < != ~= in front")?;
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b".+!*_-".contains(&byte);
    if version.is_empty() || !version.bytes().all(good) || !version.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err("there is no version behind the comparison");
    }
    Ok(())
}

/// The name as indexes compare it: small letters, and every run of `-`, `_` and `.` as one `-`.
#[must_use]
pub fn normalise(name: &str) -> String {
    let parts: Vec<_> = name.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-").to_ascii_lowercase().to_string()
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
