//! Archives: what is in a zip, wheel or tar file, and whether it may be unpacked into a folder.
//!
//! Nothing is decompressed here, for a browser and a machine both have better means. The steps of a caller:
//!
//! 1. [`Kind::from_name`]; bytes that [`is_gzip`] are decompressed first, unless the kind is [`Kind::Zip`], under
//!    the eyes of [`Growth`].
//! 2. [`plan`]: everything that makes an archive unsafe or unreadable is found here, before anything is written.
//! 3. For each file its bytes at [`Entry::data`], decompressed if [`Method::Deflate`] and passed through a [`Check`].
//! 4. When all files are checked: the directories, in their order, then the files.

mod check;
mod error;
mod path;
mod read;
mod tar;
mod text;
mod tree;
mod zip;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

pub use check::{Check, Growth, verify};
pub use error::{ArchiveError, Look, Problem};

/// The kinds of archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `.zip`, and wheels.
    Zip,
    /// `.tar`.
    Tar,
    /// `.tar.gz` and `.tgz`.
    TarGz,
}

impl Kind {
    /// The kind that a file's name or address promises: `x.zip`, `https://example.com/x.tgz?raw=1`, `…/download/zip`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.as_bytes();
        let path = name.split(|&byte| byte == b'?' || byte == b'#').next().unwrap_or_default();
        Self::from_ending(path).or_else(|| Self::from_ending(name))
    }

    fn from_ending(name: &[u8]) -> Option<Self> {
        const ENDINGS: [(&[u8], Kind); 5] = [
            (b"zip", Kind::Zip),
            (b"whl", Kind::Zip),
            (b"tar.gz", Kind::TarGz),
            (b"tgz", Kind::TarGz),
            (b"tar", Kind::Tar),
        ];
        for (ending, kind) in ENDINGS {
            if let Some((rest, last)) = name.split_at_checked(name.len().saturating_sub(ending.len()))
                && matches!(rest.last(), Some(b'.' | b'/'))
                && last.eq_ignore_ascii_case(ending)
            {
                return Some(kind);
            }
        }
        None
    }
}

/// Whether the bytes are gzip's. Ask this rather than the name: a server that sends `x.tar.gz` with
/// `Content-Encoding: gzip` makes the browser unpack it on the way.
#[must_use]
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// How much an archive may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files and directories, those that are only implied included.
    pub entries: usize,
    /// Bytes of one file.
    pub file: usize,
    /// Bytes of all files together.
    pub total: usize,
}

impl Default for Limits {
    /// Generous for Python packages and data, and still within what a browser's tab can hold.
    fn default() -> Self {
        Self { entries: 100_000, file: 512 << 20, total: 1 << 30 }
    }
}

/// How a file's bytes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As they are.
    Stored,
    /// Compressed by deflate without any header (`deflate-raw`).
    Deflate,
}

/// A file in an archive. Links to files are files here, with the data of what they point to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Below the target folder: components separated by `/`, none of them empty, `.` or `..`.
    pub path: String,
    /// How the bytes at `data` are stored.
    pub method: Method,
    /// Where in the archive's bytes the file's are; always within them.
    pub data: Range<usize>,
    /// The file's size when unpacked.
    pub size: usize,
    /// The checksum of the unpacked bytes, which tar does not have.
    pub crc32: Option<u32>,
    /// The permission bits, where the archive tells them.
    pub mode: Option<u16>,
}

/// What to make in the target folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Every directory that is needed, each after the one that holds it.
    pub directories: Vec<String>,
    /// The files, in the order of their paths.
    pub files: Vec<Entry>,
}

/// Reads an archive's table of contents.
///
/// `bytes` are those of a zip file, or of a tar file that is already decompressed.
///
/// # Errors
/// If the archive is broken, holds more than `limits`, or something that must not or cannot be written.
pub fn plan(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Plan, ArchiveError> {
    let items = match kind {
        Kind::Zip => zip::read(bytes, limits),
        Kind::Tar | Kind::TarGz => tar::read(bytes, limits),
    }?;
    tree::settle(items, bytes.len(), limits)
}

/// What a reader found, before links are followed and paths compared.
#[derive(Debug)]
struct Item {
    entry: Entry,
    what: What,
    /// The position in the archive: of two with one path, the later counts.
    order: usize,
}

#[derive(Debug)]
enum What {
    Directory,
    File,
    /// To a path that counts from the link's own directory.
    Symbolic(String),
    /// To a path in the archive.
    Hard(String),
}

/// The size of a file, if it is within the limits.
fn size_within(limits: &Limits, size: u64) -> Result<usize, Problem> {
    usize::try_from(size).ok().filter(|&size| size <= limits.file).ok_or(Problem::Large(limits.file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_kind() {
        for (name, kind) in [
            ("./m.zip", Some(Kind::Zip)),
            ("M.ZIP", Some(Kind::Zip)),
            ("m-1.0-py3-none-any.whl", Some(Kind::Zip)),
            ("m.tar", Some(Kind::Tar)),
            ("m.tar.gz", Some(Kind::TarGz)),
            ("m.tgz", Some(Kind::TarGz)),
            ("https://example.com/m.zip?token=1#x", Some(Kind::Zip)),
            ("https://example.com/get?file=m.tgz", Some(Kind::TarGz)),
            ("https://example.com/download/zip", Some(Kind::Zip)),
            ("m.rar", None),
            ("m.gz", None),
            ("gunzip", None),
            ("zip", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(Kind::from_name(name), kind, "{name}");
        }
    }
}
