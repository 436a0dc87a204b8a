//! Finds what is wrong with a configuration file before the page that uses it does.

use std::path::Path;

use serde::Serialize;

/// Why a configuration file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// The path under which pages load the file.
    pub(crate) path: String,
    /// The file as people know it.
    pub(crate) file: String,
    /// Line and column, from 1.
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
    /// It came up while the server ran. Others are shown only by the pages that name the file.
    pub(crate) fresh: bool,
}

/// Where and why a text is not what its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
}

/// Whether a file of that name is looked at.
pub(crate) fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    // Editors and compilers write comments into theirs.
    let commented = name.starts_with("tsconfig") || name.starts_with("jsconfig");
    !commented && (name.ends_with(".toml") || name.ends_with(".json"))
}

/// Reads the text as its name says.
pub(crate) fn check(path: &Path, content: &[u8]) -> Result<(), Mistake> {
    let text = std::str::from_utf8(content).map_err(|error| {
        let (line, column) = position(&String::from_utf8_lossy(&content[..error.valid_up_to()]), usize::MAX);
        Mistake { line, column, message: "not UTF-8 text".to_owned() }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        check_toml(text)
    } else {
        check_json(text)
    }
}

fn check_toml(text: &str) -> Result<(), Mistake> {
    let Err(error) = toml::from_str::<toml::Table>(text) else { return Ok(()) };
    let (line, column) = position(text, error.span().map_or(0, |span| span.start));
    // Several lines: what is wrong, and what would be right.
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    Err(Mistake { line, column, message })
}

fn check_json(text: &str) -> Result<(), Mistake> {
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) else { return Ok(()) };
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full).to_owned();
    Err(Mistake { line: error.line().max(1), column: error.column().max(1), message })
}

/// Line and column of a place in the text, from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn mistake(name: &str, content: &[u8]) -> Mistake {
        check(Path::new(name), content).unwrap_err()
    }

    #[test]
    fn a_mistake_has_its_place() {
        let found = mistake("pyscript.toml", b"packages = [\"numpy\"]\nname = oops\n");
        assert_eq!((found.line, found.column), (2, 8), "{found:?}");
        let found = mistake("pyscript.json", b"{\n  \"packages\": [\n}\n");
        assert_eq!(found.line, 3, "{found:?}");
        assert!(!found.message.contains("line"), "{found:?}");
        assert_eq!(mistake("a.json", b"").line, 1);
        let found = mistake("a.toml", b"a = 1\nb = \"\xff\"");
        assert_eq!((found.line, found.column, found.message.as_str()), (2, 6, "not UTF-8 text"));
    }

    #[test]
    fn what_is_right_is_right() {
        assert_eq!(check(Path::new("a.toml"), "\u{feff}packages = ['a']\n[files]\n\"a\" = \"b\"".as_bytes()), Ok(()));
        assert_eq!(check(Path::new("a.json"), "\u{feff}{\"a\": [1]}".as_bytes()), Ok(()));
    }

    #[test]
    fn only_configuration_is_looked_at() {
        assert!(is_configuration(Path::new("x/pyscript.toml")));
        assert!(is_configuration(Path::new("x/Config.JSON")));
        assert!(!is_configuration(Path::new("x/tsconfig.json")));
        assert!(!is_configuration(Path::new("x/main.py")));
    }
}
