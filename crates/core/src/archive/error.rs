//! What can be wrong with an archive, and how a person is told.

use alloc::string::{String, ToString};

use super::path;
use crate::diagnostic::{Code, Diagnostic, coded};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The bytes are something else.
    Other(Look),
    /// The end is missing.
    Truncated,
    /// The bytes contradict each other or the format.
    Broken,
    /// The archive is one of several parts.
    Split,
    /// It needs a password.
    Encrypted,
    /// A way of compressing, by its number in zip files, that browsers do not know.
    Method(u16),
    /// The path leads out of the target folder.
    Leaves,
    /// The path has a character that is not safe in all places, or is not text.
    Name,
    /// The path is too long to be meant.
    LongName,
    /// One path is said to be both a file and a directory.
    Clash,
    /// A link leads out of the target folder.
    LinkLeaves,
    /// A link leads to something that is not a file in the archive.
    LinkLost,
    /// A link leads to itself.
    LinkLoop,
    /// A link's target is compressed.
    LinkPacked,
    /// A device, a pipe or another thing that is not a file.
    Special,
    /// A file with holes in GNU tar's own form.
    Sparse,
    /// A file is larger than the limit of so many bytes.
    Large(usize),
    /// All files together are larger than the limit of so many bytes.
    Total(usize),
    /// More files and directories than the limit.
    Many(usize),
    /// Grows more than a thousand times.
    Bomb,
    /// The unpacked bytes are not those that were packed.
    Damaged,
}

/// What bytes that are not the promised archive look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing that is known.
    Unknown,
    /// No bytes at all.
    Empty,
    /// A web page, which many servers send for an address that they do not know.
    Page,
    /// A zip file.
    Zip,
    /// A gzip file.
    Gzip,
    /// Another archive: 7z, rar, xz, bzip2 or zstd.
    Foreign,
}

impl Look {
    pub(super) fn at(bytes: &[u8]) -> Self {
        let text = bytes.trim_ascii_start();
        if bytes.is_empty() {
            Self::Empty
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            Self::Zip
        } else if super::is_gzip(bytes) {
            Self::Gzip
        } else if [b"7z\xbc\xaf".as_slice(), b"Rar!", b"\xfd7zX", b"BZh", b"\x28\xb5\x2f\xfd"]
            .iter()
            .any(|magic| bytes.starts_with(magic))
        {
            Self::Foreign
        } else if text.starts_with(b"<!") || text.starts_with(b"<html") {
            Self::Page
        } else {
            Self::Unknown
        }
    }
}

/// A problem, and the entry that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveError {
    /// What is wrong.
    pub problem: Problem,
    /// The entry's name as the archive has it, or a link as `name -> target`, fit to be shown; nothing if the archive
    /// as a whole is meant.
    pub entry: Option<String>,
}

impl From<Problem> for ArchiveError {
    fn from(problem: Problem) -> Self {
        Self { problem, entry: None }
    }
}

impl ArchiveError {
    /// The problem of one entry.
    #[must_use]
    pub fn of(problem: Problem, entry: &str) -> Self {
        Self { problem, entry: Some(shown(entry)) }
    }

    /// The message for a person, who knows the archive as `archive`.
    #[must_use]
    pub fn diagnose(&self, archive: &str) -> Diagnostic {
        let (what, number, hint) = self.problem.words();
        let mut message = ["The archive ", archive, " cannot be unpacked: "].concat();
        match &self.entry {
            Some(entry) => message.extend(["\"", entry, "\" "]),
            None => message.push_str("it "),
        }
        // The number, if there is one, goes where the text has a `#`.
        for (part, text) in what.split('#').enumerate() {
            if part > 0 {
                message.push_str(&number.to_string());
            }
            message.push_str(text);
        }
        message.push('.');
        Diagnostic::error(Code::Archive, coded(Code::Archive, &message)).with_hint(hint)
    }
}

/// A name that can neither fill a page nor steer a terminal.
fn shown(name: &str) -> String {
    const LONGEST: usize = 160;
    let mut text = String::new();
    for letter in name.chars() {
        if text.len() > LONGEST {
            text.push('…');
            break;
        }
        text.push(if letter.is_control() { '\u{fffd}' } else { letter });
    }
    text
}

const REPACK: &str = "make the archive again from inside its folder, for example with `zip -r ../name.zip .`";
const FETCH_AGAIN: &str = "fetch or build it again, and compare its size with the one on the server";
const UNLINK: &str = "make the archive without links: `zip -r` and `tar --dereference` pack what they point to";
const SMALLER: &str = "pack less, in several archives if need be, or fetch large data when it is needed";

impl Problem {
    /// What is said about the entry or the archive, the number in it, and what to do.
    fn words(self) -> (&'static str, usize, &'static str) {
        match self {
            Self::Other(look) => look.words(),
            Self::Method(number) => (
                "is compressed in a way that browsers do not know (method #)",
                usize::from(number),
                "make the archive again with plain `zip`, which uses deflate",
            ),
            Self::Large(limit) => ("is larger than # MB", limit >> 20, SMALLER),
            Self::Total(limit) => ("holds more than # MB", limit >> 20, SMALLER),
            Self::Many(limit) => ("holds more than # files and directories", limit, SMALLER),
            Self::Truncated => ("is cut off", 0, FETCH_AGAIN),
            Self::Broken => ("is broken", 0, FETCH_AGAIN),
            Self::Damaged => ("is damaged: its bytes are not those that were packed", 0, FETCH_AGAIN),
            Self::Split => ("is one part of several", 0, "make it again as a single file"),
            Self::Encrypted => ("is encrypted", 0, "make the archive again without a password"),
            Self::Leaves => ("would be written outside the target folder", 0, REPACK),
            Self::Name => ("has a name that is empty, not UTF-8, or has a backslash or a zero byte", 0, REPACK),
            Self::LongName => ("has a path of more than # bytes", path::LONGEST, REPACK),
            Self::Clash => ("is both a file and a directory", 0, REPACK),
            Self::LinkLeaves => ("is a link out of the target folder", 0, UNLINK),
            Self::LinkLost => ("is a link to something that is not a file in the archive", 0, UNLINK),
            Self::LinkLoop => ("is a link that leads to itself", 0, UNLINK),
            Self::LinkPacked => ("is a link whose target is compressed", 0, UNLINK),
            Self::Special => ("is not a file but a device, a pipe or the like", 0, REPACK),
            Self::Sparse => ("is a file with holes", 0, "make the archive again without `--sparse`"),
            Self::Bomb => (
                "grows more than a thousand times when it is unpacked",
                0,
                "if that is meant, fetch its files unpacked",
            ),
        }
    }
}

impl Look {
    fn words(self) -> (&'static str, usize, &'static str) {
        match self {
            Self::Unknown => ("is not an archive of the kind that its name says", 0, FETCH_AGAIN),
            Self::Empty => ("is empty", 0, FETCH_AGAIN),
            Self::Page => (
                "is not an archive but a web page",
                0,
                "check the address: many servers answer with a page when they do not know it",
            ),
            Self::Zip => ("is a zip file, whatever its name says", 0, "give it a name that ends with .zip"),
            Self::Gzip => ("is a gzip file, whatever its name says", 0, "give it a name that ends with .tar.gz"),
            Self::Foreign => {
                ("is an archive of another kind than its name says", 0, "make it again as .zip, .tar or .tar.gz")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_archive_and_entry_and_the_way_out() {
        let diagnostic = ArchiveError::of(Problem::Leaves, "../a.py").diagnose("./m.zip");
        assert_eq!(
            diagnostic.to_text(),
            "(PY3010): The archive ./m.zip cannot be unpacked: \"../a.py\" would be written outside the target \
             folder.\nhint: make the archive again from inside its folder, for example with `zip -r ../name.zip .`"
        );
        let diagnostic = ArchiveError::from(Problem::Total(1 << 30)).diagnose("m.tgz");
        assert_eq!(diagnostic.message, "(PY3010): The archive m.tgz cannot be unpacked: it holds more than 1024 MB.");
    }

    #[test]
    fn a_name_is_shown_harmlessly() {
        assert_eq!(shown("a\u{1b}[2J\nb"), "a\u{fffd}[2J\u{fffd}b");
        assert_eq!(shown(&"é".repeat(5000)).chars().count(), 82);
    }

    #[test]
    fn what_is_no_archive_is_recognised() {
        for (bytes, look) in [
            (b"".as_slice(), Look::Empty),
            (b"\n <!doctype html>", Look::Page),
            (b"<html>", Look::Page),
            (b"PK\x03\x04", Look::Zip),
            (b"\x1f\x8b\x08", Look::Gzip),
            (b"Rar!\x1a\x07", Look::Foreign),
            (b"hello", Look::Unknown),
        ] {
            assert_eq!(Look::at(bytes), look);
        }
    }
}
