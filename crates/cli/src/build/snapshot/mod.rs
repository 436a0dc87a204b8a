//! `--snapshot`: Pyodide's memory with the packages of the pages installed and their first imports done.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pyrite_check::{File, Project, Start, starts};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::encode::{Content, Output, unpacked};
use super::failed;
use super::lock::hex;
use super::packages::{LIST, Packages, own_list};
use super::walk::{Site, is_page};
use super::workshop::{self, Job};
use crate::embedded;
use crate::stop::Stop;
use crate::terminal::Terminal;

/// A snapshot in the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// What pages ask for that start from it, as web/setup/snapshot.ts puts it together.
    pub(crate) key: String,
    /// Its path in the runtime's folder.
    pub(crate) path: String,
    /// The compiled libraries that pages link before, as web/setup/compiled.ts has them.
    pub(crate) libraries: Vec<Value>,
    /// The pages.
    pub(crate) pages: BTreeSet<String>,
    /// Those of them that start from it themselves, and not only in their workers.
    pub(crate) main: BTreeSet<String>,
}

/// An import that is not in a snapshot.
#[derive(Deserialize)]
struct Left {
    text: String,
    why: String,
}

/// Makes them, and puts them into the build.
pub(crate) fn make(site: &Site, packages: &mut Packages, terminal: Terminal) -> Result<Vec<Made>, Stop> {
    let starts = starts(&Pages(site), &crate::check::distribution()?);
    if starts.is_empty() {
        terminal.warn("`--snapshot` has nothing to do: no page has a script for Pyodide.");
        return Ok(Vec::new());
    }
    let list = list(packages)?;
    let mut wheels: BTreeMap<String, usize> = BTreeMap::new();
    let mut tasks = Vec::new();
    let mut left: Vec<Left> = Vec::new();
    for start in &starts {
        let files = start.names.as_ref().and_then(|names| files(names, &list, packages));
        let mut imports = Vec::new();
        for import in &start.imports {
            if files.is_none() && !import.standard {
                let why = "its package is not locked; see `pyrite lock`".to_owned();
                left.push(Left { text: import.text(), why });
                continue;
            }
            imports.push(json!({ "module": import.module, "name": import.name, "text": import.text() }));
        }
        let mut needed = Vec::new();
        for path in files.unwrap_or_default() {
            let next = wheels.len();
            let file = *wheels.entry(path.clone()).or_insert(next);
            needed.push(json!({ "file": file, "path": path }));
        }
        tasks.push(json!({ "wheels": needed, "own": start.own, "imports": imports }));
    }
    let mut given = BTreeMap::from([
        ("task.json".to_owned(), Cow::Owned(json!({ "starts": tasks }).to_string().into_bytes())),
        ("imports.py".to_owned(), Cow::Borrowed(include_bytes!("imports.py").as_slice())),
        ("watch.js".to_owned(), Cow::Borrowed(include_bytes!("watch.js").as_slice())),
        ("compiled.js".to_owned(), Cow::Borrowed(include_bytes!("compiled.js").as_slice())),
        ("maker.js".to_owned(), Cow::Borrowed(include_bytes!("maker.js").as_slice())),
        ("snapshot.mjs".to_owned(), Cow::Borrowed(include_bytes!("../../../../../web/tools/snapshot.mjs").as_slice())),
        ("link.mjs".to_owned(), Cow::Borrowed(include_bytes!("../../../../../web/tools/link.mjs").as_slice())),
        ("restored.py".to_owned(), Cow::Borrowed(include_bytes!("../../../../../python/page/restored.py").as_slice())),
    ]);
    for (path, number) in &wheels {
        given.insert(format!("wheels/{number}"), Cow::Owned(bytes_of(path, packages)?));
    }
    let progress = terminal.progress("Making a snapshot:", None);
    let mut made = workshop::work(Job {
        option: "--snapshot",
        script: "const maker = new Worker(\"maker.js\", { type: \"module\" });\n\
                 maker.onerror = (event) => fetch(\"/end\", { method: \"POST\", body: event.message ?? \"It does not start.\" });\n",
        files: given,
        folder: &site.folder,
    })?;
    drop(progress);
    let told = made.remove("left.json").unwrap_or_default();
    left.extend(serde_json::from_slice::<Vec<Left>>(&told).unwrap_or_default());
    for Left { text, why } in &left {
        terminal.say(&format!("Not in the snapshot: `{text}` ({}).", why.trim_end_matches('.')));
    }
    Ok(taken(&starts, made, packages))
}

fn taken(starts: &[Start], mut made: BTreeMap<String, Vec<u8>>, packages: &mut Packages) -> Vec<Made> {
    let mut all = Vec::new();
    for (number, start) in starts.iter().enumerate() {
        let Some(bytes) = made.remove(&format!("{number}.bin")) else { continue };
        let path = format!("pyodide/snapshot-{}.bin", &hex(&Sha256::digest(&bytes))[..10]);
        if packages.outputs.iter().all(|output| output.path != path) {
            packages.outputs.push(Output { path: path.clone(), content: Content::Made(bytes) });
        }
        let libraries = made.remove(&format!("{number}.json")).unwrap_or_default();
        let libraries = serde_json::from_slice(&libraries).unwrap_or_default();
        let (pages, main) = (start.pages.clone(), start.main.clone());
        all.push(Made { key: start.packages.join("\n"), path, libraries, pages, main });
    }
    // That of the distribution, which has nothing of the site's.
    packages.replaced.insert("pyodide/snapshot.bin".to_owned());
    all
}

/// Pyodide's list of packages, as the build has it.
fn list(packages: &Packages) -> Result<Value, Stop> {
    match packages.outputs.iter().find(|output| output.path == LIST).map(|output| &output.content) {
        Some(Content::Made(bytes)) => serde_json::from_slice(bytes)
            .map_err(|error| Stop::new(format!("The list of packages cannot be read: {error}."))),
        _ => own_list(),
    }
}

/// The wheels of packages and of all that they need, by their paths. `None` if one is not in the build.
fn files(names: &[String], list: &Value, packages: &Packages) -> Option<BTreeSet<String>> {
    let mut open: Vec<String> = names.to_vec();
    let mut seen = BTreeSet::new();
    let mut files = BTreeSet::new();
    while let Some(name) = open.pop() {
        let entry = list["packages"].get(&name)?;
        if !seen.insert(name) {
            continue;
        }
        let path = format!("pyodide/{}", entry["file_name"].as_str()?);
        if packages.outputs.iter().all(|output| output.path != path) && embedded::find(&path).is_none() {
            return None;
        }
        files.insert(path);
        let depends = entry["depends"].as_array().into_iter().flatten().filter_map(Value::as_str);
        open.extend(depends.map(pyrite_core::config::requirement::normalise));
    }
    Some(files)
}

fn bytes_of(path: &str, packages: &Packages) -> Result<Vec<u8>, Stop> {
    let told = |error: std::io::Error| failed(Path::new(path), &error);
    match (packages.outputs.iter().find(|output| output.path == path), embedded::find(path)) {
        (Some(output), _) => Ok(output.bytes().map_err(told)?.into_owned()),
        (None, Some(file)) => unpacked(file).map_err(told),
        (None, None) => Err(Stop::new(format!("`{path}` is missing."))),
    }
}

/// A site as what is checked.
pub(super) struct Pages<'a>(pub(super) &'a Site);

impl Project for Pages<'_> {
    fn pages(&self) -> Vec<String> {
        self.0.pages().map(|page| page.path.clone()).collect()
    }

    fn read(&self, path: &str) -> File {
        match self.0.find(path) {
            Some(file) if is_page(path) || file.text.is_some() => file.text.clone().map_or(File::Missing, File::Text),
            Some(_) => File::Bytes(Vec::new()),
            None => File::Missing,
        }
    }

    fn names(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }
}
