//! `cargo xtask dist`: from sources to `target/dist/`, the folder that a page loads from.
//!
//! Three things are written: `target/dist/` itself, `target/dist-br/` with the same files compressed by brotli
//! (the command embeds these), and `target/dist.json`, which lists every file with its sizes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::python;
use crate::shorten::shorten;
use crate::snapshot;
use crate::stdlib;
use crate::step::{cargo, root, run, run_silently, say};
use crate::vendored;

/// What `cargo xtask dist` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// Say nothing but errors.
    #[arg(long)]
    quiet: bool,
}

/// `target/dist.json`.
#[derive(Serialize)]
struct Manifest {
    version: &'static str,
    pyodide: String,
    micropython: String,
    /// Whether all pages start from the snapshot, and not only those that ask for it.
    snapshot: bool,
    files: Vec<Entry>,
}

/// One file of the distribution; sizes in bytes.
#[derive(Serialize)]
struct Entry {
    path: String,
    r#type: &'static str,
    /// What the runtime puts into its address.
    key: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
    sha256: String,
}

/// Files taken from the interpreters' npm packages, by folder.
const INTERPRETERS: [(&str, &str, &[&str]); 2] = [
    ("pyodide", "pyodide", &["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]),
    (
        "micropython",
        "@micropython/micropython-webassembly-pyscript",
        &[
            "micropython.mjs",
            "micropython.wasm",
            // Asked for by `debug = true` and `packages = ["ulab"]`.
            "micropython-settrace.wasm",
            "micropython-settrace-ulab.wasm",
            "micropython-ulab.wasm",
        ],
    ),
];

/// MicroPython's compiler, with which `pyrite build` compiles modules of a site. No page loads it.
const CROSS: [(&str, &str); 2] = [("mpy-cross-v6.js", "mpy-cross.js"), ("mpy-cross-v6.wasm", "mpy-cross.wasm")];

/// The WebAssembly features that every engine we support has. `wasm-opt --all-features` would emit imports that
/// Chromium refuses.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) fn run_task(options: &Options) -> Result<()> {
    if options.quiet {
        crate::step::be_quiet();
    }
    let manifest = assemble()?;
    if !options.quiet {
        print_table(&manifest.files)?;
    }
    Ok(())
}

/// Builds the distribution without printing its table.
pub(crate) fn build() -> Result<()> {
    assemble().map(|_| ())
}

fn assemble() -> Result<Manifest> {
    // Two at once (a build script and a developer, say) would write into the same folders.
    fs::create_dir_all(root().join("target"))?;
    let lock = fs::File::create(root().join("target/dist.lock"))?;
    lock.lock().context("cannot lock target/dist.lock")?;
    fetch_packages()?;
    let bound = build_module("pyrite-web", "pyrite")?;
    let bridge = build_module("pyrite-bridge", "bridge")?;
    let staging = root().join("target/dist.new");
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    fs::create_dir_all(&staging)?;

    python::write(&root().join("python"), &root().join("target/web/python"), &staging.join("python"))?;
    for (name, part) in build_parts()? {
        copy(&part, &staging.join("parts").join(format!("{name}.wasm")))?;
    }
    copy(&bound.join("pyrite_bg.wasm"), &staging.join("pyrite.wasm"))?;
    copy(&bridge.join("bridge_bg.wasm"), &staging.join("bridge.wasm"))?;
    copy(&root().join("web/core.css"), &staging.join("core.css"))?;
    copy(&root().join("docs/configuration.schema.json"), &staging.join("pyrite.schema.json"))?;
    let modules = root().join("web/node_modules");
    for (folder, package, files) in INTERPRETERS {
        for file in files {
            copy(&modules.join(package).join(file), &staging.join(folder).join(file))?;
        }
    }
    for (from, to) in CROSS {
        copy(&modules.join("@pybricks/mpy-cross-v6/build").join(from), &staging.join("tools").join(to))?;
    }
    separate_micropython(&staging.join("micropython"))?;
    vendored::write(&staging.join("pyodide"))?;
    let library = stdlib::compiled(&modules.join("pyodide/python_stdlib.zip"))?;
    copy(&library.first, &staging.join("pyodide/python_stdlib_compiled.zip"))?;
    copy(&library.rest, &staging.join("pyodide/python_stdlib_rest.bin"))?;
    copy(&snapshot::made(&modules.join("pyodide"), &library)?, &staging.join("pyodide/snapshot.bin"))?;
    let mut keys = Keys::default();
    for (folder, _, _) in INTERPRETERS {
        keys.insert(folder, key_of(&staging, |path| path.starts_with(folder))?);
    }
    bundle_entry(&staging, &keys, &sizes(&library.first)?)?;
    keys.insert("", insert_own_key(&staging)?);

    say("compressing what has changed");
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION"),
        pyodide: package_version("pyodide")?,
        micropython: package_version("@micropython/micropython-webassembly-pyscript")?,
        snapshot: snapshot::is_for_all(),
        files: compress(&staging, &keys)?,
    };
    replace(&staging, &root().join("target/dist"))?;
    write_if_changed(&root().join("target/dist.json"), serde_json::to_string_pretty(&manifest)?.as_bytes())?;
    Ok(manifest)
}

/// `npm ci`, once per lock file.
fn fetch_packages() -> Result<()> {
    let web = root().join("web");
    let lock = fs::read(web.join("package-lock.json")).context("web/package-lock.json is missing")?;
    let stamp = web.join("node_modules/.pyrite-lock-sha256");
    let wanted = sha256(&lock);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say("fetching the interpreters and the JavaScript tools (npm ci)");
    run_silently(
        Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(&web),
        "Pyrite needs Node.js 20 or newer with npm: `sudo apt-get install nodejs npm`, or https://nodejs.org",
    )?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// Compiles a package for the browser and binds it to JavaScript as `name`; gives the folder with `NAME.js` and
/// `NAME_bg.wasm`.
fn build_module(package: &str, name: &str) -> Result<PathBuf> {
    let target = root().join("target/web");
    say(format!("building {package} for the browser"));
    let mut command = cargo();
    // Flags meant for the host (a linker, say) must not reach the wasm build.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let built = run(
        command
            .args(["build", "--quiet", "--package", package, "--lib", "--profile", "wasm"])
            .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
            .arg(&target),
        "",
    );
    if let Err(error) = built {
        ensure_wasm_target()?;
        return Err(error);
    }
    let file = format!("wasm32-unknown-unknown/wasm/{}.wasm", package.replace('-', "_"));
    let compiled = fs::read(target.join(file))?;
    let bound = target.join("bound");
    let stamp = bound.join(format!("{name}.sha256"));
    let wanted = sha256(&compiled);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(bound);
    }
    say(format!("binding {package} to JavaScript"));
    // Names tell which functions the bytes go to.
    let keep_names = std::env::var_os("PYRITE_KEEP_NAMES").is_some();
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_bytes(name, compiled)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(true)
                .omit_default_module_path(true)
                .remove_name_section(!keep_names)
                .remove_producers_section(true)
                .generate(&bound)
        })
        .context("wasm-bindgen could not bind the runtime")?;
    let wasm = bound.join(format!("{name}_bg.wasm"));
    run_silently(
        Command::new(root().join("web/node_modules/.bin/wasm-opt"))
            .args(["-Oz", "--strip-producers"])
            .arg(if keep_names { "-g" } else { "--strip-debug" })
            .args(WASM_FEATURES)
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm),
        "",
    )?;
    let glue = bound.join(format!("{name}.js"));
    let (short, shortened) = shorten(&fs::read(&wasm)?, &fs::read_to_string(&glue)?)?;
    fs::write(wasm, short)?;
    fs::write(glue, shortened)?;
    fs::write(stamp, wanted)?;
    Ok(bound)
}

/// What only some pages need, as WebAssembly modules of their own (crates/part/src/bin).
const PARTS: [&str; 5] = ["config", "config-json", "errors", "archive", "packages"];

/// Compiles the parts; gives the name of each and its file.
fn build_parts() -> Result<Vec<(&'static str, PathBuf)>> {
    let target = root().join("target/web");
    let folder = target.join("parts");
    fs::create_dir_all(&folder)?;
    say("building the parts that only some pages need");
    let mut command = cargo();
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
        .args(["build", "--quiet", "--package", "pyrite-part", "--bins", "--profile", "wasm"])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target);
    run(&mut command, "")?;
    let mut parts = Vec::new();
    for name in PARTS {
        let compiled = fs::read(target.join(format!("wasm32-unknown-unknown/wasm/part-{name}.wasm")))?;
        let stamp = folder.join(format!("{name}.sha256"));
        let part = folder.join(format!("{name}.wasm"));
        let wanted = sha256(&compiled);
        if !fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            fs::write(&part, compiled)?;
            run_silently(
                Command::new(root().join("web/node_modules/.bin/wasm-opt"))
                    .args(["-Oz", "--strip-producers", "--strip-debug", "--strip-target-features"])
                    .args(WASM_FEATURES)
                    .arg(&part)
                    .arg("-o")
                    .arg(&part),
                "",
            )?;
            fs::write(stamp, wanted)?;
        }
        parts.push((name, part));
    }
    Ok(parts)
}

/// Writes the module of MicroPythons that run beside another one.
fn separate_micropython(folder: &Path) -> Result<()> {
    let web = root().join("web");
    run_silently(
        Command::new("node")
            .arg(web.join("tools/write-separate.mjs"))
            .args([folder.join("micropython.mjs"), folder.join("micropython-separate.mjs")]),
        "Pyrite needs Node.js 20 or newer: `sudo apt-get install nodejs npm`, or https://nodejs.org",
    )
}

/// Names the command that adds the wasm target, when that is what is missing.
fn ensure_wasm_target() -> Result<()> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"])
        .current_dir(root())
        .output();
    let present = output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).exists());
    if !present {
        bail!("the WebAssembly target is missing\nhint: `rustup target add wasm32-unknown-unknown`");
    }
    Ok(())
}

/// The files that a start waits for longest, with their bytes, as JSON: `<py-progress>` shows how many have come.
fn sizes(library: &Path) -> Result<String> {
    let modules = root().join("web/node_modules");
    let mut sizes = BTreeMap::new();
    for (folder, package, files) in INTERPRETERS {
        for file in files.iter().filter(|file| file.ends_with("pyodide.asm.wasm") || **file == "micropython.wasm") {
            sizes.insert(format!("{folder}/{file}"), fs::metadata(modules.join(package).join(file))?.len());
        }
    }
    sizes.insert("pyodide/pyodide.asm.mjs".into(), fs::metadata(modules.join("pyodide/pyodide.asm.mjs"))?.len());
    sizes.insert("pyodide/python_stdlib_compiled.zip".into(), fs::metadata(library)?.len());
    Ok(serde_json::to_string(&sizes)?)
}

/// The first number of Pyodide's version: all that share it have the same Python.
fn generation() -> Result<String> {
    let version = package_version("pyodide")?;
    Ok(version.split('.').next().unwrap_or_default().to_owned())
}

/// Bundles the module entry with the glue that wasm-bindgen wrote.
fn bundle_entry(out: &Path, keys: &Keys, sizes: &str) -> Result<()> {
    say("bundling core.js");
    run_silently(
        Command::new(root().join("web/node_modules/.bin/esbuild"))
            .current_dir(root().join("web"))
            .args([
                "core.ts",
                "worker.ts",
                "py.ts",
                "sources.ts",
                "mpy.ts",
                "bridge.ts",
                "storage.ts",
                "fs=fs/fs.ts",
                "ladder.ts",
                "offline.ts",
                "service-worker.ts",
                "suspend=bridge/suspend.ts",
                "workers=workers/page.ts",
                "setup=setup/setup.ts",
                "snapshot=setup/snapshot.ts",
                "scripts=setup/scripts.ts",
                "errors=errors/errors.ts",
                "terminal=terminal/terminal.ts",
                "editor=editor/editor.ts",
                "console=terminal/worker.ts",
                "hooks=extras/hooks.ts",
                "attributes=extras/attributes.ts",
                "define=extras/define.ts",
                "defined=extras/defined.ts",
                "donkey=extras/donkey.ts",
                "progress=extras/progress.ts",
                "game=extras/game.ts",
                "stage=extras/stage.ts",
                "--bundle",
                "--alias:pyrite-host=./imports.ts",
                "--loader:.py=text",
                "--loader:.css=text",
                "--format=esm",
                "--target=es2022",
                "--minify",
                // The Python package has its bytes as characters.
                "--charset=utf8",
                "--legal-comments=none",
            ])
            .args(["--log-level=warning", "--alias:pyrite-glue=../target/web/bound/pyrite.js"])
            .arg("--alias:pyrite-package=../target/web/python")
            .arg("--alias:pyrite-bridge-glue=../target/web/bound/bridge.js")
            .arg(format!("--define:OWN_KEY=\"{NO_KEY}\""))
            .arg(format!("--define:INTERPRETER_KEYS={}", serde_json::to_string(keys)?))
            .arg(format!("--define:SNAPSHOT={}", snapshot::is_for_all()))
            .arg(format!("--define:PYODIDE=\"{}\"", generation()?))
            .arg(format!("--define:VERSION=\"{}\"", env!("CARGO_PKG_VERSION")))
            .arg(format!("--define:SIZES={sizes}"))
            .arg(format!("--outdir={}", out.display())),
        "",
    )
}

/// What the runtime asks for has its key in the address, by folder, so that a browser may keep it until it changes.
type Keys = BTreeMap<&'static str, String>;

/// In the place of the key until that is known; as long as it.
const NO_KEY: &str = "@own@key@@";

/// What stands for the bytes of some files.
fn key_of(folder: &Path, of: impl Fn(&str) -> bool) -> Result<String> {
    let mut all = Vec::new();
    for path in files_below(folder)?.into_iter().filter(|path| of(path)) {
        all.extend(sha256(&fs::read(folder.join(&path))?).into_bytes());
        all.extend(path.into_bytes());
    }
    Ok(sha256(&all)[..NO_KEY.len()].to_owned())
}

/// Puts the key of all but the interpreters into the modules; gives it.
fn insert_own_key(dist: &Path) -> Result<String> {
    let key =
        key_of(dist, |path| !path.contains('/') || !INTERPRETERS.iter().any(|(folder, ..)| path.starts_with(folder)))?;
    for path in files_below(dist)?.iter().filter(|path| !path.contains('/') && path.ends_with(".js")) {
        let path = dist.join(path);
        let text = fs::read_to_string(&path)?;
        fs::write(&path, text.replace(NO_KEY, &key))?;
    }
    Ok(key)
}

/// Compresses every file below `dist` into `target/dist-br/`, reusing what an earlier run made of the same bytes.
fn compress(dist: &Path, keys: &Keys) -> Result<Vec<Entry>> {
    let cache = root().join("target/compressed");
    fs::create_dir_all(&cache)?;
    let staging = root().join("target/dist-br.new");
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    let mut files = Vec::new();
    for path in files_below(dist)? {
        let bytes = fs::read(dist.join(&path))?;
        files.push((path, sha256(&bytes), bytes));
    }
    pack_all(&files, &cache)?;
    let mut entries = Vec::new();
    for (path, sha256, bytes) in files {
        let [cached, sizes] = packed(&cache, &sha256);
        let compressed = staging.join(format!("{path}.br"));
        copy(&cached, &compressed)?;
        entries.push(Entry {
            r#type: media_type(&path),
            key: path.split_once('/').and_then(|(folder, _)| keys.get(folder)).unwrap_or(&keys[""]).clone(),
            raw: bytes.len(),
            gzip: fs::read_to_string(&sizes)?.trim().parse()?,
            brotli: usize::try_from(fs::metadata(&compressed)?.len())?,
            sha256,
            path,
        });
    }
    replace(&staging, &root().join("target/dist-br"))?;
    Ok(entries)
}

/// Where the brotli form of a content is kept, and the size of its gzip form.
fn packed(cache: &Path, sha256: &str) -> [PathBuf; 2] {
    [cache.join(format!("{sha256}.11.br")), cache.join(format!("{sha256}.gzip-size"))]
}

/// Compresses what is not kept yet, with all processors.
fn pack_all(files: &[(String, String, Vec<u8>)], cache: &Path) -> Result<()> {
    // Equal files once.
    let new: BTreeMap<_, _> = files
        .iter()
        .filter(|(_, sha256, _)| !packed(cache, sha256).iter().all(|file| file.exists()))
        .map(|(_, sha256, bytes)| (sha256, bytes))
        .collect();
    // The largest first, so that none is left for one processor at the end.
    let mut new: Vec<_> = new.into_iter().collect();
    new.sort_by_key(|(_, bytes)| std::cmp::Reverse(bytes.len()));
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some((sha256, bytes)) = new.get(next.fetch_add(1, Ordering::Relaxed)) {
            let [cached, sizes] = packed(cache, sha256);
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            gzip.write_all(bytes)?;
            write_atomically(&sizes, gzip.finish()?.len().to_string().as_bytes())?;
            write_atomically(&cached, &brotli_compress(bytes)?)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|_| bail!("compressing broke down")))
    })
}

fn brotli_compress(bytes: &[u8]) -> Result<Vec<u8>> {
    // The best takes a minute for the interpreters, once, and spares every visitor a tenth of their bytes.
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
    Ok(out)
}

/// The media type that a server has to send for a file of the distribution.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("zip") => "application/zip",
        Some("html") => "text/html",
        _ => "application/octet-stream",
    }
}

fn print_table(entries: &[Entry]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<36}{:>12}{:>12}{:>12}", "target/dist/", "raw", "gzip", "brotli")?;
    let mut groups: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for entry in entries {
        writeln!(out, "{:<36}{:>12}{:>12}{:>12}", entry.path, entry.raw, entry.gzip, entry.brotli)?;
        let group = match entry.path.split_once('/') {
            Some((folder @ ("pyodide" | "micropython"), _)) => folder,
            _ => "Pyrite itself",
        };
        let sums = groups.entry(group).or_default();
        for (sum, size) in sums.iter_mut().zip([entry.raw, entry.gzip, entry.brotli]) {
            *sum += size;
        }
    }
    for (group, [raw, gzip, brotli]) in groups {
        writeln!(out, "{:<36}{raw:>12}{gzip:>12}{brotli:>12}", format!("= {group}"))?;
    }
    Ok(())
}

pub(crate) fn package_version(package: &str) -> Result<String> {
    let path = root().join("web/node_modules").join(package).join("package.json");
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(path)?)?;
    Ok(manifest["version"].as_str().unwrap_or("unknown").to_owned())
}

/// Paths of all files below a folder, relative to it, with `/`, sorted.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder_) = open.pop() {
        for entry in fs::read_dir(&folder_)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                let relative = entry.path().strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                found.push(relative);
            }
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::copy(from, to).with_context(|| format!("could not copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Puts a finished folder in the place of an older one, so that nobody sees a half-written one.
pub(crate) fn replace(new: &Path, old: &Path) -> Result<()> {
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    fs::rename(new, old)?;
    Ok(())
}

fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("part");
    fs::write(&temporary, bytes)?;
    fs::rename(temporary, path)?;
    Ok(())
}

/// Leaves an unchanged file alone, so that builds which watch its time stay fresh.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    write_atomically(path, bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
