//! Bytes: what every message is made of, written without failure and read without trust.

use alloc::vec::Vec;

/// Structures nested deeper than this do not cross: reading them back would need a stack of the sender's choosing.
pub const MAX_DEPTH: usize = 500;

/// What follows in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Tag {
    Undefined = 0,
    Null = 1,
    False = 2,
    True = 3,
    /// A whole number that fits 32 bits.
    Int = 4,
    Number = 5,
    /// Decimal digits.
    BigInt = 6,
    String = 7,
    /// UTF-16 code units: a string with half a surrogate pair, which UTF-8 cannot say.
    Wide = 8,
    /// A string whose bytes follow the message as an attachment.
    LongString = 9,
    /// `Symbol.for(name)`.
    Symbol = 10,
    /// One of the language's own symbols, by number.
    WellKnown = 11,
    Array = 12,
    Object = 13,
    Map = 14,
    Set = 15,
    Date = 16,
    RegExp = 17,
    Error = 18,
    /// Binary data of some kind, as an attachment.
    Buffer = 19,
    Image = 20,
    /// A container that came before in this message, by number.
    Again = 21,
    /// An object of the receiver.
    Yours = 22,
    /// An object of the sender.
    Mine = 23,
    /// An object of the sender, with what the receiver has to know about it.
    Described = 24,
}

/// All tags, in the order of their numbers.
const TAGS: [Tag; 25] = [
    Tag::Undefined,
    Tag::Null,
    Tag::False,
    Tag::True,
    Tag::Int,
    Tag::Number,
    Tag::BigInt,
    Tag::String,
    Tag::Wide,
    Tag::LongString,
    Tag::Symbol,
    Tag::WellKnown,
    Tag::Array,
    Tag::Object,
    Tag::Map,
    Tag::Set,
    Tag::Date,
    Tag::RegExp,
    Tag::Error,
    Tag::Buffer,
    Tag::Image,
    Tag::Again,
    Tag::Yours,
    Tag::Mine,
    Tag::Described,
];

/// The bytes are no message of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Writes a message.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Writes into an emptied buffer, so that its memory is used again.
    #[must_use]
    pub fn reusing(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { bytes }
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// One byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// What follows.
    pub fn tag(&mut self, tag: Tag) {
        self.byte(tag as u8);
    }

    /// A count or an id: seven bits a byte, the lowest first.
    pub fn count(&mut self, mut count: u32) {
        while count >= 0x80 {
            self.byte(count as u8 | 0x80);
            count >>= 7;
        }
        self.byte(count as u8);
    }

    /// A length that this machine has in memory.
    pub fn length(&mut self, length: usize) {
        self.count(u32::try_from(length).unwrap_or(u32::MAX));
    }

    /// A signed whole number; small ones are short.
    pub fn int(&mut self, int: i32) {
        self.count(((int << 1) ^ (int >> 31)).cast_unsigned());
    }

    /// A number, bit by bit.
    pub fn number(&mut self, number: f64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    /// Bytes with their length.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// A text with its length.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }
}

/// Reads a message; nothing in it is believed.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads these bytes from their start.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether all was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// One byte.
    ///
    /// # Errors
    /// At the end.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.rest.split_first().ok_or(Malformed)?;
        self.rest = rest;
        Ok(*first)
    }

    /// What follows.
    ///
    /// # Errors
    /// When it is nothing that this version knows.
    pub fn tag(&mut self) -> Result<Tag, Malformed> {
        TAGS.get(usize::from(self.byte()?)).copied().ok_or(Malformed)
    }

    /// A count or an id.
    ///
    /// # Errors
    /// When it does not fit 32 bits, or the bytes end.
    pub fn count(&mut self) -> Result<u32, Malformed> {
        let mut count = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            let bits = u32::from(byte & 0x7f);
            if shift == 28 && bits > 0xf {
                return Err(Malformed);
            }
            count |= bits << shift;
            if byte < 0x80 {
                return Ok(count);
            }
        }
        Err(Malformed)
    }

    /// How many items follow, of which each takes at least one byte: a lie costs no memory.
    ///
    /// # Errors
    /// When there cannot be so many.
    pub fn items(&mut self) -> Result<u32, Malformed> {
        let count = self.count()?;
        if count as usize > self.rest.len() { Err(Malformed) } else { Ok(count) }
    }

    /// A signed whole number.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub fn int(&mut self) -> Result<i32, Malformed> {
        let bits = self.count()?;
        Ok((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed())
    }

    /// A number.
    ///
    /// # Errors
    /// At the end.
    pub fn number(&mut self) -> Result<f64, Malformed> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(f64::from_le_bytes(*bytes))
    }

    /// Bytes with their length.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.count()? as usize;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// A text with its length.
    ///
    /// # Errors
    /// When it is cut off or no UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        core::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }
}
