//! What uv is configured with: `uv.toml` of the project, the user and the machine, and `[tool.uv]` of `pyproject.toml`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::{Table, Value};

use super::places::Places;
use crate::stop::Stop;

/// A file, and the folder that its places are relative to.
pub(crate) type Configured = (PathBuf, Table);

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
    take("/etc/uv/uv.toml".into(), Some)?;
    Ok(found)
}

/// Where one of them says to look. The default index is first, if it names one.
pub(crate) fn places((folder, table): &Configured) -> (Option<String>, Places) {
    let mut default = None;
    let mut places = Places::default();
    // `uv pip` has settings of its own, which come first.
    for table in [table.get("pip").and_then(Value::as_table), Some(table)].into_iter().flatten() {
        let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |key: &str| table.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for index in list("index") {
            let Some(url) = index.get("url").and_then(Value::as_str) else { continue };
            if index.get("default").and_then(Value::as_bool) == Some(true) {
                default.get_or_insert_with(|| url.to_owned());
            } else if index.get("explicit").and_then(Value::as_bool) != Some(true) {
                places.indexes.push(url.to_owned());
            }
        }
        if let Some(url) = text("index-url") {
            default.get_or_insert(url);
        }
        places.indexes.extend(list("extra-index-url").iter().filter_map(Value::as_str).map(str::to_owned));
        for link in list("find-links").iter().filter_map(Value::as_str) {
            let is_address = link.contains("://");
            places.links.push(if is_address { link.to_owned() } else { folder.join(link).display().to_string() });
        }
    }
    (default, places)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, missing_docs)]
    use super::*;

    #[test]
    fn indexes_and_folders_are_found() {
        let text = "index-url = 'https://old.test'\nfind-links = ['wheels', 'https://links.test']\n\
                    [[index]]\nurl = 'https://more.test'\n[[index]]\nurl = 'https://first.test'\ndefault = true\n\
                    [[index]]\nname = 'torch'\nurl = 'https://only.test'\nexplicit = true\n";
        let (default, places) = places(&("/project".into(), toml::from_str(text).unwrap()));
        assert_eq!(default.as_deref(), Some("https://first.test"));
        assert_eq!(places.indexes, ["https://more.test"]);
        assert_eq!(places.links, ["/project/wheels", "https://links.test"]);
    }

    #[test]
    fn old_words_count_too() {
        let text = "[pip]\nindex-url = 'https://a.test'\nextra-index-url = ['https://b.test']\n";
        let (default, places) = places(&("/".into(), toml::from_str(text).unwrap()));
        assert_eq!((default.as_deref(), places.indexes), (Some("https://a.test"), vec!["https://b.test".to_owned()]));
    }
}
