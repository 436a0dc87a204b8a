//! Wheels that were downloaded before, by their hash.

use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest as _, Sha256};

use super::client::Client;
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

/// The bytes of a wheel: those of before, or those at the address, which are then kept.
pub(crate) fn wheel(url: &str, sha256: Option<&str>, client: &Client) -> Result<Vec<u8>, String> {
    if let Some(bytes) = sha256.and_then(|hash| fs::read(folder().join(hash)).ok())
        && Some(hash_of(&bytes).as_str()) == sha256
    {
        return Ok(bytes);
    }
    let path = url.strip_prefix("file://").unwrap_or(url);
    let bytes = if path.contains("://") {
        client
            .get(path, "*/*")?
            .ok_or_else(|| format!("{} is not there any more", super::client::without_secret(path)))?
            .body
    } else {
        fs::read(path).map_err(|error| format!("{path} cannot be read: {error}"))?
    };
    let hash = hash_of(&bytes);
    if let Some(wanted) = sha256.filter(|wanted| *wanted != hash) {
        return Err(format!(
            "{} is not the file that was locked: its SHA-256 is {hash} and not {wanted}",
            super::client::without_secret(path)
        ));
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
