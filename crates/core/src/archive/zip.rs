//! Zip files and wheels, read from their central directory.

use alloc::string::String;
use alloc::vec::Vec;

use core::ops::Range;

use super::check::crc32;
use super::error::Look;
use super::read::{index, number, slice};
use super::{ArchiveError, Entry, Item, Limits, Method, Problem, What, path, text};

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
    // The end of a zip file that lies in another one, whose own end is missing.
    if directory.shift > 0 && Look::at(bytes) == Look::Zip {
        return Err(Problem::Truncated.into());
    }
    let mut items = Vec::new();
    let mut at = directory.start;
    while at < directory.end {
        if items.len() >= limits.entries {
            return Err(Problem::Many(limits.entries).into());
        }
        let (item, next) = entry(bytes, at, &directory, limits, items.len())?;
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
fn entry(
    bytes: &[u8],
    at: usize,
    directory: &Directory,
    limits: &Limits,
    order: usize,
) -> Result<(Item, usize), ArchiveError> {
    let header = Central::at(bytes, at, directory.end).ok_or(Problem::Broken)?;
    let name = header.name();
    let fail = |problem| {
        let shown = name.as_ref().map_or_else(|| text::cp437(header.raw_name), String::clone);
        ArchiveError::of(problem, &shown)
    };
    let path = name.as_ref().ok_or(Problem::Name).and_then(|name| path::join("", name, false)).map_err(fail)?;
    // Bit 0: encrypted, 6: strongly, 13: the directory too. Method 99 is another way of encrypting.
    if header.flags & 0x2041 != 0 || header.method == 99 {
        return Err(fail(Problem::Encrypted));
    }
    let mode = u16::try_from(header.mode & 0o777).ok().filter(|_| header.mode != 0);
    let mut entry = Entry { path, method: Method::Stored, data: 0..0, size: 0, crc32: Some(header.crc32), mode };
    // The kinds of Unix; an archive that does not tell has zero.
    let what = match header.mode >> 12 {
        _ if header.raw_name.last() == Some(&b'/') => What::Directory,
        4 => What::Directory,
        1 | 2 | 6 | 12 => return Err(fail(Problem::Special)),
        kind => {
            let (packed, size, offset) = header.sizes().ok_or(Problem::Broken).map_err(fail)?;
            entry.size = usize::try_from(size)
                .ok()
                .filter(|&size| size <= limits.file)
                .ok_or(Problem::Large(limits.file))
                .map_err(fail)?;
            entry.data = data(bytes, directory, offset, packed).ok_or(Problem::Broken).map_err(fail)?;
            entry.method = match header.method {
                // Some pack nothing at all into less than the two bytes that deflate needs for it.
                0 | 8 if packed == 0 && size == 0 => Method::Stored,
                0 if packed == size => Method::Stored,
                0 => return Err(fail(Problem::Broken)),
                8 => Method::Deflate,
                other => return Err(fail(Problem::Method(other))),
            };
            match (kind, entry.method) {
                (10, Method::Deflate) => return Err(fail(Problem::LinkPacked)),
                (10, Method::Stored) => {
                    let target = bytes.get(entry.data.clone()).unwrap_or_default();
                    What::Link(path::target(&entry.path, target).map_err(fail)?)
                }
                _ => What::File,
            }
        }
    };
    Ok((Item { entry, what, order }, header.next))
}

/// Where the data of an entry are whose header is at `offset`.
fn data(bytes: &[u8], directory: &Directory, offset: u64, packed: u64) -> Option<Range<usize>> {
    let header = usize::try_from(offset).ok()?.checked_add(directory.shift)?;
    if slice(bytes, header, 4)? != b"PK\x03\x04" {
        return None;
    }
    let start = header + LOCAL + index(bytes, header + 26, 2)? + index(bytes, header + 28, 2)?;
    let end = start.checked_add(usize::try_from(packed).ok()?)?;
    (end <= directory.start).then_some(start..end)
}

/// What the central directory says about an entry.
struct Central<'a> {
    header: &'a [u8],
    flags: u64,
    method: u16,
    crc32: u32,
    mode: u64,
    raw_name: &'a [u8],
    extra: &'a [u8],
    next: usize,
}

impl<'a> Central<'a> {
    fn at(bytes: &'a [u8], at: usize, end: usize) -> Option<Self> {
        let bytes = bytes.get(..end)?;
        let header = slice(bytes, at, CENTRAL)?;
        if !header.starts_with(b"PK\x01\x02") {
            return None;
        }
        let name = at + CENTRAL;
        let extra = name + index(header, 28, 2)?;
        let comment = extra + index(header, 30, 2)?;
        let next = comment + index(header, 32, 2)?;
        Some(Self {
            header,
            flags: number(header, 8, 2)?,
            method: number(header, 10, 2)? as u16,
            crc32: number(header, 16, 4)? as u32,
            mode: number(header, 40, 2)?,
            raw_name: bytes.get(name..extra)?,
            extra: bytes.get(extra..comment)?,
            next: (next <= end).then_some(next)?,
        })
    }

    /// The name; nothing if it says that it is UTF-8 and is not.
    fn name(&self) -> Option<String> {
        // Info-ZIP's field, which counts only for the name that it was made for.
        if let Some(field) = self.field(0x7075) {
            if let (Some(1), Some(sum), Some(name)) = (number(field, 0, 1), number(field, 1, 4), field.get(5..)) {
                if sum == u64::from(crc32(self.raw_name)) {
                    return text::utf8(name);
                }
            }
        }
        // Without the flag it should be the alphabet of the first PCs. Many write UTF-8 all the same, which text in
        // that alphabet is hardly ever by accident.
        text::utf8(self.raw_name).or_else(|| (self.flags & 0x800 == 0).then(|| text::cp437(self.raw_name)))
    }

    /// Packed size, size, and the offset of the header before the data.
    fn sizes(&self) -> Option<(u64, u64, u64)> {
        let mut numbers = [number(self.header, 24, 4)?, number(self.header, 20, 4)?, number(self.header, 42, 4)?];
        // ZIP64: those that do not fit stand in a field of their own, one after the other.
        let mut at = 0;
        for value in &mut numbers {
            if *value == 0xffff_ffff {
                *value = number(self.field(1)?, at, 8)?;
                at += 8;
            }
        }
        let [size, packed, offset] = numbers;
        Some((packed, size, offset))
    }

    /// The additional field with this number.
    fn field(&self, id: u64) -> Option<&'a [u8]> {
        let mut at = 0;
        loop {
            let length = index(self.extra, at + 2, 2)?;
            if number(self.extra, at, 2)? == id {
                return slice(self.extra, at + 4, length);
            }
            at += 4 + length;
        }
    }
}
