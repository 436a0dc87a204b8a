//! What the runtime of a build has to know of it: it stands in its chunks, in the place of `import.meta.pyrite`.

use serde_json::{Value, json};

use super::encode::{Content, Output, unpacked};
use super::packages::Packages;
use crate::embedded;

/// What was compiled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Compiled {
    /// Wheels: their text is in an archive of its own.
    pub(crate) sources: bool,
    /// Modules of the site.
    pub(crate) modules: bool,
}

/// In its place a build writes what it knows; by itself it is nothing.
const PLACE: &str = "import.meta.pyrite";

/// The chunks that read it.
const CHUNKS: &[&str] = &["setup.js"];

/// Writes it into the chunks.
pub(crate) fn tell(compiled: Compiled, packages: &mut Packages) {
    let facts = json!({ "sources": compiled.sources, "modules": compiled.modules });
    for name in CHUNKS {
        let text = embedded::find(name).and_then(|file| String::from_utf8(unpacked(file).ok()?).ok());
        let Some(text) = text.filter(|text| text.contains(PLACE)) else { continue };
        let text = text.replace(PLACE, &format!("({})", Value::to_string(&facts)));
        packages.outputs.push(Output { path: (*name).to_owned(), content: Content::Made(text.into_bytes()) });
    }
}
