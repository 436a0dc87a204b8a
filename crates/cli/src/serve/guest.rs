//! What another command adds to a folder that it serves to a browser of its own.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// A file that is made and not on disk.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) media_type: &'static str,
    pub(crate) text: String,
}

/// Files by their paths, and a tag for the head of each page.
#[derive(Debug)]
pub(crate) struct Guest {
    pub(crate) tag: &'static str,
    files: RwLock<BTreeMap<String, Given>>,
}

impl Guest {
    /// Nothing but the tag.
    pub(crate) fn new(tag: &'static str) -> Self {
        Self { tag, files: RwLock::default() }
    }

    /// Adds a file, or exchanges it.
    pub(crate) fn give(&self, path: &str, file: Given) {
        self.files.write().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), file);
    }

    /// The file of a path.
    pub(crate) fn find(&self, path: &str) -> Option<Given> {
        self.files.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }
}
