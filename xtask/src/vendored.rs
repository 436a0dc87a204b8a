//! What Pyodide needs to install packages without asking any other site: micropip, and a lock file that knows it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::dist::{copy, package_version, sha256};
use crate::step::root;

/// Where Pyodide's makers publish the packages that belong to a version.
const PACKAGES: &str = "https://cdn.jsdelivr.net/pyodide";

/// Writes the vendored wheels and `pyodide-lock.json` into `out`.
pub(crate) fn write(out: &Path) -> Result<()> {
    let vendor = root().join("web/vendor");
    let mut lock: Value =
        serde_json::from_slice(&fs::read(root().join("web/node_modules/pyodide/pyodide-lock.json"))?)?;
    let folder = format!("{PACKAGES}/v{}/full", package_version("pyodide")?);
    let packages = lock["packages"].as_object_mut().context("pyodide-lock.json has no packages")?;
    let mut found = 0;
    for package in packages.values_mut() {
        let Some(name) = package["file_name"].as_str().map(str::to_owned) else { continue };
        let wheel = vendor.join(&name);
        if wheel.exists() {
            found += 1;
            package["sha256"] = sha256(&fs::read(&wheel)?).into();
            copy(&wheel, &out.join(&name))?;
        } else if !name.contains("://") {
            // All others are not beside the interpreter.
            package["file_name"] = format!("{folder}/{name}").into();
        }
    }
    if found == 0 {
        bail!("web/vendor has no wheel that Pyodide asks for\nhint: web/vendor/README.md says how to renew it");
    }
    fs::write(out.join("pyodide-lock.json"), serde_json::to_string(&lock)?)?;
    Ok(())
}
