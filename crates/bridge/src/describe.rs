//! What the other side has to know about an object that it meets for the first time.
//!
//! A class is described once: its names, and which of them are methods. From then on a proxy answers what it is asked
//! about them without asking back.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use js_sys::Map;
use pyrite_core::bridge::{Tag, Writer};
use wasm_bindgen::prelude::*;

use crate::host::Host;
use crate::peer::Owned;

/// The trait of what can be called, and so has a name.
const CALLABLE: u32 = 1;

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
    pub(crate) fn describe(&self, host: &Host, owned: &Owned, value: &JsValue, way: u8, to: &mut Writer) {
        let class = host.class_of(value);
        // The class of an object without one is zero too, and its traits say so.
        let id = match self.defined(&class, way) {
            Some(id) => {
                to.length(0);
                id
            }
            None => self.define_all(host, owned, class, way, to),
        };
        let traits = host.traits(value);
        to.count(traits);
        to.count(id);
        to.text(&if traits & CALLABLE == 0 { String::new() } else { host.name_of(value) });
    }

    /// Writes a class and what it inherits from, as far as that is new; gives the number of the class.
    fn define_all(&self, host: &Host, owned: &Owned, mut class: JsValue, way: u8, to: &mut Writer) -> u32 {
        let mut chain = Vec::new();
        let mut parent = 0;
        while !class.is_null() {
            if let Some(id) = self.defined(&class, way) {
                parent = id + 1;
                break;
            }
            let next = host.parent(&class);
            chain.push(class);
            class = next;
        }
        to.length(chain.len());
        for class in chain.iter().rev() {
            let id = self.define(class, way);
            to.count(id);
            to.count(parent);
            parent = id + 1;
            let members = host.members(class);
            let word = |index| members.get(index).as_string().unwrap_or_default();
            to.text(&word(0));
            to.text(&word(1));
            for index in [2, 3] {
                let object = members.get(index);
                to.count(if object.is_undefined() { 0 } else { owned.refer(host, &object) + 1 });
            }
            to.count((members.length() - 4) / 2);
            for index in (4..members.length()).step_by(2) {
                to.byte(members.get(index + 1).is_truthy().into());
                write_key(host, &members.get(index), to);
            }
        }
        parent.saturating_sub(1)
    }

    /// The number of a class that the other side knows.
    fn defined(&self, class: &JsValue, way: u8) -> Option<u32> {
        let id = self.id(class)?;
        let ways = self.defined.borrow().get(id as usize).copied()?;
        (ways & way != 0).then_some(id)
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
