//! What a change of files means for a page that is open: which of its scripts can be run again while all else stays.
//!
//! Nothing here reads a file or knows of a browser. `pyrite serve` keeps the [`Shown`] of each page that it has sent and
//! asks [`update`]; the page carries out what it says.

mod editors;
mod footprint;
mod words;

use std::collections::BTreeMap;

use pyrite_core::Language;
use pyrite_core::script::{Form, Markup, plan, recognise};

pub use self::editors::Retyped;
use self::footprint::{Footprint, footprint};
use crate::code::Code;
use crate::finding::position;
use crate::page::Page;
use crate::page::html::Element;
use crate::place::{Target, is_template};
use crate::project::{File, Project};

/// A page as a browser has it: its text, and the code in the files of its scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    path: String,
    text: String,
    files: BTreeMap<String, Option<String>>,
}

/// A file that has changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Its path in the project.
    pub path: String,
    /// Whether the page, or somebody who may be part of it, has asked for it.
    pub used: bool,
}

/// What the page has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// Load itself anew, and why.
    Reload(String),
    /// Exchange these files, run these scripts again, and put these texts into editors: nothing, if all are empty.
    Partly {
        /// Style sheets and images.
        exchange: Vec<String>,
        /// In the order of the page.
        scripts: Vec<Again>,
        /// Editors whose text is another.
        editors: Vec<Retyped>,
    },
}

/// A script that is to be run again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// Which of the page's scripts it is.
    pub index: usize,
    /// What people call it.
    pub name: String,
    /// The code that stood inside, as the page's text has it.
    pub before: String,
    /// The code that stands inside now.
    pub code: String,
    /// The line of the page on which that begins.
    pub line: usize,
    /// The first and the last line of the page that it had before.
    pub lines: [usize; 2],
    /// The names that it leaves behind among those of the interpreter.
    pub names: Vec<String>,
}

impl Shown {
    /// Reads all that is needed later of a page with this text.
    #[must_use]
    pub fn of(path: &str, text: String, project: &dyn Project) -> Self {
        let page = Page::read(path, text);
        let mut files = BTreeMap::new();
        let sources = scripts(&page).into_iter().map(|script| script.element).chain(editors::all(&page));
        for element in sources {
            if let Some(Target::File(file)) = element.value("src").map(|src| page.target(src)) {
                let text = match project.read(&file) {
                    File::Text(text) => Some(text),
                    _ => None,
                };
                files.insert(file, text);
            }
        }
        Self { path: page.path, text: page.text, files }
    }

    /// Reads the page again after these files were written. Others may be half written at the moment, and count as before.
    #[must_use]
    pub fn after(&self, changed: &[Changed], text: String, project: &dyn Project) -> Self {
        let is_told = |path: &str| changed.iter().any(|one| one.path == path);
        let text = if is_told(&self.path) { text } else { self.text.clone() };
        let mut new = Self::of(&self.path, text, project);
        for (file, text) in &mut new.files {
            if let Some(before) = self.files.get(file).filter(|_| !is_told(file)) {
                text.clone_from(before);
            }
        }
        new
    }

    /// The path of the page.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many scripts the page has.
    #[must_use]
    pub fn count(&self) -> usize {
        scripts(&Page::read(&self.path, self.text.clone())).len()
    }

    /// How many editors the page has.
    #[must_use]
    pub fn editors(&self) -> usize {
        editors::all(&Page::read(&self.path, self.text.clone())).len()
    }
}

/// A script of the runtime's in a page.
struct Script<'p> {
    element: &'p Element,
    form: Form,
    language: Language,
}

fn scripts(page: &Page) -> Vec<Script<'_>> {
    let elements = page.live().filter_map(|element| {
        let (form, language) = recognise(&element.name, element.value("type"))?;
        Some(Script { element, form, language })
    });
    elements.collect()
}

/// A script with its code.
struct Piece {
    language: Language,
    worker: bool,
    /// The file that it stands in, if it is one of its own.
    file: Option<String>,
    code: Option<Code>,
    print: Option<Footprint>,
    /// Why it is loaded with its page, whatever it does.
    tied: Option<&'static str>,
}

impl Piece {
    fn of(script: &Script<'_>, page: &Page, shown: &Shown) -> Self {
        let element = script.element;
        let own = |name: &str| element.value(name).map(str::to_owned);
        let inside = page.slice(element.content.clone());
        let markup =
            Markup { src: own("src"), asynchronous: own("async"), worker: own("worker"), code: inside.to_owned() };
        let plan = plan(markup).ok();
        let file = match element.value("src").filter(|src| !src.is_empty()).map(|src| page.target(src)) {
            Some(Target::File(file)) => Some(file),
            _ => None,
        };
        let code = match &file {
            Some(file) => shown.files.get(file).and_then(Option::as_deref).map(|text| Code::whole(file, text)),
            None => Some(Code::inside(&page.path, &page.text, element.content.clone(), script.form == Form::Element)),
        };
        let worker = element.attribute("worker").is_some();
        let tied = if plan.is_none() || !element.closed || is_template(inside) {
            Some("its markup")
        } else if element.attribute("terminal").is_some() {
            Some("its terminal")
        } else if element.has_children {
            Some("the tags in it")
        } else if worker && element.attribute("name").is_some() {
            Some("the name of its worker, by which others know it")
        } else if worker && element.attribute("target").is_some() {
            Some("its target, where others may show something too")
        } else {
            None
        };
        let print = code.as_ref().and_then(|code| footprint(&code.text, script.language, worker));
        Self { language: script.language, worker, file, code, print, tied }
    }

    fn text(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.text.as_str())
    }

    fn mentions(&self, word: &str) -> bool {
        self.text().is_none_or(|text| text.contains(word))
    }
}

/// Says what a page that shows `old` has to do when its files are as in `new`. `changed`: the files that were written.
#[must_use]
pub fn update(old: &Shown, new: &Shown, changed: &[Changed]) -> Update {
    decide(old, new, changed).unwrap_or_else(Update::Reload)
}

fn decide(old: &Shown, new: &Shown, changed: &[Changed]) -> Result<Update, String> {
    let pages = [old, new].map(|shown| Page::read(&shown.path, shown.text.clone()));
    let [before, after] = &pages;
    let found = [scripts(before), scripts(after)];
    let fields = [editors::all(before), editors::all(after)];
    let frames = [frame(before, &found[0], &fields[0]), frame(after, &found[1], &fields[1])];
    // What may name files that scripts have, too.
    let around = frame(after, &found[1], &[]);
    if old.text != new.text && frames[0] != frames[1] {
        return Err(format!("{} changed outside of the code of its scripts", new.path));
    }
    let mut exchange = Vec::new();
    for Changed { path, used } in changed {
        if *path == new.path || new.files.contains_key(path) || !used {
            continue;
        }
        if !is_exchanged(path) {
            return Err(format!("the page uses {path}"));
        }
        exchange.push(path.clone());
    }
    let pieces = [(&found[0], before, old), (&found[1], after, new)]
        .map(|(scripts, page, shown)| scripts.iter().map(|script| Piece::of(script, page, shown)).collect::<Vec<_>>());
    let [pieces_before, pieces_after] = &pieces;
    let is_changed = |index: usize| {
        let texts = pieces.each_ref().map(|pieces| pieces.get(index).and_then(Piece::text));
        texts[0] != texts[1]
    };
    let mut again = Vec::new();
    for (index, script) in found[1].iter().enumerate().filter(|(index, _)| is_changed(*index)) {
        let (Some(was), Some(is)) = (pieces_before.get(index), pieces_after.get(index)) else { continue };
        let name = name(is, index, &new.path);
        possible(was, &name)?;
        possible(is, &name)?;
        let all = || pieces.iter().flatten();
        let same = |other: &Piece| other.file.is_some() && other.file == is.file;
        let others: Vec<&Piece> = pieces
            .iter()
            .flat_map(|pieces| pieces.iter().enumerate())
            .filter(|(at, other)| *at != index && !same(other))
            .map(|(_, other)| other)
            .collect();
        known_to_others(is, &name, after, &around, &others, all().filter(|other| same(other)).count() / 2)?;
        let names = if is.worker { Vec::new() } else { names(was, is, &name, &others)? };
        let inline = is.file.is_none();
        let inside = |page: &Page, scripts: &[Script<'_>]| {
            let content =
                scripts.get(index).filter(|_| inline).map(|script| page.slice(script.element.content.clone()));
            content.unwrap_or_default().to_owned()
        };
        let line = position(&after.text, script.element.content.start).0;
        let lines = found[0].get(index).map_or([0; 2], |script| {
            [script.element.content.start, script.element.content.end].map(|at| position(&before.text, at).0)
        });
        let code = is.text().filter(|_| inline).unwrap_or_default().to_owned();
        again.push(Again { index, name, before: inside(before, &found[0]), code, line, lines, names });
    }
    let sides = [(before, old, fields[0].as_slice()), (after, new, fields[1].as_slice())];
    let editors = editors::changed(&sides, &pieces, &around)?;
    Ok(Update::Partly { exchange, scripts: again, editors })
}

/// A page without the code of its scripts and editors.
fn frame<'p>(page: &'p Page, scripts: &[Script<'_>], editors: &[&Element]) -> Vec<&'p str> {
    let mut at = 0;
    let mut parts = Vec::new();
    let mut contents: Vec<_> = scripts
        .iter()
        .map(|script| &script.element.content)
        .chain(editors.iter().map(|editor| &editor.content))
        .collect();
    contents.sort_by_key(|content| content.start);
    for content in contents {
        parts.push(page.text.get(at..content.start).unwrap_or_default());
        at = content.end;
    }
    parts.push(page.text.get(at..).unwrap_or_default());
    parts
}

/// Whether a file can be exchanged in place: a style sheet or an image.
fn is_exchanged(path: &str) -> bool {
    let end = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ["css", "png", "jpg", "jpeg", "gif", "webp", "avif", "svg"].contains(&end.as_str())
}

fn name(piece: &Piece, index: usize, page: &str) -> String {
    piece.file.clone().unwrap_or_else(|| format!("script {} of {page}", index + 1))
}

/// Fails with what of a script cannot be taken back.
fn possible(piece: &Piece, name: &str) -> Result<(), String> {
    if let Some(tied) = piece.tied {
        return Err(format!("{name} is not run again because of {tied}"));
    }
    let Some(code) = &piece.code else { return Err(format!("{name} cannot be read")) };
    let Some(print) = &piece.print else { return Err(format!("{name} is too deep to be looked at")) };
    match &print.stuck {
        Some((what, range)) => {
            let line = position(&code.text, range.start().to_usize()).0;
            let place = if piece.file.is_some() {
                format!("{name}, line {line}")
            } else {
                format!("{name}, line {line} of its code")
            };
            Err(format!("what this does cannot be taken back: it {what} ({place})"))
        }
        None => Ok(()),
    }
}

/// Fails where others have the script itself in their hands: its file, or its worker.
fn known_to_others(
    piece: &Piece,
    name: &str,
    page: &Page,
    frame: &[&str],
    others: &[&Piece],
    times: usize,
) -> Result<(), String> {
    if let Some(file) = &piece.file {
        let own = file.rsplit('/').next().unwrap_or(file);
        let stem = own.strip_suffix(".py").unwrap_or(own);
        let imported = |other: &&Piece| other.print.as_ref().is_none_or(|print| print.modules.contains(stem));
        let written: usize = frame.iter().map(|part| part.matches(own).count()).sum();
        if others.iter().any(|other| imported(other) || other.mentions(own)) || written > times {
            return Err(format!("others than its script use {file}"));
        }
    }
    if piece.worker && (page.text.contains("xworker") || others.iter().any(|other| other.mentions("workers"))) {
        return Err(format!("others may call the worker of {name}"));
    }
    Ok(())
}

/// The names that a script on the main thread leaves behind. Fails where another script has to do with them.
fn names(was: &Piece, is: &Piece, name: &str, others: &[&Piece]) -> Result<Vec<String>, String> {
    let (Some(old), Some(new)) = (&was.print, &is.print) else { return Ok(Vec::new()) };
    let mut gone: Vec<String> = old.binds.keys().cloned().collect();
    for other in others.iter().filter(|other| !other.worker && other.language == is.language) {
        let Some(print) = other.print.as_ref().filter(|print| !print.dynamic) else {
            return Err(format!("another script may use the names of {name}"));
        };
        for (bound, import) in old.binds.iter().chain(&new.binds) {
            let theirs = print.binds.get(bound);
            if theirs.is_none() && print.uses.contains(bound) {
                return Err(format!("another script uses `{bound}` of {name}"));
            }
            if theirs.is_some_and(|theirs| theirs.is_none() || theirs != import) {
                return Err(format!("`{bound}` is a name of {name} and of another script"));
            }
        }
        gone.retain(|bound| !print.binds.contains_key(bound));
    }
    Ok(gone)
}

#[cfg(test)]
mod tests;
