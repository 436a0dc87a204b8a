//! Whether a file came out of the archive as it went in.

use super::{ArchiveError, Entry, Limits, Problem};

/// So many bytes are harmless, however few they were.
const HARMLESS: usize = 10 << 20;
/// Real files shrink less than this; deflate cannot do much more.
const HARMLESS_RATIO: usize = 1000;

/// Half a byte at a time: a table of 16 numbers instead of 256.
const TABLE: [u32; 16] = [
    0x0000_0000,
    0x1db7_1064,
    0x3b6e_20c8,
    0x26d9_30ac,
    0x76dc_4190,
    0x6b6b_51f4,
    0x4db2_6158,
    0x5005_713c,
    0xedb8_8320,
    0xf00f_9344,
    0xd6d6_a3e8,
    0xcb61_b38c,
    0x9b64_c2b0,
    0x86d3_d2d4,
    0xa00a_e278,
    0xbdbd_f21c,
];

/// Checks a file while its bytes come, so that one that is larger than it says need not be held first.
#[derive(Clone, Debug)]
pub struct Check<'a> {
    entry: &'a Entry,
    left: usize,
    state: u32,
}

impl<'a> Check<'a> {
    /// Of this file.
    #[must_use]
    pub fn new(entry: &'a Entry) -> Self {
        Self { entry, left: entry.size, state: !0 }
    }

    /// Takes the next of the unpacked bytes.
    ///
    /// # Errors
    /// If there are more than the archive says; stop unpacking then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| self.damaged())?;
        if self.entry.crc32.is_some() {
            self.state = step(self.state, bytes);
        }
        Ok(())
    }

    /// Says that these were all.
    ///
    /// # Errors
    /// If bytes are missing or not those that were packed.
    pub fn finish(self) -> Result<(), ArchiveError> {
        match self.entry.crc32 {
            _ if self.left > 0 => Err(self.damaged()),
            Some(sum) if sum != !self.state => Err(self.damaged()),
            _ => Ok(()),
        }
    }

    /// The error for a file that cannot be decompressed.
    #[must_use]
    pub fn damaged(&self) -> ArchiveError {
        ArchiveError::of(Problem::Damaged, &self.entry.path)
    }
}

/// Watches a compressed tar file while it is decompressed.
#[derive(Clone, Debug)]
pub struct Growth {
    left: usize,
    problem: Problem,
}

impl Growth {
    /// Of an archive with so many compressed bytes.
    #[must_use]
    pub fn new(compressed: usize, limits: &Limits) -> Self {
        let ratio = compressed.saturating_mul(HARMLESS_RATIO).max(HARMLESS);
        // Each entry has a header, and its last block is filled up.
        let total = limits.total.saturating_add(limits.entries.saturating_mul(1024));
        if ratio < total {
            Self { left: ratio, problem: Problem::Bomb }
        } else {
            Self { left: total, problem: Problem::Total(limits.total) }
        }
    }

    /// Takes the number of the next decompressed bytes.
    ///
    /// # Errors
    /// If these are too many; stop decompressing then.
    pub fn push(&mut self, count: usize) -> Result<(), ArchiveError> {
        self.left = self.left.checked_sub(count).ok_or(self.problem)?;
        Ok(())
    }

    /// The error for an archive that cannot be decompressed.
    #[must_use]
    pub fn damaged() -> ArchiveError {
        Problem::Broken.into()
    }
}

/// Whether so many bytes in so few are an attack.
pub(super) fn is_bomb(packed: usize, unpacked: usize) -> bool {
    unpacked > HARMLESS && unpacked / HARMLESS_RATIO > packed
}

/// Checks a whole file at once.
///
/// # Errors
/// If `unpacked` is not what was packed.
pub fn verify(entry: &Entry, unpacked: &[u8]) -> Result<(), ArchiveError> {
    let mut check = Check::new(entry);
    check.push(unpacked)?;
    check.finish()
}

/// The checksum of zip and gzip.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !step(!0, bytes)
}

fn step(mut state: u32, bytes: &[u8]) -> u32 {
    for &byte in bytes {
        state ^= u32::from(byte);
        state = state >> 4 ^ TABLE[(state & 15) as usize];
        state = state >> 4 ^ TABLE[(state & 15) as usize];
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Method;
    use alloc::string::String;

    #[test]
    fn the_sum_is_that_of_zip_and_gzip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
        assert_eq!(!step(step(!0, b"1234"), b"56789"), 0xcbf4_3926);
    }

    #[test]
    fn a_file_that_differs_is_damaged() {
        let entry = Entry {
            path: String::from("a.txt"),
            method: Method::Deflate,
            data: 0..0,
            size: 9,
            crc32: Some(0xcbf4_3926),
            mode: None,
        };
        assert!(verify(&entry, b"123456789").is_ok());
        for bytes in [b"12345678".as_slice(), b"1234567890", b"123456780", b""] {
            assert_eq!(verify(&entry, bytes), Err(ArchiveError::of(Problem::Damaged, "a.txt")));
        }
    }
}
