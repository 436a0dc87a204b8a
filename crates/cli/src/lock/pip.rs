//! What pip is configured with: the files `pip.conf` of the machine, the user and the virtual environment.

use std::path::PathBuf;
use std::{env, fs};

/// The texts of the files, the weakest first.
pub(crate) fn files() -> Vec<String> {
    let named = env::var_os("PIP_CONFIG_FILE").map(PathBuf::from);
    // As with pip, this one stands for no file at all.
    if named.as_deref() == Some(std::path::Path::new("/dev/null")) {
        return Vec::new();
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    let shared = env::var_os("XDG_CONFIG_DIRS").filter(|folders| !folders.is_empty());
    let shared = shared.map_or_else(|| vec!["/etc/xdg".into()], |folders| env::split_paths(&folders).collect());
    paths.extend(shared.iter().map(|folder| folder.join("pip/pip.conf")));
    paths.push("/etc/pip.conf".into());
    if let Some(home) = env::var_os("HOME").map(PathBuf::from) {
        paths.push(home.join(".pip/pip.conf"));
        paths.push(env::var_os("XDG_CONFIG_HOME").map_or(home.join(".config"), PathBuf::from).join("pip/pip.conf"));
        paths.push(home.join("Library/Application Support/pip/pip.conf"));
    }
    paths.extend(env::var_os("APPDATA").map(|data| PathBuf::from(data).join("pip/pip.ini")));
    paths.extend(env::var_os("VIRTUAL_ENV").map(|folder| PathBuf::from(folder).join("pip.conf")));
    paths.extend(named);
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

/// What the files say about a key: the section of a command counts more than that of all, then the last file.
pub(crate) fn setting(files: &[String], key: &str) -> Option<String> {
    let of = |sections: &[&str]| files.iter().rev().find_map(|text| in_sections(text, sections, key));
    of(&["install", "download"]).or_else(|| of(&["global"]))
}

/// A setting of one file, which goes on in lines that are indented.
fn in_sections(text: &str, sections: &[&str], key: &str) -> Option<String> {
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
            && sections.contains(&section.as_str())
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
    fn later_files_and_sections_of_commands_count_more() {
        let files = [
            "[global]\nindex-url = https://a.test/simple\ncert=/a.pem\n[install]\ncert = /b.pem\n".to_owned(),
            "[global]\nindex_url: https://b.test/simple\ncert = /c.pem\nfind-links =\n  /one\n  # not this\n  /two\n\
             [list]\nindex-url = x"
                .to_owned(),
        ];
        let said = |key| setting(&files, key);
        assert_eq!(said("index-url").as_deref(), Some("https://b.test/simple"));
        assert_eq!(said("cert").as_deref(), Some("/b.pem"));
        assert_eq!(said("find-links").as_deref(), Some(" /one /two"));
        assert_eq!(said("no-index"), None);
    }
}
