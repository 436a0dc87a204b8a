//! What open pages are made of: their text and code when they were sent, and who has asked for which file since.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::path::Path;

use axum::http::header;
use axum::http::request::Parts;
use pyrite_check::again::{Changed, Shown, Update, update as decide};
use serde_json::{Value, json};

use super::address::{Address, encoded};
use crate::check::folder::Folder;

/// How many states of pages are remembered; older ones are loaded anew after a change.
const MOST_PAGES: usize = 256;

/// A tree of code may be deep.
const STACK: usize = 64 << 20;

/// A page as it was sent at some state of the folder.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The path under which it is open.
    address: String,
    /// How many changes there were before.
    pub(crate) revision: u64,
    /// When it was sent first, as the memory counts.
    at: u64,
    /// Nothing if it was sent in two forms: nobody knows which of them a page has.
    shown: Option<Shown>,
}

/// Who asks for a file.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The path of the page, or of what else names the file.
    from: Option<String>,
    /// Whether it becomes a page of its own.
    is_document: bool,
    is_frame: bool,
}

impl Asked {
    /// What a request tells.
    pub(crate) fn of(parts: &Parts) -> Self {
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let from = text("referer").and_then(|referer| {
            let (_, rest) = referer.split_once("://")?;
            let path = rest.find('/').map_or("/", |at| &rest[at..]);
            Some(Address::parse(path.split(['?', '#']).next().unwrap_or_default()).ok()?.path())
        });
        let destination = parts.headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
        let is_frame = destination.is_some_and(|it| matches!(it, "iframe" | "frame" | "embed" | "object"));
        let is_person = text(header::ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html"));
        Self { from, is_document: destination.map_or(is_person, |it| it == "document"), is_frame }
    }
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Counts requests.
    now: u64,
    /// The latest is the last.
    documents: VecDeque<Document>,
    /// By the path of a file, and by who asked: when that was last.
    files: HashMap<String, HashMap<Option<String>, u64>>,
    /// The paths of pages that stand by themselves.
    pages: HashSet<String>,
    /// The paths of pages that were in another one.
    frames: HashSet<String>,
}

impl Memory {
    /// Notes that a file was asked for, whether there is one or not.
    pub(crate) fn asked(&mut self, root: &Path, segments: &[String], asked: &Asked) {
        self.now += 1;
        let path = segments.join("/");
        if asked.is_frame {
            self.frames.insert(encoded(segments.iter().map(String::as_str)));
        }
        // A page that is opened is no part of the one that leads to it.
        if asked.is_document {
            return;
        }
        // What is changed is the file behind a link.
        let real = root.join(&path).canonicalize().ok();
        let real = real.as_ref().and_then(|real| real.strip_prefix(root).ok()?.to_str());
        if let Some(real) = real.filter(|real| *real != path) {
            self.files.entry(real.replace('\\', "/")).or_default().insert(asked.from.clone(), self.now);
        }
        self.files.entry(path).or_default().insert(asked.from.clone(), self.now);
    }

    /// Notes that a page is sent, with what it shows.
    pub(crate) fn opened(&mut self, address: &str, revision: u64, shown: Shown) {
        self.pages.insert(address.to_owned());
        self.keep(address, revision, self.now, shown);
    }

    /// A page that was sent at this state of the folder.
    pub(crate) fn document(&self, address: &str, revision: u64) -> Option<Document> {
        self.documents.iter().rfind(|known| known.revision == revision && known.address == address).cloned()
    }

    /// Notes that a page is up to date.
    pub(crate) fn updated(&mut self, document: &Document, revision: u64, shown: Shown) {
        self.keep(&document.address, revision, document.at, shown);
    }

    fn keep(&mut self, address: &str, revision: u64, at: u64, shown: Shown) {
        let before = self.documents.iter().position(|known| known.revision == revision && known.address == address);
        let before = before.and_then(|index| self.documents.remove(index));
        let (at, shown) = match before {
            Some(before) => (at.min(before.at), before.shown.filter(|known| *known == shown)),
            None => (at, Some(shown)),
        };
        self.documents.push_back(Document { address: address.to_owned(), revision, at, shown });
        if self.documents.len() > MOST_PAGES {
            self.documents.pop_front();
        }
    }

    /// Says of each file whether the page may have it.
    pub(crate) fn used(&self, document: &Document, paths: &[String]) -> Vec<Changed> {
        let others =
            |from: &String| *from != document.address && self.pages.contains(from) && !self.frames.contains(from);
        let file = |path: &String| Address::parse(path).ok().map(|address| address.segments.join("/"));
        let changed = paths.iter().filter_map(file).map(|path| {
            let asked = self.files.get(&path);
            let used = asked.is_some_and(|asked| {
                asked.iter().any(|(from, at)| *at >= document.at && !from.as_ref().is_some_and(others))
            });
            Changed { path, used }
        });
        changed.collect()
    }
}

/// The answer for a page that has to be loaded anew.
pub(crate) fn reload(why: &str) -> Value {
    json!({ "reload": why })
}

/// What a page has to do, and what it shows then.
pub(crate) fn update(root: &Path, document: &Document, changed: &[Changed]) -> (Value, Option<Shown>) {
    let Some(old) = &document.shown else { return (reload("it was changing while it was opened"), None) };
    let path = old.path();
    let Some(text) = fs::read(root.join(path)).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return (reload(&format!("{path} cannot be read")), None);
    };
    let folder = Folder::of_page(root, path);
    let work = || {
        let new = old.after(changed, text, &folder);
        (decide(old, &new, changed), new)
    };
    let decided = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok())
    });
    match decided {
        None => (reload("the change could not be looked at"), None),
        Some((Update::Reload(why), _)) => (reload(&why), None),
        Some((Update::Partly { exchange, scripts, editors }, new)) => {
            let exchange: Vec<String> = exchange.iter().map(|path| format!("/{path}")).collect();
            let scripts: Vec<Value> = scripts
                .into_iter()
                .map(|one| {
                    json!({
                        "index": one.index, "name": one.name, "before": one.before, "code": one.code, "line": one.line,
                        "lines": one.lines, "names": one.names,
                    })
                })
                .collect();
            let editors: Vec<Value> = editors
                .into_iter()
                .map(|one| json!({ "index": one.index, "name": one.name, "before": one.before, "text": one.text }))
                .collect();
            let counts = [new.count(), new.editors()];
            let answer = json!({ "exchange": exchange, "scripts": scripts, "editors": editors, "counts": counts });
            (answer, Some(new))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use pyrite_check::{Project as _, Tree};

    use super::*;

    fn shown(text: &str) -> Shown {
        let tree = Tree::default().text("index.html", text);
        assert_eq!(tree.pages(), ["index.html"]);
        Shown::of("index.html", text.to_owned(), &tree)
    }

    fn asked(memory: &mut Memory, path: &str, from: Option<&str>) {
        let asked = Asked { from: from.map(str::to_owned), is_document: false, is_frame: false };
        memory.asked(Path::new("/nowhere"), &[path.to_owned()], &asked);
    }

    fn used(memory: &Memory, path: &str) -> bool {
        let document = memory.document("/", 0).unwrap();
        memory.used(&document, &[format!("/{path}")])[0].used
    }

    #[test]
    fn a_file_is_used_by_those_who_asked_for_it_since() {
        let mut memory = Memory::default();
        memory.opened("/other.html", 0, shown("<p>other"));
        memory.opened("/framed.html", 0, shown("<p>framed"));
        asked(&mut memory, "before.json", Some("/"));
        memory.now += 1;
        memory.opened("/", 0, shown("<p>text"));
        let framed = Asked { from: None, is_document: false, is_frame: true };
        memory.asked(Path::new("/nowhere"), &["framed.html".to_owned()], &framed);
        for (path, from) in [
            ("own.json", Some("/")),
            ("others.json", Some("/other.html")),
            ("of-a-frame.json", Some("/framed.html")),
            ("of-a-worker.json", Some("/_pyrite/worker.js")),
            ("of-nobody.json", None),
        ] {
            asked(&mut memory, path, from);
        }
        let page = Asked { from: Some("/".into()), is_document: true, is_frame: false };
        memory.asked(Path::new("/nowhere"), &["linked.html".to_owned()], &page);
        for path in ["own.json", "of-a-frame.json", "of-a-worker.json", "of-nobody.json", "framed.html"] {
            assert!(used(&memory, path), "{path}");
        }
        for path in ["before.json", "others.json", "linked.html", "never.json"] {
            assert!(!used(&memory, path), "{path}");
        }
    }

    #[test]
    fn a_page_that_was_sent_in_two_forms_is_not_known() {
        let mut memory = Memory::default();
        memory.opened("/", 0, shown("<p>one"));
        memory.opened("/", 0, shown("<p>one"));
        assert!(memory.document("/", 0).unwrap().shown.is_some());
        memory.opened("/", 0, shown("<p>two"));
        assert!(memory.document("/", 0).unwrap().shown.is_none());
        assert!(memory.document("/", 1).is_none() && memory.document("/a", 0).is_none());
        for revision in 1..=MOST_PAGES as u64 {
            memory.opened("/", revision, shown("<p>one"));
        }
        assert!(memory.document("/", 0).is_none(), "old ones are forgotten");
    }
}
