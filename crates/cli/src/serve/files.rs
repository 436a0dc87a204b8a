//! Finds what a path means in the served folder, and never outside of it.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::address::{Address, encoded, is_hidden};
use super::pages::Entry;
use super::rewrite::{self, released::BARE_NAME};
use crate::similar::similar;

/// What a path means.
#[derive(Debug)]
pub(crate) enum Found {
    File(Opened),
    /// A folder that was named without its slash: relative addresses in its page would go wrong.
    Elsewhere(String),
    /// A folder without a page.
    Folder(Vec<Entry>),
    /// Nothing. With paths and names that may have been meant.
    Missing(Vec<(String, String)>),
    /// Something that is not served, and why.
    Refused(String),
}

/// A file, ready to be read.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) file: File,
    pub(crate) metadata: Metadata,
    /// Names below the served folder; the page of a folder has `index.html` as its last.
    pub(crate) segments: Vec<String>,
}

impl Opened {
    /// The last name.
    pub(crate) fn name(&self) -> &str {
        self.segments.last().map_or("", String::as_str)
    }
}

/// Finds what an address means. `root` is a canonical path.
pub(crate) fn find(root: &Path, address: &Address) -> Found {
    let path = joined(root, &address.segments);
    let canonical = match contained(root, &path) {
        Ok(canonical) => canonical,
        Err(Outcome::Missing) => return Found::Missing(near_misses(root, address)),
        Err(Outcome::Refused(reason)) => return Found::Refused(reason),
    };
    let metadata = match fs::metadata(&canonical) {
        Ok(metadata) => metadata,
        Err(error) => return unreadable(&error, root, address),
    };
    if metadata.is_dir() {
        if !address.folder && !address.segments.is_empty() {
            return Found::Elsewhere(Address { folder: true, ..address.clone() }.path());
        }
        return folder(root, &canonical, address);
    }
    // A slash behind a file's name would make its relative addresses go wrong.
    if address.folder {
        return Found::Missing(vec![(
            encoded(address.segments.iter().map(String::as_str)),
            format!("/{}", address.shown()),
        )]);
    }
    open(root, &canonical, metadata, address.segments.clone(), address)
}

fn folder(root: &Path, canonical: &Path, address: &Address) -> Found {
    match contained(root, &canonical.join("index.html")) {
        Ok(index) => match fs::metadata(&index) {
            Ok(metadata) if metadata.is_file() => {
                let segments = address.segments.iter().cloned().chain(["index.html".to_owned()]).collect();
                return open(root, &index, metadata, segments, address);
            }
            _ => {}
        },
        Err(Outcome::Refused(reason)) => return Found::Refused(reason),
        Err(Outcome::Missing) => {}
    }
    match fs::read_dir(canonical) {
        Ok(entries) => Found::Folder(entries.flatten().filter_map(|entry| listed(root, &entry.path())).collect()),
        Err(error) => unreadable(&error, root, address),
    }
}

fn open(root: &Path, path: &Path, metadata: Metadata, segments: Vec<String>, address: &Address) -> Found {
    // Opening a pipe would wait for its other end.
    if !metadata.is_file() {
        return Found::Refused("neither a file nor a folder".to_owned());
    }
    match File::open(path) {
        Ok(file) => Found::File(Opened { file, metadata, segments }),
        Err(error) => unreadable(&error, root, address),
    }
}

fn unreadable(error: &io::Error, root: &Path, address: &Address) -> Found {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Found::Missing(near_misses(root, address)),
        ErrorKind::PermissionDenied => Found::Refused("this user may not read it".to_owned()),
        _ => Found::Refused(error.to_string()),
    }
}

fn joined(root: &Path, segments: &[String]) -> PathBuf {
    root.iter().chain(segments.iter().map(AsRef::as_ref)).collect()
}

enum Outcome {
    Missing,
    Refused(String),
}

/// The real path behind links, if it lies in the folder and is not hidden.
fn contained(root: &Path, path: &Path) -> Result<PathBuf, Outcome> {
    let canonical = path.canonicalize().map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => Outcome::Refused("this user may not read it".to_owned()),
        _ => Outcome::Missing,
    })?;
    let relative = canonical
        .strip_prefix(root)
        .map_err(|_| Outcome::Refused("a link that leads outside the served folder".to_owned()))?;
    if is_hidden(relative.iter().filter_map(|name| name.to_str())) {
        return Err(Outcome::Refused("a link to a hidden file".to_owned()));
    }
    Ok(canonical)
}

/// The entry for a folder's list, if it would be served.
fn listed(root: &Path, path: &Path) -> Option<Entry> {
    let name = path.file_name()?.to_str()?.to_owned();
    if is_hidden(std::iter::once(name.as_str())) {
        return None;
    }
    let canonical = contained(root, path).ok()?;
    Some(Entry { name, folder: canonical.is_dir() })
}

/// Names that are like the first one that is not there.
fn near_misses(root: &Path, address: &Address) -> Vec<(String, String)> {
    for (index, name) in address.segments.iter().enumerate() {
        let parents = &address.segments[..index];
        let path = joined(root, &address.segments[..=index]);
        if !path.exists() {
            let Ok(folder) = contained(root, &joined(root, parents)) else { return Vec::new() };
            let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
            let entries: Vec<Entry> = entries.flatten().filter_map(|entry| listed(root, &entry.path())).collect();
            let alike = similar(name, entries.iter().map(|entry| entry.name.as_str()));
            return alike.into_iter().map(|name| suggestion(parents, name, &entries)).collect();
        }
    }
    Vec::new()
}

fn suggestion(parents: &[String], name: &str, entries: &[Entry]) -> (String, String) {
    let folder = entries.iter().any(|entry| entry.name == name && entry.folder);
    let segments = parents.iter().map(String::as_str).chain([name]);
    let slash = if folder { "/" } else { "" };
    (format!("{}{slash}", encoded(segments.clone())), format!("/{}{slash}", segments.collect::<Vec<_>>().join("/")))
}

/// Modules that are followed from one page at most.
const MOST_MODULES: usize = 64;
/// Larger ones are libraries, not an author's own.
const LARGEST_MODULE: u64 = 1 << 20;

/// Whether a module of the folder, or one that it loads, asks for the runtime by its bare name. `reference` is how a
/// page in the folder of `base` names it.
pub(crate) fn asks_for_runtime(root: &Path, base: &[String], reference: &str) -> bool {
    let mut open: Vec<Address> = resolved(base, reference).into_iter().collect();
    let mut seen = HashSet::new();
    while let Some(address) = open.pop() {
        if seen.len() >= MOST_MODULES || !seen.insert(address.path()) {
            continue;
        }
        let Found::File(opened) = find(root, &address) else { continue };
        if opened.metadata.len() > LARGEST_MODULE {
            continue;
        }
        let Ok(text) = io::read_to_string(opened.file) else { continue };
        for name in rewrite::modules_of(&text) {
            if name == BARE_NAME {
                return true;
            }
            // In a script, unlike in an attribute, only these name a file.
            if name.starts_with(['.', '/']) {
                let folder = &opened.segments[..opened.segments.len().saturating_sub(1)];
                open.extend(resolved(folder, name));
            }
        }
    }
    false
}

/// The address in the served folder that a reference means, or `None` if it leads elsewhere.
fn resolved(base: &[String], reference: &str) -> Option<Address> {
    let path = reference.split(['?', '#']).next()?;
    let elsewhere = path.starts_with("//") || path.split('/').next().is_some_and(|first| first.contains(':'));
    if path.is_empty() || elsewhere {
        return None;
    }
    if path.starts_with('/') {
        return Address::parse(path).ok();
    }
    let mut segments: Vec<&str> = base.iter().map(String::as_str).collect();
    let mut rest = path;
    loop {
        if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("../") {
            segments.pop();
            rest = after;
        } else {
            break;
        }
    }
    let folder = encoded(segments.into_iter());
    Address::parse(&format!("{folder}/{rest}")).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn path(base: &[&str], reference: &str) -> Option<String> {
        let base: Vec<String> = base.iter().map(|name| (*name).to_owned()).collect();
        resolved(&base, reference).map(|address| address.path())
    }

    #[test]
    fn references_are_resolved_as_browsers_do() {
        assert_eq!(path(&[], "main.js").as_deref(), Some("/main.js"));
        assert_eq!(path(&["a b"], "./main.js?v=1#x").as_deref(), Some("/a%20b/main.js"));
        assert_eq!(path(&["a", "b"], "../main.js").as_deref(), Some("/a/main.js"));
        assert_eq!(path(&["a"], "../../../main.js").as_deref(), Some("/main.js"));
        assert_eq!(path(&["a"], "/main.js").as_deref(), Some("/main.js"));
        for elsewhere in
            ["https://example.com/x.js", "//example.com/x.js", "data:text/javascript,1", "", "a/../../x.js"]
        {
            assert_eq!(path(&[], elsewhere), None, "{elsewhere}");
        }
    }
}
