//! What a page says: its elements, scripts and addresses.

pub(crate) mod html;
pub(crate) mod markup;
pub(crate) mod scripts;

use std::ops::Range;

use pyrite_core::Language;
use pyrite_core::config::address;

use self::html::Element;
use crate::place::{Target, target, url};

/// A page, read.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) text: String,
    /// What its addresses are relative to.
    pub(crate) base: String,
    pub(crate) elements: Vec<Element>,
}

impl Page {
    pub(crate) fn read(path: &str, text: String) -> Self {
        let elements = html::elements(&text);
        let own = url(path);
        let base = elements.iter().find(|element| element.name == "base").and_then(|base| base.value("href"));
        let base = base.map_or(own.clone(), |href| address::join(&own, href));
        Self { path: path.to_owned(), text, base, elements }
    }

    /// The elements that the browser acts on.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(|element| !element.inert)
    }

    pub(crate) fn slice(&self, span: Range<usize>) -> &str {
        self.text.get(span).unwrap_or_default()
    }

    pub(crate) fn target(&self, written: &str) -> Target {
        target(&self.base, written)
    }

    /// The elements of a name that belongs to a language, `py-config` for example.
    pub(crate) fn of(&self, language: Language, kind: &str) -> impl Iterator<Item = &Element> {
        let name = format!("{}-{kind}", language.prefix());
        self.live().filter(move |element| element.name == name)
    }
}
