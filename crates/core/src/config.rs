//! The configuration of a page, as far as this version reads it: none yet beyond what `pyscript.config` shows.

use alloc::format;
use alloc::string::String;

use crate::script::Language;

/// The JSON text behind `pyscript.config`.
#[must_use]
pub fn resolved(language: Language) -> String {
    format!("{{\"type\":\"{}\"}}", language.prefix())
}
