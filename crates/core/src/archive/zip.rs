//! Zip files and wheels, read from their central directory.

use alloc::string::String;
use alloc::vec::Vec;

use super::error::Look;
use super::read::{index, number, slice};
use super::{ArchiveError, Entry, Item, Limits, Method, Problem, What, path};

/// The size of the record at the end, without its comment.
const END: usize = 22;
/// The size of an entry in the central directory, without what is variable.
const CENTRAL: usize = 46;
/// The size of the header before an entry's data, without what is variable.
const LOCAL: usize = 30;

/// Where the central directory is.
struct Directory {
    start: usize,
    end: usize,
    /// Modulo 65,536: more entries without ZIP64 are written by some.
    count: u16,
    /// How many bytes stand before the archive: programs that unpack themselves, for example.
    shift: usize,
}

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Item>, ArchiveError> {
    let Some(end) = find_end(bytes) else {
        return Err(match Look::at(bytes) {
            Look::Zip => Problem::Truncated,
            look => Problem::Other(look),
        }
        .into());
    };
    // All its parts together have no first disk but zero.
    if index(bytes, end + 4, 2).is_some_and(|disk| disk != 0 && disk != 0xffff) {
        return Err(Problem::Split.into());
    }
    let directory = locate(bytes, end).ok_or(Problem::Broken)?;
    let mut items = Vec::new();
    let mut at = directory.start;
    while at < directory.end {
        if items.len() >= limits.entries {
            return Err(Problem::Many(limits.entries).into());
        }
        let (item, next) = entry(bytes, at, &directory, items.len())?;
        items.push(item);
        at = next;
    }
    if at != directory.end || items.len() as u16 != directory.count {
        return Err(Problem::Broken.into());
    }
    Ok(items)
}

/// The record at the end, before a comment of up to 65,535 bytes and perhaps something that does not belong there.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END)?;
    let first = last.saturating_sub(0xffff);
    let fits = |&at: &usize| {
        slice(bytes, at, 4) == Some(b"PK\x05\x06")
            && index(bytes, at + 20, 2).is_some_and(|comment| at + END + comment <= bytes.len())
    };
    (first..=last).rev().find(fits)
}

fn locate(bytes: &[u8], end: usize) -> Option<Directory> {
    let mut count = number(bytes, end + 10, 2)?;
    let mut size = number(bytes, end + 12, 4)?;
    let mut offset = number(bytes, end + 16, 4)?;
    let mut directory_end = end;
    if let Some(locator) = end.checked_sub(20) {
        if slice(bytes, locator, 4) == Some(b"PK\x06\x07") {
            // Where it says, or right before the locator if something stands before the archive.
            let record = [index(bytes, locator + 8, 8)?, locator.checked_sub(56)?]
                .into_iter()
                .find(|&at| at < locator && slice(bytes, at, 4) == Some(b"PK\x06\x06"))?;
            count = number(bytes, record + 32, 8)?;
            size = number(bytes, record + 40, 8)?;
            offset = number(bytes, record + 48, 8)?;
            directory_end = record;
        }
    }
    let size = usize::try_from(size).ok()?;
    let offset = usize::try_from(offset).ok()?;
    // It ends where the next record begins; or it is where it says if something stands between the two.
    let behind = directory_end.checked_sub(size)?;
    let starts = |at: usize| size == 0 || slice(bytes, at, 4) == Some(b"PK\x01\x02");
    let start = if starts(behind) && behind >= offset {
        behind
    } else if offset <= behind && starts(offset) {
        offset
    } else {
        return None;
    };
    Some(Directory { start, end: start + size, count: count as u16, shift: start - offset })
}

/// The entry at `at` in the central directory, and where the next one is.
fn entry(bytes: &[u8], at: usize, directory: &Directory, order: usize) -> Result<(Item, usize), ArchiveError> {
    let header = Central::at(bytes, at, directory.end).ok_or(Problem::Broken)?;
    let name = text(header.name, header.flags, header.extra);
    let shown = name.clone().unwrap_or_else(|| cp437(header.name));
    let fail = |problem| ArchiveError::of(problem, &shown);

    let path = path::join("", &name.ok_or_else(|| fail(Problem::Name))?, false).map_err(fail)?;
    // Bit 0: encrypted, 6: strongly, 13: the directory too. Method 99 is another way of encrypting.
    if header.flags & 0x2041 != 0 || header.method == 99 {
        return Err(fail(Problem::Encrypted));
    }
    let (packed, size, offset) = header.sizes().ok_or_else(|| fail(Problem::Broken))?;
    let is_directory = header.name.last() == Some(&b'/');
    let kind = header.mode >> 12;
    // 0: the archive does not tell, 4: directory, 8: file, 10: link.
    if !matches!(kind, 0 | 4 | 8 | 10) {
        return Err(fail(Problem::Special));
    }
    let method = match header.method {
        _ if is_directory || kind == 4 || packed == 0 && size == 0 => Method::Stored,
        0 if packed == size => Method::Stored,
        8 => Method::Deflate,
        0 => return Err(fail(Problem::Broken)),
        other => return Err(fail(Problem::Method(other))),
    };
    let (packed, size) = match (usize::try_from(packed), usize::try_from(size)) {
        (Ok(packed), Ok(size)) => (packed, size),
        _ => return Err(fail(Problem::Large(limits_of_memory()))),
    };
    let data = (|| {
        let local = usize::try_from(offset).ok()?.checked_add(directory.shift)?;
        if slice(bytes, local, 4)? != b"PK\x03\x04" {
            return None;
        }
        let start = local + LOCAL + index(bytes, local + 26, 2)? + index(bytes, local + 28, 2)?;
        let end = start.checked_add(packed)?;
        (end <= directory.start).then_some(start..end)
    })()
    .ok_or_else(|| fail(Problem::Broken))?;

    let what = if is_directory || kind == 4 {
        What::Directory
    } else if kind == 10 {
        if method != Method::Stored {
            return Err(fail(Problem::LinkPacked));
        }
        let target = bytes.get(data.clone()).unwrap_or_default();
        What::Link(path::target(&path, target).map_err(fail)?)
    } else {
        What::File
    };
    if path.is_empty() && !matches!(what, What::Directory) {
        return Err(fail(Problem::Name));
    }
    let mode = (header.mode != 0).then_some(header.mode & 0o777);
    let entry = Entry { path, method, data, size, crc32: Some(header.crc32), mode };
    Ok((Item { entry, what, order }, header.next))
}

struct Central<'a> {
    bytes: &'a [u8],
    at: usize,
    flags: u16,
    method: u16,
    crc32: u32,
    name: &'a [u8],
    extra: &'a [u8],
    mode: u16,
    next: usize,
}
