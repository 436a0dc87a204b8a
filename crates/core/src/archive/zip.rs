//! Zip files and wheels, read from their central directory.

use alloc::string::String;
use alloc::vec::Vec;

use core::ops::Range;

use super::check::crc32;
use super::error::Look;
use super::read::{index, number, slice};
use super::{ArchiveError, Entry, Item, Limits, Method, Problem, What, path, size_within, text};

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
        let central = Central::at(bytes, at, directory.end).ok_or(Problem::Broken)?;
        let (entry, what) = entry(bytes, &central, &directory, limits).map_err(|problem| {
            ArchiveError::of(problem, &central.name().unwrap_or_else(|| text::any(central.raw_name)))
        })?;
        items.push(Item { entry, what, order: items.len() });
        at = central.next;
    }
    if at != directory.end || items.len() as u16 != directory.count {
        return Err(Problem::Broken.into());
    }
    Ok(items)
}

/// The record at the end, before a comment of up to 65,535 bytes.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END)?;
    let first = last.saturating_sub(0xffff);
    // How many bytes are behind the comment of the record at this place, if there is one.
    let behind = |at: usize| {
        let comment = slice(bytes, at, END)?.strip_prefix(b"PK\x05\x06").and_then(|record| index(record, 16, 2))?;
        bytes.len().checked_sub(at + END + comment)
    };
    let mut places = (first..=last).rev();
    // A comment can look like the record. But some things are sent with a line feed more than they had.
    places.clone().find(|&at| behind(at) == Some(0)).or_else(|| places.find(|&at| behind(at).is_some()))
}

fn locate(bytes: &[u8], end: usize) -> Option<Directory> {
    let locator = end.checked_sub(20).filter(|&at| slice(bytes, at, 4) == Some(b"PK\x06\x07"));
    let (count, size, offset, follower) = match locator {
        None => (number(bytes, end + 10, 2)?, number(bytes, end + 12, 4)?, number(bytes, end + 16, 4)?, end),
        Some(locator) => {
            // ZIP64's own record is where the locator says, or right before it if something precedes the archive.
            let record = [index(bytes, locator + 8, 8)?, locator.checked_sub(56)?]
                .into_iter()
                .find(|&at| at < locator && slice(bytes, at, 4) == Some(b"PK\x06\x06"))?;
            let field = |at| number(bytes, record + at, 8);
            (field(32)?, field(40)?, field(48)?, record)
        }
    };
    let size = usize::try_from(size).ok()?;
    let offset = usize::try_from(offset).ok()?;
    // It ends where the next record begins; or it is where it says if something stands between the two.
    let behind = follower.checked_sub(size)?;
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

/// What an entry of the central directory stands for.
fn entry(bytes: &[u8], central: &Central, directory: &Directory, limits: &Limits) -> Result<(Entry, What), Problem> {
    let path = path::join("", &central.name().ok_or(Problem::Name)?, false)?;
    // Bit 0: encrypted, 6: strongly, 13: the directory too. Method 99 is another way of encrypting.
    if central.flags & 0x2041 != 0 || central.method == 99 {
        return Err(Problem::Encrypted);
    }
    let mode = (central.mode != 0).then_some(central.mode & 0o777);
    let mut entry = Entry { path, method: Method::Stored, data: 0..0, size: 0, crc32: Some(central.crc32), mode };
    // Unix's kinds of files; an archive from elsewhere has zero.
    let kind = central.mode >> 12;
    if kind == 4 || central.raw_name.last() == Some(&b'/') {
        return Ok((entry, What::Directory));
    }
    // Devices and sockets. A pipe, on the other hand, is what Info-ZIP calls a file that came through one.
    if matches!(kind, 2 | 6 | 12) {
        return Err(Problem::Special);
    }
    let [size, packed, offset] = central.sizes().ok_or(Problem::Broken)?;
    entry.size = size_within(limits, size)?;
    entry.data = data(bytes, directory, offset, packed).ok_or(Problem::Broken)?;
    match central.method {
        // Some pack nothing at all into less than the two bytes that deflate needs for it.
        0 | 8 if size == packed && (size == 0 || central.method == 0) => {}
        0 => return Err(Problem::Broken),
        8 => entry.method = Method::Deflate,
        other => return Err(Problem::Method(other)),
    }
    if kind != 10 {
        return Ok((entry, What::File));
    }
    if entry.method != Method::Stored {
        return Err(Problem::LinkPacked);
    }
    let target = text::any(bytes.get(entry.data.clone()).unwrap_or_default());
    Ok((entry, What::Symbolic(target)))
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
    flags: u16,
    method: u16,
    crc32: u32,
    mode: u16,
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
            flags: number(header, 8, 2)? as u16,
            method: number(header, 10, 2)? as u16,
            crc32: number(header, 16, 4)? as u32,
            mode: number(header, 40, 2)? as u16,
            raw_name: bytes.get(name..extra)?,
            extra: bytes.get(extra..comment)?,
            next: (next <= end).then_some(next)?,
        })
    }

    /// The name; nothing if it says that it is UTF-8 and is not.
    fn name(&self) -> Option<String> {
        // Info-ZIP's field, which counts only for the name that it was made for.
        if let Some(field) = self.field(0x7075)
            && number(field, 0, 1) == Some(1)
            && number(field, 1, 4) == Some(u64::from(crc32(self.raw_name)))
        {
            return text::utf8(field.get(5..)?);
        }
        // Without the flag it should be the alphabet of the first PCs. Many write UTF-8 all the same, which text in
        // that alphabet is hardly ever by accident.
        if self.flags & 0x800 == 0 { Some(text::any(self.raw_name)) } else { text::utf8(self.raw_name) }
    }

    /// The size, the packed size, and the offset of the header before the data.
    fn sizes(&self) -> Option<[u64; 3]> {
        let mut numbers = [number(self.header, 24, 4)?, number(self.header, 20, 4)?, number(self.header, 42, 4)?];
        // ZIP64: those that do not fit stand in a field of their own, one after the other.
        let mut at = 0;
        for value in &mut numbers {
            if *value == 0xffff_ffff {
                *value = number(self.field(1)?, at, 8)?;
                at += 8;
            }
        }
        Some(numbers)
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
