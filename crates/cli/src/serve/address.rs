//! From the path of a request to the names of folders and files, and back. Nothing here looks at the disk.

use std::path::{Component, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but what may stand for itself inside one segment of a path.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'!').remove(b'@').remove(b'+');

/// A path that stays inside the served folder, as far as its spelling goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Decoded names, outermost first.
    pub(crate) segments: Vec<String>,
    /// It ends with a slash, so it means a folder.
    pub(crate) folder: bool,
}

/// Why a path is not looked up at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// `..`, in whatever spelling.
    Outside,
    /// A character or encoding that no name of a page needs: a NUL, an encoded slash, a backslash, not UTF-8.
    Spelling,
    /// A dot-file, such as `.git` or `.env`.
    Hidden,
}

impl Refusal {
    /// Said in the log and in the answer.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Outside => "leads outside the served folder",
            Self::Spelling => "not the name of a file: it holds a backslash, an encoded slash or a broken escape",
            Self::Hidden => "hidden files are not served",
        }
    }
}

impl Address {
    /// Decodes the path of a request.
    pub(crate) fn parse(path: &str) -> Result<Self, Refusal> {
        let mut segments = Vec::new();
        for raw in path.split('/') {
            let segment = percent_decode_str(raw).decode_utf8().map_err(|_| Refusal::Spelling)?;
            // Doubled slashes and `.` name the same folder again.
            if segment.is_empty() || segment == "." {
                continue;
            }
            if segment == ".." {
                return Err(Refusal::Outside);
            }
            if segment.contains(['/', '\\', '\0']) || !is_one_name(&segment) {
                return Err(Refusal::Spelling);
            }
            segments.push(segment.into_owned());
        }
        let folder = path.ends_with('/') || path.ends_with("/.");
        let address = Self { segments, folder };
        if is_hidden(address.segments.iter().map(String::as_str)) { Err(Refusal::Hidden) } else { Ok(address) }
    }

    /// The path in its plainest spelling, as a browser may be sent to it.
    pub(crate) fn path(&self) -> String {
        let mut path = encoded(self.segments.iter().map(String::as_str));
        if self.folder && !path.ends_with('/') {
            path.push('/');
        }
        path
    }

    /// The path as people read it, without the leading slash.
    pub(crate) fn shown(&self) -> String {
        self.segments.join("/")
    }
}

/// One name and nothing else for this system: no drive, no stream, no root.
fn is_one_name(segment: &str) -> bool {
    let mut components = Path::new(segment).components();
    let one = matches!(components.next(), Some(Component::Normal(name)) if name == segment);
    one && components.next().is_none() && !(cfg!(windows) && segment.contains(':'))
}

/// Whether one of the names is a dot-file. `.well-known` is for browsers to find, so it is not hidden.
pub(crate) fn is_hidden<'a>(mut segments: impl Iterator<Item = &'a str>) -> bool {
    let first_hides = segments.next().is_some_and(|name| name.starts_with('.') && name != ".well-known");
    first_hides || segments.any(|name| name.starts_with('.'))
}

/// An absolute path out of decoded names.
pub(crate) fn encoded<'a>(segments: impl Iterator<Item = &'a str>) -> String {
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        path.extend(utf8_percent_encode(segment, SEGMENT));
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

/// The path under which a file of the served folder is found, or `None` if its name cannot be written in an address.
pub(crate) fn of_file(relative: &Path) -> Option<String> {
    let names: Option<Vec<&str>> = relative.components().map(|component| component.as_os_str().to_str()).collect();
    names.map(|names| encoded(names.into_iter()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn names(path: &str) -> Vec<String> {
        Address::parse(path).unwrap().segments
    }

    #[test]
    fn names_are_decoded_and_doubled_slashes_ignored() {
        assert_eq!(names("/"), Vec::<String>::new());
        assert_eq!(names("/a/b.html"), ["a", "b.html"]);
        assert_eq!(names("//a///./b%20c.py"), ["a", "b c.py"]);
        assert_eq!(names("/gr%C3%BC%C3%9Fe.html"), ["grüße.html"]);
        assert_eq!(names("/100%25.txt"), ["100%.txt"]);
        assert_eq!(names("/.well-known/security.txt"), [".well-known", "security.txt"]);
    }

    #[test]
    fn a_trailing_slash_means_a_folder() {
        assert!(Address::parse("/a/").unwrap().folder);
        assert!(!Address::parse("/a").unwrap().folder);
    }

    #[test]
    fn every_spelling_of_dot_dot_is_refused() {
        for path in ["/..", "/../x", "/a/../../x", "/%2e%2e/x", "/%2E./x", "/.%2e/x", "/a/%2e%2e"] {
            assert_eq!(Address::parse(path), Err(Refusal::Outside), "{path}");
        }
    }

    #[test]
    fn separators_and_broken_escapes_inside_a_name_are_refused() {
        for path in ["/a%2fb", "/..%2fx", "/%2fetc/passwd", "/..\\x", "/a%5cb", "/a%00.html", "/%ff", "/%c0%ae%c0%ae/x"]
        {
            assert_eq!(Address::parse(path), Err(Refusal::Spelling), "{path}");
        }
    }

    #[test]
    fn an_escaped_escape_is_decoded_once_only() {
        assert_eq!(names("/%252e%252e/x"), ["%2e%2e", "x"]);
    }

    #[test]
    fn dot_files_are_hidden_at_any_depth() {
        for path in ["/.git/config", "/.env", "/a/.env", "/a/.git/x", "/%2egit/x", "/a/.well-known/x"] {
            assert_eq!(Address::parse(path), Err(Refusal::Hidden), "{path}");
        }
    }

    #[test]
    fn the_plain_spelling_never_names_another_host() {
        assert_eq!(Address::parse("//evil.example/").unwrap().path(), "/evil.example/");
        assert_eq!(Address::parse("/a b/ü/").unwrap().path(), "/a%20b/%C3%BC/");
        assert_eq!(Address::parse("/").unwrap().path(), "/");
    }

    #[test]
    fn a_file_has_the_path_that_finds_it_again() {
        let path = of_file(Path::new("sub folder/50%#?.toml")).unwrap();
        assert_eq!(path, "/sub%20folder/50%25%23%3F.toml");
        assert_eq!(names(&path), ["sub folder", "50%#?.toml"]);
    }
}
