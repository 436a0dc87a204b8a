//! No page of the gallery is found fault with.

use std::fs;
use std::path::{Path, PathBuf};

use pyrite_check::{File, Tree};

use crate::{found, shown};

fn add(folder: &Path, root: &Path, tree: &mut Tree) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            add(&path, root, tree);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        let bytes = fs::read(&path).unwrap();
        let file = String::from_utf8(bytes).map_or_else(|error| File::Bytes(error.into_bytes()), File::Text);
        *tree = std::mem::take(tree).with(&name, file);
    }
}

#[test]
fn nothing_is_said_about_the_gallery() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut tree = Tree::default();
    add(&root, &root, &mut tree);
    assert_eq!(shown(&tree, &found(&tree, None)), "nothing");
}
