//! `docs/reference.md`: every public name of the Python package, from its docstring and the signature in its stub.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::docs::{Kind, declared};
use super::{Module, modules};

/// What stands above the names.
const HEAD: &str = "# The `pyscript` package

Everything that `from pyscript import …` offers, on Pyodide and MicroPython, on the main thread and in workers. This page
is made from the package's docstrings by `cargo xtask stubs`.

For completion and hints in an editor, `pip install` the wheel that `cargo xtask stubs` writes to `target/stubs/`. Pyright
and VS Code then say of `import pyscript` that its source is missing, because it runs in the browser only;
`reportMissingModuleSource = false` under `[tool.pyright]` in `pyproject.toml` takes that away.
";

/// Renders the reference.
///
/// # Errors
/// When the package cannot be read.
pub(crate) fn render(python: &Path) -> Result<String> {
    let mut out = HEAD.to_owned();
    for module in modules(python)? {
        if module.name.starts_with('_') {
            continue;
        }
        render_module(&mut out, &module)?;
    }
    Ok(out)
}

fn render_module(out: &mut String, module: &Module) -> Result<()> {
    let names: Vec<_> = declared(&module.stub)
        .into_iter()
        .filter(|(name, ..)| !name.split('.').any(|part| part.starts_with('_')))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    write!(out, "\n## `pyscript.{}`\n", module.name)?;
    if let Some(text) = module.docs.get("") {
        write!(out, "\n{text}\n")?;
    }
    let mut alike: Vec<&str> = Vec::new();
    for (name, kind, signature) in &names {
        let Some(text) = module.docs.get(name) else {
            // Dozens of HTML elements are all declared the same way.
            if *kind == Kind::Class {
                alike.push(name);
            }
            continue;
        };
        write!(out, "\n### `{name}`\n\n```python\n{signature}\n```\n\n{text}\n")?;
    }
    if !alike.is_empty() {
        write!(out, "\nAlso: `{}`.\n", alike.join("`, `"))?;
    }
    Ok(())
}
