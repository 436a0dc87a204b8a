//! From bytes to values, whatever a value is on the side that reads: a JavaScript one in a browser, a tree in a test.

use super::wire::{MAX_DEPTH, Malformed, Reader, Tag};

/// A value without parts.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Scalar<'a> {
    Undefined,
    Null,
    Bool(bool),
    Int(i32),
    Number(f64),
    /// Decimal digits.
    BigInt(&'a str),
    String(&'a str),
    /// UTF-16 code units, little-endian.
    Wide(&'a [u8]),
    /// The number of the attachment that holds its UTF-8.
    LongString(u32),
    /// `Symbol.for(name)`.
    Symbol(&'a str),
    /// The number of one of the language's own symbols.
    WellKnown(u8),
    /// Milliseconds since 1970; not a number when the date is invalid.
    Date(f64),
    RegExp {
        source: &'a str,
        flags: &'a str,
    },
    Error {
        name: &'a str,
        message: &'a str,
        stack: &'a str,
    },
    Buffer {
        /// Which view: see `docs/protocol.md`.
        kind: u8,
        attachment: u32,
    },
    Image {
        width: u32,
        height: u32,
        attachment: u32,
    },
}

/// A container that is filled after it was made, so that it can contain itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Container {
    Array,
    Object,
    Map,
    Set,
}

/// The first mention of an object of the sender: what its proxy answers without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description<'a> {
    /// What it is: see `docs/protocol.md`.
    pub traits: u32,
    /// Its class, defined before.
    pub class: u32,
    /// A function's name.
    pub name: &'a str,
}

/// A class that objects of the sender have. What may be missing is its number plus one, or zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class<'a> {
    /// Its number.
    pub id: u32,
    /// The class that it inherits from.
    pub parent: u32,
    /// Its name.
    pub name: &'a str,
    /// What objects of it say that they are.
    pub tag: &'a str,
    /// The object that is its prototype.
    pub prototype: u32,
    /// The function that makes its objects.
    pub constructor: u32,
}

/// Makes values.
pub trait Builder {
    /// A value.
    type Value: Clone;

    /// A value without parts.
    ///
    /// # Errors
    /// When there is no such value: an attachment that is missing, say.
    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<Self::Value, Malformed>;

    /// An empty container.
    fn container(&mut self, container: Container) -> Self::Value;

    /// A list of numbers in one step; nothing where they are added one by one.
    fn numbers(&mut self, _numbers: &[f64]) -> Option<Self::Value> {
        None
    }

    /// Adds an item, an entry or a property; `key` is undefined in arrays and sets.
    ///
    /// # Errors
    /// When the container takes no such thing.
    fn add(
        &mut self,
        to: &Self::Value,
        container: Container,
        key: Option<Self::Value>,
        value: Self::Value,
    ) -> Result<(), Malformed>;

    /// An object of this side that comes home.
    ///
    /// # Errors
    /// When there is none with this id.
    fn yours(&mut self, id: u32) -> Result<Self::Value, Malformed>;

    /// An object of the other side; described when it is mentioned for the first time.
    ///
    /// # Errors
    /// When the description names a class that was not defined.
    fn mine(&mut self, id: u32, description: Option<Description<'_>>) -> Result<Self::Value, Malformed>;

    /// A class.
    ///
    /// # Errors
    /// When the parent was not defined.
    fn class(&mut self, class: Class<'_>) -> Result<(), Malformed>;

    /// A member of a class.
    ///
    /// # Errors
    /// When the class was not defined.
    fn member(&mut self, class: u32, key: Self::Value, is_method: bool) -> Result<(), Malformed>;
}

/// Reads one value.
///
/// # Errors
/// When the bytes are none.
pub fn decode<B: Builder>(reader: &mut Reader<'_>, builder: &mut B) -> Result<B::Value, Malformed> {
    Decoder { builder, seen: alloc::vec::Vec::new() }.value(reader, 0)
}

/// From how many items on a list is worth a look whether it has nothing but numbers.
const MANY: u32 = 16;

struct Decoder<'b, B: Builder> {
    builder: &'b mut B,
    /// Containers of this value, in the order in which they began.
    seen: alloc::vec::Vec<B::Value>,
}

impl<B: Builder> Decoder<'_, B> {
    fn value(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<B::Value, Malformed> {
        let scalar = match reader.tag()? {
            Tag::Undefined => Scalar::Undefined,
            Tag::Null => Scalar::Null,
            Tag::False => Scalar::Bool(false),
            Tag::True => Scalar::Bool(true),
            Tag::Int => Scalar::Int(reader.int()?),
            Tag::Number => Scalar::Number(reader.number()?),
            Tag::BigInt => Scalar::BigInt(reader.text()?),
            Tag::String => Scalar::String(reader.text()?),
            Tag::Wide => Scalar::Wide(reader.bytes()?),
            Tag::LongString => Scalar::LongString(reader.count()?),
            Tag::Symbol => Scalar::Symbol(reader.text()?),
            Tag::WellKnown => Scalar::WellKnown(reader.byte()?),
            Tag::Date => Scalar::Date(reader.number()?),
            Tag::RegExp => Scalar::RegExp { source: reader.text()?, flags: reader.text()? },
            Tag::Error => Scalar::Error { name: reader.text()?, message: reader.text()?, stack: reader.text()? },
            Tag::Buffer => Scalar::Buffer { kind: reader.byte()?, attachment: reader.count()? },
            Tag::Image => {
                Scalar::Image { width: reader.count()?, height: reader.count()?, attachment: reader.count()? }
            }
            Tag::Array => return self.container(Container::Array, reader, depth),
            Tag::Object => return self.container(Container::Object, reader, depth),
            Tag::Map => return self.container(Container::Map, reader, depth),
            Tag::Set => return self.container(Container::Set, reader, depth),
            Tag::Again => return self.seen.get(reader.count()? as usize).cloned().ok_or(Malformed),
            Tag::Yours => return self.builder.yours(reader.count()?),
            Tag::Mine => return self.builder.mine(reader.count()?, None),
            Tag::Described => return self.described(reader),
        };
        self.builder.scalar(scalar)
    }

    fn container(
        &mut self,
        container: Container,
        reader: &mut Reader<'_>,
        depth: usize,
    ) -> Result<B::Value, Malformed> {
        if depth == MAX_DEPTH {
            return Err(Malformed);
        }
        if let Some(list) = self.numbers(container, reader)? {
            self.seen.push(list.clone());
            return Ok(list);
        }
        let made = self.builder.container(container);
        self.seen.push(made.clone());
        for _ in 0..reader.items()? {
            let key = match container {
                Container::Array | Container::Set => None,
                Container::Object => Some(self.builder.scalar(Scalar::String(reader.text()?))?),
                Container::Map => Some(self.value(reader, depth + 1)?),
            };
            let value = self.value(reader, depth + 1)?;
            self.builder.add(&made, container, key, value)?;
        }
        Ok(made)
    }

    /// Reads a long list of nothing but numbers; nothing when it is none, and then nothing was read.
    fn numbers(&mut self, container: Container, reader: &mut Reader<'_>) -> Result<Option<B::Value>, Malformed> {
        let mut ahead = reader.clone();
        let count = if matches!(container, Container::Array) { ahead.items()? } else { 0 };
        if count < MANY {
            return Ok(None);
        }
        let mut numbers = alloc::vec::Vec::with_capacity(count as usize);
        for _ in 0..count {
            numbers.push(match ahead.tag()? {
                Tag::Int => f64::from(ahead.int()?),
                Tag::Number => ahead.number()?,
                _ => return Ok(None),
            });
        }
        let list = self.builder.numbers(&numbers);
        if list.is_some() {
            *reader = ahead;
        }
        Ok(list)
    }

    fn described(&mut self, reader: &mut Reader<'_>) -> Result<B::Value, Malformed> {
        let id = reader.count()?;
        for _ in 0..reader.items()? {
            let class = reader.count()?;
            self.builder.class(Class {
                id: class,
                parent: reader.count()?,
                name: reader.text()?,
                tag: reader.text()?,
                prototype: reader.count()?,
                constructor: reader.count()?,
            })?;
            for _ in 0..reader.items()? {
                let is_method = reader.byte()? != 0;
                let key = match reader.tag()? {
                    Tag::String => Scalar::String(reader.text()?),
                    Tag::WellKnown => Scalar::WellKnown(reader.byte()?),
                    Tag::Symbol => Scalar::Symbol(reader.text()?),
                    _ => return Err(Malformed),
                };
                let key = self.builder.scalar(key)?;
                self.builder.member(class, key, is_method)?;
            }
        }
        let description = Description { traits: reader.count()?, class: reader.count()?, name: reader.text()? };
        self.builder.mine(id, Some(description))
    }
}
