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
        const LOOKS: [(&[u8], Look); 9] = [
            (b"PK\x03\x04", Look::Zip),
            (b"PK\x05\x06", Look::Zip),
            (b"\x1f\x8b", Look::Gzip),
            (b"7z\xbc\xaf", Look::Foreign),
            (b"Rar!", Look::Foreign),
            (b"\xfd7zX", Look::Foreign),
            (b"BZh", Look::Foreign),
            (b"\x28\xb5\x2f\xfd", Look::Foreign),
            (b"<", Look::Page),
        ];
        if bytes.is_empty() {
            return Self::Empty;
        }
        let text = bytes.trim_ascii_start();
        LOOKS.iter().find(|(magic, _)| text.starts_with(magic)).map_or(Self::Unknown, |(_, look)| *look)
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
        let (what, hint) = self.problem.words();
        let mut message = String::from("The archive ");
        message.push_str(archive);
        message.push_str(" cannot be unpacked: ");
        match &self.entry {
            Some(entry) => {
                message.push('"');
                message.push_str(entry);
                message.push_str("\" ");
            }
            None => message.push_str("it "),
        }
        // The number, if there is one, goes where the text has a `#`.
        let (before, behind) = what.split_once('#').unwrap_or((what, ""));
        message.push_str(before);
        if before.len() < what.len() {
            message.push_str(&self.problem.number().to_string());
        }
        message.push_str(behind);
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
    /// The number in the words.
    fn number(self) -> usize {
        match self {
            Self::Method(number) => usize::from(number),
            Self::Large(limit) | Self::Total(limit) => limit >> 20,
            Self::Many(limit) => limit,
            _ => path::LONGEST,
        }
    }

    /// What is said about the entry or the archive, and what to do.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Other(look) => look.words(),
            Self::Method(_) => (
                "is compressed in a way that browsers do not know (method #)",
                "make the archive again with plain `zip`, which uses deflate",
            ),
            Self::Large(_) => ("is larger than # MB", SMALLER),
            Self::Total(_) => ("holds more than # MB", SMALLER),
            Self::Many(_) => ("holds more than # files and directories", SMALLER),
            Self::Truncated => ("is cut off", FETCH_AGAIN),
            Self::Broken => ("is broken", FETCH_AGAIN),
            Self::Damaged => ("is damaged: its bytes are not those that were packed", FETCH_AGAIN),
            Self::Split => ("is one part of several", "make it again as a single file"),
            Self::Encrypted => ("is encrypted", "make the archive again without a password"),
            Self::Leaves => ("would be written outside the target folder", REPACK),
            Self::Name => ("has a name that is empty, not UTF-8, or has a backslash or a zero byte", REPACK),
            Self::LongName => ("has a path of more than # bytes", REPACK),
            Self::Clash => ("is both a file and a directory", REPACK),
            Self::LinkLeaves => ("is a link out of the target folder", UNLINK),
            Self::LinkLost => ("is a link to something that is not a file in the archive", UNLINK),
            Self::LinkLoop => ("is a link that leads to itself", UNLINK),
            Self::LinkPacked => ("is a link whose target is compressed", UNLINK),
            Self::Special => ("is not a file but a device, a pipe or the like", REPACK),
            Self::Sparse => ("is a file with holes", "make the archive again without `--sparse`"),
            Self::Bomb => {
                ("grows more than a thousand times when it is unpacked", "if that is meant, fetch its files unpacked")
            }
        }
    }
}

impl Look {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown => ("is not an archive of the kind that its name says", FETCH_AGAIN),
            Self::Empty => ("is empty", FETCH_AGAIN),
            Self::Page => (
                "is not an archive but a web page",
                "check the address: many servers answer with a page when they do not know it",
            ),
            Self::Zip => ("is a zip file, whatever its name says", "give it a name that ends with .zip"),
            Self::Gzip => ("is a gzip file, whatever its name says", "give it a name that ends with .tar.gz"),
            Self::Foreign => {
                ("is an archive of another kind than its name says", "make it again as .zip, .tar or .tar.gz")
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
