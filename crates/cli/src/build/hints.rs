//! What a page's start would ask for when its code has come that far: a build knows it, and has it come with the page.

use super::built::Known;
use crate::embedded;

/// Tags for a page's head. `place`: the runtime's folder, as the page names it.
pub(crate) fn tags(place: &str, page: &str, known: &Known) -> String {
    let script = known.compiled.scripts.get(page);
    let mut data: Vec<&str> =
        known.snapshots.iter().filter(|one| one.main.contains(page)).map(|one| one.path.as_str()).collect();
    data.extend(script.filter(|made| made.is_for_page).map(|made| made.path.as_str()));
    let chunks = [("snapshot.js", script.is_some() || !data.is_empty()), ("scripts.js", script.is_some())];
    let key = |name: &str| embedded::find(name).map_or("", |file| file.key);
    let mut tags = String::new();
    for (name, _) in chunks.iter().filter(|(_, is_needed)| *is_needed) {
        tags.push_str(&format!("<link rel=\"modulepreload\" href=\"{place}{name}?v={}\">", key(name)));
    }
    let key = key("pyodide/pyodide.mjs");
    for path in data {
        tags.push_str(&format!("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"{place}{path}?v={key}\">"));
    }
    tags
}
