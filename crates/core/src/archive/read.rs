//! Numbers out of bytes that may end too early.

/// `count` bytes from `at` on.
pub(super) fn slice(bytes: &[u8], at: usize, count: usize) -> Option<&[u8]> {
    bytes.get(at..)?.get(..count)
}

/// A little-endian number of `count` bytes, eight at most.
pub(super) fn number(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let mut value = 0;
    for &byte in slice(bytes, at, count)?.iter().rev() {
        value = value << 8 | u64::from(byte);
    }
    Some(value)
}

/// The same as an index into bytes.
pub(super) fn index(bytes: &[u8], at: usize, count: usize) -> Option<usize> {
    usize::try_from(number(bytes, at, count)?).ok()
}
