//! Addresses on the network: whether they will give tomorrow what they give today.

use crate::finding::Level;

/// Places that publish packages by name and version, and what stands in front of the name there.
const CDNS: [&str; 7] = [
    "cdn.jsdelivr.net/npm/",
    "unpkg.com/",
    "esm.sh/",
    "esm.run/",
    "cdn.skypack.dev/",
    "ga.jspm.io/npm:",
    "cdn.jsdelivr.net/gh/",
];

/// What is not pinned about an address. `None` if all is well, or nothing can be told.
pub(crate) fn unpinned(address: &str) -> Option<(Level, String)> {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    if path.contains("pyscript.net/latest") || path.contains("pyscript.net/unstable") {
        return Some((Level::Warning, format!("`{address}` is another PyScript tomorrow.")));
    }
    let rest = CDNS.iter().find_map(|cdn| path.split_once(cdn).map(|(_, rest)| rest))?;
    let (package, version) = name(rest);
    if package.is_empty() {
        return None;
    }
    let runtime = package == "@pyscript/core";
    match version {
        Some("latest" | "next" | "canary") => {
            Some((Level::Warning, format!("`{address}` asks for whatever is newest, which is another one tomorrow.")))
        }
        Some(_) => None,
        None => {
            let level = if runtime { Level::Warning } else { Level::Note };
            Some((level, format!("`{address}` names no version, so it may be another one tomorrow.")))
        }
    }
}

/// What to write instead.
pub(crate) fn hint(address: &str) -> String {
    if address.contains("pyscript.net/") || address.contains("@pyscript/core") {
        return "name a release, or use the runtime of your own site: `/_pyrite/core.js`".to_owned();
    }
    let rest = CDNS.iter().find_map(|cdn| address.split_once(cdn).map(|(_, rest)| rest));
    let (package, _) = name(rest.unwrap_or_default());
    format!("put a version behind the name: `{package}@1.2.3`")
}

/// The package and its version at the start of what stands behind a CDN's name.
fn name(rest: &str) -> (&str, Option<&str>) {
    let scope = if rest.starts_with('@') { rest.find('/').map_or(rest.len(), |slash| slash + 1) } else { 0 };
    let end = rest[scope..].find('/').map_or(rest.len(), |slash| scope + slash);
    let whole = &rest[..end];
    match whole[scope.min(whole.len())..].split_once('@') {
        Some((name, version)) => (&whole[..scope + name.len()], Some(version)),
        None => (whole, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_seen() {
        for (address, level) in [
            ("https://pyscript.net/latest/core.js", Some(Level::Warning)),
            ("https://pyscript.net/releases/2025.11.2/core.js", None),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core/dist/core.js", Some(Level::Warning)),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core@0.7.31/dist/core.js", None),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core@latest/dist/core.js", Some(Level::Warning)),
            ("https://esm.run/d3", Some(Level::Note)),
            ("https://esm.run/d3@7", None),
            ("https://unpkg.com/leaflet@1.9.4/dist/leaflet-src.esm.js", None),
            ("https://example.com/latest.js", None),
            ("https://esm.run/", None),
        ] {
            assert_eq!(unpinned(address).map(|(level, _)| level), level, "{address}");
        }
        assert!(hint("https://esm.run/@scope/x/y").contains("`@scope/x@1.2.3`"));
    }
}
