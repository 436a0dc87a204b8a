//! Packs the Python package for each interpreter, compiled: one JSON file each, `{"path": "bytes"}`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::dist::{files_below, sha256};
use crate::step::{root, run_silently, say};

/// What is in the place of a module in `lazy/pyscript`.
const LATE: &str = "from pyscript._late import code\nexec(code(__name__))\n";

/// Writes `py.json` and `mpy.json` into `packed`, for the chunks that go with the interpreters. What is in `pyscript/`
/// goes to both, what is in `pyodide/` and `micropython/` to one, and what is in `lazy/` stays a file that is fetched when
/// it is imported.
pub(crate) fn write(sources: &Path, packed: &Path, out: &Path) -> Result<()> {
    fs::create_dir_all(packed)?;
    fs::create_dir_all(out)?;
    let mut late = BTreeMap::new();
    let lazy = sources.join("lazy");
    for path in files_below(&lazy)? {
        let target = out.join(&path);
        fs::create_dir_all(target.parent().unwrap_or(out))?;
        fs::write(target, compact(&fs::read_to_string(lazy.join(&path))?))?;
        if path.starts_with("pyscript/") {
            late.insert(path, LATE.to_owned());
        }
    }
    for (name, own) in [("py", "pyodide"), ("mpy", "micropython")] {
        let mut files = late.clone();
        for (folder, prefix) in [("pyscript", "pyscript/"), (own, "")] {
            let folder = sources.join(folder);
            for path in files_below(&folder)? {
                if path.ends_with(".py") {
                    let text = fs::read_to_string(folder.join(&path))?;
                    files.insert(format!("{prefix}{path}"), compact(&text));
                }
            }
        }
        compile(name, &serde_json::to_string(&files)?, packed)?;
    }
    Ok(())
}

/// Has the files compiled for an interpreter, unless they are already: compiling them took it longer than all else that
/// it does at its start.
fn compile(name: &str, files: &str, packed: &Path) -> Result<()> {
    let tool = root().join("web/tools/compile-package.mjs");
    let sources = packed.join(format!("{name}.sources.json"));
    let stamp = packed.join(format!("{name}.sha256"));
    let mut key = fs::read(&tool)?;
    key.extend(fs::read(root().join("web/package-lock.json"))?);
    key.extend(files.as_bytes());
    let wanted = sha256(&key);
    // Interpreters of other versions get the package as it is.
    fs::write(&sources, files)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say(format!("compiling the Python package ({name})"));
    run_silently(
        Command::new("node")
            .args([tool.as_os_str(), name.as_ref(), sources.as_os_str()])
            .arg(packed.join(format!("{name}.json")))
            .current_dir(root().join("web")),
        "Pyrite needs Node.js 20 or newer: `sudo apt-get install nodejs npm`, or https://nodejs.org",
    )?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// Removes comment lines, blank lines and docstrings, and shortens the indentation; what stands inside any other
/// string that spans lines is left as it is, and so is every other line: nobody who reads a traceback should meet other
/// code than ours.
fn compact(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut open: Option<&str> = None;
    let mut dropping = false;
    for line in source.lines() {
        let inside = open.is_some();
        open = after_line(line, open);
        let trimmed = line.trim_start();
        if inside && dropping {
            continue;
        }
        dropping = !inside && trimmed.starts_with("\"\"\"");
        if inside {
            out.push_str(line);
        } else if dropping {
            // The docstring may be all that a body has.
            if trimmed.len() == line.len() {
                continue;
            }
            out.extend(std::iter::repeat_n(' ', (line.len() - trimmed.len()).div_ceil(4)));
            out.push('0');
        } else if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        } else {
            let indent = line.len() - trimmed.len();
            out.extend(std::iter::repeat_n(' ', indent.div_ceil(4)));
            out.push_str(trimmed.trim_end());
        }
        out.push('\n');
    }
    out
}

/// Which triple quote, if any, is still open after a line.
fn after_line<'q>(line: &str, mut open: Option<&'q str>) -> Option<&'q str> {
    let mut rest = line;
    while !rest.is_empty() {
        if let Some(quote) = open {
            match rest.find(quote) {
                Some(at) => {
                    rest = &rest[at + quote.len()..];
                    open = None;
                }
                None => return open,
            }
            continue;
        }
        if let Some(after) = rest.strip_prefix("\"\"\"") {
            (open, rest) = (Some("\"\"\""), after);
        } else if let Some(after) = rest.strip_prefix("'''") {
            (open, rest) = (Some("'''"), after);
        } else if rest.starts_with('#') {
            return None;
        } else if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            rest = after_string(&rest[1..], quote);
        } else {
            rest = rest.get(rest.chars().next().map_or(1, char::len_utf8)..).unwrap_or("");
        }
    }
    open
}

/// What follows a string that ends on its own line.
fn after_string(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return &text[at + c.len_utf8()..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn docstrings_go() {
        let source = "\"\"\"Doc.\n\nMore.\n\"\"\"\nclass E(Exception):\n    \"\"\"Doc.\"\"\"\n\n\nx = 1\n";
        assert_eq!(compact(source), "class E(Exception):\n 0\nx = 1\n");
    }

    #[test]
    fn comments_and_blank_lines_go_and_strings_stay() {
        let source = "x = \"\"\"Text.\n\n    # kept\n\"\"\"\n# gone\n\ndef f():\n    x = '#'  # stays\n    return x\n";
        assert_eq!(compact(source), "x = \"\"\"Text.\n\n    # kept\n\"\"\"\ndef f():\n x = '#'  # stays\n return x\n");
    }
}
