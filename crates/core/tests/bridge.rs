//! The bridge's bytes: whatever is written is read back, and whatever is read does no harm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use pyrite_core::bridge::decode::{Class as Definition, Container, Description, Scalar};
use pyrite_core::bridge::message::Frame;
use pyrite_core::bridge::wire::MAX_DEPTH;
use pyrite_core::bridge::{Builder, Malformed, Reader, Tag, Writer, decode};

/// A class's name, its tag, and its members with whether each is a method.
type Class = (String, String, Vec<(String, bool)>);

/// A value as a test sees it.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Undefined,
    Null,
    Bool(bool),
    Int(i32),
    Number(u64),
    BigInt(String),
    String(String),
    Wide(Vec<u8>),
    Symbol(String),
    WellKnown(u8),
    Date(u64),
    RegExp(String, String),
    Error(String, String, String),
    Buffer(u8, u32),
    Image(u32, u32, u32),
    LongString(u32),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
    Map(Vec<(Tree, Tree)>),
    Set(Vec<Tree>),
    Yours(u32),
    Mine(u32),
    Described { id: u32, traits: u32, name: String, classes: Vec<Class> },
}

fn write(tree: &Tree, to: &mut Writer) {
    match tree {
        Tree::Undefined => to.tag(Tag::Undefined),
        Tree::Null => to.tag(Tag::Null),
        Tree::Bool(yes) => to.tag(if *yes { Tag::True } else { Tag::False }),
        Tree::Int(int) => {
            to.tag(Tag::Int);
            to.int(*int);
        }
        Tree::Number(bits) => {
            to.tag(Tag::Number);
            to.number(f64::from_bits(*bits));
        }
        Tree::BigInt(digits) => {
            to.tag(Tag::BigInt);
            to.text(digits);
        }
        Tree::String(text) => {
            to.tag(Tag::String);
            to.text(text);
        }
        Tree::Wide(units) => {
            to.tag(Tag::Wide);
            to.bytes(units);
        }
        Tree::LongString(attachment) => {
            to.tag(Tag::LongString);
            to.count(*attachment);
        }
        Tree::Symbol(name) => {
            to.tag(Tag::Symbol);
            to.text(name);
        }
        Tree::WellKnown(number) => {
            to.tag(Tag::WellKnown);
            to.byte(*number);
        }
        Tree::Date(bits) => {
            to.tag(Tag::Date);
            to.number(f64::from_bits(*bits));
        }
        Tree::RegExp(source, flags) => {
            to.tag(Tag::RegExp);
            to.text(source);
            to.text(flags);
        }
        Tree::Error(name, message, stack) => {
            to.tag(Tag::Error);
            for text in [name, message, stack] {
                to.text(text);
            }
        }
        Tree::Buffer(kind, attachment) => {
            to.tag(Tag::Buffer);
            to.byte(*kind);
            to.count(*attachment);
        }
        Tree::Image(width, height, attachment) => {
            to.tag(Tag::Image);
            for count in [width, height, attachment] {
                to.count(*count);
            }
        }
        Tree::Array(items) => {
            to.tag(Tag::Array);
            to.length(items.len());
            items.iter().for_each(|item| write(item, to));
        }
        Tree::Set(items) => {
            to.tag(Tag::Set);
            to.length(items.len());
            items.iter().for_each(|item| write(item, to));
        }
        Tree::Object(entries) => {
            to.tag(Tag::Object);
            to.length(entries.len());
            for (key, value) in entries {
                to.text(key);
                write(value, to);
            }
        }
        Tree::Map(entries) => {
            to.tag(Tag::Map);
            to.length(entries.len());
            for (key, value) in entries {
                write(key, to);
                write(value, to);
            }
        }
        Tree::Yours(id) => {
            to.tag(Tag::Yours);
            to.count(*id);
        }
        Tree::Mine(id) => {
            to.tag(Tag::Mine);
            to.count(*id);
        }
        Tree::Described { id, traits, name, classes } => {
            to.tag(Tag::Described);
            to.count(*id);
            to.length(classes.len());
            for (index, (class, tag, members)) in classes.iter().enumerate() {
                to.length(index);
                // Each inherits from the one before; the first from none.
                to.length(index);
                to.text(class);
                to.text(tag);
                to.count(7);
                to.count(0);
                to.length(members.len());
                for (key, is_method) in members {
                    to.byte((*is_method).into());
                    to.tag(Tag::String);
                    to.text(key);
                }
            }
            to.count(*traits);
            to.length(classes.len().saturating_sub(1));
            to.text(name);
        }
    }
}

/// Builds trees. Containers are made before their contents, so they live in an arena.
#[derive(Default)]
struct Trees {
    containers: Vec<Tree>,
    classes: Vec<Class>,
}

/// A finished value, or the number of a container.
#[derive(Clone, Debug)]
enum Handle {
    Done(Tree),
    Container(usize),
}

impl Trees {
    /// `None` for what contains itself.
    fn finish(&self, handle: &Handle, depth: usize) -> Option<Tree> {
        let index = match handle {
            Handle::Done(tree) => return Some(tree.clone()),
            Handle::Container(_) if depth > MAX_DEPTH => return None,
            Handle::Container(index) => *index,
        };
        Some(self.containers[index].clone())
    }
}

impl Builder for Trees {
    type Value = Handle;

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<Handle, Malformed> {
        Ok(Handle::Done(match scalar {
            Scalar::Undefined => Tree::Undefined,
            Scalar::Null => Tree::Null,
            Scalar::Bool(yes) => Tree::Bool(yes),
            Scalar::Int(int) => Tree::Int(int),
            Scalar::Number(number) => Tree::Number(number.to_bits()),
            Scalar::BigInt(digits) => Tree::BigInt(digits.into()),
            Scalar::String(text) => Tree::String(text.into()),
            Scalar::Wide(units) => Tree::Wide(units.into()),
            Scalar::LongString(attachment) => Tree::LongString(attachment),
            Scalar::Symbol(name) => Tree::Symbol(name.into()),
            Scalar::WellKnown(number) => Tree::WellKnown(number),
            Scalar::Date(time) => Tree::Date(time.to_bits()),
            Scalar::RegExp { source, flags } => Tree::RegExp(source.into(), flags.into()),
            Scalar::Error { name, message, stack } => Tree::Error(name.into(), message.into(), stack.into()),
            Scalar::Buffer { kind, attachment } => Tree::Buffer(kind, attachment),
            Scalar::Image { width, height, attachment } => Tree::Image(width, height, attachment),
        }))
    }

    fn container(&mut self, container: Container) -> Handle {
        self.containers.push(match container {
            Container::Array => Tree::Array(Vec::new()),
            Container::Object => Tree::Object(Vec::new()),
            Container::Map => Tree::Map(Vec::new()),
            Container::Set => Tree::Set(Vec::new()),
        });
        Handle::Container(self.containers.len() - 1)
    }

    fn add(&mut self, to: &Handle, _: Container, key: Option<Handle>, value: Handle) -> Result<(), Malformed> {
        let value = self.finish(&value, 0).ok_or(Malformed)?;
        let key = key.map(|key| self.finish(&key, 0).ok_or(Malformed)).transpose()?;
        let Handle::Container(index) = to else { return Err(Malformed) };
        match (&mut self.containers[*index], key) {
            (Tree::Array(items) | Tree::Set(items), None) => items.push(value),
            (Tree::Object(entries), Some(Tree::String(key))) => entries.push((key, value)),
            (Tree::Map(entries), Some(key)) => entries.push((key, value)),
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn yours(&mut self, id: u32) -> Result<Handle, Malformed> {
        Ok(Handle::Done(Tree::Yours(id)))
    }

    fn mine(&mut self, id: u32, description: Option<Description<'_>>) -> Result<Handle, Malformed> {
        let Some(Description { traits, class, name }) = description else { return Ok(Handle::Done(Tree::Mine(id))) };
        let classes = std::mem::take(&mut self.classes);
        if class as usize + 1 != classes.len().max(1) {
            return Err(Malformed);
        }
        Ok(Handle::Done(Tree::Described { id, traits, name: name.into(), classes }))
    }

    fn class(&mut self, class: Definition<'_>) -> Result<(), Malformed> {
        let Definition { id, parent, name, tag, .. } = class;
        if id as usize != self.classes.len() || parent != id {
            return Err(Malformed);
        }
        self.classes.push((name.into(), tag.into(), Vec::new()));
        Ok(())
    }

    fn member(&mut self, class: u32, key: Handle, is_method: bool) -> Result<(), Malformed> {
        let Handle::Done(Tree::String(key)) = key else { return Ok(()) };
        self.classes.get_mut(class as usize).ok_or(Malformed)?.2.push((key, is_method));
        Ok(())
    }
}

fn read(bytes: &[u8]) -> Result<Tree, Malformed> {
    let mut reader = Reader::new(bytes);
    let mut trees = Trees::default();
    let handle = decode(&mut reader, &mut trees)?;
    if !reader.is_empty() {
        return Err(Malformed);
    }
    trees.finish(&handle, 0).ok_or(Malformed)
}

/// A generator of numbers whose failures can be repeated: xorshift.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    fn text(&mut self) -> String {
        let alphabet: Vec<char> = "ab\0\"é漢𝄞\n\u{200d}".chars().collect();
        (0..self.below(12)).map(|_| alphabet[self.below(alphabet.len() as u64) as usize]).collect()
    }

    fn tree(&mut self, depth: u64) -> Tree {
        match self.below(if depth == 0 { 18 } else { 23 }) {
            0 => Tree::Undefined,
            1 => Tree::Null,
            2 => Tree::Bool(self.roll() & 1 == 0),
            3 => Tree::Int(self.roll() as i32 >> self.below(32)),
            4 => Tree::Number(self.roll()),
            5 => Tree::BigInt(format!("-{}", self.roll())),
            6 => Tree::String(self.text()),
            7 => Tree::Wide((0..self.below(9)).map(|_| self.roll() as u8).collect()),
            8 => Tree::LongString(self.roll() as u32),
            9 => Tree::Symbol(self.text()),
            10 => Tree::WellKnown(self.roll() as u8),
            11 => Tree::Date(self.roll()),
            12 => Tree::RegExp(self.text(), self.text()),
            13 => Tree::Error(self.text(), self.text(), self.text()),
            14 => Tree::Buffer(self.roll() as u8, self.roll() as u32),
            15 => Tree::Image(self.roll() as u32, self.below(9) as u32, self.below(300) as u32),
            16 => Tree::Yours(self.roll() as u32 >> self.below(32)),
            17 => Tree::Mine(self.roll() as u32 >> self.below(32)),
            18 => Tree::Array((0..self.below(6)).map(|_| self.tree(depth - 1)).collect()),
            19 => Tree::Set((0..self.below(6)).map(|_| self.tree(depth - 1)).collect()),
            20 => Tree::Object((0..self.below(6)).map(|_| (self.text(), self.tree(depth - 1))).collect()),
            21 => Tree::Map((0..self.below(4)).map(|_| (self.tree(depth - 1), self.tree(depth - 1))).collect()),
            _ => Tree::Described {
                id: self.roll() as u32,
                traits: self.roll() as u32,
                name: self.text(),
                classes: (0..self.below(3))
                    .map(|_| {
                        let members = (0..self.below(4)).map(|_| (self.text(), self.roll() & 1 == 0)).collect();
                        (self.text(), self.text(), members)
                    })
                    .collect(),
            },
        }
    }
}

fn bytes_of(tree: &Tree) -> Vec<u8> {
    let mut writer = Writer::default();
    write(tree, &mut writer);
    writer.into_bytes()
}

#[test]
fn every_value_is_read_back_as_it_was_written() {
    for seed in 1..20_000 {
        // What a container refers to is complete only when the container is; trees refer to nothing twice.
        let tree = Dice::new(seed).tree(3);
        assert_eq!(read(&bytes_of(&tree)), Ok(tree), "seed {seed}");
    }
}

#[test]
fn cut_off_messages_are_refused() {
    for seed in 1..500 {
        let bytes = bytes_of(&Dice::new(seed).tree(3));
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), Err(Malformed), "seed {seed}, {end} of {} bytes", bytes.len());
        }
    }
}

#[test]
fn arbitrary_and_damaged_bytes_do_no_harm() {
    let mut read_something = 0;
    for seed in 1..100_000 {
        let mut dice = Dice::new(seed);
        let mut bytes = if seed % 2 == 0 {
            (0..dice.below(64)).map(|_| dice.roll() as u8 % 30).collect()
        } else {
            bytes_of(&dice.tree(3))
        };
        for _ in 0..dice.below(4) {
            if !bytes.is_empty() {
                let at = dice.below(bytes.len() as u64) as usize;
                bytes[at] = dice.roll() as u8;
            }
        }
        read_something += usize::from(read(&bytes).is_ok());
        let _ = Frame::read(&mut Reader::new(&bytes));
    }
    // Were everything refused, nothing would have been tried.
    assert!(read_something > 1000, "{read_something}");
}

#[test]
fn a_lie_about_a_length_costs_no_memory() {
    for tag in [Tag::Array, Tag::Object, Tag::Map, Tag::Set, Tag::String, Tag::Wide] {
        assert_eq!(read(&[tag as u8, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]), Err(Malformed));
    }
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: usize| {
        let mut bytes = [Tag::Array as u8, 1].repeat(depth);
        bytes.push(Tag::Null as u8);
        let mut trees = Trees::default();
        decode(&mut Reader::new(&bytes), &mut trees).map(|_| trees.containers.len())
    };
    assert_eq!(nested(MAX_DEPTH), Ok(MAX_DEPTH));
    assert_eq!(nested(MAX_DEPTH + 1), Err(Malformed));
    assert_eq!(nested(1_000_000), Err(Malformed));
}

#[test]
fn a_container_can_contain_itself() {
    let bytes = [Tag::Array as u8, 1, Tag::Again as u8, 0];
    let mut trees = Trees::default();
    let handle = decode(&mut Reader::new(&bytes), &mut trees);
    assert!(matches!(handle, Ok(Handle::Container(0))));
    assert_eq!(read(&[Tag::Again as u8, 0]), Err(Malformed), "there is nothing before it");
}

#[test]
fn frames_are_read_back() {
    for seed in 1..2000 {
        let mut dice = Dice::new(seed);
        let frame = Frame {
            released: (0..dice.below(5)).map(|_| (dice.roll() as u32, dice.roll() as u32 >> dice.below(32))).collect(),
            kind: dice.roll() as u8,
            id: dice.roll() as u32 >> dice.below(32),
        };
        let mut writer = Writer::default();
        frame.write(&mut writer);
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes);
        assert_eq!(Frame::read(&mut reader), Ok(frame));
        assert!(reader.is_empty());
    }
}

#[test]
fn whole_numbers_are_exact_at_their_ends() {
    for int in [0, 1, -1, 63, 64, -64, -65, i32::MAX, i32::MIN] {
        assert_eq!(read(&bytes_of(&Tree::Int(int))), Ok(Tree::Int(int)));
    }
    for count in [0, 127, 128, 16_383, 16_384, u32::MAX] {
        assert_eq!(read(&bytes_of(&Tree::Yours(count))), Ok(Tree::Yours(count)));
    }
    assert_eq!(read(&[Tag::Yours as u8, 0xff, 0xff, 0xff, 0xff, 0x1f]), Err(Malformed), "33 bits");
}
