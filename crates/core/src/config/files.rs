//! Which files to download, and where to put them.

use alloc::string::String;
use alloc::vec::Vec;

use super::address;
use super::model::{Fetch, Pair};
use super::report::Report;
use crate::archive::Kind;
use crate::cut;
use crate::diagnostic::Code;

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
/// they are. `None` if a template is not defined, a destination is used twice or is none, or an archive is of no known
/// kind.
pub fn plan(files: &[Pair], fetch: &[Fetch], base: &str, report: &mut Report<'_>) -> Option<Vec<Download>> {
    let mut templates: Vec<(&str, String)> = Vec::new();
    let mut downloads: Vec<Download> = Vec::new();
    for pair in files {
        let line = pair.line;
        if is_template(&pair.from) {
            if templates.iter().any(|(known, _)| *known == pair.from) {
                let message = ["Duplicated template: ", &pair.from];
                return report.error(Code::BadFiles, line, &message, &["give each template its own name"]);
            }
            let value = fill(&templates, &pair.to, line, report)?;
            templates.push((&pair.from, value));
            continue;
        }
        let written = fill(&templates, &pair.from, line, report)?;
        let wanted = fill(&templates, &pair.to, line, report)?;
        let target = target(&written, &wanted, line, report)?;
        if downloads.iter().any(|other| other.target.is_same_file(&target)) {
            return duplicate(&target, line, report);
        }
        downloads.push(Download { source: address::join(base, &written), written, target, line });
    }
    for table in fetch {
        older(table, base, &mut downloads, report)?;
    }
    Some(downloads)
}

pub(super) fn duplicate<T>(target: &Target, line: u32, report: &mut Report<'_>) -> Option<T> {
    let Target::File(path) = target else { return None };
    let shown = path.strip_prefix("./").unwrap_or(path);
    let hint = "two entries of `files` write the same file; give one of them another destination";
    report.error(Code::BadFiles, line, &["Duplicated destination: ", shown], &[hint])
}

impl Target {
    /// Whether both are one file, however it is written.
    pub(super) fn is_same_file(&self, other: &Target) -> bool {
        // A destination is a path and never an address, so no slash of it means more than another.
        matches!((self, other), (Target::File(one), Target::File(other))
            if cut::begins(one, b"/") == cut::begins(other, b"/") && names(one).eq(names(other)))
    }
}

/// The names in a path, without what means nothing in it.
fn names(path: &str) -> impl Iterator<Item = &str> {
    cut::parts(path, b'/').filter(|name| !matches!(*name, "" | "."))
}

/// A key that is one placeholder and nothing else defines it; `{A}/{B}` does not.
fn is_template(key: &str) -> bool {
    matches!(key.as_bytes(), [b'{', name @ .., b'}'] if !name.is_empty() && !name.iter().any(|byte| matches!(byte, b'{' | b'}')))
}

/// Fills the placeholders in that were defined before.
fn fill(known: &[(&str, String)], text: &str, line: u32, report: &mut Report<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = cut::first(rest, b'{') {
        out.push_str(before);
        let name = cut::first(after, b'}').map_or(0, |(name, _)| name.len());
        if name == 0 {
            out.push('{');
            rest = after;
            continue;
        }
        let (placeholder, behind) = cut::at(cut::at(rest, before.len()).1, name + 2);
        match known.iter().find(|(known, _)| *known == placeholder) {
            Some((_, value)) => out.push_str(value),
            None => {
                let hint = ["define it on a line above: `\"", placeholder, "\" = \"https://example.com/data\"`"];
                return report.error(Code::BadFiles, line, &["Invalid template: ", placeholder], &hint);
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// What a destination means for a source.
fn target(from: &str, to: &str, line: u32, report: &mut Report<'_>) -> Option<Target> {
    if address::is_remote(to) {
        let message = ["The destination of `", from, "` is an address: `", to, "`."];
        let hint: &[&str] = if address::is_remote(from) {
            &["a destination is a path in Python's file system, `./data/` for example"]
        } else {
            &["the address comes first, the destination second: `\"", to, "\" = \"", from, "\"`"]
        };
        return report.error(Code::BadFiles, line, &message, hint);
    }
    if let Some(folder) = to.strip_suffix('*').filter(|folder| folder.is_empty() || folder.as_bytes().ends_with(b"/")) {
        let Some(archive) = Kind::from_name(from) else {
            let hint = "`/*` unpacks .zip, .whl, .tar, .tar.gz and .tgz; for any other file write where it shall be";
            return report.error(Code::BadFiles, line, &["Unsupported archive ", from], &[hint]);
        };
        return Some(Target::Folder { path: if folder.is_empty() { "./" } else { folder }.into(), archive });
    }
    if !matches!(to, "" | ".") && !to.as_bytes().ends_with(b"/") {
        return Some(Target::File(to.into()));
    }
    // PyScript makes `data.csv?v=2` of such an address; no code asks for that name.
    let name = address::file_name(from);
    if name.is_empty() {
        let hint = ["write the name on the right: `\"", from, "\" = \"", to, "data.csv\"`"];
        return report.error(
            Code::BadFiles,
            line,
            &["Couldn't determine the filename from the path ", from, "."],
            &hint,
        );
    }
    Some(Target::File([if matches!(to, "" | ".") { "./" } else { to }, name].concat()))
}

/// Adds the downloads of one table of `[[fetch]]`.
fn older(table: &Fetch, base: &str, downloads: &mut Vec<Download>, report: &mut Report<'_>) -> Option<()> {
    let line = table.line;
    let folder = table.to_folder.as_deref().unwrap_or(".");
    if table.files.is_some() && table.to_file.is_some() {
        let message = "Cannot use 'to_file' and 'files' parameters together!";
        let hint = "`to_file` is for a single file, whose address is `from`";
        return report.error(Code::BadFiles, line, &[message], &[hint]);
    }
    let one = [table.to_file.clone().unwrap_or_else(|| address::file_name(&table.from).into())];
    for name in table.files.as_deref().unwrap_or(&one) {
        if path_of("", name).is_empty() {
            let message =
                ["Couldn't determine the filename from the path ", &table.from, ", please supply 'to_file' parameter."];
            return report.error(Code::BadFiles, line, &message, &[]);
        }
        let written = if table.files.is_some() { path_of(&table.from, name) } else { table.from.clone() };
        let target = Target::File(path_of(folder, name));
        downloads.push(Download { source: address::join(base, &written), written, target, line });
    }
    Some(())
}

/// A folder and a name as one path.
fn path_of(folder: &str, name: &str) -> String {
    plain(folder.trim_ascii(), name.trim_ascii())
}

/// Two paths as one, without what means nothing in it.
fn plain(folder: &str, name: &str) -> String {
    let mut out = String::from(if cut::begins(folder, b"/") { "/" } else { "" });
    let start = out.len();
    for part in cut::parts(folder, b'/').chain(cut::parts(name, b'/')) {
        // The two slashes of `https://` are one empty part.
        let scheme = part.is_empty() && out.as_bytes().ends_with(b":");
        if !scheme && matches!(part, "" | ".") {
            continue;
        }
        if out.len() > start {
            out.push('/');
        }
        out.push_str(part);
    }
    if out.len() > start && out.as_bytes().ends_with(b"/") {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<Pair> {
        pairs.iter().map(|(from, to)| Pair { from: (*from).into(), to: (*to).into(), line: 0 }).collect()
    }

    fn of(files: &[(&str, &str)]) -> Result<Vec<(String, Target)>, String> {
        planned(&pairs(files), &[]).map_err(|(message, _)| message)
    }

    fn planned(files: &[Pair], fetch: &[Fetch]) -> Result<Vec<(String, Target)>, (String, String)> {
        let mut report = Report::default();
        match plan(files, fetch, "", &mut report) {
            Some(downloads) => Ok(downloads.into_iter().map(|download| (download.source, download.target)).collect()),
            None => Err((report.only().0.into(), report.only().1.into())),
        }
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
            ("./f.py", "."),
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
                file("./f.py", "./f.py"),
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
        assert!(of(&[("x", "a:/b/c.txt"), ("y", "./a://b/./c.txt")]).is_err());
    }

    #[test]
    fn a_turned_around_entry_is_explained() {
        let (message, hint) = planned(&pairs(&[("my.py", "https://example.com/my.py")]), &[]).unwrap_err();
        assert!(message.contains("The destination of `my.py` is an address"), "{message}");
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
        let of = |table: Fetch| planned(&[], &[table]).map_err(|(message, _)| message);
        let table = |from: &str| Fetch { from: from.into(), ..Fetch::default() };
        let files = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        assert_eq!(
            of(Fetch {
                files: files(&["a.py", "/sub/b.py"]),
                to_folder: Some("./lib/".into()),
                ..table("https://x.org/src/")
            }),
            Ok(vec![file("https://x.org/src/a.py", "lib/a.py"), file("https://x.org/src/sub/b.py", "lib/sub/b.py")])
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
        let downloads =
            plan(&pairs(&[("./a.py", "")]), &[], "https://x.org/conf/py.toml", &mut Report::default()).unwrap();
        assert_eq!(
            (downloads[0].source.as_str(), downloads[0].written.as_str()),
            ("https://x.org/conf/a.py", "./a.py")
        );
    }
}
