//! Addresses under which a released PyScript is loaded, and the file of the runtime that each one means.

/// How modules name the runtime through an import map.
pub(crate) const BARE_NAME: &str = "@pyscript/core";

/// A file of a released PyScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Released<'a> {
    /// The runtime's file, such as `core.js`.
    pub(crate) file: String,
    /// The address without its scheme, for the log.
    pub(crate) shown: &'a str,
}

/// Reads an address. `None` for everything that is not plainly a file of a released PyScript.
pub(crate) fn parse(address: &str) -> Option<Released<'_>> {
    let scheme_less =
        ["https://", "http://", "//"].iter().find_map(|scheme| strip_prefix_ignoring_case(address, scheme))?;
    let place = scheme_less.split(['?', '#']).next()?;
    let (host, path) = place.split_once('/')?;
    let host = host.to_ascii_lowercase();
    let file = match host.as_str() {
        "pyscript.net" | "www.pyscript.net" => on_pyscript_net(path)?,
        "cdn.jsdelivr.net" | "fastly.jsdelivr.net" => in_package(path.strip_prefix("npm/")?)?,
        "unpkg.com" | "esm.sh" | "esm.run" => in_package(path)?,
        _ => return None,
    };
    let plain = file.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    plain.then_some(Released { file, shown: place })
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// `releases/2025.11.2/core.js`, `latest/core.js`, …
fn on_pyscript_net(path: &str) -> Option<String> {
    let (channel, rest) = path.split_once('/')?;
    match channel {
        "latest" | "unstable" => Some(rest.to_owned()),
        "releases" | "snapshots" => rest.split_once('/').map(|(_, file)| file.to_owned()),
        _ => None,
    }
}

/// `@pyscript/core@0.7.31/dist/core.js`, `@pyscript/core`, …
fn in_package(path: &str) -> Option<String> {
    let rest = path.strip_prefix(BARE_NAME)?;
    let rest = match rest.strip_prefix('@') {
        Some(versioned) => versioned.find('/').map_or("", |slash| &versioned[slash..]),
        None => rest,
    };
    let file = match rest {
        // The package itself means its module.
        "" | "/" | "/+esm" | "/js" | "/index.js" | "/jsdelivr.js" | "/src/core.js" => "core.js",
        "/css" => "core.css",
        "/storage" => "storage.js",
        "/service-worker" => "service-worker.js",
        other => other.strip_prefix("/dist/")?.trim_end_matches("/+esm"),
    };
    // jsDelivr makes `.min` files of any other.
    Some(match file {
        "core.min.js" => "core.js".to_owned(),
        "core.min.css" => "core.css".to_owned(),
        file => file.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(address: &str) -> Option<String> {
        parse(address).map(|released| released.file)
    }

    #[test]
    fn every_channel_and_cdn_is_known() {
        for (address, expected) in [
            ("https://pyscript.net/releases/2025.11.2/core.js", "core.js"),
            ("https://pyscript.net/releases/2025.11.2/core.css", "core.css"),
            ("http://pyscript.net/releases/2024.1.1/core.js", "core.js"),
            ("//pyscript.net/latest/core.js", "core.js"),
            ("HTTPS://PyScript.net/unstable/core.css", "core.css"),
            ("https://pyscript.net/snapshots/2024.9.2/core.js", "core.js"),
            ("https://pyscript.net/releases/2025.11.2/storage.js", "storage.js"),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core", "core.js"),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core/+esm", "core.js"),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core@0.7", "core.js"),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core/dist/core.js", "core.js"),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core@0.7.31/dist/core.css", "core.css"),
            ("https://cdn.jsdelivr.net/npm/@pyscript/core@latest/dist/core.min.js", "core.js"),
            ("https://unpkg.com/@pyscript/core", "core.js"),
            ("https://unpkg.com/@pyscript/core@0.6.0/dist/core.js?module", "core.js"),
            ("https://unpkg.com/@pyscript/core/dist/storage.js#x", "storage.js"),
            ("https://esm.run/@pyscript/core@0.7.1", "core.js"),
            ("https://esm.sh/@pyscript/core?bundle", "core.js"),
            ("https://esm.sh/@pyscript/core/storage", "storage.js"),
        ] {
            assert_eq!(file(address).as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn everything_else_is_left_alone() {
        for address in [
            "",
            "core.js",
            "./core.js",
            "/_pyrite/core.js",
            "https://pyscript.net/",
            "https://pyscript.net/core.js",
            "https://pyscript.net/examples/core.js",
            "https://pyscript.net/releases/core.js",
            "https://pyscript.net.evil.example/releases/1/core.js",
            "https://example.com/https://pyscript.net/latest/core.js",
            "https://docs.pyscript.net/latest/core.js",
            "https://pyscript.net/releases/2025.11.2/../../x/core.js",
            "https://cdn.jsdelivr.net/npm/@pyscript/corelib/dist/core.js",
            "https://cdn.jsdelivr.net/npm/@pyscript/core-extras",
            "https://cdn.jsdelivr.net/npm/@pyscript/bridge/dist/core.js",
            "https://cdn.jsdelivr.net/gh/pyscript/core/dist/core.js",
            "https://cdn.jsdelivr.net/npm/mini-coi@1/mini-coi.js",
            "https://unpkg.com/@pyscript/core/package.json",
            "ftp://pyscript.net/latest/core.js",
        ] {
            assert_eq!(file(address), None, "{address}");
        }
    }

    #[test]
    fn the_log_shows_the_address_without_its_scheme() {
        let shown = parse("https://pyscript.net/releases/2025.11.2/core.js?x").map(|released| released.shown);
        assert_eq!(shown, Some("pyscript.net/releases/2025.11.2/core.js"));
    }
}
