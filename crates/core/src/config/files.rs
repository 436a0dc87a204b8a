//! Which files to download, and where to put them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::address;
use super::model::{Fetch, Pair};
use super::place::{Origin, quoted};
use crate::archive::Kind;
use crate::diagnostic::{Code, Diagnostic};

/// One file to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Its address, joined with the base that the plan was made for.
    pub source: String,
    /// What its author wrote, with the templates filled in: for messages.
    pub written: String,
    /// What becomes of it.
    pub target: Target,
    /// Its line in the configuration's text; zero when unknown.
    pub line: u32,
}

/// What becomes of a downloaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// It is written to this path, relative to the interpreter's working directory unless it begins with a slash.
    File(String),
    /// It is unpacked into this folder, which ends in a slash.
    Folder {
        /// The folder.
        path: String,
        /// The kind of archive.
        archive: Kind,
    },
}

/// Plans the downloads of `[files]` and `[[fetch]]`. Addresses are relative to `base`; with an empty one they stay as
/// they are.
///
/// # Errors
/// If a template is not defined, a destination is used twice or is none, or an archive is of no known kind.
pub fn plan(files: &[Pair], fetch: &[Fetch], base: &str, origin: &Origin<'_>) -> Result<Vec<Download>, Diagnostic> {
    let mut templates = Templates::default();
    let mut downloads: Vec<Download> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for pair in files {
        let fail = |message: &str| origin.error(Code::BadFiles, pair.line, message);
        if is_template(&pair.from) {
            if templates.value(&pair.from).is_some() {
                return Err(
                    fail(&["Duplicated template: ", &pair.from].concat()).with_hint("give each template its own name")
                );
            }
            let value = templates.fill(&pair.to).map_err(|unknown| undefined(&fail, &unknown))?;
            templates.known.push((pair.from.clone(), value));
            continue;
        }
        let written = templates.fill(&pair.from).map_err(|unknown| undefined(&fail, &unknown))?;
        let wanted = templates.fill(&pair.to).map_err(|unknown| undefined(&fail, &unknown))?;
        let target = target(&written, &wanted).map_err(|problem| problem.explain(&fail, &written, &wanted))?;
        if let Target::File(path) = &target {
            let plain = plain(path);
            if taken.contains(&plain) {
                let shown = if wanted.is_empty() { path.strip_prefix("./").unwrap_or(path) } else { wanted.as_str() };
                return Err(fail(&["Duplicated destination: ", shown].concat())
                    .with_hint("two entries of `files` write the same file; give one of them another destination"));
            }
            taken.push(plain);
        }
        downloads.push(Download { source: address::join(base, &written), written, target, line: pair.line });
    }
    for table in fetch {
        for (written, path) in older(table).map_err(|message| origin.error(Code::BadFiles, table.line, &message))? {
            let source = address::join(base, &written);
            downloads.push(Download { source, written, target: Target::File(path), line: table.line });
        }
    }
    Ok(downloads)
}

/// Placeholders and what they stand for, in order of definition.
#[derive(Default)]
struct Templates {
    known: Vec<(String, String)>,
}

/// A key that is one placeholder and nothing else defines it; `{A}/{B}` does not.
fn is_template(key: &str) -> bool {
    let name = key.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| !name.is_empty() && !name.contains(['{', '}']))
}

impl Templates {
    fn value(&self, name: &str) -> Option<&str> {
        self.known.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Fills placeholders in; the error is one that was not defined before.
    fn fill(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            match after.split_once('}') {
                Some((name, after)) if !name.is_empty() => {
                    let placeholder = ["{", name, "}"].concat();
                    match self.value(&placeholder) {
                        Some(value) => out.push_str(value),
                        None => return Err(placeholder),
                    }
                    rest = after;
                }
                _ => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        Ok(out)
    }
}

fn undefined(fail: &dyn Fn(&str) -> Diagnostic, placeholder: &str) -> Diagnostic {
    let hint = ["define it on a line above: `\"", placeholder, "\" = \"https://example.com/data\"`"].concat();
    fail(&["Invalid template: ", placeholder].concat()).with_hint(hint)
}

enum Problem {
    Turned,
    Nameless,
    Archive,
}

impl Problem {
    fn explain(self, fail: &dyn Fn(&str) -> Diagnostic, from: &str, to: &str) -> Diagnostic {
        match self {
            Problem::Turned => {
                let message = ["The destination of ", &quoted(from), " is an address: ", &quoted(to), "."].concat();
                let hint = if address::is_remote(from) {
                    "a destination is a path in Python's file system, `./data/` for example".to_string()
                } else {
                    ["the address comes first, the destination second: `\"", to, "\" = \"", from, "\"`"].concat()
                };
                fail(&message).with_hint(hint)
            }
            Problem::Nameless => {
                let message = ["Couldn't determine the filename from the path ", from, "."].concat();
                let hint = ["write the name on the right: `\"", from, "\" = \"", to, "data.csv\"`"].concat();
                fail(&message).with_hint(hint)
            }
            Problem::Archive => fail(&["Unsupported archive ", from].concat()).with_hint(
                "`/*` unpacks .zip, .whl, .tar, .tar.gz and .tgz; for any other file write where it shall be",
            ),
        }
    }
}

/// What a destination means for a source.
fn target(from: &str, to: &str) -> Result<Target, Problem> {
    if address::is_remote(to) {
        return Err(Problem::Turned);
    }
    if to == "*" || to.ends_with("/*") {
        let archive = Kind::from_name(from).ok_or(Problem::Archive)?;
        let folder = to.strip_suffix('*').filter(|folder| !folder.is_empty()).unwrap_or("./");
        return Ok(Target::Folder { path: folder.into(), archive });
    }
    if !to.is_empty() && !to.ends_with('/') {
        return Ok(Target::File(to.into()));
    }
    // PyScript makes `data.csv?v=2` of such an address; no code asks for that name.
    let name = address::file_name(from);
    if name.is_empty() {
        return Err(Problem::Nameless);
    }
    Ok(Target::File([if to.is_empty() { "./" } else { to }, name].concat()))
}

/// A path without what means nothing in it, to be compared.
pub(super) fn plain(path: &str) -> String {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    [if path.starts_with('/') { "/" } else { "" }, &parts.join("/")].concat()
}

/// Addresses and destinations of one table of `[[fetch]]`.
fn older(table: &Fetch) -> Result<Vec<(String, String)>, String> {
    let folder = table.to_folder.as_deref().unwrap_or(".");
    match (&table.files, &table.to_file) {
        (Some(_), Some(_)) => Err("Cannot use 'to_file' and 'files' parameters together!".into()),
        (Some(files), None) => {
            Ok(files.iter().map(|file| (path_of(&table.from, file), path_of(folder, file))).collect())
        }
        (None, name) => {
            let name = name.as_deref().unwrap_or_else(|| address::file_name(&table.from));
            if name.is_empty() {
                let message = [
                    "Couldn't determine the filename from the path ",
                    &table.from,
                    ", please supply 'to_file' parameter.",
                ];
                return Err(message.concat());
            }
            Ok([(table.from.clone(), path_of(folder, name))].into())
        }
    }
}

/// A folder and a name as one path.
fn path_of(folder: &str, name: &str) -> String {
    let parts: Vec<_> = [folder, name]
        .into_iter()
        .map(|part| part.trim().trim_matches('/'))
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    [if folder.trim().starts_with('/') { "/" } else { "" }, &parts.join("/")].concat()
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<Pair> {
        pairs.iter().map(|(from, to)| Pair { from: (*from).into(), to: (*to).into(), line: 0 }).collect()
    }

    fn of(files: &[(&str, &str)]) -> Result<Vec<(String, Target)>, String> {
        let planned = plan(&pairs(files), &[], "", &Origin::default());
        planned
            .map(|downloads| downloads.into_iter().map(|download| (download.source, download.target)).collect())
            .map_err(|diagnostic| diagnostic.message)
    }

    fn file(source: &str, path: &str) -> (String, Target) {
        (source.into(), Target::File(path.into()))
    }

    fn folder(source: &str, path: &str, archive: Kind) -> (String, Target) {
        (source.into(), Target::Folder { path: path.into(), archive })
    }

    #[test]
    fn destinations_are_paths_folders_or_left_out() {
        let planned = of(&[
            ("./a.py", ""),
            ("https://example.com/data.csv?v=1#x", ""),
            ("./b.py", "./lib/"),
            ("./c.py", "./lib/d.py"),
            ("./d.txt", "/abs/e.txt"),
            ("./e.zip", "./e.zip"),
        ]);
        assert_eq!(
            planned,
            Ok(vec![
                file("./a.py", "./a.py"),
                file("https://example.com/data.csv?v=1#x", "./data.csv"),
                file("./b.py", "./lib/b.py"),
                file("./c.py", "./lib/d.py"),
                file("./d.txt", "/abs/e.txt"),
                file("./e.zip", "./e.zip"),
            ])
        );
    }

    #[test]
    fn archives_are_unpacked_into_any_folder() {
        let planned = of(&[
            ("./a.zip", "./*"),
            ("./b.tar.gz", "./x/y/*"),
            ("./c.tgz?v=1", "/*"),
            ("./d.whl", "*"),
            ("./e.TAR", "lib/*"),
        ]);
        assert_eq!(
            planned,
            Ok(vec![
                folder("./a.zip", "./", Kind::Zip),
                folder("./b.tar.gz", "./x/y/", Kind::TarGz),
                folder("./c.tgz?v=1", "/", Kind::TarGz),
                folder("./d.whl", "./", Kind::Zip),
                folder("./e.TAR", "lib/", Kind::Tar),
            ])
        );
        assert_eq!(of(&[("./m.rar", "./*")]), Err("(PY3101): Unsupported archive ./m.rar".into()));
    }

    #[test]
    fn templates_are_filled_in_order() {
        let planned = of(&[
            ("{DOMAIN}", "https://example.com"),
            ("{PATH}", "{DOMAIN}/data"),
            ("{PATH}/a.csv", "./{DIR"),
            ("{TO}", "./out"),
            ("{PATH}/b.csv", "{TO}/"),
            ("{DOMAIN}/{}", "./empty"),
        ]);
        assert_eq!(
            planned,
            Ok(vec![
                file("https://example.com/data/a.csv", "./{DIR"),
                file("https://example.com/data/b.csv", "./out/b.csv"),
                file("https://example.com/{}", "./empty"),
            ])
        );
        assert_eq!(of(&[("{A}", "{B}"), ("{B}", "x")]), Err("(PY3101): Invalid template: {B}".into()));
        assert_eq!(of(&[("{A}/x", "")]), Err("(PY3101): Invalid template: {A}".into()));
        assert_eq!(of(&[("x", "{A}")]), Err("(PY3101): Invalid template: {A}".into()));
        assert_eq!(of(&[("{A}", "x"), ("{A}", "y")]), Err("(PY3101): Duplicated template: {A}".into()));
        // One placeholder after the other is an address, not a definition.
        assert_eq!(of(&[("{A}", "x"), ("{A}/{A}", "y")]), Ok(vec![file("x/x", "y")]));
    }

    #[test]
    fn a_destination_is_used_once() {
        let expected = Err("(PY3101): Duplicated destination: a.txt".into());
        assert_eq!(of(&[("x", "a.txt"), ("y", "a.txt")]), expected);
        assert_eq!(of(&[("x", "./a.txt"), ("y", "a.txt")]), expected);
        assert_eq!(of(&[("x/a.txt", ""), ("y/a.txt", "")]), expected);
        assert!(of(&[("x.zip", "./*"), ("y.zip", "./*")]).is_ok());
        assert!(of(&[("x", "/a.txt"), ("y", "a.txt")]).is_ok());
    }

    #[test]
    fn a_turned_around_entry_is_explained() {
        let planned = plan(&pairs(&[("my.py", "https://example.com/my.py")]), &[], "", &Origin::default());
        let error = planned.unwrap_err();
        assert!(error.message.contains("The destination of `my.py` is an address"), "{error:?}");
        let hint = error.hint.unwrap();
        assert!(hint.contains("\"https://example.com/my.py\" = \"my.py\""), "{hint}");
        assert!(of(&[("https://a.org/x", "https://b.org/y")]).is_err());
    }

    #[test]
    fn an_address_without_a_name_needs_a_destination() {
        assert!(of(&[("https://example.com/", "")]).unwrap_err().contains("https://example.com/."));
        assert!(of(&[("https://example.com", "./lib/")]).is_err());
        assert_eq!(of(&[("https://example.com/", "./x")]), Ok(vec![file("https://example.com/", "./x")]));
    }

    #[test]
    fn the_older_form_says_the_same() {
        let of = |table: Fetch| {
            plan(&[], &[table], "", &Origin::default())
                .map(|downloads| downloads.into_iter().map(|one| (one.source, one.target)).collect::<Vec<_>>())
                .map_err(|diagnostic| diagnostic.message)
        };
        let table = |from: &str| Fetch { from: from.into(), ..Fetch::default() };
        let files = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        assert_eq!(
            of(Fetch {
                files: files(&["a.py", "/sub/b.py"]),
                to_folder: Some("./lib/".into()),
                ..table("https://x.org/src/")
            }),
            Ok(vec![
                file("https://x.org/src/a.py", "./lib/a.py"),
                file("https://x.org/src/sub/b.py", "./lib/sub/b.py")
            ])
        );
        assert_eq!(of(Fetch { files: files(&["a.py"]), ..table("") }), Ok(vec![file("a.py", "a.py")]));
        assert_eq!(of(table("./x/y.csv?v=1")), Ok(vec![file("./x/y.csv?v=1", "y.csv")]));
        assert_eq!(
            of(Fetch { to_file: Some("z.csv".into()), to_folder: Some("/data".into()), ..table("./x/") }),
            Ok(vec![file("./x/", "/data/z.csv")])
        );
        assert_eq!(
            of(Fetch { files: files(&[]), to_file: Some("x".into()), ..table("") }),
            Err("(PY3101): Cannot use 'to_file' and 'files' parameters together!".into())
        );
        assert_eq!(
            of(table("./x/")),
            Err("(PY3101): Couldn't determine the filename from the path ./x/, please supply 'to_file' parameter."
                .into())
        );
    }

    #[test]
    fn addresses_are_joined_with_the_base() {
        let downloads = plan(&pairs(&[("./a.py", "")]), &[], "https://x.org/conf/py.toml", &Origin::default()).unwrap();
        assert_eq!(
            (downloads[0].source.as_str(), downloads[0].written.as_str()),
            ("https://x.org/conf/a.py", "./a.py")
        );
    }
}
