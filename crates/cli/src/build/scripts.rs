//! Scripts of pages as the page's own Python has compiled them: one file for each page with all of its code.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pyrite_check::{Run, runs};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::encode::{Content, Output};
use super::lock::hex;
use super::packages::Packages;
use super::snapshot::Pages;
use super::walk::Site;
use crate::stop::Stop;

/// Shorter code is compiled in less time than its compiled form travels: some milliseconds.
const SMALLEST: usize = 16 << 10;

/// By their page.
pub(crate) type Scripts = BTreeMap<String, Vec<Run>>;

/// Finds those that are worth it.
pub(crate) fn of(site: &Site) -> Result<Scripts, Stop> {
    let mut found = Scripts::new();
    for run in runs(&Pages(site), &crate::check::distribution()?) {
        if run.code.len() >= SMALLEST {
            found.entry(run.page.clone()).or_default().push(run);
        }
    }
    Ok(found)
}

/// What the workshop has to do, with the code in files.
pub(crate) fn task(scripts: &Scripts, files: &mut BTreeMap<String, Cow<'_, [u8]>>) -> Value {
    let mut pages = Vec::new();
    for (page, runs) in scripts {
        let mut codes = Vec::new();
        for run in runs {
            let name = format!("scripts/{}", files.len());
            codes.push(json!([name, run.pauses]));
            files.insert(name, Cow::Owned(run.code.clone().into_bytes()));
        }
        pages.push(json!({ "page": page, "codes": codes }));
    }
    Value::Array(pages)
}

/// The code of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// Its path in the runtime's folder.
    pub(crate) path: String,
    /// Whether the page itself runs some of it, and not only its workers.
    pub(crate) is_for_page: bool,
}

/// Puts what was made into the build. Gives the code by page.
pub(crate) fn take(
    scripts: &Scripts,
    made: &mut BTreeMap<String, Vec<u8>>,
    packages: &mut Packages,
) -> BTreeMap<String, Made> {
    let mut files = BTreeMap::new();
    for (number, (page, runs)) in scripts.iter().enumerate() {
        let Some(bytes) = made.remove(&format!("scripts/{number}.bin")) else { continue };
        let path = format!("pyodide/scripts-{}.bin", &hex(&Sha256::digest(&bytes))[..10]);
        if packages.outputs.iter().all(|output| output.path != path) {
            packages.outputs.push(Output { path: path.clone(), content: Content::Made(bytes) });
        }
        files.insert(page.clone(), Made { path, is_for_page: runs.iter().any(|run| !run.worker) });
    }
    files
}
