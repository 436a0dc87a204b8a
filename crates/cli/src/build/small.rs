//! Modules of the site that MicroPython imports: which of them can come as its `mpy-cross` has compiled them.

use std::ops::Range;

use pyrite_check::{Brought, Module, brought};
use pyrite_core::Language;

use super::snapshot::Pages;
use super::walk::{Site, is_code, is_page};
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Finds them. They take the place of their sources, so those that somebody may read as text stay as they are.
pub(crate) fn modules(site: &Site, terminal: Terminal) -> Result<Vec<Module>, Stop> {
    let found = brought(&Pages(site), &crate::check::distribution()?, Language::MicroPython);
    let stays = |path: &str, why: &str| terminal.say(&format!("`{path}` stays in source for MicroPython: {why}."));
    for Module { path, .. } in &found.elsewhere {
        stays(path, "a page asks for another version of it");
    }
    let mut modules = Vec::new();
    for module in &found.modules {
        match why_not(site, &found, &module.path) {
            Some(why) => stays(&module.path, &why),
            None => modules.push(module.clone()),
        }
    }
    Ok(modules)
}

/// Why a module has to stay as it is.
fn why_not(site: &Site, found: &Brought, path: &str) -> Option<String> {
    let text = site.find(path).and_then(|file| file.text.as_deref()).unwrap_or_default();
    if text.contains("__file__") {
        return Some("it asks for its own file".to_owned());
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let reader = site.files.iter().find(|file| {
        let text = file.text.as_deref().filter(|_| is_page(&file.path) || is_code(&file.path)).unwrap_or_default();
        text.match_indices(name).any(|(at, _)| !is_in_configuration(found, &file.path, at))
    });
    reader.map(|file| format!("`{}` names it, too", file.path))
}

fn is_in_configuration(found: &Brought, file: &str, at: usize) -> bool {
    let is_whole = !is_page(file);
    found
        .configurations
        .iter()
        .any(|(other, span): &(String, Range<usize>)| other == file && (is_whole || span.contains(&at)))
}

/// The file that a module is in, as tracebacks name it.
pub(crate) fn shown(module: &Module) -> &str {
    module.target.strip_prefix("./").unwrap_or(&module.target)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use std::path::PathBuf;

    use super::*;
    use crate::build::walk::SiteFile;

    fn site(files: &[(&str, &str)]) -> Site {
        let file = |(path, text): &(&str, &str)| SiteFile {
            path: (*path).to_owned(),
            source: PathBuf::new(),
            text: Some((*text).to_owned()),
        };
        let mut files: Vec<_> = files.iter().map(file).collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Site { files, ..Site::default() }
    }

    const PAGE: &str = "<script type=mpy config='{\"files\": {\"words.py\": \"\"}}'>import words</script>";

    #[test]
    fn what_may_be_read_as_text_stays() {
        let why = |page: &str, words: &str| {
            let site = site(&[("index.html", page), ("words.py", words)]);
            let found = brought(&Pages(&site), &crate::check::distribution().unwrap(), Language::MicroPython);
            assert_eq!(found.modules.len(), 1, "{found:?}");
            why_not(&site, &found, "words.py")
        };
        assert_eq!(why(PAGE, "A = 1"), None);
        assert_eq!(why(PAGE, "print(__file__)").unwrap(), "it asks for its own file");
        let read = PAGE.replace("import words", "print(open('words.py').read())");
        assert_eq!(why(&read, "A = 1").unwrap(), "`index.html` names it, too");
    }
}
