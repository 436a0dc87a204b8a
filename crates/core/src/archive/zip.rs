//! Zip files and wheels, read from their central directory.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::check::crc32;
use super::error::Look;
use super::read::{eight, four, record, slice, two};
use super::{ArchiveError, Entry, Item, Limits, Method, Problem, What, path, size_within, text};

/// The size of the record at the end, without its comment.
const END: usize = 22;

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
    let directory = locate(bytes, end)?;
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
    if items.len() as u16 != directory.count {
        return Err(Problem::Broken.into());
    }
    Ok(items)
}

/// The record at the end, before a comment of up to 65,535 bytes.
fn find_end(bytes: &[u8]) -> Option<usize> {
    // A comment can look like the record. But some things are sent with a line feed more than they had.
    find_end_before(bytes, 0).or_else(|| find_end_before(bytes, bytes.len()))
}

/// The same, with at most so many bytes behind the comment.
fn find_end_before(bytes: &[u8], most: usize) -> Option<usize> {
    let last = bytes.len().checked_sub(END)?;
    (last.saturating_sub(0xffff)..=last).rev().find(|&at| {
        record::<END>(bytes, at).is_some_and(|record| {
            let behind = (last - at).checked_sub(usize::from(two(record, 20)));
            four(record, 0) == 0x0605_4b50 && behind.is_some_and(|behind| behind <= most)
        })
    })
}

fn locate(bytes: &[u8], end: usize) -> Result<Directory, Problem> {
    let record = record::<END>(bytes, end).ok_or(Problem::Broken)?;
    // All its parts together have no first disk but zero.
    if !matches!(two(record, 4), 0 | 0xffff) {
        return Err(Problem::Split);
    }
    let mut count = two(record, 10);
    let mut size = u64::from(four(record, 12));
    let mut offset = u64::from(four(record, 16));
    let mut follower = end;
    if let Some((at, big)) = zip64(bytes, end) {
        count = two(big, 32);
        size = eight(big, 40);
        offset = eight(big, 48);
        follower = at;
    }
    let starts = |at: usize| size == 0 || slice(bytes, at, 4) == Some(b"PK\x01\x02");
    let (size, offset) = match (usize::try_from(size), usize::try_from(offset)) {
        (Ok(size), Ok(offset)) => (size, offset),
        _ => return Err(Problem::Broken),
    };
    // It ends where the next record begins; or it is where it says if something stands between the two.
    let start = follower.checked_sub(size).filter(|&behind| behind >= offset).ok_or(Problem::Broken)?;
    let start = if starts(start) { start } else { offset };
    if !starts(start) {
        return Err(Problem::Broken);
    }
    let shift = start - offset;
    // The end of a zip file that lies in another one, whose own end is missing.
    if shift > 0 && bytes.starts_with(b"PK\x03\x04") {
        return Err(Problem::Truncated);
    }
    Ok(Directory { start, end: start + size, count, shift })
}

/// ZIP64's own record of the end, for numbers that do not fit into the other, and where it is.
fn zip64(bytes: &[u8], end: usize) -> Option<(usize, &[u8; 56])> {
    let at = end.checked_sub(20)?;
    let locator = record::<20>(bytes, at).filter(|locator| four(locator, 0) == 0x0706_4b50)?;
    // It is where the locator says, or right before it if something precedes the archive.
    for place in [usize::try_from(eight(locator, 8)).unwrap_or(end), at.saturating_sub(56)] {
        if let Some(found) = record(bytes, place)
            && place < at
            && four(found, 0) == 0x0606_4b50
        {
            return Some((place, found));
        }
    }
    None
}

/// What an entry of the central directory stands for.
fn entry(bytes: &[u8], central: &Central, directory: &Directory, limits: &Limits) -> Result<(Entry, What), Problem> {
    let path = path::join("", &central.name().ok_or(Problem::Name)?, false)?;
    let method = two(central.header, 10);
    // Bit 0: encrypted, 6: strongly, 13: the directory too. Method 99 is another way of encrypting.
    if central.flags() & 0x2041 != 0 || method == 99 {
        return Err(Problem::Encrypted);
    }
    let mode = two(central.header, 40);
    let mut entry = Entry {
        path,
        method: Method::Stored,
        data: 0..0,
        size: 0,
        crc32: Some(four(central.header, 16)),
        mode: (mode != 0).then_some(mode & 0o777),
    };
    // Unix's kinds of files; an archive from elsewhere has zero.
    let kind = mode >> 12;
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
    match method {
        // Some pack nothing at all into less than the two bytes that deflate needs for it.
        0 | 8 if size == packed && (size == 0 || method == 0) => {}
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
    if entry.size > path::LONGEST {
        return Err(Problem::LongName);
    }
    let target = text::any(bytes.get(entry.data.clone()).unwrap_or_default());
    Ok((entry, What::Symbolic(target)))
}

/// Where the data of an entry are whose header is at `offset`.
fn data(bytes: &[u8], directory: &Directory, offset: u64, packed: u64) -> Option<Range<usize>> {
    let at = usize::try_from(offset).ok()?.checked_add(directory.shift)?;
    let header = record::<30>(bytes, at).filter(|header| four(header, 0) == 0x0403_4b50)?;
    let start = at + 30 + usize::from(two(header, 26)) + usize::from(two(header, 28));
    let end = start.checked_add(usize::try_from(packed).ok()?)?;
    (end <= directory.start).then_some(start..end)
}

/// What the central directory says about an entry.
struct Central<'a> {
    header: &'a [u8; 46],
    raw_name: &'a [u8],
    extra: &'a [u8],
    next: usize,
}

impl<'a> Central<'a> {
    fn at(bytes: &'a [u8], at: usize, end: usize) -> Option<Self> {
        let bytes = bytes.get(..end)?;
        let header = record::<46>(bytes, at).filter(|header| four(header, 0) == 0x0201_4b50)?;
        let name = at + 46;
        let extra = name + usize::from(two(header, 28));
        let comment = extra + usize::from(two(header, 30));
        let next = comment + usize::from(two(header, 32));
        let raw_name = bytes.get(name..extra)?;
        let extra = bytes.get(extra..comment)?;
        bytes.get(comment..next)?;
        Some(Self { header, raw_name, extra, next })
    }

    fn flags(&self) -> u16 {
        two(self.header, 8)
    }

    /// The name; nothing if it says that it is UTF-8 and is not.
    fn name(&self) -> Option<String> {
        // Info-ZIP's field, which counts only for the name that it was made for.
        if let Some((fixed, name)) = self.field(0x7075).and_then(|field| field.split_first_chunk::<5>())
            && fixed[0] == 1
            && four(fixed, 1) == crc32(self.raw_name)
        {
            return text::utf8(name);
        }
        // Without the flag it should be the alphabet of the first PCs. Many write UTF-8 all the same, which text in
        // that alphabet is hardly ever by accident.
        if self.flags() & 0x800 == 0 { Some(text::any(self.raw_name)) } else { text::utf8(self.raw_name) }
    }

    /// The size, the packed size, and the offset of the header before the data.
    fn sizes(&self) -> Option<[u64; 3]> {
        // ZIP64: those that do not fit stand in a field of their own, one after the other.
        let mut big = self.field(1).unwrap_or_default();
        let mut numbers = [0; 3];
        for (number, at) in numbers.iter_mut().zip([24, 20, 42]) {
            *number = u64::from(four(self.header, at));
            if *number == 0xffff_ffff {
                let (first, rest) = big.split_first_chunk::<8>()?;
                *number = u64::from_le_bytes(*first);
                big = rest;
            }
        }
        Some(numbers)
    }

    /// The additional field with this number.
    fn field(&self, id: u16) -> Option<&'a [u8]> {
        let mut rest = self.extra;
        loop {
            let (head, behind) = rest.split_first_chunk::<4>()?;
            let (field, behind) = behind.split_at_checked(usize::from(two(head, 2)))?;
            if two(head, 0) == id {
                return Some(field);
            }
            rest = behind;
        }
    }
}
