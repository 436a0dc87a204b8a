//! What the runtime of a build has to know of it: it stands in its chunks, in the place of `import.meta.pyrite`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::encode::{Content, Output, unpacked};
use super::packages::Packages;
use super::scripts;
use super::snapshot::Made;
use crate::embedded;

/// What was compiled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Compiled {
    /// Wheels: their text is in an archive of its own.
    pub(crate) sources: bool,
    /// Modules of the site.
    pub(crate) modules: bool,
    /// Modules of the site for MicroPython: by their path and, after a blank, the place that they get, the runtime's file.
    pub(crate) small: BTreeMap<String, String>,
    /// Scripts, by their page.
    pub(crate) scripts: BTreeMap<String, scripts::Made>,
}

/// What a build has made besides its pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) compiled: Compiled,
    pub(crate) snapshots: Vec<Made>,
}

/// In its place a build writes what it knows; by itself it is nothing.
const PLACE: &str = "import.meta.pyrite";

/// The chunk that carries configurations out.
const SETUP: &str = "setup.js";
/// The chunks that Pyodide starts with.
const START: &[&str] = &["py.js", "snapshot.js"];

/// Writes it into the chunks.
pub(crate) fn tell(known: &Known, packages: &mut Packages) {
    if *known == Known::default() {
        return;
    }
    let Compiled { sources, modules, small, scripts } = &known.compiled;
    let snapshots: BTreeMap<&str, &str> =
        known.snapshots.iter().map(|one| (one.key.as_str(), one.path.as_str())).collect();
    let linked = known.snapshots.iter().filter(|one| !one.libraries.is_empty());
    let libraries: BTreeMap<&str, &[Value]> = linked.map(|one| (one.path.as_str(), &*one.libraries)).collect();
    let snapshots = if snapshots.is_empty() { Value::Null } else { json!(snapshots) };
    let scripts: BTreeMap<&str, &str> =
        scripts.iter().map(|(page, made)| (page.as_str(), made.path.as_str())).collect();
    let scripts = if scripts.is_empty() { Value::Null } else { json!(scripts) };
    let start = if snapshots.is_null() && scripts.is_null() { &[] } else { START };
    let mut facts =
        json!({ "sources": sources, "modules": modules, "small": small, "scripts": scripts, "snapshots": snapshots });
    if !libraries.is_empty() {
        facts["libraries"] = json!(libraries);
    }
    for name in start.iter().copied().chain([SETUP]) {
        let text = embedded::find(name).and_then(|file| String::from_utf8(unpacked(file).ok()?).ok());
        let Some(text) = text.filter(|text| text.contains(PLACE)) else { continue };
        let text = text.replace(PLACE, &format!("({facts})"));
        packages.outputs.push(Output { path: name.to_owned(), content: Content::Made(text.into_bytes()) });
    }
}
