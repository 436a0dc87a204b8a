//! The Python files that configurations bring into an interpreter's file system: what can be compiled for it beforehand.

use std::collections::BTreeSet;
use std::ops::Range;

use pyrite_core::Language;
use pyrite_core::config::files::Target as Destination;

use crate::distribution::Distribution;
use crate::page::scripts::of_pages;
use crate::place::{Target, target};
use crate::project::Project;

/// A Python file of the project, and where it is put.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Module {
    /// Its path in the project.
    pub path: String,
    /// Its path for the interpreter, as the core plans it.
    pub target: String,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// For the interpreter of the distribution.
    pub modules: BTreeSet<Module>,
    /// For other interpreters, which pages ask for.
    pub elsewhere: BTreeSet<Module>,
    /// Where configurations stand: files, and their bytes.
    pub configurations: Vec<(String, Range<usize>)>,
}

/// Finds those of one language. What cannot be told is left out.
#[must_use]
pub fn brought(project: &dyn Project, distribution: &Distribution, language: Language) -> Brought {
    let mut found = Brought::default();
    for (_, unit) in of_pages(project, distribution) {
        let Some(settings) = unit.env.settings.filter(|_| unit.env.language == language) else { continue };
        let place = (settings.text.file.clone(), settings.text.span.clone());
        if !found.configurations.contains(&place) {
            found.configurations.push(place);
        }
        for download in &settings.plan.downloads {
            let (Destination::File(to), Target::File(path)) = (&download.target, target("", &download.source)) else {
                continue;
            };
            if path.ends_with(".py") && to.ends_with(".py") {
                let module = Module { path, target: to.clone() };
                match settings.plan.interpreter {
                    None => found.modules.insert(module),
                    Some(_) => found.elsewhere.insert(module),
                };
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tree;

    #[test]
    fn files_are_found_with_the_place_that_they_get() {
        let tree = Tree::default()
            .text("a/index.html", "<script type=mpy config='{\"files\": {\"../b.py\": \"./sub/c.py\", \"d.txt\": \"\"}}'></script>")
            .text("b.html", "<script type=mpy config=m.toml></script><script type=py config='{\"files\": {\"b.py\": \"\"}}'></script>")
            .text("m.toml", "interpreter = \"1.26.0\"\n[files]\n\"b.py\" = \"\"\n")
            .text("b.py", "")
            .text("a/d.txt", "");
        let found = brought(&tree, &Distribution::default(), Language::MicroPython);
        let module = |target: &str| BTreeSet::from([Module { path: "b.py".into(), target: target.into() }]);
        assert_eq!(found.modules, module("./sub/c.py"));
        assert_eq!(found.elsewhere, module("./b.py"));
        let files: Vec<_> = found.configurations.iter().map(|(file, _)| file.as_str()).collect();
        assert_eq!(files, ["a/index.html", "m.toml"]);
    }
}
