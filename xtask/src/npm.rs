//! `cargo xtask npm`: the distribution as a package for npm, in `target/npm/`.

use std::fs;

use anyhow::Result;
use serde_json::json;

use crate::dist;
use crate::step::{root, say};

/// What stands beside the distribution.
const BESIDE: [&str; 5] = ["core.d.ts", "storage.d.ts", "vite.js", "vite.d.ts", "README.md"];

/// Builds the distribution and lays the package out; `npm pack` in that folder makes the file.
pub(crate) fn run() -> Result<()> {
    dist::build()?;
    lay_out()?;
    say("target/npm is ready: `npm pack` or `npm publish` there");
    Ok(())
}

/// Lays the package out around a distribution that is built.
pub(crate) fn lay_out() -> Result<()> {
    let (dist, staging, package) =
        (root().join("target/dist"), root().join("target/npm.new"), root().join("target/npm"));
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    // What the command works with is not for pages.
    for path in dist::files_below(&dist)?.into_iter().filter(|path| !path.starts_with("tools/")) {
        dist::copy(&dist.join(&path), &staging.join("dist").join(&path))?;
    }
    for name in BESIDE {
        dist::copy(&root().join("web/npm").join(name), &staging.join(name))?;
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        dist::copy(&root().join(name), &staging.join(name))?;
    }
    fs::write(staging.join("package.json"), serde_json::to_string_pretty(&manifest())? + "\n")?;
    dist::replace(&staging, &package)
}

/// `package.json`.
fn manifest() -> serde_json::Value {
    json!({
        "name": "@pyrite/core",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Python in web pages, with both interpreters: a drop-in for PyScript's core.js.",
        "license": env!("CARGO_PKG_LICENSE"),
        "keywords": ["python", "webassembly", "pyodide", "micropython", "pyscript"],
        "type": "module",
        "main": "./dist/core.js",
        "types": "./core.d.ts",
        "exports": {
            ".": { "types": "./core.d.ts", "default": "./dist/core.js" },
            "./js": { "types": "./core.d.ts", "default": "./dist/core.js" },
            "./css": "./dist/core.css",
            "./storage": { "types": "./storage.d.ts", "default": "./dist/storage.js" },
            "./service-worker": "./dist/service-worker.js",
            "./vite": { "types": "./vite.d.ts", "default": "./vite.js" },
            "./dist/*": "./dist/*",
            "./package.json": "./package.json"
        },
        "files": ["dist", "core.d.ts", "storage.d.ts", "vite.js", "vite.d.ts", "LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt"],
        // Loading it is what starts it.
        "sideEffects": true,
        // npm says then which build of which commit a version is.
        "publishConfig": { "access": "public", "provenance": true }
    })
}
