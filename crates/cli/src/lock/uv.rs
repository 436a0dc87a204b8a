//! What uv is configured with: `uv.toml` of the project, the user and the machine, and `[tool.uv]` of `pyproject.toml`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::{Table, Value};

use crate::stop::Stop;

/// A file, and the folder that its places are relative to.
pub(crate) type Configured = (PathBuf, Table);

/// Where it says to look. Indexes may have their name in front: `NAME=ADDRESS`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    /// The one that is asked if nothing else is said.
    pub(crate) index: Option<String>,
    /// Those that are asked besides.
    pub(crate) more: Vec<String>,
    /// Folders and pages of links.
    pub(crate) links: Vec<String>,
    /// Hosts whose certificates are not looked at.
    pub(crate) trusted: Vec<String>,
}

/// The files that count for a project, the strongest first.
pub(crate) fn files(project: &Path) -> Result<Vec<Configured>, Stop> {
    let mut found = Vec::new();
    if env::var_os("UV_NO_CONFIG").is_some() {
        return Ok(found);
    }
    let mut take = |path: PathBuf, inner: fn(Table) -> Option<Table>| -> Result<bool, Stop> {
        let Ok(text) = fs::read_to_string(&path) else { return Ok(false) };
        let table: Table = toml::from_str(&text)
            .map_err(|error| Stop::new(format!("`{}` is broken: {}.", path.display(), error.message())))?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        Ok(inner(table).map(|table| found.push((folder, table))).is_some())
    };
    if let Some(path) = env::var_os("UV_CONFIG_FILE") {
        // As with uv, no other file counts then.
        take(path.into(), Some)?;
        return Ok(found);
    }
    // As with uv, the file of its own hides the other one.
    if !take(project.join("uv.toml"), Some)? {
        take(project.join("pyproject.toml"), |table| table.get("tool")?.get("uv")?.as_table().cloned())?;
    }
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let user = env::var_os("XDG_CONFIG_HOME").or_else(|| env::var_os("APPDATA")).map(PathBuf::from).or_else(home);
    if let Some(user) = user {
        take(user.join("uv/uv.toml"), Some)?;
    }
    let shared = env::var_os("XDG_CONFIG_DIRS").filter(|folders| !folders.is_empty());
    let shared = shared.map_or_else(|| vec!["/etc/xdg".into()], |folders| env::split_paths(&folders).collect());
    for folder in shared {
        take(folder.join("uv/uv.toml"), Some)?;
    }
    take("/etc/uv/uv.toml".into(), Some)?;
    Ok(found)
}

/// `uv pip` has settings of its own, which come first.
fn tables(table: &Table) -> impl Iterator<Item = &Table> {
    [table.get("pip").and_then(Value::as_table), Some(table)].into_iter().flatten()
}

/// What one of them says about a key.
pub(crate) fn text((_, table): &Configured, key: &str) -> Option<String> {
    let value = tables(table).find_map(|table| table.get(key))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Boolean(_) | Value::Integer(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Where one of them says to look.
pub(crate) fn places((folder, table): &Configured) -> Places {
    let mut places = Places::default();
    for table in tables(table) {
        let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |key: &str| table.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for index in list("index") {
            let Some(url) = index.get("url").and_then(Value::as_str) else { continue };
            let name = index.get("name").and_then(Value::as_str);
            let url = name.map_or_else(|| url.to_owned(), |name| format!("{name}={url}"));
            if index.get("default").and_then(Value::as_bool) == Some(true) {
                places.index.get_or_insert(url);
            } else if index.get("explicit").and_then(Value::as_bool) != Some(true) {
                places.more.push(url);
            }
        }
        if let Some(url) = text("index-url") {
            places.index.get_or_insert(url);
        }
        places.more.extend(list("extra-index-url").iter().filter_map(Value::as_str).map(str::to_owned));
        places.trusted.extend(list("allow-insecure-host").iter().filter_map(Value::as_str).map(str::to_owned));
        for link in list("find-links").iter().filter_map(Value::as_str) {
            let is_address = link.contains("://");
            places.links.push(if is_address { link.to_owned() } else { folder.join(link).display().to_string() });
        }
    }
    places
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, missing_docs)]
    use super::*;

    #[test]
    fn indexes_and_folders_are_found() {
        let text = "index-url = 'https://old.test'\nfind-links = ['wheels', 'https://links.test']\n\
                    [[index]]\nurl = 'https://more.test'\nname = 'more'\n[[index]]\nurl = 'https://first.test'\ndefault = true\n\
                    [[index]]\nname = 'torch'\nurl = 'https://only.test'\nexplicit = true\n";
        let places = places(&("/project".into(), toml::from_str(text).unwrap()));
        assert_eq!(places.index.as_deref(), Some("https://first.test"));
        assert_eq!(places.more, ["more=https://more.test"]);
        assert_eq!(places.links, ["/project/wheels", "https://links.test"]);
    }

    #[test]
    fn old_words_count_too() {
        let text = "[pip]\nindex-url = 'https://a.test'\nextra-index-url = ['https://b.test']\n";
        let places = places(&("/".into(), toml::from_str(text).unwrap()));
        assert_eq!((places.index.as_deref(), places.more), (Some("https://a.test"), vec!["https://b.test".to_owned()]));
    }
}
