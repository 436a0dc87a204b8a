//! `--precompile`: wheels and modules of the site as the page's own Python has compiled them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pyrite_check::Module;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::encode::{Content, Output};
use super::lock::hex;
use super::needs::Seen;
use super::packages::{LIST, Packages, own_list};
use super::walk::{Site, SiteFile};
use super::workshop::{self, Job};
use super::{built, failed};
use super::{scripts, small};
use crate::embedded;
use crate::lock::wanted;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// Where modules for MicroPython are in the runtime's folder.
pub(crate) const SMALL: &str = "micropython/modules/";

/// Puts compiled files in the place of those in source. Gives what the runtime has to know of it.
pub(crate) fn compile(
    site: &Site,
    seen: &Seen,
    packages: &mut Packages,
    terminal: Terminal,
) -> Result<Option<built::Compiled>, Stop> {
    let wheels = wheels(seen, packages)?;
    let modules = modules(site)?;
    let small = small::modules(site, terminal)?;
    let scripts = scripts::of(site)?;
    if wheels.is_empty() && modules.is_empty() && small.is_empty() && scripts.is_empty() {
        terminal.warn(
            "`--precompile` has nothing to do: no page has packages, `files` or long scripts that can be compiled.",
        );
        return Ok(None);
    }
    let mut files =
        BTreeMap::from([("precompile.py".to_owned(), Cow::Borrowed(include_bytes!("precompile.py").as_slice()))]);
    let task = json!({
        "scripts": scripts::task(&scripts, &mut files),
        "wheels": wheels.keys().collect::<Vec<_>>(),
        "modules": modules.keys().collect::<Vec<_>>(),
        "small": small.iter().map(|one| json!({ "path": one.path, "file": small::shown(one) })).collect::<Vec<_>>(),
    });
    files.insert("task.json".to_owned(), Cow::Owned(task.to_string().into_bytes()));
    // By their numbers: names may have letters that addresses have not.
    for (number, bytes) in wheels.values().enumerate() {
        files.insert(format!("wheels/{number}"), Cow::Borrowed(bytes));
    }
    for (number, file) in modules.values().enumerate() {
        files.insert(format!("modules/{number}"), Cow::Owned(bytes_of(file)?));
    }
    for (number, file) in small.iter().filter_map(|one| site.find(&one.path)).enumerate() {
        files.insert(format!("small/{number}"), Cow::Owned(bytes_of(file)?));
    }
    let progress = terminal.progress("Compiling Python:", None);
    let mut made = workshop::work(Job {
        option: "--precompile",
        script: include_str!("precompile.js"),
        files,
        folder: &site.folder,
    })?;
    drop(progress);
    let mut compiled =
        built::Compiled { sources: !wheels.is_empty(), modules: !modules.is_empty(), ..built::Compiled::default() };
    for (number, Module { path, target }) in small.iter().enumerate() {
        let file = format!("{SMALL}{number}.mpy");
        // What does not compile its page is going to tell.
        if made.contains_key(&file) {
            compiled.small.insert(format!("{path} {target}"), file);
        }
    }
    compiled.scripts = scripts::take(&scripts, &mut made, packages);
    if !wheels.is_empty() || !modules.is_empty() {
        take(made, &wheels, packages)?;
    } else {
        packages.outputs.extend(made.into_iter().map(|(path, bytes)| Output { path, content: Content::Made(bytes) }));
    }
    let counts = [wheels.len(), modules.len(), small.len(), scripts.values().map(Vec::len).sum()];
    let [wheels, modules, small, scripts] = counts;
    terminal.detail(&format!(
        "compiled wheels: {wheels}, modules: {modules}, for MicroPython: {small}, scripts: {scripts}"
    ));
    Ok(Some(compiled))
}

fn bytes_of(file: &SiteFile) -> Result<Vec<u8>, Stop> {
    std::fs::read(&file.source).map_err(|error| Stop::new(format!("`{}` cannot be read: {error}.", file.path)))
}

/// Puts what was made into the build.
fn take(
    made: BTreeMap<String, Vec<u8>>,
    wheels: &BTreeMap<String, Vec<u8>>,
    packages: &mut Packages,
) -> Result<(), Stop> {
    let place = |name: &str| {
        if name.starts_with(SMALL) { name.to_owned() } else { format!("pyodide/{name}") }
    };
    let at = packages.outputs.iter().position(|output| output.path == LIST);
    let mut list: Value = match at.map(|at| packages.outputs.swap_remove(at).content) {
        Some(Content::Made(bytes)) => serde_json::from_slice(&bytes)
            .map_err(|error| Stop::new(format!("The list of packages cannot be read: {error}.")))?,
        _ => own_list()?,
    };
    for (path, bytes) in made {
        let Some((old, new)) = path.strip_prefix("wheels/").and_then(|path| path.split_once('/')) else {
            packages.outputs.push(Output { path: place(&path), content: Content::Made(bytes) });
            continue;
        };
        let entries = list.get_mut("packages").and_then(Value::as_object_mut).into_iter().flatten();
        for (_, entry) in entries.filter(|(_, entry)| entry["file_name"] == old) {
            entry["file_name"] = json!(new);
            entry["sha256"] = json!(hex(&Sha256::digest(&bytes)));
        }
        packages.outputs.retain(|output| output.path != place(old));
        packages.outputs.push(Output { path: place(new), content: Content::Made(bytes) });
    }
    packages.replaced.extend(wheels.keys().map(|name| place(name)));
    packages.outputs.push(Output { path: LIST.to_owned(), content: Content::Made(list.to_string().into_bytes()) });
    packages.outputs.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(())
}

/// All wheels of the build: those that are locked, and those of the runtime.
fn wheels(seen: &Seen, packages: &Packages) -> Result<BTreeMap<String, Vec<u8>>, Stop> {
    let own = embedded::FILES.iter().filter(|file| seen.needs(file.path));
    let own = own.map(|file| Output { path: file.path.to_owned(), content: Content::Runtime(file) });
    let mut wheels = BTreeMap::new();
    for output in own.chain(packages.outputs.iter().cloned()) {
        let Some(name) = output.path.strip_prefix("pyodide/").filter(|name| name.ends_with(".whl")) else { continue };
        let bytes = output.bytes().map_err(|error| failed(Path::new(&output.path), &error))?;
        wheels.insert(name.to_owned(), bytes.into_owned());
    }
    Ok(wheels)
}

/// The Python files that configurations for Pyodide name.
fn modules(site: &Site) -> Result<BTreeMap<&str, &SiteFile>, Stop> {
    let mut named = BTreeSet::new();
    for page in site.pages() {
        for (config, _) in wanted::configurations(site, &page.path, page.text.as_deref().unwrap_or_default())? {
            for file in site.files.iter().filter(|file| file.path.ends_with(".py")) {
                if config.contains(file.path.rsplit('/').next().unwrap_or_default()) {
                    named.insert(file.path.as_str());
                }
            }
        }
    }
    Ok(named.into_iter().filter_map(|path| Some((path, site.find(path)?))).collect())
}
