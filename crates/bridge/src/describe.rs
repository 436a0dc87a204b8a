//! What the other side has to know about an object that it meets for the first time.
//!
//! A class is described once: its names, and which of them are methods. From then on a proxy answers what it is asked
//! about them without asking back.

use alloc::vec::Vec;

use js_sys::Map;
use pyrite_core::bridge::{Tag, Writer};
use wasm_bindgen::prelude::*;

use crate::host::Host;

/// The classes that the other side knows.
pub(crate) struct Classes {
    known: Map<JsValue, JsValue>,
}

impl Classes {
    pub(crate) fn new() -> Self {
        Self { known: Map::new_typed() }
    }

    /// Writes the classes of `value` that are new, and what else is to be known about it.
    pub(crate) fn describe(&self, host: &Host, value: &JsValue, to: &mut Writer) {
        let mut chain = Vec::new();
        let mut class = host.class_of(value);
        while !class.is_null() && self.id(&class).is_none() {
            let next = host.parent(&class);
            chain.push(class);
            class = next;
        }
        to.length(chain.len());
        let mut parent = self.id(&class).map_or(0, |id| id + 1);
        for class in chain.iter().rev() {
            let id = self.known.size();
            self.known.set(class, &JsValue::from(id));
            to.count(id);
            to.count(parent);
            parent = id + 1;
            let members = host.members(class);
            let word = |index| members.get(index).as_string().unwrap_or_default();
            to.text(&word(0));
            to.text(&word(1));
            to.count((members.length() - 2) / 2);
            for index in (2..members.length()).step_by(2) {
                to.byte(members.get(index + 1).is_truthy().into());
                write_key(host, &members.get(index), to);
            }
        }
        to.count(host.traits(value));
        // The class of an object without one is zero too, and its traits say so.
        to.count(self.id(&host.class_of(value)).unwrap_or(0));
        to.text(&host.name_of(value));
    }

    fn id(&self, class: &JsValue) -> Option<u32> {
        let found = self.known.get(class);
        if found.is_undefined() { None } else { crate::peer::index(&found) }
    }
}

fn write_key(host: &Host, key: &JsValue, to: &mut Writer) {
    if let Some(text) = key.as_string() {
        to.tag(Tag::String);
        to.text(&text);
        return;
    }
    match host.symbol_number(key) {
        255 => {
            to.tag(Tag::Symbol);
            to.text(&host.symbol_key(key).unwrap_or_default());
        }
        number => {
            to.tag(Tag::WellKnown);
            to.byte(number);
        }
    }
}
