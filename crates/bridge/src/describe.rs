//! What the other side has to know about an object that it meets for the first time.
//!
//! A class is described once: its names, and which of them are methods. From then on a proxy answers what it is asked
//! about them without asking back.

use alloc::vec::Vec;
use core::cell::RefCell;

use js_sys::Map;
use pyrite_core::bridge::{Tag, Writer};
use wasm_bindgen::prelude::*;

use crate::host::Host;

/// The classes that the other side knows.
pub(crate) struct Classes {
    known: Map<JsValue, JsValue>,
    /// By which ways each was defined, as bits.
    defined: RefCell<Vec<u8>>,
}

impl Classes {
    pub(crate) fn new() -> Self {
        Self { known: Map::new_typed(), defined: RefCell::default() }
    }

    /// Writes the classes of `value` that are new, and what else is to be known about it.
    pub(crate) fn describe(&self, host: &Host, value: &JsValue, way: u8, to: &mut Writer) {
        let mut chain = Vec::new();
        let mut class = host.class_of(value);
        while !class.is_null() && !self.is_defined(&class, way) {
            let next = host.parent(&class);
            chain.push(class);
            class = next;
        }
        to.length(chain.len());
        let mut parent = self.id(&class).map_or(0, |id| id + 1);
        for class in chain.iter().rev() {
            let id = self.define(class, way);
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

    fn is_defined(&self, class: &JsValue, way: u8) -> bool {
        let ways = self.id(class).and_then(|id| self.defined.borrow().get(id as usize).copied());
        ways.is_some_and(|ways| ways & way != 0)
    }

    fn define(&self, class: &JsValue, way: u8) -> u32 {
        let id = self.id(class).unwrap_or_else(|| {
            let id = self.known.size();
            self.known.set(class, &JsValue::from(id));
            id
        });
        let mut defined = self.defined.borrow_mut();
        if defined.len() <= id as usize {
            defined.resize(id as usize + 1, 0);
        }
        if let Some(ways) = defined.get_mut(id as usize) {
            *ways |= way;
        }
        id
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
