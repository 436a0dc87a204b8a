//! What the server has to give: both runtimes, both with the same interpreters, all compressed the same way.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, bail};
use axum::body::Bytes;
use pyrite_tests::paths;
use serde::Deserialize;

use crate::contender::Contender;
use crate::pages::PAGES;

/// The folders of a runtime that hold interpreters, with what PyScript takes from there and the npm package it is in.
const INTERPRETERS: [(&str, &str, &[&str]); 2] = [
    ("micropython", "@micropython/micropython-webassembly-pyscript", &["micropython.mjs", "micropython.wasm"]),
    (
        "pyodide",
        "pyodide",
        &["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip"],
    ),
];

/// A file as it is sent.
pub(crate) struct Asset {
    pub(crate) media_type: &'static str,
    pub(crate) brotli: Bytes,
}

/// Everything by its path on the server.
pub(crate) type Assets = BTreeMap<String, Asset>;

/// What is compared with what.
#[derive(Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
pub(crate) struct Versions {
    pub(crate) pyrite: String,
    pub(crate) pyscript: String,
    pub(crate) pyodide: String,
    pub(crate) micropython: String,
}

/// Whether a path on the server is one of an interpreter's own files.
pub(crate) fn is_interpreter(path: &str) -> bool {
    path.split('/').any(|part| INTERPRETERS.iter().any(|(folder, ..)| *folder == part))
}

/// Reads and compresses all files.
///
/// # Errors
/// When a side is not there.
pub(crate) fn assets() -> Result<Assets> {
    let peer = Contender::PyScript.folder();
    let mut sources: Vec<(String, PathBuf)> = Vec::new();
    collect(&dist(), Contender::Pyrite.folder(), &mut sources)?;
    collect(&modules().join(PEER).join("dist"), peer, &mut sources)?;
    for (folder, package, files) in INTERPRETERS {
        let file = |name: &&str| (format!("/{peer}/{folder}/{name}"), modules().join(package).join(name));
        sources.extend(files.iter().map(file));
    }
    sources.retain(|(path, _)| is_served(path));

    let mut assets = compressed(&sources)?;
    for page in PAGES {
        for contender in [Contender::Pyrite, Contender::PyScript] {
            let brotli = compress(page.html(contender).as_bytes())?;
            assets.insert(page.path(contender), Asset { media_type: "text/html; charset=utf-8", brotli });
        }
    }
    Ok(assets)
}

/// Which versions stand against each other.
///
/// # Errors
/// When a side is not there.
pub(crate) fn versions() -> Result<Versions> {
    #[derive(Deserialize)]
    struct Dist {
        version: String,
        pyodide: String,
        micropython: String,
    }
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let ours: Dist = parse(&paths::dist_manifest())?;
    let peer: Package = parse(&modules().join(PEER).join("package.json"))?;
    Ok(Versions { pyrite: ours.version, pyscript: peer.version, pyodide: ours.pyodide, micropython: ours.micropython })
}

fn parse<T: for<'text> Deserialize<'text>>(path: &Path) -> Result<T> {
    let text = fs::read(path).with_context(|| format!("cannot read {}{HINT}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("cannot understand {}", path.display()))
}

const HINT: &str = "\nhint: `cargo xtask bench` builds and fetches what is compared";

fn dist() -> PathBuf {
    paths::root().join("target/dist")
}

const PEER: &str = "@pyscript/core";

fn modules() -> PathBuf {
    paths::root().join("web/node_modules")
}

/// Source maps and type declarations lie beside the files but no visitor loads them.
fn is_served(path: &str) -> bool {
    !path.ends_with(".map") && !path.ends_with(".d.ts")
}

fn collect(folder: &Path, prefix: &str, into: &mut Vec<(String, PathBuf)>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}{HINT}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, into)?;
        } else {
            into.push((format!("/{path}"), entry.path()));
        }
    }
    Ok(())
}

/// Compresses on all cores; equal files, as most of the interpreters' are, only once.
fn compressed(sources: &[(String, PathBuf)]) -> Result<Assets> {
    let contents: Vec<Vec<u8>> = sources
        .iter()
        .map(|(_, file)| fs::read(file).with_context(|| format!("cannot read {}{HINT}", file.display())))
        .collect::<Result<_>>()?;
    let mut bodies: HashMap<&[u8], Bytes> = HashMap::new();
    for ((_, file), content) in sources.iter().zip(&contents) {
        if let Some(made) = made_by_dist(file, content) {
            bodies.insert(content, made);
        }
    }
    let mut missing: Vec<&[u8]> =
        contents.iter().map(Vec::as_slice).filter(|content| !bodies.contains_key(content)).collect();
    missing.sort_unstable();
    missing.dedup();
    let cores = thread::available_parallelism()?.get();
    let shares: Vec<Result<Vec<_>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                let share = missing.iter().skip(worker).step_by(cores).copied();
                scope.spawn(move || share.map(|content| Ok((content, compress(content)?))).collect())
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| bail!("compressing stopped in the middle")))
            .collect()
    });
    for share in shares {
        bodies.extend(share?);
    }
    let asset = |((path, _), content): (&(String, PathBuf), &Vec<u8>)| {
        let brotli = bodies.get(content.as_slice())?.clone();
        Some((path.clone(), Asset { media_type: media_type(path), brotli }))
    };
    Ok(sources.iter().zip(&contents).filter_map(asset).collect())
}

/// What `cargo xtask dist` has compressed already: the interpreters take a minute.
fn made_by_dist(file: &Path, content: &[u8]) -> Option<Bytes> {
    let name = file.strip_prefix(dist()).ok()?;
    let made = fs::read(paths::root().join("target/dist-br").join(name).with_added_extension("br")).ok()?;
    let mut back = Vec::new();
    brotli::BrotliDecompress(&mut made.as_slice(), &mut back).ok()?;
    (back == content).then(|| made.into())
}

/// Exactly as `cargo xtask dist` does it.
pub(crate) fn compress(bytes: &[u8]) -> Result<Bytes> {
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
    Ok(out.into())
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreters_files_are_known_by_their_folder() {
        assert!(is_interpreter("/pyscript/pyodide/pyodide.mjs"));
        assert!(is_interpreter("/pyrite/micropython/micropython.wasm"));
        assert!(!is_interpreter("/pyscript/pyodide_graph-CX6fRcVL.js"));
        assert!(!is_interpreter("/pyrite/python/mpy.json"));
    }

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let text = "print('hello')\n".repeat(50);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &*compress(text.as_bytes()).unwrap(), &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
    }
}
