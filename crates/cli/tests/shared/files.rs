//! What is below a folder, to tell whether a command has changed anything.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// All files below a folder, with their content: links as what they lead to, what cannot be read as empty. What is called
/// `but_for` is left out.
pub(crate) fn files(folder: &Path, but_for: &str) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.ends_with(but_for) {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}
