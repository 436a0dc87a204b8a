//! Where the pages of a project run their Python: tests run there too, unless they are told otherwise.

use pyrite_core::Language;
use pyrite_core::script::recognise;

use crate::page::Page;
use crate::project::{File, Project};

/// The languages of all scripts, each with whether it runs in a worker. Each once, in the order of the pages.
#[must_use]
pub fn places(project: &dyn Project) -> Vec<(Language, bool)> {
    let mut found = Vec::new();
    for path in project.pages() {
        let File::Text(text) = project.read(&path) else { continue };
        let page = Page::read(&path, text);
        for element in page.live() {
            let Some((_, language)) = recognise(&element.name, element.value("type")) else { continue };
            let place = (language, element.attribute("worker").is_some());
            if !found.contains(&place) {
                found.push(place);
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
    fn each_place_is_told_once() {
        let tree = Tree::default()
            .text("a.html", "<script type=mpy></script><py-script></py-script><script type=py></script>")
            .text(
                "b.html",
                "<!-- <script type=py worker> --><script type=mpy worker src=a.py></script><script>1</script>",
            );
        assert_eq!(
            places(&tree),
            [(Language::MicroPython, false), (Language::Pyodide, false), (Language::MicroPython, true)]
        );
    }
}
