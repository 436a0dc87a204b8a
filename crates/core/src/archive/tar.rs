//! Tar files: ustar, GNU's long names, and the extended headers of POSIX.

use alloc::vec::Vec;

use super::error::Look;
use super::read::{record, slice};
use super::{ArchiveError, Entry, Item, Limits, Method, Problem, What, path, size_within, text};

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
        let Some(header) = record::<BLOCK>(bytes, at) else {
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
        let name = extended.name.map_or_else(|| name(header), Vec::from);
        let (entry, what) = entry(bytes, start, header, &name, &extended, extended.size.unwrap_or(size), limits)
            .map_err(|problem| ArchiveError::of(problem, &text::any(&name)))?;
        at = after(start, entry.size);
        items.push(Item { entry, what, order: items.len() });
        extended = Extended::default();
    }
}

/// The name in a header.
fn name(header: &[u8; BLOCK]) -> Vec<u8> {
    let mut name = Vec::new();
    // GNU's own format has other things where this one has the first part of a long path.
    if header[257..263] == *b"ustar\0" && header[345] != 0 {
        name.extend_from_slice(until_zero(&header[345..500]));
        name.push(b'/');
    }
    name.extend_from_slice(until_zero(&header[..100]));
    name
}

/// What the header stands for whose data begin at `start`.
fn entry(
    bytes: &[u8],
    start: usize,
    header: &[u8; BLOCK],
    name: &[u8],
    extended: &Extended,
    size: u64,
    limits: &Limits,
) -> Result<(Entry, What), Problem> {
    let path = path::join("", &text::utf8(name).ok_or(Problem::Name)?, false)?;
    let link = || text::any(extended.link.unwrap_or_else(|| until_zero(&header[157..257])));
    let what = match header[156] {
        _ if extended.is_sparse => return Err(Problem::Sparse),
        b'S' => return Err(Problem::Sparse),
        b'M' => return Err(Problem::Split),
        // The oldest format tells directories by their names.
        0 | b'0' if name.last() == Some(&b'/') => What::Directory,
        0 | b'0' | b'7' => What::File,
        b'5' | b'D' => What::Directory,
        b'1' => What::Hard(link()),
        b'2' => What::Symbolic(link()),
        _ => return Err(Problem::Special),
    };
    let mode = number(&header[100..108]).map(|mode| mode as u16 & 0o777);
    let mut entry = Entry { path, method: Method::Stored, data: 0..0, size: 0, crc32: None, mode };
    // `D` has data of GNU's own: what was in the directory once. What links and directories have is not in the archive.
    if matches!(header[156], 0 | b'0' | b'7' | b'D') {
        entry.size = size_within(limits, size)?;
        entry.data = start..start + slice(bytes, start, entry.size).ok_or(Problem::Truncated)?.len();
    }
    Ok((entry, what))
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
            rest.iter().try_fold(0_u64, |value, &byte| Some(value.checked_mul(256)? | u64::from(byte)))
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
fn has_sum(header: &[u8; BLOCK]) -> bool {
    let mut sum = 0;
    for (at, &byte) in header.iter().enumerate() {
        sum += u64::from(if (148..156).contains(&at) { b' ' } else { byte });
    }
    number(&header[148..156]) == Some(sum)
}
