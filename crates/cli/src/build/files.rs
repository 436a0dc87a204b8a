//! All files of a build, made in memory: nothing is written before each of them is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::encode::{Content, Output, brotli, unpacked};
use super::lock::hex;
use super::needs::Seen;
use super::packages::{self, Packages};
use super::page::{self, Names, Policy};
use super::walk::{Site, SiteFile, is_code, is_page};
use super::weight::{self, PageWeight};
use super::{MANIFEST, Options, Target, address, built, failed, headers, hints, offline, precompile, snapshot, target};
use crate::embedded::{self, EmbeddedFile};
use crate::serve::rewrite::{self, Wishes};
use crate::stop::Stop;
use crate::terminal::Terminal;

/// What a build writes and says.
pub(crate) struct Built {
    pub(crate) outputs: Vec<Output>,
    pub(crate) weights: Vec<PageWeight>,
    /// What its author should know.
    pub(crate) notes: Vec<String>,
}

/// The place of the runtime in a build, and what of it is there.
pub(crate) struct RuntimeFolder {
    /// Its name: content decides it, so browsers may keep it for ever.
    pub(crate) name: String,
    pub(crate) files: Vec<&'static EmbeddedFile>,
}

/// The part of the runtime that was seen to be in use.
pub(crate) fn runtime(seen: &Seen, packages: &Packages) -> RuntimeFolder {
    let files: Vec<_> =
        embedded::FILES.iter().filter(|file| seen.needs(file.path) && !packages.replaced.contains(file.path)).collect();
    let mut hash = Sha256::new();
    for file in &files {
        hash.update(file.path);
        hash.update(file.sha256);
    }
    for output in &packages.outputs {
        hash.update(&output.path);
        if let Content::Made(bytes) = &output.content {
            hash.update(bytes);
        }
    }
    RuntimeFolder { name: format!("pyrite-{}", &hex(&hash.finalize())[..10]), files }
}

/// What is seen in a whole site.
fn seen_in(site: &Site) -> Seen {
    let mut seen = Seen::default();
    for file in &site.files {
        let Some(text) = &file.text else { continue };
        if is_page(&file.path) {
            seen.page(text);
        } else if is_code(&file.path) {
            seen.code(text);
        }
    }
    seen
}

/// Makes them.
pub(crate) fn build(site: &Site, options: &Options, terminal: Terminal) -> Result<Built, Stop> {
    let mut seen = seen_in(site);
    let progress = terminal.progress("Reading pages", None);
    let mut packages = packages::of(site)?;
    drop(progress);
    let mut known = built::Known::default();
    if options.precompile {
        known.compiled = precompile::compile(site, &seen, &mut packages, terminal)?.unwrap_or_default();
        seen.scripts = !known.compiled.scripts.is_empty();
    }
    if options.snapshot {
        known.snapshots = snapshot::make(site, &mut packages, terminal)?;
        seen.snapshots |= !known.snapshots.is_empty();
    }
    built::tell(&known, &mut packages);
    let _progress = terminal.progress("Putting pages together", None);
    let runtime = runtime(&seen, &packages);
    let mut outputs: Vec<Output> = Vec::new();
    for output in &packages.outputs {
        outputs.push(Output { path: format!("{}/{}", runtime.name, output.path), content: output.content.clone() });
    }
    for file in runtime.files.iter().filter(|file| packages.outputs.iter().all(|output| output.path != file.path)) {
        outputs.push(Output { path: format!("{}/{}", runtime.name, file.path), content: Content::Runtime(file) });
    }
    let renamed = renamed(site)?;
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for file in &site.files {
        if let Some(text) = code(file, &runtime) {
            texts.insert(&file.path, text);
        }
    }

    // What scripts of the site become is known before the pages that name their hashes.
    let integrity = |path: &str| -> Option<String> {
        if let Some(name) = path.strip_prefix(&runtime.name) {
            let name = name.strip_prefix('/')?;
            if let Some(output) = packages.outputs.iter().find(|output| output.path == name) {
                return Some(page::integrity(&output.bytes().ok()?));
            }
            let file = embedded::find(name)?;
            return Some(page::integrity(&unpacked(file).ok()?));
        }
        if path.starts_with(offline::REGISTER) {
            return Some(page::integrity(offline::register().as_bytes()));
        }
        let file = site.find(path)?;
        match texts.get(path) {
            Some(text) => Some(page::integrity(text.as_bytes())),
            None => Some(page::integrity(&std::fs::read(&file.source).ok()?)),
        }
    };
    let renaming = |path: &str| renamed.get(path).cloned();
    let names = Names { integrity: &integrity, renamed: &renaming, base: &options.base };
    let mut policy = Policy::default();
    let mut pages: BTreeMap<&str, String> = BTreeMap::new();
    for file in site.pages() {
        let Some(text) = &file.text else { continue };
        let text = with_runtime(site, file, text, &runtime, options.offline, &known);
        pages.insert(&file.path, page::change(&file.path, &text, &names, &mut policy));
    }
    for file in &site.files {
        // What code asks other sites for, it names.
        if let Some(text) = file.text.as_deref().filter(|_| is_page(&file.path) || is_code(&file.path)) {
            policy.other_sites.extend(sites_in_code(text, is_page(&file.path)));
        }
    }
    let content_policy = headers::policy(&policy);
    if options.target.contains(&Target::GithubPages) {
        // That host sends no headers of ours.
        let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{content_policy}\">");
        for text in pages.values_mut() {
            *text = page::with_meta(text, &meta);
        }
    }

    let weights = weigh(site, &pages, &runtime, &packages, &known)?;
    for file in &site.files {
        let path = file.path.as_str();
        let text = pages.remove(path).or_else(|| texts.remove(path));
        let content = text.map_or_else(|| Content::File(file.source.clone()), |text| Content::Made(text.into_bytes()));
        outputs.push(Output { path: renamed.get(path).cloned().unwrap_or_else(|| path.to_owned()), content });
    }
    if options.offline {
        offline::add(&mut outputs, &runtime, seen.worker)?;
    }
    let facts = target::Facts { options, runtime: &runtime.name, policy: &content_policy, isolated: seen.worker };
    outputs.extend(target::files(&facts));
    outputs.push(manifest(&outputs, &runtime, &renamed)?);
    clashes(&outputs)?;
    terminal.detail(&format!("{} files of the runtime of {}", runtime.files.len(), embedded::FILES.len()));
    let notes = notes(&policy).into_iter().chain(packages.note).collect();
    Ok(Built { outputs, weights, notes })
}

/// A script of the site with the runtime's new place; nothing if it stays as it is.
fn code(file: &SiteFile, runtime: &RuntimeFolder) -> Option<String> {
    let text = file.text.as_deref()?;
    if !file.path.ends_with(".js") && !file.path.ends_with(".mjs") {
        return None;
    }
    let place = format!("{}{}/", address::up(&file.path), runtime.name);
    rewrite::script(text, &place, |name| embedded::find(name).is_some()).map(|rewritten| rewritten.text)
}

fn with_runtime(
    site: &Site,
    file: &SiteFile,
    text: &str,
    runtime: &RuntimeFolder,
    offline: bool,
    known: &built::Known,
) -> String {
    let place = format!("{}{}/", address::up(&file.path), runtime.name);
    let mut head = hints::tags(&place, &file.path, known);
    if offline {
        head.push_str(&offline::tag(&address::up(&file.path)));
    }
    let module_asks = |reference: &str| asks_for_runtime(site, &file.path, reference);
    let wishes = Wishes {
        runtime: &place,
        runtime_has: Some(|name| embedded::find(name).is_some()),
        head: Some(head.as_str()).filter(|head| !head.is_empty()),
        module_asks: &module_asks,
    };
    rewrite::page(text, &wishes).map_or_else(|| text.to_owned(), |rewritten| rewritten.text)
}

/// Whether a module of the site, or one that it imports, asks for the runtime by its bare name.
fn asks_for_runtime(site: &Site, page: &str, reference: &str) -> bool {
    let mut open: Vec<String> = address::local(page, reference).into_iter().collect();
    let mut done = BTreeSet::new();
    while let Some(path) = open.pop() {
        if !done.insert(path.clone()) {
            continue;
        }
        let Some(text) = site.find(&path).and_then(|file| file.text.as_deref()) else { continue };
        for name in rewrite::modules_of(text) {
            if name == rewrite::released::BARE_NAME {
                return true;
            }
            if name.starts_with(['.', '/']) {
                open.extend(address::local(&path, name));
            }
        }
    }
    false
}

/// Names with hashes, for files that are named by tags of pages and nowhere else.
fn renamed(site: &Site) -> Result<HashMap<String, String>, Stop> {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for file in site.pages() {
        let text = file.text.as_deref().unwrap_or_default();
        for path in page::renamable(&file.path, text) {
            *named.entry(path).or_default() += 1;
        }
    }
    let mut renamed = HashMap::new();
    for (path, count) in named {
        let Some(file) = site.find(&path) else { continue };
        let name = path.rsplit('/').next().unwrap_or(&path);
        // Every mention of the name must be one that is changed: code may load it too.
        let mentions: usize =
            site.files.iter().filter_map(|file| file.text.as_deref()).map(|text| text.matches(name).count()).sum();
        if mentions != count {
            continue;
        }
        let content =
            std::fs::read(&file.source).map_err(|error| Stop::new(format!("`{path}` cannot be read: {error}.")))?;
        renamed.insert(path.clone(), page::hashed_name(&path, &content));
    }
    Ok(renamed)
}

/// Other sites that code names. In pages only scripts count, not what they link to.
fn sites_in_code(text: &str, is_page: bool) -> BTreeSet<String> {
    use crate::serve::rewrite::markup::{Token, tokens};
    let mut found = BTreeSet::new();
    let mut look = |text: &str| {
        for (at, _) in text.match_indices("://") {
            let scheme = text[..at]
                .trim_start_matches(|c: char| !c.is_ascii())
                .rsplit(|c: char| !c.is_ascii_alphabetic())
                .next();
            let Some(scheme) = scheme else { continue };
            found.extend(address::origin(&text[at - scheme.len()..]));
        }
    };
    if is_page {
        for token in tokens(text) {
            if let Token::Script { content } = token {
                look(&text[content]);
            }
        }
    } else {
        look(text);
    }
    found
}

fn notes(policy: &Policy) -> Vec<String> {
    let mut sites: BTreeSet<&String> = BTreeSet::new();
    for one in [&policy.script_sites, &policy.style_sites, &policy.frame_sites, &policy.other_sites] {
        sites.extend(one);
    }
    if sites.is_empty() {
        return Vec::new();
    }
    let list: Vec<&str> = sites.iter().map(|site| site.as_str()).collect();
    vec![format!("the pages name other sites, and need them where they load something from there: {}", list.join(", "))]
}

/// What the pages weigh: each with what its own text shows that it loads.
fn weigh(
    site: &Site,
    pages: &BTreeMap<&str, String>,
    runtime: &RuntimeFolder,
    packages: &Packages,
    known: &built::Known,
) -> Result<Vec<PageWeight>, Stop> {
    let mut weights = Vec::new();
    let mut sizes: HashMap<String, (u64, u64)> = HashMap::new();
    for (path, text) in pages {
        let original = site.find(path).and_then(|file| file.text.as_deref()).unwrap_or_default();
        let mut seen = Seen::default();
        seen.page(original);
        let mut own = vec![((*path).to_owned(), measured(path, text.as_bytes())?)];
        for name in weight::loaded_by(path, original) {
            let Some(file) = site.find(&name) else { continue };
            if let Some(text) = file.text.as_deref().filter(|_| is_code(&name)) {
                seen.code(text);
            }
            let size = match sizes.get(&name) {
                Some(size) => *size,
                None => {
                    let bytes = std::fs::read(&file.source).map_err(|error| failed(Path::new(&name), &error))?;
                    measured(&name, &bytes)?
                }
            };
            sizes.insert(name.clone(), size);
            own.push((name, size));
        }
        for file in runtime.files.iter().filter(|file| seen.loads(file.path)) {
            own.push((file.path.to_owned(), (file.length as u64, file.brotli.len() as u64)));
        }
        let has = |output: &&Output| {
            let snapshot = known.snapshots.iter().any(|one| one.path == output.path && one.pages.contains(*path));
            snapshot
                || known.compiled.scripts.get(*path).is_some_and(|made| made.path == output.path)
                || seen.py && seen.config && is_loaded(&output.path)
                || seen.mpy && seen.config && output.path.starts_with(precompile::SMALL)
        };
        for output in packages.outputs.iter().filter(has) {
            let size = match sizes.get(&output.path) {
                Some(size) => *size,
                None => {
                    let bytes = output.bytes().map_err(|error| failed(Path::new(&output.path), &error))?;
                    measured(&output.path, &bytes)?
                }
            };
            sizes.insert(output.path.clone(), size);
            own.push((output.path.clone(), size));
        }
        weights.push(PageWeight::new((*path).to_owned(), own));
    }
    Ok(weights)
}

/// Whether a page that has a configuration loads that file of what the build has made.
fn is_loaded(path: &str) -> bool {
    path.ends_with(".whl") || path == "pyodide/compiled.json"
}

fn measured(path: &str, bytes: &[u8]) -> Result<(u64, u64), Stop> {
    let content = Content::Made(Vec::new());
    let packed = brotli(path, &content, bytes).map_err(|error| failed(Path::new(path), &error))?;
    Ok((bytes.len() as u64, packed.map_or(bytes.len(), |packed| packed.len()) as u64))
}

/// The list of all files, for templates of Django and Flask and for tools.
fn manifest(outputs: &[Output], runtime: &RuntimeFolder, renamed: &HashMap<String, String>) -> Result<Output, Stop> {
    let mut files = serde_json::Map::new();
    for output in outputs {
        let bytes = output.bytes().map_err(|error| failed(Path::new(&output.path), &error))?;
        let fact = json!({ "bytes": bytes.len(), "integrity": page::integrity(&bytes) });
        files.insert(output.path.clone(), fact);
    }
    let names: BTreeMap<&String, &String> = renamed.iter().collect();
    let text = json!({
        "pyrite": env!("CARGO_PKG_VERSION"),
        "runtime": format!("{}/", runtime.name),
        "names": names,
        "files": files,
    });
    let text = serde_json::to_string_pretty(&text).unwrap_or_default() + "\n";
    Ok(Output { path: MANIFEST.to_owned(), content: Content::Made(text.into_bytes()) })
}

/// Two files cannot have one name.
fn clashes(outputs: &[Output]) -> Result<(), Stop> {
    let mut seen = BTreeSet::new();
    for output in outputs {
        if !seen.insert(&output.path) {
            return Err(Stop::new(format!("The site has a file `{}`, which the build writes itself.", output.path))
                .hint("rename or remove the file of the site."));
        }
    }
    Ok(())
}
