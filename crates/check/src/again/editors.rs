//! Editors of a page whose text was changed in its file: they can take it while all else stays.

use pyrite_core::html::normalise;

use super::{Piece, Shown};
use crate::page::Page;
use crate::page::html::Element;
use crate::page::markup::special;
use crate::place::{Target, is_template};

/// A text that an editor is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retyped {
    /// Which of the page's editors it is.
    pub index: usize,
    /// What people call it.
    pub name: String,
    /// What it shows, unless somebody has typed there.
    pub before: String,
    /// What it is to show.
    pub text: String,
}

/// The editors of a page, in its order.
pub(super) fn all(page: &Page) -> Vec<&Element> {
    let is_editor = |element: &&Element| special(element).is_some_and(|kind| !kind.eq_ignore_ascii_case("py-game"));
    page.live().filter(is_editor).collect()
}

/// A page as it was or is, and its editors.
pub(super) type Side<'a> = (&'a Page, &'a Shown, &'a [&'a Element]);

/// The editors whose text is another. `pieces`: the page's scripts; `frame`: its text without their code.
pub(super) fn changed(sides: &[Side<'_>; 2], pieces: &[Vec<Piece>; 2], frame: &[&str]) -> Result<Vec<Retyped>, String> {
    let [(.., before), (after, _, editors)] = sides;
    let mut changed = Vec::new();
    for (index, (was, is)) in before.iter().zip(editors.iter()).enumerate() {
        let texts = [(&sides[0], was), (&sides[1], is)].map(|((page, shown, _), editor)| text(page, shown, editor));
        if texts[0] == texts[1] {
            continue;
        }
        let file = file(after, is);
        let name = file.clone().unwrap_or_else(|| format!("editor {} of {}", index + 1, after.path));
        if is.attribute("setup").is_some() {
            return Err(format!("{name} prepares other editors"));
        }
        if !is.closed || is_template(after.slice(is.content.clone())) {
            return Err(format!("{name} is not filled again because of its markup"));
        }
        if let Some(file) = &file {
            known_to_others(file, sides, pieces, frame)?;
        }
        let [Some(before), Some(text)] = texts else { return Err(format!("{name} cannot be read")) };
        changed.push(Retyped { index, name, before, text });
    }
    Ok(changed)
}

/// Fails where a file is more than the text of editors.
fn known_to_others(file: &str, sides: &[Side<'_>; 2], pieces: &[Vec<Piece>; 2], frame: &[&str]) -> Result<(), String> {
    let own = file.rsplit('/').next().unwrap_or(file);
    let stem = own.strip_suffix(".py").unwrap_or(own);
    let [_, (page, shown, editors)] = sides;
    let has_it = |editor: &&&Element| self::file(page, editor).as_deref() == Some(file);
    let times = editors.iter().filter(has_it).count();
    let written: usize = frame.iter().map(|part| part.matches(own).count()).sum();
    let mut others = editors.iter().filter(|editor| !has_it(editor));
    let imports = |piece: &Piece| piece.print.as_ref().is_none_or(|print| print.modules.contains(stem));
    if written > times
        || pieces.iter().flatten().any(|piece| imports(piece) || piece.mentions(own))
        || others.any(|other| text(page, shown, other).is_none_or(|text| text.contains(stem)))
    {
        return Err(format!("others than its editor use {file}"));
    }
    Ok(())
}

/// The file that an editor's text stands in, if it is one of its own.
fn file(page: &Page, editor: &Element) -> Option<String> {
    match page.target(editor.value("src").filter(|src| !src.is_empty())?) {
        Target::File(file) => Some(file),
        _ => None,
    }
}

/// What an editor shows at first, as web/editor/editor.ts does it; nothing if that cannot be read.
fn text(page: &Page, shown: &Shown, editor: &Element) -> Option<String> {
    match (file(page, editor), editor.value("src")) {
        (Some(file), _) => {
            let text = shown.files.get(&file)?.as_deref()?;
            Some(text.strip_prefix('\u{feff}').unwrap_or(text).trim_end().to_owned())
        }
        // From elsewhere: nobody here changes it.
        (None, Some(src)) if !src.is_empty() => Some(src.to_owned()),
        (None, _) => Some(dedent(&normalise(page.slice(editor.content.clone())))),
    }
}

/// Takes away the indentation of the first line that is not blank.
fn dedent(text: &str) -> String {
    let first = text.split('\n').find(|line| !line.trim().is_empty()).unwrap_or_default();
    let indent = &first[..first.len() - first.trim_start_matches([' ', '\t']).len()];
    let lines: Vec<_> = text.split('\n').map(|line| line.strip_prefix(indent).unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}
