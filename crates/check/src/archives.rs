//! What is inside of the wheels and archives of a project. Each is looked into once.

use std::io::Read;
use std::rc::Rc;

use flate2::read::{DeflateDecoder, GzDecoder};
use pyrite_core::archive::{self, ArchiveError, Check, Entry, Growth, Kind, Limits, Method};

use crate::context::Context;
use crate::place::{self, Target};
use crate::project::File;

/// An archive that can be unpacked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inside {
    /// The paths of its files.
    pub(crate) files: Vec<String>,
    /// What it says about itself, if it is a wheel.
    pub(crate) metadata: Option<Metadata>,
}

/// What a wheel says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// Requirements, with their markers.
    pub(crate) requires: Vec<String>,
    /// The versions of Python that it is for.
    pub(crate) python: Option<String>,
}

/// What came of looking.
pub(crate) type Looked = Rc<Result<Inside, ArchiveError>>;

/// Nobody has more to say about a package.
const LONGEST: usize = 1 << 20;

impl Context<'_> {
    /// Looks into an archive of the project. `None` if it is elsewhere, or no file that can be read.
    pub(crate) fn inside(&self, source: &str, kind: Kind) -> Option<Looked> {
        let Target::File(path) = place::target("", source) else { return None };
        let key = (path, kind == Kind::Zip);
        if let Some(known) = self.archives.borrow().get(&key) {
            return known.clone();
        }
        let looked = match self.project.read(&key.0) {
            File::Text(text) => Some(Rc::new(look(kind, text.as_bytes()))),
            File::Bytes(bytes) => Some(Rc::new(look(kind, &bytes))),
            File::Folder | File::Missing | File::Unreadable(_) => None,
        };
        self.archives.borrow_mut().insert(key, looked.clone());
        looked
    }
}

/// Reads all of an archive, as a browser does before it writes a file of it.
fn look(kind: Kind, bytes: &[u8]) -> Result<Inside, ArchiveError> {
    let limits = Limits::default();
    let unpacked;
    let bytes = if kind != Kind::Zip && archive::is_gzip(bytes) {
        unpacked = unzipped(bytes, &limits)?;
        &unpacked
    } else {
        bytes
    };
    let plan = archive::plan(kind, bytes, &limits)?;
    let mut found = Inside::default();
    for entry in plan.files {
        let is_metadata = entry.path.ends_with(".dist-info/METADATA") && entry.path.matches('/').count() == 1;
        let text = read(&entry, bytes.get(entry.data.clone()).unwrap_or_default(), is_metadata)?;
        if is_metadata {
            found.metadata = Some(Metadata::parse(&String::from_utf8_lossy(&text)));
        }
        found.files.push(entry.path);
    }
    Ok(found)
}

fn unzipped(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, ArchiveError> {
    let mut growth = Growth::new(bytes.len(), limits);
    let mut out = Vec::new();
    pieces(GzDecoder::new(bytes), Growth::damaged, |piece| {
        growth.push(piece.len())?;
        out.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(out)
}

/// Checks the bytes of one file, and gives the first of them if they are asked for.
fn read(entry: &Entry, data: &[u8], keep: bool) -> Result<Vec<u8>, ArchiveError> {
    let mut check = Check::new(entry);
    let damaged = check.damaged();
    let mut kept = Vec::new();
    let mut take = |piece: &[u8]| {
        if keep && kept.len() < LONGEST {
            kept.extend_from_slice(piece);
        }
        check.push(piece)
    };
    match entry.method {
        Method::Stored => take(data)?,
        Method::Deflate => pieces(DeflateDecoder::new(data), || damaged.clone(), take)?,
    }
    check.finish()?;
    Ok(kept)
}

/// Reads to the end, piece by piece.
fn pieces(
    mut reader: impl Read,
    broken: impl Fn() -> ArchiveError,
    mut take: impl FnMut(&[u8]) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = reader.read(&mut buffer).map_err(|_| broken())?;
        if count == 0 {
            return Ok(());
        }
        take(buffer.get(..count).unwrap_or_default())?;
    }
}

impl Metadata {
    fn parse(text: &str) -> Self {
        let mut found = Self::default();
        // What follows the first empty line is for people.
        for line in text.lines().take_while(|line| !line.is_empty()) {
            let Some((key, value)) = line.split_once(':') else { continue };
            match key.to_ascii_lowercase().as_str() {
                "requires-dist" => found.requires.push(value.trim().to_owned()),
                "requires-python" => found.python = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        found
    }
}
