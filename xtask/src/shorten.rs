//! Gives the functions at the boundary between WebAssembly and JavaScript short names.
//!
//! wasm-bindgen names them with hashes, which do not compress and stand on both sides: a tenth of what a page loads.

use anyhow::{Context, Result, bail};

/// The module name under which wasm-bindgen imports its own glue.
const GLUE: &str = "./pyrite_bg.js";

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Renames imports from the glue, and exports, in the module and in the JavaScript that goes with it.
///
/// # Errors
/// When `wasm` is no WebAssembly module or has an import of a kind that wasm-bindgen does not write.
pub(crate) fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let (magic, mut rest) = wasm.split_at_checked(8).context("not a WebAssembly module")?;
    let mut module = magic.to_vec();
    let mut names = Names::default();
    while let Some((&id, after)) = rest.split_first() {
        let mut reader = Reader(after);
        let length = reader.number()?;
        let body = reader.take(length)?;
        rest = reader.0;
        let body = match id {
            IMPORTS => rename_imports(body, &mut names)?,
            EXPORTS => rename_exports(body, &mut names)?,
            _ => body.to_vec(),
        };
        module.push(id);
        write_number(&mut module, body.len());
        module.extend(body);
    }
    Ok((module, names.apply(glue)))
}

fn rename_imports(body: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let mut reader = Reader(body);
    let mut out = Vec::new();
    let count = reader.number()?;
    write_number(&mut out, count);
    for _ in 0..count {
        let (module, name) = (reader.name()?, reader.name()?);
        write_name(&mut out, module);
        let renamed = if module == GLUE { names.import(name) } else { name.to_owned() };
        write_name(&mut out, &renamed);
        let kind = reader.take(1)?;
        if kind != [0] {
            bail!("the import {module}.{name} is not a function");
        }
        out.extend(kind);
        write_number(&mut out, reader.number()?);
    }
    Ok(out)
}

fn rename_exports(body: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let mut reader = Reader(body);
    let mut out = Vec::new();
    let count = reader.number()?;
    write_number(&mut out, count);
    for _ in 0..count {
        let name = reader.name()?;
        write_name(&mut out, &names.export(name));
        out.extend(reader.take(1)?);
        write_number(&mut out, reader.number()?);
    }
    Ok(out)
}

/// Old and new names, with what stands before them in the glue.
#[derive(Default)]
struct Names {
    imports: Vec<(String, String)>,
    exports: Vec<(String, String)>,
}

impl Names {
    fn import(&mut self, name: &str) -> String {
        let new = letters(self.imports.len());
        self.imports.push((name.to_owned(), new.clone()));
        new
    }

    fn export(&mut self, name: &str) -> String {
        let new = letters(self.exports.len());
        self.exports.push((name.to_owned(), new.clone()));
        new
    }

    /// Replaces whole words only: one name may begin with another.
    fn apply(&self, glue: &str) -> String {
        let mut out = String::with_capacity(glue.len());
        let mut before = "";
        for word in words(glue) {
            let renamed = match before {
                "wasm." => self.exports.iter().find(|(old, _)| old == word),
                _ => self.imports.iter().find(|(old, _)| old == word),
            };
            out.push_str(renamed.map_or(word, |(_, new)| new));
            before = match (before, word) {
                ("wasm", ".") => "wasm.",
                (_, "wasm") => "wasm",
                _ => "",
            };
        }
        out
    }
}

/// Splits JavaScript into identifiers and single other characters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let end = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// `a`, `b`, … `z`, `aa`, …
fn letters(mut index: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'a' + u8::try_from(index % 26).unwrap_or(0)));
        if index < 26 {
            return name;
        }
        index = index / 26 - 1;
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("the module ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.take(1)?[0];
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number in the module is too long");
    }

    fn name(&mut self) -> Result<&'b str> {
        let length = self.number()?;
        Ok(std::str::from_utf8(self.take(length)?)?)
    }
}

fn write_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    write_number(out, name.len());
    out.extend(name.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_get_the_same_short_names() {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let mut imports = vec![2];
        for (from, name) in [(GLUE, "__wbg_log_0123"), ("pyrite-host", "kept")] {
            write_name(&mut imports, from);
            write_name(&mut imports, name);
            imports.extend([0, 5]);
        }
        module.push(IMPORTS);
        write_number(&mut module, imports.len());
        module.extend(&imports);
        let mut exports = vec![1];
        write_name(&mut exports, "__wbindgen_malloc");
        exports.extend([0, 3]);
        module.push(EXPORTS);
        write_number(&mut module, exports.len());
        module.extend(&exports);

        let glue = "x = {__wbg_log_0123: f, __wbg_log_01234: g}; wasm.__wbindgen_malloc(__wbindgen_malloc)";
        let (short, glue) = shorten(&module, glue).unwrap();
        assert_eq!(glue, "x = {a: f, __wbg_log_01234: g}; wasm.a(__wbindgen_malloc)");
        assert_eq!(short.len(), module.len() - 13 - 16);
        assert!(short.windows(4).any(|bytes| bytes == b"kept"));
        assert!(!short.windows(5).any(|bytes| bytes == b"__wbg"));
    }

    #[test]
    fn names_never_repeat() {
        let names: Vec<String> = (0..2000).map(letters).collect();
        let unique: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
        assert_eq!(names[25..28], ["z", "aa", "ab"]);
    }

    #[test]
    fn a_broken_module_is_an_error() {
        assert!(shorten(b"\0asm", "").is_err());
        assert!(shorten(b"\0asm\x01\0\0\0\x02\xff", "").is_err());
    }
}
