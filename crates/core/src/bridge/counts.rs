//! Ids of objects that the other side knows, and how often it was told of each.
//!
//! An object may be mentioned again while the other side's word that it has forgotten it is still on its way. So each
//! mention is counted, and a release says how many mentions it makes up for: the object is free at zero, not before.

use alloc::vec::Vec;

/// The objects that one side has handed out, by id.
#[derive(Debug, Default)]
pub struct Counts {
    mentions: Vec<u32>,
    free: Vec<u32>,
}

impl Counts {
    /// An id for an object that is mentioned for the first time.
    pub fn begin(&mut self) -> u32 {
        if let Some(id) = self.free.pop() {
            if let Some(count) = self.mentions.get_mut(id as usize) {
                *count = 1;
            }
            return id;
        }
        self.mentions.push(1);
        u32::try_from(self.mentions.len() - 1).unwrap_or(u32::MAX)
    }

    /// It was mentioned again.
    pub fn again(&mut self, id: u32) {
        if let Some(count) = self.mentions.get_mut(id as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// The other side has forgotten this many mentions of it. Tells whether it is free now.
    pub fn released(&mut self, id: u32, mentions: u32) -> bool {
        match self.mentions.get_mut(id as usize) {
            Some(count) if *count > 0 => {
                *count = count.saturating_sub(mentions);
                let is_free = *count == 0;
                if is_free {
                    self.free.push(id);
                }
                is_free
            }
            _ => false,
        }
    }

    /// How many objects are known to the other side.
    #[must_use]
    pub fn len(&self) -> usize {
        self.mentions.len() - self.free.len()
    }

    /// Whether the other side knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mentioned_again_while_its_release_is_on_the_way_stays() {
        let mut counts = Counts::default();
        let id = counts.begin();
        counts.again(id);
        assert!(!counts.released(id, 1));
        assert_eq!(counts.len(), 1);
        assert!(counts.released(id, 1));
        assert!(counts.is_empty());
    }

    #[test]
    fn ids_are_used_again_and_false_releases_change_nothing() {
        let mut counts = Counts::default();
        let (first, second) = (counts.begin(), counts.begin());
        assert_ne!(first, second);
        assert!(counts.released(first, 9));
        assert!(!counts.released(first, 1), "it is free already");
        assert!(!counts.released(77, 1), "nobody has this id");
        assert_eq!(counts.begin(), first);
        assert_eq!(counts.len(), 2);
    }
}
