//! One build at a time into one folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::stop::Stop;

/// Held while a build writes.
#[derive(Debug)]
pub(crate) struct Alone {
    _file: Option<File>,
}

/// Makes sure that no other build writes there.
pub(crate) fn take(output: &Path) -> Result<Alone, Stop> {
    // In the system's own folder: nothing is left over beside the output.
    let place = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let place = place.canonicalize().unwrap_or(place);
    let name = format!("pyrite-build-{}.lock", &hex(&Sha256::digest(place.to_string_lossy().as_bytes()))[..16]);
    let path = std::env::temp_dir().join(name);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    // Without a place for the lock the build is still whole or not at all.
    let Ok(file) = file else { return Ok(Alone { _file: None }) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Stop::new(format!("Another build writes into `{}`.", output.display()))
            .hint("wait until it has ended, or name another folder.")),
        _ => Ok(Alone { _file: Some(file) }),
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
