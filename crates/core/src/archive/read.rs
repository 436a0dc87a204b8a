//! Numbers out of bytes that may end too early.

/// `count` bytes from `at` on.
pub(super) fn slice(bytes: &[u8], at: usize, count: usize) -> Option<&[u8]> {
    bytes.get(at..)?.get(..count)
}

/// A record of fixed size, whose fields need no further care.
pub(super) fn record<const SIZE: usize>(bytes: &[u8], at: usize) -> Option<&[u8; SIZE]> {
    bytes.get(at..)?.first_chunk()
}

/// The little-endian number in two bytes of a record.
#[inline(always)]
pub(super) fn two<const SIZE: usize>(record: &[u8; SIZE], at: usize) -> u16 {
    u16::from_le_bytes([record[at], record[at + 1]])
}

/// The little-endian number in four bytes of a record.
#[inline(always)]
pub(super) fn four<const SIZE: usize>(record: &[u8; SIZE], at: usize) -> u32 {
    u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]])
}

/// The little-endian number in eight bytes of a record.
#[inline(always)]
pub(super) fn eight<const SIZE: usize>(record: &[u8; SIZE], at: usize) -> u64 {
    u64::from(four(record, at + 4)) << 32 | u64::from(four(record, at))
}
