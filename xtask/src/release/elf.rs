//! Whether a program needs anything of the system that it runs on.
//!
//! Source: the System V ABI, chapters "Program Header" and "Dynamic Section".

use anyhow::{Context as _, Result, ensure};

const LOADER: u32 = 3;
const DYNAMIC: u32 = 2;
const LIBRARY: u64 = 1;

/// What a 64-bit ELF program asks for: a loader, or shared libraries. Nothing, when it is static.
pub(super) fn needs(bytes: &[u8]) -> Result<Option<&'static str>> {
    ensure!(bytes.starts_with(b"\x7fELF\x02\x01"), "not a 64-bit program of Linux");
    let table = number::<8>(bytes, 0x20)?;
    let (size, count) = (number::<2>(bytes, 0x36)?, number::<2>(bytes, 0x38)?);
    for index in 0..count {
        let header = table + index * size;
        let kind = u32::try_from(number::<4>(bytes, header)?)?;
        if kind == LOADER {
            return Ok(Some("a loader"));
        }
        if kind == DYNAMIC {
            let (start, length) = (number::<8>(bytes, header + 8)?, number::<8>(bytes, header + 32)?);
            for entry in (start..start + length).step_by(16) {
                if number::<8>(bytes, entry)? == LIBRARY {
                    return Ok(Some("a shared library"));
                }
            }
        }
    }
    Ok(None)
}

/// A little-endian number of so many bytes.
fn number<const N: usize>(bytes: &[u8], at: u64) -> Result<u64> {
    let at = usize::try_from(at)?;
    let found = at.checked_add(N).and_then(|end| bytes.get(at..end)).context("the program is cut off")?;
    Ok(found.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with one header of this kind, whose segment is one entry of a dynamic section.
    fn program(kind: u8, tag: u8) -> Vec<u8> {
        let mut bytes = vec![0; 0x40 + 56 + 16];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[0x20] = 0x40;
        bytes[0x36] = 56;
        bytes[0x38] = 1;
        bytes[0x40] = kind;
        bytes[0x48] = 0x78;
        bytes[0x60] = 16;
        bytes[0x78] = tag;
        bytes
    }

    #[test]
    fn a_static_program_needs_nothing() {
        assert_eq!(needs(&program(1, 0)).ok(), Some(None));
        // One that may be anywhere in memory has a dynamic section, which names no library.
        assert_eq!(needs(&program(2, 5)).ok(), Some(None));
    }

    #[test]
    fn a_loader_and_libraries_are_seen() {
        assert_eq!(needs(&program(3, 0)).ok(), Some(Some("a loader")));
        assert_eq!(needs(&program(2, 1)).ok(), Some(Some("a shared library")));
    }

    #[test]
    fn what_is_no_program_or_cut_off_is_said() {
        assert!(needs(b"#!/bin/sh").is_err());
        assert!(needs(&program(2, 1)[..0x70]).is_err());
    }
}
