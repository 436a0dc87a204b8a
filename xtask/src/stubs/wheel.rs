//! Writes the wheel with the stubs.
//!
//! Sources: PEP 427 (wheels), PEP 561 (packages that have nothing but stubs).

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use base64::Engine as _;
use sha2::Digest as _;
use zip::write::SimpleFileOptions;

use super::{docs, modules};

const NAME: &str = "pyrite_stubs";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Writes the wheel into `out` and gives its path. The same sources give the same bytes.
///
/// # Errors
/// When the stubs cannot be read or the wheel cannot be written.
pub(crate) fn write(python: &Path, out: &Path) -> Result<PathBuf> {
    fs::create_dir_all(out)?;
    let path = out.join(format!("{NAME}-{VERSION}-py3-none-any.whl"));
    let info = format!("{NAME}-{VERSION}.dist-info");
    let mut files = Vec::new();
    for module in modules(python)? {
        files.push((format!("pyscript-stubs/{}.pyi", module.name), docs::fill(&module.stub, &module.docs)));
    }
    let global = fs::read_to_string(python.join("stubs/js-stubs/__init__.pyi"))?;
    files.push(("js-stubs/__init__.pyi".into(), global));
    files.push((
        format!("{info}/METADATA"),
        format!(
            "Metadata-Version: 2.4\nName: pyrite-stubs\nVersion: {VERSION}\n\
             Summary: Types of the pyscript package, for editors and type checkers\n\
             License-Expression: MIT OR Apache-2.0\nRequires-Python: >=3.10\nClassifier: Typing :: Stubs Only\n\
             Description-Content-Type: text/markdown\n\n\
             What `from pyscript import …` offers in a web page, with signatures and texts. Nothing in here runs.\n"
        ),
    ));
    files.push((
        format!("{info}/WHEEL"),
        format!("Wheel-Version: 1.0\nGenerator: pyrite {VERSION}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    ));
    let mut record = String::new();
    for (name, text) in &files {
        let digest = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(text));
        writeln!(record, "{name},sha256={digest},{}", text.len())?;
    }
    writeln!(record, "{info}/RECORD,,")?;
    files.push((format!("{info}/RECORD"), record));

    let mut archive = zip::ZipWriter::new(fs::File::create(&path)?);
    for (name, text) in files {
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(text.as_bytes())?;
    }
    archive.finish()?;
    Ok(path)
}
