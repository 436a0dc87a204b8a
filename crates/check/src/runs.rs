//! The code of scripts that Pyodide runs as soon as it has started: what can be compiled for it beforehand.

use pyrite_core::Language;
use pyrite_core::script::Mode;

use crate::distribution::Distribution;
use crate::page::scripts::{Role, of_pages};
use crate::project::Project;

/// A script of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The page.
    pub page: String,
    /// Its code, as Pyodide gets it.
    pub code: String,
    /// Whether `await` works at its top level.
    pub pauses: bool,
    /// Whether it runs in a worker.
    pub worker: bool,
}

/// Finds the scripts that the Pyodide of the distribution runs, on pages and in workers. What cannot be told is left out.
#[must_use]
pub fn runs(project: &dyn Project, distribution: &Distribution) -> Vec<Run> {
    let mut found = Vec::new();
    for (page, unit) in of_pages(project, distribution) {
        let env = unit.env;
        let other = env.settings.is_some_and(|settings| settings.plan.interpreter.is_some());
        if env.language == Language::Pyodide && env.role == Role::Script && !other && !env.terminal {
            let (pauses, worker) = (env.mode == Mode::Async, env.worker);
            found.push(Run { page, code: unit.code.text, pauses, worker });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tree;

    #[test]
    fn scripts_of_pyodide_are_found_with_their_code() {
        let page = "<script type=py src=a.py></script><script type=py worker async=false>\n    b = 1\n    </script>\
             <script type=mpy>c = 1</script><script type=py terminal>d = 1</script><script type=py-editor>e = 1</script>\
             <script type=py worker src=a.py config='{\"interpreter\": \"0.29.0\"}'></script>";
        let tree = Tree::default().text("index.html", page).text("a.py", "\u{feff}a = 1\n");
        let run = |code: &str, pauses, worker| Run { page: "index.html".into(), code: code.into(), pauses, worker };
        let found = runs(&tree, &Distribution::default());
        assert_eq!(found, [run("a = 1\n", true, false), run("\nb = 1\n", false, true)]);
    }
}
