//! The wheels of a package that can be had: from the interpreter's list, folders, and indexes.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr as _;
use std::{fs, str};

use pep440_rs::{Version, VersionSpecifiers};
use serde::Deserialize;

use super::client::{Client, without_secret};
use super::file::Origin;
use super::places::Places;
use super::wheel::{self, Platform, WheelName};
use crate::build::encode::unpacked;
use crate::embedded;

/// The part of Pyodide's list that matters here.
#[derive(Debug, Deserialize)]
pub(crate) struct Distribution {
    pub(crate) info: Info,
    pub(crate) packages: BTreeMap<String, Own>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Info {
    pub(crate) abi_version: String,
    pub(crate) platform: String,
    pub(crate) python: String,
}

/// A package of the interpreter's own list.
#[derive(Debug, Deserialize)]
pub(crate) struct Own {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) file_name: String,
    pub(crate) sha256: String,
    pub(crate) depends: Vec<String>,
}

impl Distribution {
    /// That of the interpreter inside this command.
    pub(crate) fn own() -> Result<Self, String> {
        let file = embedded::find("pyodide/pyodide-lock.json").ok_or("the interpreter has no list of packages")?;
        let bytes = unpacked(file).map_err(|error| error.to_string())?;
        serde_json::from_slice(&bytes).map_err(|error| error.to_string())
    }

    pub(crate) fn platform(&self) -> Platform {
        Platform {
            python: self.info.python.clone(),
            tag: format!("pyemscripten_{}_wasm32", self.info.abi_version),
            emscripten: self.info.platform.clone(),
        }
    }
}

/// A wheel that can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) version: Version,
    pub(crate) rank: u8,
    pub(crate) file: String,
    /// Where it is: an address or a path.
    pub(crate) url: String,
    pub(crate) sha256: Option<String>,
    pub(crate) origin: Origin,
    /// What it needs, where that is known without it.
    pub(crate) depends: Option<Vec<String>>,
    /// Whether its metadata can be had alone.
    pub(crate) has_metadata: bool,
}

/// All wheels of a package, the best first; and those that the interpreter cannot use.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) usable: Vec<Candidate>,
    pub(crate) unusable: Vec<String>,
    /// Whether anybody knows the name.
    pub(crate) known: bool,
    /// Why one of the places could not be asked.
    pub(crate) trouble: Option<String>,
}

/// Looks in all places.
pub(crate) fn find(name: &str, distribution: &Distribution, places: &Places, client: &Client) -> Result<Found, String> {
    let platform = distribution.platform();
    let mut found = Found::default();
    if let Some(own) = distribution.packages.values().find(|own| wheel::plain(&own.name) == name) {
        found.known = true;
        let file = own.file_name.rsplit('/').next().unwrap_or(&own.file_name).to_owned();
        let there = !client.is_offline() || !own.file_name.contains("://") || super::store::has(&own.sha256);
        if let (Ok(version), true) = (Version::from_str(&own.version), there) {
            found.usable.push(Candidate {
                version,
                rank: 3,
                file,
                url: own.file_name.clone(),
                sha256: Some(own.sha256.clone()),
                origin: Origin::Interpreter,
                depends: Some(own.depends.clone()),
                has_metadata: false,
            });
        }
    }
    for place in &places.links {
        links(name, place, &platform, client, &mut found)?;
    }
    for index in &places.indexes {
        // Like pip's, an index that is first in the list is not better: versions decide.
        if let Err(reason) = of_index(name, index, &platform, client, &mut found) {
            // What is there already may do.
            if found.usable.is_empty() {
                return Err(reason);
            }
            found.trouble = Some(reason);
        }
    }
    // The interpreter's own first, then new ones, then those that are compiled for it.
    found
        .usable
        .sort_by(|a, b| (b.rank == 3).cmp(&(a.rank == 3)).then(b.version.cmp(&a.version)).then(b.rank.cmp(&a.rank)));
    found.usable.dedup_by(|later, first| later.version == first.version && later.rank <= first.rank && first.rank != 3);
    Ok(found)
}

impl Found {
    fn add(&mut self, parsed: &WheelName, candidate: impl FnOnce(u8) -> Candidate) {
        self.known = true;
        match parsed.rank {
            Some(rank) => self.usable.push(candidate(rank)),
            None => self.unusable.push(format!("{} for {}", parsed.version, parsed.tag)),
        }
    }
}

fn links(name: &str, place: &str, platform: &Platform, client: &Client, found: &mut Found) -> Result<(), String> {
    let path = place.strip_prefix("file://").unwrap_or(place);
    if path.contains("://") {
        if client.is_offline() {
            return Ok(());
        }
        if let Some(answer) = client.get(path, "text/html")? {
            let text = String::from_utf8_lossy(&answer.body);
            anchors(&text, path, name, platform, &Origin::Links(without_secret(path)), found);
        }
        return Ok(());
    }
    let Ok(entries) = fs::read_dir(path) else { return Err(format!("the folder {path} cannot be read")) };
    for entry in entries.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(parsed) = wheel::parse(&file, platform).filter(|parsed| parsed.name == name) else { continue };
        let url = fs::canonicalize(entry.path()).unwrap_or(entry.path()).to_string_lossy().into_owned();
        found.add(&parsed, |rank| Candidate {
            version: parsed.version.clone(),
            rank,
            file,
            url,
            sha256: None,
            origin: Origin::Links(path.to_owned()),
            depends: None,
            has_metadata: false,
        });
    }
    Ok(())
}

/// A project's page in the form of PEP 691.
#[derive(Debug, Deserialize)]
struct Project {
    files: Vec<ProjectFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ProjectFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    #[serde(default)]
    requires_python: Option<String>,
    #[serde(default)]
    yanked: serde_json::Value,
    #[serde(default)]
    core_metadata: serde_json::Value,
    #[serde(default)]
    dist_info_metadata: serde_json::Value,
}

const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

fn of_index(name: &str, index: &str, platform: &Platform, client: &Client, found: &mut Found) -> Result<(), String> {
    if let Some(path) = index.strip_prefix("file://") {
        let page = Path::new(path).join(name).join("index.html");
        if let Ok(text) = fs::read_to_string(&page) {
            let base = format!("file://{}", page.display());
            anchors(&text, &base, name, platform, &Origin::Index(index.to_owned()), found);
        }
        return Ok(());
    }
    if client.is_offline() {
        return Ok(());
    }
    let page = format!("{}/{name}/", index.trim_end_matches('/'));
    let Some(answer) = client.get(&page, ACCEPT)? else { return Ok(()) };
    let origin = Origin::Index(without_secret(index));
    if !answer.kind.contains("json") {
        anchors(&String::from_utf8_lossy(&answer.body), &page, name, platform, &origin, found);
        return Ok(());
    }
    let project: Project = serde_json::from_slice(&answer.body)
        .map_err(|error| format!("{} sends JSON that is none: {error}", without_secret(&page)))?;
    found.known = true;
    for file in project.files {
        let Some(parsed) = wheel::parse(&file.filename, platform).filter(|parsed| parsed.name == name) else {
            continue;
        };
        if !matches!(file.yanked, serde_json::Value::Null | serde_json::Value::Bool(false))
            || !fits(file.requires_python.as_deref(), platform)
        {
            continue;
        }
        let has =
            |value: &serde_json::Value| !matches!(value, serde_json::Value::Null | serde_json::Value::Bool(false));
        found.add(&parsed, |rank| Candidate {
            version: parsed.version.clone(),
            rank,
            url: joined(&page, &file.url),
            file: file.filename,
            sha256: file.hashes.get("sha256").cloned(),
            origin: origin.clone(),
            depends: None,
            has_metadata: has(&file.core_metadata) || has(&file.dist_info_metadata),
        });
    }
    Ok(())
}

/// Whether the interpreter's Python is one that the file is for.
pub(crate) fn fits(requires_python: Option<&str>, platform: &Platform) -> bool {
    let Some(text) = requires_python else { return true };
    match (VersionSpecifiers::from_str(text), Version::from_str(&platform.python)) {
        (Ok(wanted), Ok(python)) => wanted.contains(&python),
        // What cannot be read refuses nobody, as with pip.
        _ => true,
    }
}

/// The links of a page in HTML (PEP 503).
fn anchors(text: &str, page: &str, name: &str, platform: &Platform, origin: &Origin, found: &mut Found) {
    use crate::serve::rewrite::markup::{Token, tokens};
    for token in tokens(text) {
        let Token::Start(tag) = token else { continue };
        let Some(href) = tag.value(text, "href").filter(|_| tag.is(text, "a")) else { continue };
        let href = pyrite_core::text::unescape_html(href).to_string();
        let (address, fragment) = href.split_once('#').unwrap_or((&href, ""));
        let file = address.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let file = percent_encoding::percent_decode_str(file).decode_utf8_lossy().into_owned();
        let Some(parsed) = wheel::parse(&file, platform).filter(|parsed| parsed.name == name) else { continue };
        let python =
            tag.value(text, "data-requires-python").map(|value| pyrite_core::text::unescape_html(value).to_string());
        if tag.attribute(text, "data-yanked").is_some() || !fits(python.as_deref(), platform) {
            continue;
        }
        let has_metadata =
            ["data-core-metadata", "data-dist-info-metadata"].iter().any(|name| tag.attribute(text, name).is_some());
        found.add(&parsed, |rank| Candidate {
            version: parsed.version.clone(),
            rank,
            url: joined(page, address),
            file,
            sha256: fragment.strip_prefix("sha256=").map(str::to_owned),
            origin: origin.clone(),
            depends: None,
            has_metadata,
        });
    }
}

/// An address that is relative to a page.
fn joined(page: &str, address: &str) -> String {
    if crate::build::address::has_scheme(address) {
        return address.to_owned();
    }
    let Some((scheme, rest)) = page.split_once("://") else { return address.to_owned() };
    if let Some(host) = address.strip_prefix("//") {
        return format!("{scheme}://{host}");
    }
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    if address.starts_with('/') {
        return format!("{scheme}://{host}{address}");
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => drop(if parts.len() > 1 { parts.pop() } else { None }),
            part => parts.push(part),
        }
    }
    format!("{scheme}://{host}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_to_the_page() {
        let page = "https://i.test/simple/a/";
        assert_eq!(joined(page, "../../files/a.whl"), "https://i.test/files/a.whl");
        assert_eq!(joined(page, "a.whl"), "https://i.test/simple/a/a.whl");
        assert_eq!(joined(page, "/a.whl"), "https://i.test/a.whl");
        assert_eq!(joined(page, "https://f.test/a.whl"), "https://f.test/a.whl");
    }
}
