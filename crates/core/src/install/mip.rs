//! What MicroPython's package manager, mip, fetches for a package.
//!
//! A package is described by a manifest, `package.json`, in an index, a repository or a folder; a manifest names files
//! and other packages. [`plan`] is called again with more manifests until it needs none.

use alloc::string::String;
use alloc::vec::Vec;

use crate::config::address;
use crate::cut;
use crate::diagnostic::{Code, Diagnostic, coded};
use crate::fetch::{self, Failure};
use crate::json;
use crate::value::{Table, Value};

/// The index of micropython-lib.
pub const INDEX: &str = "https://micropython.org/pi/v2";
/// The version of `.mpy` files that our MicroPython reads.
const BYTECODE: &str = "6";
/// Where packages go.
const LIBRARY: &str = "/lib/";

/// A package that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name, or an address as mip takes it.
    pub package: String,
    /// Its version, or a branch or tag.
    pub version: Option<String>,
    /// The entry of `packages` that leads to it, counted from zero.
    pub entry: usize,
    /// The package that asks for it.
    pub by: Option<String>,
}

/// Something to fetch, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its address.
    pub address: String,
    /// Where it goes; `None` for a manifest.
    pub path: Option<String>,
    /// The package it belongs to.
    pub of: Wanted,
    /// Whether another index is asked when this one has no such package.
    pub elsewhere: bool,
}

/// A manifest that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its address, as [`Plan::needs`] gave it.
    pub address: String,
    /// What it says.
    pub text: String,
}

/// What to fetch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Manifests that have to be fetched before the list of files is complete.
    pub needs: Vec<Request>,
    /// Files.
    pub files: Vec<Request>,
}

/// Where the files of the sites are that mip knows by a scheme of their own; any other address as it is.
#[must_use]
pub fn resolved(written: &str, version: Option<&str>) -> String {
    let Some((scheme, rest)) = cut::first(written, b':') else { return written.into() };
    let version = version.filter(|version| !version.is_empty()).unwrap_or("HEAD");
    let mut parts = cut::parts(rest, b'/');
    let (owner, repository) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let path = cut::at(rest, owner.len() + repository.len() + 2).1;
    match scheme {
        "github" => ["https://raw.githubusercontent.com/", owner, "/", repository, "/", version, "/", path].concat(),
        "gitlab" => ["https://gitlab.com/", owner, "/", repository, "/-/raw/", version, "/", path].concat(),
        "codeberg" => {
            ["https://codeberg.org/api/v1/repos/", owner, "/", repository, "/raw/", path, "?ref=", version].concat()
        }
        _ => written.into(),
    }
}

/// Plans what to fetch for packages.
///
/// A name is looked for in one index after the other; `missing` has the addresses of manifests that are not there.
///
/// # Errors
/// When a manifest cannot be read.
pub fn plan(
    indexes: &[&str],
    wanted: Vec<Wanted>,
    manifests: &[Manifest],
    missing: &[&str],
) -> Result<Plan, Diagnostic> {
    let mut planner = Planner { indexes, manifests, missing, plan: Plan::default(), queue: wanted, seen: Vec::new() };
    // Packages that others ask for stand behind those that ask.
    let mut next = 0;
    while let Some(one) = planner.queue.get(next).cloned() {
        planner.package(one)?;
        next += 1;
    }
    Ok(planner.plan)
}

struct Planner<'a> {
    indexes: &'a [&'a str],
    manifests: &'a [Manifest],
    missing: &'a [&'a str],
    plan: Plan,
    queue: Vec<Wanted>,
    seen: Vec<String>,
}

impl Planner<'_> {
    fn package(&mut self, wanted: Wanted) -> Result<(), Diagnostic> {
        let named = address::scheme(&wanted.package).is_none();
        let version = wanted.version.clone();
        let (mut index, mut elsewhere) = ("", false);
        // The manifest as mip would write it, which decides what is beside it.
        let written = if named {
            let version = version.as_deref().filter(|version| !version.is_empty()).unwrap_or("latest");
            let mut written = String::new();
            for (place, one) in self.indexes.iter().enumerate() {
                index = one.strip_suffix('/').unwrap_or(one);
                elsewhere = place + 1 < self.indexes.len();
                written = [index, "/package/", BYTECODE, "/", &wanted.package, "/", version, ".json"].concat();
                if !self.missing.contains(&&*written) {
                    break;
                }
            }
            written
        } else if ["py", "mpy", "json"].iter().any(|extension| address::has_extension(&wanted.package, extension)) {
            wanted.package.clone()
        } else {
            [wanted.package.strip_suffix('/').unwrap_or(&wanted.package), "/package.json"].concat()
        };
        let found = if named { written.clone() } else { resolved(&written, version.as_deref()) };
        if self.seen.contains(&found) {
            return Ok(());
        }
        self.seen.push(found.clone());
        if !named && !address::has_extension(&written, "json") {
            let path = [LIBRARY, address::file_name(&written)].concat();
            self.plan.files.push(Request { address: found, path: Some(path), of: wanted, elsewhere });
            return Ok(());
        }
        let manifests = self.manifests;
        let Some(manifest) = manifests.iter().find(|manifest| manifest.address == found) else {
            self.plan.needs.push(Request { address: found, path: None, of: wanted, elsewhere });
            return Ok(());
        };
        match json::parse(&manifest.text) {
            Ok(Value::Table(table)) => self.manifest(&table, &written, index, &wanted),
            Ok(_) => return Err(unreadable(&wanted, &found, "it is no JSON object")),
            Err(error) => return Err(unreadable(&wanted, &found, &error.message)),
        }
        Ok(())
    }

    fn manifest(&mut self, table: &Table, written: &str, index: &str, wanted: &Wanted) {
        // Only what an index describes has its files there, too.
        let index = if index.is_empty() { self.indexes.first().copied().unwrap_or(INDEX) } else { index };
        let index = index.strip_suffix('/').unwrap_or(index);
        for (path, hash) in pairs(table, "hashes") {
            let address = [index, "/file/", cut::at(hash, 2).0, "/", hash].concat();
            self.file(path, address, wanted);
        }
        for (path, source) in pairs(table, "urls") {
            let address = match (address::scheme(source), address::is_remote(written)) {
                (Some(_), _) => resolved(source, wanted.version.as_deref()),
                (None, true) => address::join(written, source),
                // Beside a manifest in a repository.
                (None, false) => {
                    let folder = cut::last(written, b'/').map_or("", |(folder, _)| folder);
                    let source = source.strip_prefix("./").unwrap_or(source);
                    resolved(&[folder, "/", source].concat(), wanted.version.as_deref())
                }
            };
            self.file(path, address, wanted);
        }
        for (package, version) in pairs(table, "deps") {
            self.queue.push(Wanted {
                package: package.into(),
                version: Some(version.into()),
                entry: wanted.entry,
                by: Some(wanted.package.clone()),
            });
        }
    }

    fn file(&mut self, path: &str, address: String, wanted: &Wanted) {
        let path = Some([LIBRARY, path].concat());
        if !self.plan.files.iter().any(|other| other.path == path && other.address == address) {
            self.plan.files.push(Request { address, path, of: wanted.clone(), elsewhere: false });
        }
    }
}

/// The lists of two texts below a key; the second one may be missing.
fn pairs<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let lists = table.get(key).and_then(Value::as_array).unwrap_or_default();
    lists.iter().filter_map(|list| match list.as_array()? {
        [first, rest @ ..] => Some((first.as_str()?, rest.first().and_then(Value::as_str).unwrap_or_default())),
        [] => None,
    })
}

fn unreadable(wanted: &Wanted, address: &str, words: &str) -> Diagnostic {
    let message = [&begin(wanted, &wanted.package), "its description ", address, " cannot be read: ", words].concat();
    Diagnostic::error(Code::BadPackages, coded(Code::BadPackages, &message))
        .with_hint("check the address; if it is right, the package's makers have to mend the file")
}

/// `The package first could not be installed: it asks for second. `
fn begin(of: &Wanted, written: &str) -> String {
    match &of.by {
        None => ["The package ", written, " could not be installed: "].concat(),
        Some(by) => {
            ["The package ", written, " could not be installed: ", by, " asks for ", &of.package, ". "].concat()
        }
    }
}

/// The message for a manifest, file or wheel that could not be fetched. `written` is the entry of `packages`.
#[must_use]
pub fn unfetched(request: &Request, written: &str, failure: &Failure) -> Diagnostic {
    let named = address::scheme(&request.of.package).is_none();
    let (reason, hint): (_, &[&str]) = match failure {
        Failure::Status { status: 404, .. } if request.path.is_none() && named => (
            ["Package not found: ", &request.address].concat(),
            &[
                "MicroPython's index has no `",
                &request.of.package,
                "`, or not this version: check the spelling; a package of PyPI needs `type=\"py\"`, and plain Python files can be brought by `files`",
            ],
        ),
        Failure::Status { status: 404, .. } if request.path.is_none() => (
            ["Package not found: ", &request.address].concat(),
            &["check the address: it is that of a `.py` or `.mpy` file, a `package.json`, or the folder of one"],
        ),
        Failure::Status { status: 404, .. } => (
            ["File not found: ", &request.address].concat(),
            &["check the address, upper and lower case, and the branch or tag"],
        ),
        failure => (
            fetch::diagnose(&request.address, failure, false).message,
            &["check that the site is reachable, and that it lets other sites read its files (CORS)"],
        ),
    };
    let message = [&*begin(&request.of, written), &reason].concat();
    Diagnostic::error(Code::BadPackages, coded(Code::BadPackages, &message)).with_hint(hint.concat())
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn wanted(package: &str, version: Option<&str>) -> Wanted {
        Wanted { package: package.into(), version: version.map(Into::into), entry: 0, by: None }
    }

    fn needs(package: &str, version: Option<&str>) -> Vec<String> {
        let plan = plan(&[INDEX], vec![wanted(package, version)], &[], &[]).unwrap();
        plan.needs.into_iter().chain(plan.files).map(|request| request.address).collect()
    }

    #[test]
    fn packages_are_looked_for_where_mip_looks() {
        for (package, version, address) in [
            ("keyword", None, "https://micropython.org/pi/v2/package/6/keyword/latest.json"),
            ("aiohttp", Some("0.0.3"), "https://micropython.org/pi/v2/package/6/aiohttp/0.0.3.json"),
            ("github:o/r", None, "https://raw.githubusercontent.com/o/r/HEAD/package.json"),
            ("github:o/r/", Some("v1"), "https://raw.githubusercontent.com/o/r/v1/package.json"),
            ("github:o/r/lib/x.py", None, "https://raw.githubusercontent.com/o/r/HEAD/lib/x.py"),
            ("gitlab:o/r/x.mpy", Some("v1"), "https://gitlab.com/o/r/-/raw/v1/x.mpy"),
            ("codeberg:o/r/d", None, "https://codeberg.org/api/v1/repos/o/r/raw/d/package.json?ref=HEAD"),
            ("https://x.org/d", None, "https://x.org/d/package.json"),
            ("https://x.org/d/own.json?v=1", None, "https://x.org/d/own.json?v=1"),
            ("https://x.org/x.py?v=1", None, "https://x.org/x.py?v=1"),
        ] {
            assert_eq!(needs(package, version), [address], "{package}");
        }
    }

    fn manifest(address: &str, text: &str) -> Manifest {
        Manifest { address: address.into(), text: text.into() }
    }

    #[test]
    fn manifests_name_files_and_other_packages() {
        let first = "/pi/package/6/first/latest.json";
        let second = "/pi/package/6/second/1.0.json";
        let texts = [
            manifest(first, r#"{"hashes": [["a/b.mpy", "12ab"]], "deps": [["second", "1.0"], ["first", "latest"]]}"#),
            manifest(second, r#"{"urls": [["c.py", "src/c.py"], ["d.py", "github:o/r/d.py"]], "deps": [["first"]]}"#),
        ];
        let files = |plan: &Plan| {
            let pair = |request: &Request| (request.path.clone().unwrap_or_default(), request.address.clone());
            plan.files.iter().map(pair).collect::<Vec<_>>()
        };
        let half = plan(&["/pi/"], vec![wanted("first", None)], &texts[..1], &[]).unwrap();
        assert_eq!(half.needs[0].address, second);
        assert_eq!(half.needs[0].of.by.as_deref(), Some("first"));

        let whole = plan(&["/pi"], vec![wanted("first", None)], &texts, &[]).unwrap();
        assert_eq!(whole.needs, []);
        assert_eq!(
            files(&whole),
            [
                ("/lib/a/b.mpy".into(), "/pi/file/12/12ab".into()),
                ("/lib/c.py".into(), "/pi/package/6/second/src/c.py".into()),
                ("/lib/d.py".into(), "https://raw.githubusercontent.com/o/r/1.0/d.py".into()),
            ]
        );
    }

    #[test]
    fn a_name_is_looked_for_in_one_index_after_the_other() {
        let ask = |manifests: &[Manifest], missing: &[&str]| {
            plan(&["/a/", "/b"], vec![wanted("x", None)], manifests, missing).unwrap()
        };
        let [first, second] = ["/a/package/6/x/latest.json", "/b/package/6/x/latest.json"];
        let needs = ask(&[], &[]).needs;
        assert_eq!((&*needs[0].address, needs[0].elsewhere), (first, true));
        let needs = ask(&[], &[first]).needs;
        assert_eq!((&*needs[0].address, needs[0].elsewhere), (second, false));
        // Its files are where its description is.
        let found = [manifest(second, r#"{"hashes": [["x.mpy", "ab12"]]}"#)];
        assert_eq!(ask(&found, &[first]).files[0].address, "/b/file/ab/ab12");
        // Whoever goes on asking gets the last one again, not nothing.
        assert_eq!(ask(&[], &[first, second]).needs[0].address, second);
    }

    #[test]
    fn files_beside_a_manifest_in_a_repository_keep_its_branch() {
        let address = "https://codeberg.org/api/v1/repos/o/r/raw/d/package.json?ref=v1";
        let texts = [manifest(address, r#"{"urls": [["x.py", "./x.py"]]}"#)];
        let plan = plan(&[INDEX], vec![wanted("codeberg:o/r/d", Some("v1"))], &texts, &[]).unwrap();
        assert_eq!(plan.files[0].address, "https://codeberg.org/api/v1/repos/o/r/raw/d/x.py?ref=v1");
    }

    #[test]
    fn broken_manifests_are_named() {
        for text in ["[]", "{", ""] {
            let texts = [manifest("https://x.org/package.json", text)];
            let error = plan(&[INDEX], vec![wanted("https://x.org", None)], &texts, &[]).unwrap_err();
            assert!(error.message.contains("https://x.org/package.json cannot be read"), "{}", error.message);
        }
        for text in [r#"{"hashes": [[], 1, [1, 2]], "urls": 3, "deps": [{}]}"#, "{}"] {
            let texts = [manifest("https://x.org/package.json", text)];
            assert_eq!(plan(&[INDEX], vec![wanted("https://x.org", None)], &texts, &[]).unwrap(), Plan::default());
        }
    }

    #[test]
    fn what_is_missing_is_named_with_who_asks() {
        let mut request = Request { address: "/pi/x.json".into(), path: None, of: wanted("x", None), elsewhere: false };
        let gone = Failure::Status { status: 404, text: String::new() };
        let said = unfetched(&request, "x", &gone);
        assert_eq!(said.message, "(PY3102): The package x could not be installed: Package not found: /pi/x.json");
        assert!(said.hint.unwrap().contains("no `x`"));
        request.of.by = Some("y".into());
        assert_eq!(
            unfetched(&request, "y==1", &gone).message,
            "(PY3102): The package y==1 could not be installed: y asks for x. Package not found: /pi/x.json"
        );
        request.path = Some("/lib/x.py".into());
        assert!(unfetched(&request, "y", &gone).message.ends_with("File not found: /pi/x.json"));
        let offline = Failure::Network("Failed to fetch".into());
        assert!(unfetched(&request, "y", &offline).message.contains("(PY0001): Fetching from URL /pi/x.json failed"));
    }
}
