//! Wheels that were downloaded before, by their hash.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use sha2::{Digest as _, Sha256};

use crate::build::lock::hex;

/// The folder of the wheels.
fn folder() -> PathBuf {
    let cache = env::var_os("PYRITE_CACHE_DIR").map(PathBuf::from).or_else(|| {
        let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let local = || env::var_os("LOCALAPPDATA").map(PathBuf::from);
        Some(cache.or_else(home).or_else(local)?.join("pyrite"))
    });
    cache.unwrap_or_else(|| env::temp_dir().join("pyrite-cache")).join("wheels")
}

/// Whether a wheel with that hash is there.
pub(crate) fn has(sha256: &str) -> bool {
    folder().join(sha256).is_file()
}

/// Gets the bytes at an address; `None` if nothing is there.
pub(crate) type Ask<'a> = &'a mut dyn FnMut(&str) -> Result<Option<Vec<u8>>, String>;

/// Why there is no wheel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It cannot be had.
    Gone(String),
    /// It has other bytes: the address, and their hash.
    Changed(String, String),
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(reason) => out.write_str(reason),
            Self::Changed(shown, hash) => {
                write!(out, "{shown} has other bytes than its index says: their SHA-256 is {hash}")
            }
        }
    }
}

/// The bytes of a wheel: those of before, or those at the address, which are then kept.
pub(crate) fn wheel(url: &str, sha256: Option<&str>, ask: Ask<'_>) -> Result<Vec<u8>, Problem> {
    if let Some(bytes) = sha256.and_then(|hash| fs::read(folder().join(hash)).ok())
        && Some(hash_of(&bytes).as_str()) == sha256
    {
        return Ok(bytes);
    }
    let path = url.strip_prefix("file://").unwrap_or(url);
    let shown = || super::client::without_secret(path);
    let bytes = if path.contains("://") {
        let answer = ask(path).map_err(Problem::Gone)?;
        answer.ok_or_else(|| Problem::Gone(format!("{} is not there any more", shown())))?
    } else {
        fs::read(path).map_err(|error| Problem::Gone(format!("{path} cannot be read: {error}")))?
    };
    let hash = hash_of(&bytes);
    if sha256.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&hash)) {
        return Err(Problem::Changed(shown(), hash));
    }
    // Without a place to keep it, it is fetched again next time.
    let _ = keep(&folder().join(&hash), &bytes);
    Ok(bytes)
}

fn keep(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if place.is_file() { Ok(()) } else { crate::staging::write(place, bytes) }
}

/// The hash of bytes, in hexadecimal digits.
pub(crate) fn hash_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
