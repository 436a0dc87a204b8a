//! What the pages of a folder and its project ask for.

use std::fs;
use std::path::Path;
use std::str::FromStr as _;

use pep508_rs::{Requirement, VerbatimUrl};
use serde_json::Value;

use crate::build::address;
use crate::build::walk::{self, Site};
use crate::serve::rewrite::markup::{Token, tokens};
use crate::serve::root::Root;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// A package that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) requirement: Requirement<VerbatimUrl>,
    /// Who asks, such as `index.html`.
    pub(crate) by: String,
}

/// All that is asked for, and where it says to look.
#[derive(Debug, Default)]
pub(crate) struct AllWanted {
    pub(crate) packages: Vec<Wanted>,
    /// `--index-url` of a requirements file.
    pub(crate) index: Option<String>,
    /// Its `--extra-index-url`.
    pub(crate) more: Vec<String>,
    /// Its `--find-links`.
    pub(crate) links: Vec<String>,
    /// Its `--no-index`.
    pub(crate) no_index: bool,
    /// What no lock can hold: addresses of wheels.
    pub(crate) addresses: Vec<String>,
}

impl AllWanted {
    /// The requirements as they are compared and written: sorted, each once.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.packages.iter().map(|wanted| wanted.requirement.to_string()).collect();
        texts.sort();
        texts.dedup();
        texts
    }

    fn add(&mut self, text: &str, by: &str) -> Result<(), Stop> {
        let text = text.trim();
        if text.contains("://") && !text.contains('@')
            || text.starts_with(['.', '/'])
            || text.contains("emfs:")
            || text.ends_with(".whl")
        {
            self.addresses.push(text.to_owned());
            return Ok(());
        }
        let requirement = Requirement::<VerbatimUrl>::from_str(text).map_err(|error| {
            let reason = error.to_string().lines().next().unwrap_or_default().to_owned();
            Stop::new(format!("`{by}` asks for `{text}`, which is no requirement: {reason}."))
                .hint("write a name and a version, such as pydantic>=2")
        })?;
        if requirement.version_or_url.as_ref().is_some_and(|given| matches!(given, pep508_rs::VersionOrUrl::Url(_))) {
            self.addresses.push(text.to_owned());
            return Ok(());
        }
        self.packages.push(Wanted { requirement, by: by.to_owned() });
        Ok(())
    }
}

/// Reads a folder.
pub(crate) fn of_folder(root: &Root, terminal: Terminal) -> Result<AllWanted, Stop> {
    let site = walk::walk(root, &root.folder.join(super::file::NAME), terminal)?;
    let mut wanted = of_site(&site)?;
    let project = root.folder.join("pyproject.toml");
    if let Some(text) = text_of(&project)? {
        let value: toml::Table = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(0, |span| text[..span.start].matches('\n').count());
            Stop::new(format!("`pyproject.toml`, line {}: {}.", line + 1, error.message()))
        })?;
        let list = value.get("project").and_then(|project| project.get("dependencies")).and_then(toml::Value::as_array);
        for one in list.into_iter().flatten().filter_map(toml::Value::as_str) {
            wanted.add(one, "pyproject.toml")?;
        }
    }
    requirements(&root.folder, "requirements.txt", &mut wanted, 0)?;
    for address in &wanted.addresses {
        terminal.warn(&format!("`{address}` is an address, which is not locked."));
    }
    Ok(wanted)
}

/// What the pages of a site ask for.
pub(crate) fn of_site(site: &Site) -> Result<AllWanted, Stop> {
    let mut wanted = AllWanted::default();
    for page in site.pages() {
        let text = page.text.as_deref().unwrap_or_default();
        for (config, by) in configurations(site, &page.path, text)? {
            let Some(value) = parsed(&config, &by)? else { continue };
            for package in packages(&value) {
                wanted.add(&package, &by)?;
            }
        }
    }
    Ok(wanted)
}

/// The configurations for Pyodide that a page has: their text, and where it stands.
pub(crate) fn configurations(site: &Site, page: &str, text: &str) -> Result<Vec<(String, String)>, Stop> {
    let found = tokens(text);
    let mut all = Vec::new();
    for (index, token) in found.iter().enumerate() {
        let Token::Start(tag) = token else { continue };
        let is_config = tag.is(text, "py-config");
        let kind = tag.value(text, "type").unwrap_or_default();
        let is_script = tag.is(text, "py-script") || (tag.is(text, "script") && matches!(kind, "py" | "py-editor"));
        let named = if is_config { tag.value(text, "src") } else { tag.value(text, "config").filter(|_| is_script) };
        if let Some(value) = named.filter(|value| !value.is_empty()) {
            let value = pyrite_core::text::unescape_html(value).to_string();
            let is_file =
                !value.contains(['\n', '{', '=']) && [".toml", ".json"].iter().any(|end| value.ends_with(end));
            if is_file {
                // A file that is not there is for `check` and the page to tell.
                let file = address::local(page, &value).and_then(|path| site.find(&path));
                all.extend(file.and_then(|file| Some((file.text.clone()?, file.path.clone()))));
            } else {
                all.push((value, page.to_owned()));
            }
        } else if is_config {
            let end = found[index + 1..].iter().find_map(|token| match token {
                Token::End { name, whole } if text[name.clone()].eq_ignore_ascii_case("py-config") => Some(whole.start),
                _ => None,
            });
            let content = &text[tag.whole.end..end.unwrap_or(text.len())];
            all.push((pyrite_core::text::unescape_html(content).to_string(), page.to_owned()));
        }
    }
    Ok(all)
}

fn parsed(text: &str, by: &str) -> Result<Option<Value>, Stop> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = if text.starts_with('{') {
        serde_json::from_str(text).map_err(|error| error.to_string())
    } else {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    };
    value.map(Some).map_err(|reason| broken(by, &reason))
}

fn packages(config: &Value) -> Vec<String> {
    match config.get("packages") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::Object(table)) => table
            .iter()
            .map(|(name, version)| match version.as_str().unwrap_or_default().trim() {
                "" | "*" => name.clone(),
                version if version.starts_with(|first: char| first.is_ascii_digit()) => format!("{name}=={version}"),
                version => format!("{name}{version}"),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A requirements file, as far as it says names and places.
fn requirements(folder: &Path, name: &str, wanted: &mut AllWanted, depth: u8) -> Result<(), Stop> {
    let Some(text) = text_of(&folder.join(name))? else { return Ok(()) };
    for line in text.replace("\\\n", " ").lines() {
        let line = line.split(" #").next().unwrap_or_default().split(" --hash").next().unwrap_or_default().trim();
        let option = |names: &[&str]| {
            names.iter().find_map(|name| Some(line.strip_prefix(name)?.trim_start_matches(['=', ' ']).to_owned()))
        };
        if line.is_empty() || line.starts_with('#') {
        } else if let Some(other) = option(&["-r ", "--requirement "]) {
            if depth > 8 {
                return Err(broken(name, "the files name each other without end"));
            }
            requirements(folder, &other, wanted, depth + 1)?;
        } else if let Some(url) = option(&["-i ", "--index-url"]) {
            wanted.index = Some(url);
        } else if let Some(url) = option(&["--extra-index-url"]) {
            wanted.more.push(url);
        } else if line == "--no-index" {
            wanted.no_index = true;
        } else if let Some(place) = option(&["-f ", "--find-links"]) {
            wanted.links.push(place);
        } else if !line.starts_with('-') {
            wanted.add(line, name)?;
        }
    }
    Ok(())
}

fn text_of(path: &Path) -> Result<Option<String>, Stop> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Stop::new(format!("`{}` cannot be read: {error}.", path.display()))),
    }
}

fn broken(by: &str, reason: &str) -> Stop {
    Stop::new(format!("`{by}` has a configuration that cannot be read: {}.", reason.trim_end_matches(['.', '\n'])))
        .hint("pyrite check shows the place, if a page uses it.")
}
