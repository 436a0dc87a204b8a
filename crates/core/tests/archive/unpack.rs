//! Unpacks as a caller of the core does, into memory.

use std::collections::BTreeMap;
use std::io::Read;

use pyrite_core::archive::{ArchiveError, Check, Growth, Kind, Limits, Method, Plan, is_gzip, plan};

/// What would have been written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unpacked {
    pub(crate) directories: Vec<String>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) modes: BTreeMap<String, Option<u16>>,
}

impl Unpacked {
    pub(crate) fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.files[path]).unwrap()
    }

    pub(crate) fn paths(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }
}

pub(crate) fn unpack(name: &str, bytes: &[u8]) -> Result<Unpacked, ArchiveError> {
    unpack_within(name, bytes, &Limits::default())
}

pub(crate) fn unpack_within(name: &str, bytes: &[u8], limits: &Limits) -> Result<Unpacked, ArchiveError> {
    let kind = Kind::from_name(name).expect("an archive's name");
    let gunzipped;
    let mut bytes = bytes;
    if kind != Kind::Zip && is_gzip(bytes) {
        gunzipped = gunzip(bytes, limits)?;
        bytes = &gunzipped;
    }
    contents(&plan(kind, bytes, limits)?, bytes)
}

fn gunzip(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, ArchiveError> {
    let mut growth = Growth::new(bytes.len(), limits);
    let mut stream = flate2::read::GzDecoder::new(bytes);
    let mut unpacked = Vec::new();
    let mut chunk = [0; 65536];
    loop {
        let count = stream.read(&mut chunk).map_err(|_| Growth::damaged())?;
        if count == 0 {
            return Ok(unpacked);
        }
        growth.push(count)?;
        unpacked.extend_from_slice(&chunk[..count]);
    }
}

pub(crate) fn contents(plan: &Plan, bytes: &[u8]) -> Result<Unpacked, ArchiveError> {
    let mut unpacked = Unpacked { directories: plan.directories.clone(), ..Unpacked::default() };
    for entry in &plan.files {
        let packed = &bytes[entry.data.clone()];
        let mut check = Check::new(entry);
        let mut content = Vec::new();
        match entry.method {
            Method::Stored => {
                check.push(packed)?;
                content.extend_from_slice(packed);
            }
            Method::Deflate => {
                let mut stream = flate2::read::DeflateDecoder::new(packed);
                let mut chunk = [0; 4096];
                loop {
                    let count = stream.read(&mut chunk).map_err(|_| check.damaged())?;
                    if count == 0 {
                        break;
                    }
                    check.push(&chunk[..count])?;
                    content.extend_from_slice(&chunk[..count]);
                }
            }
        }
        check.finish()?;
        unpacked.files.insert(entry.path.clone(), content);
        unpacked.modes.insert(entry.path.clone(), entry.mode);
    }
    Ok(unpacked)
}
