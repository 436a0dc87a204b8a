//! What editors need to know the `pyscript` package: its types, and where they are.

use super::{NewFile, escaped};

macro_rules! stubs {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../../python/stubs/pyscript-stubs/", $name, ".pyi")))),*]
    };
}

const STUBS: &[(&str, &str)] = stubs!(
    "__init__" "_dom" "context" "display" "events" "fetch" "ffi" "flatted" "fs" "js_modules" "media" "storage" "util" "web"
    "websocket" "workers"
);
const JS: &str = include_str!("../../../../python/stubs/js-stubs/__init__.pyi");
const PROJECT: &str = include_str!("../../templates/pyproject.toml");

/// `pyproject.toml` for VS Code and other editors with Pyright, `.idea/` for PyCharm, and the types themselves.
pub(crate) fn files(name: &str) -> Vec<NewFile> {
    let mut files = vec![
        ("pyproject.toml".to_owned(), PROJECT.replace("NAME", &distribution_name(name)).into_bytes()),
        ("typings/js/__init__.pyi".to_owned(), JS.as_bytes().to_vec()),
        (".idea/page.iml".to_owned(), MODULE.as_bytes().to_vec()),
        (".idea/modules.xml".to_owned(), MODULES.as_bytes().to_vec()),
        (".idea/.name".to_owned(), escaped(name).into_bytes()),
    ];
    files.extend(
        STUBS.iter().map(|(module, text)| (format!("typings/pyscript/{module}.pyi"), text.as_bytes().to_vec())),
    );
    files
}

/// A name that `pyproject.toml` accepts: letters, digits, and `-`, `_` or `.` between them.
fn distribution_name(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') { c } else { '-' }).collect();
    let plain = plain.trim_matches(['-', '_', '.']);
    if plain.is_empty() { "page".to_owned() } else { plain.to_owned() }
}

/// PyCharm looks for modules in folders that are marked as sources.
const MODULE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<module type=\"PYTHON_MODULE\" version=\"4\">
  <component name=\"NewModuleRootManager\">
    <content url=\"file://$MODULE_DIR$\">
      <sourceFolder url=\"file://$MODULE_DIR$/typings\" isTestSource=\"false\" />
    </content>
    <orderEntry type=\"inheritedJdk\" />
    <orderEntry type=\"sourceFolder\" forTests=\"false\" />
  </component>
</module>
";
const MODULES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<project version=\"4\">
  <component name=\"ProjectModuleManager\">
    <modules>
      <module fileurl=\"file://$PROJECT_DIR$/.idea/page.iml\" filepath=\"$PROJECT_DIR$/.idea/page.iml\" />
    </modules>
  </component>
</project>
";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    #[test]
    fn names_are_those_of_distributions() {
        for (name, expected) in [("my-page", "my-page"), ("Mein Büro", "Mein-B-ro"), ("_x.", "x"), ("…", "page")] {
            assert_eq!(distribution_name(name), expected);
        }
    }

    #[test]
    fn every_stub_is_there() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../python/stubs/pyscript-stubs");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".pyi").map(str::to_owned))
            .collect();
        there.sort();
        let mut known: Vec<&str> = STUBS.iter().map(|(name, _)| *name).collect();
        known.sort_unstable();
        assert_eq!(there, known);
    }
}
