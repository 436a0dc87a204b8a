//! The configuration of a page: where it is, what it says, and what has to be done for it.
//!
//! The way from a page to its interpreter's file system:
//!
//! 1. [`choose`] says where the configuration is; the caller fetches it if it is in a file.
//! 2. [`crate::toml::parse`] or [`crate::json::parse`] reads the text, [`read()`] gives it types.
//! 3. [`plan()`] says what to download, install and import, and which package descriptions to fetch first.
//!
//! Whatever is wrong or odd on the way is left in a [`Report`], with the line that it is about.
//!
//! The keys are one table, [`keys::KEYS`]; the JSON schema and the guide's list of keys are made from it.

pub mod address;
pub mod files;
mod interpreter;
pub mod keys;
mod model;
pub mod packages;
mod place;
mod plan;
mod read;
mod report;
pub mod requirement;
pub mod schema;
pub mod similar;
mod source;

use alloc::string::String;

pub use interpreter::Interpreter;
pub use model::{Config, CreateProxy, Fetch, Keeping, PackagesCache, Pair, Text};
pub use place::line_in_page;
pub use plan::{Description, Module, Plan, plan, shown};
pub use read::read;
pub use report::{Origin, Report};
pub use source::{Attribute, Element, Format, Source, choose, invalid, of_text, unreadable};

use crate::script::Language;

/// The JSON text behind `pyscript.config` on a page without configuration.
#[must_use]
pub fn resolved(language: Language) -> String {
    // Spelled out: what makes JSON of any configuration is a part that only pages with one load.
    ["{\"type\":\"", language.prefix(), "\"}"].concat()
}
