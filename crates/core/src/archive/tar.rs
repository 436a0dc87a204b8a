//! Tar files: ustar, GNU's long names, and the extended headers of POSIX.

use alloc::string::String;
use alloc::vec::Vec;

use super::error::Look;
use super::read::slice;
use super::{ArchiveError, Entry, Item, Limits, Method, Problem, What, path, text};

/// Everything in a tar file begins at a multiple of this.
const BLOCK: usize = 512;

/// What headers before an entry's own say about it.
#[derive(Default)]
struct Extended<'a> {
    name: Option<&'a [u8]>,
    link: Option<&'a [u8]>,
    size: Option<u64>,
    is_sparse: bool,
}

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Item>, ArchiveError> {
    let mut items = Vec::new();
    let mut extended = Extended::default();
    let mut at = 0;
    loop {
        let Some(header) = slice(bytes, at, BLOCK) else {
            return Err(if at == 0 { Problem::Other(Look::at(bytes)) } else { Problem::Truncated }.into());
        };
        if header.iter().all(|&byte| byte == 0) {
            return Ok(items);
        }
        if !has_sum(header) {
            return Err(if at == 0 { Problem::Other(Look::at(bytes)) } else { Problem::Broken }.into());
        }
        let start = at + BLOCK;
        let kind = header[156];
        let size = number(&header[124..136]).ok_or(Problem::Broken)?;
        if matches!(kind, b'L' | b'K' | b'x' | b'X' | b'g' | b'V') {
            let data =
                usize::try_from(size).ok().and_then(|size| slice(bytes, start, size)).ok_or(Problem::Truncated)?;
            match kind {
                b'L' => extended.name = Some(until_zero(data)),
                b'K' => extended.link = Some(until_zero(data)),
                b'x' | b'X' => extended.read(data).ok_or(Problem::Broken)?,
                // What holds for all entries (a comment, mostly), or the name of the whole.
                _ => {}
            }
            at = after(start, data.len());
            continue;
        }
        if items.len() >= limits.entries {
            return Err(Problem::Many(limits.entries).into());
        }
        let (item, next) = entry(bytes, start, header, &extended, limits, items.len())?;
        items.push(item);
        extended = Extended::default();
        at = next;
    }
}

/// The entry whose data begin at `start`, and where the next header is.
fn entry(
    bytes: &[u8],
    start: usize,
    header: &[u8],
    extended: &Extended,
    limits: &Limits,
    order: usize,
) -> Result<(Item, usize), ArchiveError> {
    let mut raw = Vec::new();
    match extended.name {
        Some(name) => raw.extend_from_slice(name),
        None => {
            // GNU's own format has other things where this one has the first part of a long path.
            if header[257..263] == *b"ustar\0" && header[345] != 0 {
                raw.extend_from_slice(until_zero(&header[345..500]));
                raw.push(b'/');
            }
            raw.extend_from_slice(until_zero(&header[..100]));
        }
    }
    let name = text::utf8(&raw);
    let fail = |problem| {
        let shown = name.as_ref().map_or_else(|| text::cp437(&raw), String::clone);
        ArchiveError::of(problem, &shown)
    };
    let path = name.as_ref().ok_or(Problem::Name).and_then(|name| path::join("", name, false)).map_err(fail)?;
    let link = extended.link.unwrap_or_else(|| until_zero(&header[157..257]));
    let size = extended.size.or_else(|| number(&header[124..136])).unwrap_or(0);

    let (what, has_data) = match header[156] {
        _ if extended.is_sparse => return Err(fail(Problem::Sparse)),
        b'S' => return Err(fail(Problem::Sparse)),
        b'M' => return Err(fail(Problem::Split)),
        // The oldest format tells directories by their names.
        0 | b'0' if raw.last() == Some(&b'/') => (What::Directory, true),
        0 | b'0' | b'7' => (What::File, true),
        // Has only data of GNU's own: what was in the directory once.
        b'D' => (What::Directory, true),
        b'5' => (What::Directory, false),
        b'1' => {
            let target = text::utf8(link).ok_or(Problem::Name).map_err(fail)?;
            let target = path::join("", &target, false).map_err(|_| fail(Problem::LinkLeaves(target)))?;
            (What::Link(target), false)
        }
        b'2' => (What::Link(path::target(&path, link).map_err(fail)?), false),
        _ => return Err(fail(Problem::Special)),
    };
    let mode = number(&header[100..108]).and_then(|mode| u16::try_from(mode & 0o777).ok());
    let mut entry = Entry { path, method: Method::Stored, data: 0..0, size: 0, crc32: None, mode };
    if has_data {
        entry.size = usize::try_from(size)
            .ok()
            .filter(|&size| size <= limits.file)
            .ok_or(Problem::Large(limits.file))
            .map_err(fail)?;
        if slice(bytes, start, entry.size).is_none() {
            return Err(fail(Problem::Truncated));
        }
        entry.data = start..start + entry.size;
    }
    let next = after(start, entry.size);
    Ok((Item { entry, what, order }, next))
}

impl<'a> Extended<'a> {
    /// Reads records of the form `LENGTH KEY=VALUE\n`, where the length counts the whole record.
    fn read(&mut self, mut data: &'a [u8]) -> Option<()> {
        while !data.is_empty() {
            let space = data.iter().position(|&byte| byte == b' ')?;
            let length = usize::try_from(digits(data.get(..space)?, 10)?).ok()?;
            let record = data.get(space + 1..length)?.strip_suffix(b"\n")?;
            data = data.get(length..)?;
            let equals = record.iter().position(|&byte| byte == b'=')?;
            let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
            // An empty value takes back what was said.
            let value = Some(value).filter(|value| !value.is_empty());
            match key {
                b"path" => self.name = value,
                b"linkpath" => self.link = value,
                b"size" => {
                    self.size = match value {
                        Some(value) => Some(digits(value, 10)?),
                        None => None,
                    }
                }
                _ => self.is_sparse |= key.starts_with(b"GNU.sparse."),
            }
        }
        Some(())
    }
}

/// Where the next header is behind data.
fn after(start: usize, size: usize) -> usize {
    start + size.next_multiple_of(BLOCK)
}

fn until_zero(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    field.get(..end).unwrap_or_default()
}

/// A number in a header: octal digits, or GNU's bytes for those that need more.
fn number(field: &[u8]) -> Option<u64> {
    match field {
        [0x80, rest @ ..] => {
            let mut value: u64 = 0;
            for &byte in rest {
                value = value.checked_mul(256)? | u64::from(byte);
            }
            Some(value)
        }
        _ => digits(until_zero(field).trim_ascii(), 8),
    }
}

fn digits(text: &[u8], base: u64) -> Option<u64> {
    let mut value: u64 = 0;
    for &byte in text {
        let digit = u64::from(byte.wrapping_sub(b'0'));
        if digit >= base {
            return None;
        }
        value = value.checked_mul(base)?.checked_add(digit)?;
    }
    Some(value)
}

/// Whether a header is one: its bytes are added up, with spaces in place of the sum itself.
fn has_sum(header: &[u8]) -> bool {
    let (mut sum, mut signed) = (256, 256);
    for (at, &byte) in header.iter().enumerate() {
        if !(148..156).contains(&at) {
            sum += i64::from(byte);
            // As some old systems did.
            signed += i64::from(byte.cast_signed());
        }
    }
    let expected = number(&header[148..156]).and_then(|sum| i64::try_from(sum).ok());
    expected == Some(sum) || expected == Some(signed)
}
