//! What the type stubs declare is there: on both interpreters, on the main thread and in workers.

use std::collections::BTreeSet;

use pyrite_tests::{Site, on_both_interpreters, paths};

/// Public names of the stubs, as `pyscript.web.Element.append`: modules, what is in them, and methods.
fn declared() -> Vec<String> {
    let folder = paths::root().join("python/stubs/pyscript-stubs");
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let module = match path.file_stem().unwrap().to_str().unwrap() {
            "__init__" => "pyscript".to_owned(),
            name if name.starts_with('_') => continue,
            name => format!("pyscript.{name}"),
        };
        let mut class: Option<String> = None;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let text = line.trim_start();
            if text.starts_with('#') {
                continue;
            }
            let inner = text.len() < line.len();
            let definition = text.strip_prefix("async ").unwrap_or(text);
            let name_of =
                |rest: &str| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned();
            let (name, is_class) = if let Some(rest) = definition.strip_prefix("class ") {
                (name_of(rest), true)
            } else if let Some(rest) = definition.strip_prefix("def ") {
                (name_of(rest), false)
            } else if let Some((_, name)) = text.split_once(" as ") {
                (name_of(name), false)
            } else if let (false, Some((name, _))) = (inner, text.split_once(": ")) {
                (name.to_owned(), false)
            } else {
                continue;
            };
            if !inner {
                class = is_class.then(|| name.clone());
            }
            let whole = match (&class, inner) {
                (_, false) => format!("{module}.{name}"),
                (Some(class), true) => format!("{module}.{class}.{name}"),
                (None, true) => continue,
            };
            let is_public = !whole.split('.').any(|part| part.starts_with('_'));
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
            if is_public && is_name {
                names.insert(whole);
            }
        }
    }
    names.into_iter().collect()
}

on_both_interpreters! {
    fn all_that_the_stubs_declare_is_there(on) {
        let names = declared();
        assert!(names.len() > 150 && names.iter().any(|name| name == "pyscript.web.Element.append"), "{names:?}");
        let code = format!(
            "import pyscript, sys
from pyscript import document
names = '''{}'''.split()
modules = {{'pyscript': pyscript}}
for name in 'context display events fetch ffi flatted fs js_modules media storage util web websocket workers'.split():
    __import__('pyscript.' + name)
    modules['pyscript.' + name] = sys.modules['pyscript.' + name]
missing = []
for name in names:
    parts = name.split('.')
    # Functions are called as the modules that they come from.
    found = modules.get('.'.join(parts[:2])) if len(parts) > 2 else modules['pyscript']
    for part in parts[2 if len(parts) > 2 else 1:]:
        try:
            found = getattr(found, part)
        except AttributeError:
            missing.append(name)
            break
document.body.append('checked ' + str(len(names)) + ', missing: ' + ' '.join(missing) + '.')",
            names.join("\n")
        );
        for attributes in ["", "worker"] {
            let page = Site::page(&on.script_with(attributes, &code)).open();
            let seen = page.wait("the names", |seen| seen.text.contains("checked "));
            assert_eq!(seen.text.trim(), format!("checked {}, missing: .", names.len()), "{attributes}");
            page.assert_no_errors();
        }
    }
}
