//! Where wheels are looked for: the options, what the project says, then what pip and uv are configured with.

use std::path::Path;

use super::metadata::file_in;
use super::settings::Settings;
use super::wanted::AllWanted;
use crate::build::encode::unpacked;
use crate::embedded;
use crate::stop::Stop;

/// Indexes and places with wheels, in the order in which they are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) indexes: Vec<String>,
    pub(crate) links: Vec<String>,
    /// What says that no index is asked.
    pub(crate) no_index: Option<String>,
}

impl Places {
    /// Those of this machine and these pages, after those that are named.
    pub(crate) fn find(named: Self, wanted: &AllWanted, settings: &Settings) -> Result<Self, Stop> {
        let mut places = named;
        places.links.extend(wanted.links.iter().chain(&settings.links).cloned());
        if places.indexes.is_empty() {
            let own = || wanted.no_index.then(|| "`--no-index` in requirements.txt".to_owned());
            places.no_index = own().or_else(|| settings.no_index.clone());
        }
        if places.indexes.is_empty() && places.no_index.is_none() {
            let first = wanted.index.clone().or_else(|| settings.index.clone()).or_else(of_micropip);
            places.indexes.extend(first);
            places.indexes.extend(wanted.more.iter().chain(&settings.more).cloned());
        }
        for place in &places.links {
            if !place.contains("://") && !Path::new(place).exists() {
                return Err(Stop::new(format!("There is no folder `{place}` to find wheels in.")));
            }
        }
        Ok(places)
    }

    /// The addresses, with the names and passwords in them.
    pub(crate) fn all(&self) -> Vec<String> {
        self.indexes.iter().chain(&self.links).cloned().collect()
    }
}

/// All addresses that a project and this machine know, for names and passwords.
pub(crate) fn known(wanted: &AllWanted, settings: &Settings) -> Vec<String> {
    let lists = [&wanted.more, &wanted.links, &settings.more, &settings.links];
    wanted.index.iter().chain(&settings.index).chain(lists.into_iter().flatten()).cloned().collect()
}

/// The index that a page asks that is told none: micropip knows it.
fn of_micropip() -> Option<String> {
    let wheel = embedded::FILES.iter().find(|file| file.path.starts_with("pyodide/micropip-"))?;
    let text = file_in(&unpacked(wheel).ok()?, "micropip/package_index.py").ok()?;
    let at = text.find("https://")?;
    let end = text[at..].find(['"', '\''])?;
    Some(text[at..at + end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexes(named: &[&str], wanted: &AllWanted, settings: &Settings) -> Vec<String> {
        let named = Places { indexes: named.iter().map(|one| (*one).to_owned()).collect(), ..Places::default() };
        Places::find(named, wanted, settings).map(|places| places.indexes).unwrap_or_default()
    }

    #[test]
    fn pages_that_are_told_none_have_an_index() {
        assert!(of_micropip().is_some_and(|index| index.ends_with("/simple")));
    }

    #[test]
    fn more_indexes_are_asked_besides_the_first_one() {
        let settings = Settings { more: vec!["https://more.test".into()], ..Settings::default() };
        let found = indexes(&[], &AllWanted::default(), &settings);
        assert_eq!((found.len(), found.last().map(String::as_str)), (2, Some("https://more.test")));
        let wanted = AllWanted { index: Some("https://own.test".into()), ..AllWanted::default() };
        assert_eq!(indexes(&[], &wanted, &settings), ["https://own.test", "https://more.test"]);
        assert_eq!(indexes(&["https://named.test"], &wanted, &settings), ["https://named.test"]);
    }

    #[test]
    fn no_index_is_none_unless_one_is_named() {
        let settings = Settings { no_index: Some("PIP_NO_INDEX".into()), ..Settings::default() };
        assert_eq!(indexes(&[], &AllWanted::default(), &settings), [""; 0]);
        assert_eq!(indexes(&["https://named.test"], &AllWanted::default(), &settings), ["https://named.test"]);
        let wanted = AllWanted { no_index: true, index: Some("https://own.test".into()), ..AllWanted::default() };
        assert_eq!(indexes(&[], &wanted, &Settings::default()), [""; 0]);
    }
}
