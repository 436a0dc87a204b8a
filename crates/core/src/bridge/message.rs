//! The frame of a message: what the sender has forgotten, what it wants, of which object, with which two values.

use alloc::vec::Vec;

use super::wire::{Malformed, Reader, Writer};

/// The frame, without the two values that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Ids of the receiver's objects that the sender has forgotten, with how many mentions of each.
    pub released: Vec<(u32, u32)>,
    /// What is wanted.
    pub kind: u8,
    /// Of which object, or for which call.
    pub id: u32,
}

impl Frame {
    /// Writes it.
    pub fn write(&self, writer: &mut Writer) {
        writer.length(self.released.len());
        for (id, mentions) in &self.released {
            writer.count(*id);
            writer.count(*mentions);
        }
        writer.byte(self.kind);
        writer.count(self.id);
    }

    /// Reads it.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut released = Vec::new();
        for _ in 0..reader.items()? {
            released.push((reader.count()?, reader.count()?));
        }
        Ok(Self { released, kind: reader.byte()?, id: reader.count()? })
    }
}
