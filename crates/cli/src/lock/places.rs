//! Where wheels are looked for: the options, then what pip and uv are configured with.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::metadata::file_in;
use super::uv;
use super::wanted::AllWanted;
use crate::build::encode::unpacked;
use crate::embedded;
use crate::stop::Stop;

/// Indexes and places with wheels, in the order in which they are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) indexes: Vec<String>,
    pub(crate) links: Vec<String>,
}

impl Places {
    /// Those of this machine and these pages, which are in `folder`, after those that are named.
    pub(crate) fn find(named: Self, wanted: &AllWanted, folder: &Path) -> Result<Self, Stop> {
        let mut places = named;
        places.links.extend(wanted.links.iter().cloned());
        let configured = configured(&|name| env::var(name).ok(), &uv::files(folder)?, &files());
        places.links.extend(configured.links);
        if places.indexes.is_empty() {
            places.indexes.clone_from(&wanted.indexes);
        }
        if places.indexes.is_empty() {
            places.indexes = configured.indexes;
        }
        if places.indexes.is_empty() {
            places.indexes.extend(of_micropip());
        }
        for place in &places.links {
            if !place.contains("://") && !Path::new(place).exists() {
                return Err(Stop::new(format!("There is no folder `{place}` to find wheels in.")));
            }
        }
        Ok(places)
    }
}

/// The index that a page asks that is told none: micropip knows it.
fn of_micropip() -> Option<String> {
    let wheel = embedded::FILES.iter().find(|file| file.path.starts_with("pyodide/micropip-"))?;
    let text = file_in(&unpacked(wheel).ok()?, "micropip/package_index.py").ok()?;
    let at = text.find("https://")?;
    let end = text[at..].find(['"', '\''])?;
    Some(text[at..at + end].to_owned())
}

/// The configuration files of pip, the weakest first.
fn files() -> Vec<String> {
    let mut paths: Vec<PathBuf> = vec!["/etc/pip.conf".into()];
    if let Some(home) = env::var_os("HOME").map(PathBuf::from) {
        paths.push(home.join(".pip/pip.conf"));
        paths.push(env::var_os("XDG_CONFIG_HOME").map_or(home.join(".config"), PathBuf::from).join("pip/pip.conf"));
        paths.push(home.join("Library/Application Support/pip/pip.conf"));
    }
    paths.extend(env::var_os("APPDATA").map(|data| PathBuf::from(data).join("pip/pip.ini")));
    paths.extend(env::var_os("VIRTUAL_ENV").map(|folder| PathBuf::from(folder).join("pip.conf")));
    paths.extend(env::var_os("PIP_CONFIG_FILE").map(PathBuf::from));
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

/// What variables and files say. Variables win, then the first of uv's that says something, then the last of pip's.
fn configured(variable: &dyn Fn(&str) -> Option<String>, of_uv: &[uv::Configured], files: &[String]) -> Places {
    let of_uv: Vec<_> = of_uv.iter().map(uv::places).collect();
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let of = |names: &[&str], uv: Vec<String>, key: &str| {
        let set = names.iter().find_map(|name| variable(name).filter(|text| !text.trim().is_empty()));
        let in_files = || files.iter().rev().find_map(|text| setting(text, key)).map(words).unwrap_or_default();
        set.map(words).unwrap_or_else(|| if uv.is_empty() { in_files() } else { uv })
    };
    let default = of_uv.iter().find_map(|(default, _)| default.clone());
    let list = |of: fn(&Places) -> &Vec<String>| {
        of_uv.iter().map(|(_, places)| of(places)).find(|list| !list.is_empty()).cloned().unwrap_or_default()
    };
    let more = list(|places| &places.indexes);
    let links = list(|places| &places.links);
    let default = default.into_iter().collect();
    let mut indexes = of(&["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"], default, "index-url");
    let extra = of(&["PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"], more, "extra-index-url");
    // uv lets an index have a name in front.
    let unnamed = |text: &String| match text.split_once('=') {
        Some((name, url)) if !name.contains("://") => url.to_owned(),
        _ => text.clone(),
    };
    indexes.extend(extra);
    Places {
        indexes: indexes.iter().map(unnamed).collect(),
        links: of(&["PIP_FIND_LINKS", "UV_FIND_LINKS"], links, "find-links"),
    }
}

/// A setting of a file of pip's, continued on lines that are indented.
fn setting(text: &str, key: &str) -> Option<String> {
    let mut section = String::new();
    let mut found: Option<String> = None;
    let mut open = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        if open && line.starts_with([' ', '\t']) {
            if let Some(value) = &mut found {
                value.push(' ');
                value.push_str(trimmed);
            }
            continue;
        }
        open = false;
        if let Some(name) = trimmed.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((name, value)) = trimmed.split_once(['=', ':'])
            && matches!(section.as_str(), "global" | "install" | "download")
            && name.trim().replace('_', "-") == key
        {
            found = Some(value.trim().to_owned());
            open = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_come_before_files_and_later_files_before_earlier_ones() {
        let files = [
            "[global]\nindex-url = https://a.test/simple\n".to_owned(),
            "[global]\nindex_url = https://b.test/simple\nfind-links =\n  /one\n  /two\n[list]\nindex-url = x"
                .to_owned(),
        ];
        let none = |_: &str| None;
        let places = configured(&none, &[], &files);
        assert_eq!(places.indexes, ["https://b.test/simple"]);
        assert_eq!(places.links, ["/one", "/two"]);
        let uv = |name: &str| (name == "UV_INDEX").then(|| "mine=https://c.test/simple".to_owned());
        assert_eq!(configured(&uv, &[], &files).indexes, ["https://b.test/simple", "https://c.test/simple"]);
        let pip = |name: &str| (name == "PIP_INDEX_URL").then(|| "https://d.test/simple".to_owned());
        assert_eq!(configured(&pip, &[], &files).indexes, ["https://d.test/simple"]);
        let table = "index-url = 'https://e.test/simple'".parse().unwrap_or_default();
        let uv = [(PathBuf::new(), table)];
        assert_eq!(configured(&none, &uv, &files).indexes, ["https://e.test/simple"]);
        assert_eq!(configured(&pip, &uv, &files).indexes, ["https://d.test/simple"]);
    }

    #[test]
    fn pages_that_are_told_none_have_an_index() {
        assert!(of_micropip().is_some_and(|index| index.ends_with("/simple")));
    }
}
