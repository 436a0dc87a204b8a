//! The wheels that `pyrite.lock` names, in the build: beside the interpreter, and in its list of packages.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::encode::{Content, Output, unpacked};
use super::failed;
use super::walk::Site;
use crate::embedded;
use crate::lock::file::{self, Package};
use crate::lock::{store, wanted};
use crate::serve::root::Root;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Pyodide's list of packages.
pub(crate) const LIST: &str = "pyodide/pyodide-lock.json";

/// What a build adds to the runtime.
#[derive(Debug, Default)]
pub(crate) struct Packages {
    /// Files of the runtime's folder, some of which take the place of its own.
    pub(crate) outputs: Vec<Output>,
    /// Files of the runtime whose place another one takes.
    pub(crate) replaced: BTreeSet<String>,
    /// What the author should know.
    pub(crate) note: Option<String>,
}

/// Reads the lock file, and gets what it names.
pub(crate) fn of(site: &Site) -> Result<Packages, Stop> {
    let Some(lock) = file::read(&site.folder.join(file::NAME))? else {
        let asked = wanted::of_site(site)?.texts();
        let note = (!asked.is_empty()).then(|| {
            format!(
                "the pages ask for packages ({}), which visitors get from elsewhere; `pyrite lock` puts them into the build",
                asked.join(", ")
            )
        });
        return Ok(Packages { note, ..Packages::default() });
    };
    let root = Root::open(&site.folder).map_err(Stop::from)?;
    let wanted = wanted::of_folder(&root, Terminal { quiet: true, ..Terminal::default() })?;
    lock.check(&wanted)?;
    if lock.packages.is_empty() {
        return Ok(Packages::default());
    }
    let mut list = own_list()?;
    let client = OnceCell::new();
    let mut ask = |url: &str| match client.get_or_init(|| crate::lock::client(&root, &wanted)) {
        Ok(client) => client.bytes(url),
        Err(stop) => Err(stop.message.trim_end_matches('.').to_owned()),
    };
    let mut outputs = Vec::new();
    for package in &lock.packages {
        let own = embedded::FILES.iter().find(|file| file.path.strip_prefix("pyodide/") == Some(&package.file));
        let content = match own {
            Some(file) => {
                let bytes = unpacked(file).map_err(|error| failed(Path::new(file.path), &error))?;
                package.verify(&package.url, &store::hash_of(&bytes))?;
                Content::Runtime(file)
            }
            None => Content::Made(wheel(package, &mut ask)?),
        };
        outputs.push(Output { path: format!("pyodide/{}", package.file), content });
        enter(&mut list, package);
    }
    outputs.push(Output { path: LIST.to_owned(), content: Content::Made(list.to_string().into_bytes()) });
    Ok(Packages { outputs, ..Packages::default() })
}

/// The bytes of a wheel, which are those that were locked.
fn wheel(package: &Package, ask: store::Ask<'_>) -> Result<Vec<u8>, Stop> {
    store::wheel(&package.url, Some(&package.sha256), ask).map_err(|problem| match problem {
        store::Problem::Gone(reason) => {
            Stop::new(format!("{} {} cannot be had: {reason}.", package.name, package.version))
                .hint("look at the network, or write the lock anew: pyrite lock")
        }
        store::Problem::Changed(shown, hash) => package.changed(&shown, &hash),
    })
}

/// Pyodide's own list.
pub(crate) fn own_list() -> Result<Value, Stop> {
    let broken = |reason: String| Stop::new(format!("The interpreter's list of packages cannot be read: {reason}."));
    let own = embedded::find(LIST).ok_or_else(|| broken("it is missing".to_owned()))?;
    let own = unpacked(own).map_err(|error| broken(error.to_string()))?;
    serde_json::from_slice(&own).map_err(|error| broken(error.to_string()))
}

/// Puts a wheel into the list, in the place of another version.
fn enter(list: &mut Value, package: &Package) {
    let Some(packages) = list.get_mut("packages").and_then(Value::as_object_mut) else { return };
    let before = packages.get(&package.name);
    let imports = before.and_then(|before| before.get("imports")).cloned();
    let entry = json!({
        "name": package.name,
        "version": package.version,
        "file_name": package.file,
        "sha256": package.sha256,
        "depends": package.depends,
        "imports": imports.unwrap_or_else(|| json!([package.name.replace('-', "_")])),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": false,
        "tool": {},
    });
    packages.insert(package.name.clone(), entry);
}
