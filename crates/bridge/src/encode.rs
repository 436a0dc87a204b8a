//! From JavaScript's values to bytes.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{Array, Map, Object};
use pyrite_core::bridge::wire::MAX_DEPTH;
use pyrite_core::bridge::{Tag, Writer};
use wasm_bindgen::prelude::*;

use crate::host::{self, Host};
use crate::kind::value;
use crate::peer::Owned;

/// From how many items on a list is worth the question whether it has nothing but numbers.
const MANY: u32 = 16;

/// Why a value does not cross, and where in it.
pub(crate) struct Stuck {
    why: String,
    path: Vec<String>,
}

impl Stuck {
    fn new(why: &str) -> Self {
        Self { why: why.into(), path: Vec::new() }
    }

    fn at(mut self, step: String) -> Self {
        self.path.push(step);
        self
    }

    /// What whoever asked is told.
    pub(crate) fn into_error(self, host: &Host) -> JsValue {
        let mut text = self.why;
        text.push_str(" cannot cross between worker and page: ");
        text.push_str(&host.what());
        self.path.iter().rev().for_each(|step| text.push_str(step));
        js_sys::TypeError::new(&text).into()
    }
}

/// Writes values of one message.
pub(crate) struct Encoder<'a> {
    pub(crate) host: &'a Host,
    pub(crate) owned: &'a Owned,
    pub(crate) to: &'a mut Writer,
    /// By which way the message goes, as a bit.
    way: u8,
    /// The first container, and once there is a second one all of them with their numbers.
    seen: (Option<JsValue>, Option<Map<JsValue, JsValue>>),
    /// Objects whose mention was counted.
    pub(crate) mentioned: Vec<u32>,
}

impl<'a> Encoder<'a> {
    pub(crate) fn new(host: &'a Host, owned: &'a Owned, to: &'a mut Writer, way: u8) -> Self {
        Self { host, owned, to, way, seen: (None, None), mentioned: Vec::new() }
    }

    /// A value on its own: it refers to no container of another.
    pub(crate) fn root(&mut self, value: &JsValue) -> Result<(), Stuck> {
        self.seen = (None, None);
        self.value(value, 0)
    }

    fn value(&mut self, value: &JsValue, depth: usize) -> Result<(), Stuck> {
        let kind = self.host.classify(value);
        match kind {
            value::UNDEFINED | value::NULL | value::FALSE | value::TRUE => self.to.byte(kind),
            value::INT => {
                self.to.tag(Tag::Int);
                self.to.int(number(value) as i32);
            }
            value::NUMBER => {
                self.to.tag(Tag::Number);
                self.to.number(number(value));
            }
            value::BIG_INT => {
                self.to.tag(Tag::BigInt);
                let digits = value.clone().unchecked_into::<js_sys::BigInt>().to_string(10);
                self.to.text(&digits.ok().and_then(|digits| digits.as_string()).unwrap_or_default());
            }
            value::STRING => {
                self.to.tag(Tag::String);
                self.to.text(&value.as_string().unwrap_or_default());
            }
            value::WIDE => {
                self.to.tag(Tag::Wide);
                let units: Vec<u8> =
                    value.unchecked_ref::<js_sys::JsString>().iter().flat_map(u16::to_le_bytes).collect();
                self.to.bytes(&units);
            }
            value::LONG_STRING => {
                self.to.tag(Tag::LongString);
                self.to.count(self.host.attach(value));
            }
            value::SYMBOL => self.symbol(value)?,
            value::DATE => {
                self.to.tag(Tag::Date);
                self.to.number(value.unchecked_ref::<js_sys::Date>().get_time());
            }
            value::REG_EXP => {
                self.to.tag(Tag::RegExp);
                self.property(value, "source");
                self.property(value, "flags");
            }
            value::ERROR => {
                self.to.tag(Tag::Error);
                self.property(value, "name");
                self.property(value, "message");
                self.property(value, "stack");
            }
            value::BUFFER => {
                self.to.tag(Tag::Buffer);
                self.to.byte(self.host.view_kind(value));
                self.to.count(self.host.attach(value));
            }
            value::IMAGE => {
                self.to.tag(Tag::Image);
                for name in ["width", "height"] {
                    let side = host::get(value, &name.into()).ok().and_then(|side| side.as_f64());
                    self.to.count(side.unwrap_or(0.0) as u32);
                }
                self.to.count(self.host.attach(value));
            }
            value::YOURS => {
                self.to.tag(Tag::Yours);
                self.to.count(self.host.id_of(value));
            }
            value::MINE => self.mine(value),
            value::ARRAY | value::OBJECT | value::MAP | value::SET => self.container(kind, value, depth)?,
            value::STUCK => return Err(Stuck::new(&["a ", &self.host.name_of(value)].concat())),
            _ => return Err(Stuck::new("an unknown kind of value")),
        }
        Ok(())
    }

    fn number(&mut self, number: f64) {
        let int = number as i32;
        if f64::from(int) == number && (int != 0 || number.is_sign_positive()) {
            self.to.tag(Tag::Int);
            self.to.int(int);
        } else {
            self.to.tag(Tag::Number);
            self.to.number(number);
        }
    }

    fn symbol(&mut self, symbol: &JsValue) -> Result<(), Stuck> {
        match self.host.symbol_number(symbol) {
            255 => {
                let Some(key) = self.host.symbol_key(symbol) else {
                    return Err(Stuck::new("a symbol of its own (unlike Symbol.for(…))"));
                };
                self.to.tag(Tag::Symbol);
                self.to.text(&key);
            }
            number => {
                self.to.tag(Tag::WellKnown);
                self.to.byte(number);
            }
        }
        Ok(())
    }

    fn property(&mut self, value: &JsValue, name: &str) {
        let text = host::get(value, &name.into()).ok().and_then(|text| text.as_string());
        self.to.text(&text.unwrap_or_default());
    }

    fn mine(&mut self, value: &JsValue) {
        let (id, is_new) = self.owned.mention(self.host, value, self.way);
        self.mentioned.push(id);
        if is_new {
            self.to.tag(Tag::Described);
            self.to.count(id);
            self.owned.classes.describe(self.host, self.owned, value, self.way, self.to);
        } else {
            self.to.tag(Tag::Mine);
            self.to.count(id);
        }
    }

    /// Whether it came before in this value; if so, that is written.
    fn came_before(&mut self, value: &JsValue) -> bool {
        // Arguments are a container, and most often the only one: a map for it would cost more than all else.
        let (Some(first), all) = &mut self.seen else {
            self.seen.0 = Some(value.clone());
            return false;
        };
        let all = all.get_or_insert_with(|| {
            let map = Map::new_typed();
            map.set(first, &JsValue::from(0));
            map
        });
        if let Some(index) = crate::peer::index(&all.get(value)) {
            self.to.tag(Tag::Again);
            self.to.count(index);
            return true;
        }
        all.set(value, &JsValue::from(all.size()));
        false
    }

    fn container(&mut self, kind: u8, value: &JsValue, depth: usize) -> Result<(), Stuck> {
        if self.came_before(value) {
            return Ok(());
        }
        if depth == MAX_DEPTH {
            return Err(Stuck::new("a structure nested deeper than 500 levels"));
        }
        self.to.byte(kind);
        match kind {
            value::ARRAY => self.items(value.unchecked_ref(), depth),
            value::SET => self.items(&Array::from(value), depth),
            value::MAP => {
                let entries = Array::from(value);
                self.to.count(entries.length());
                for entry in entries.iter() {
                    let entry: Array = entry.unchecked_into();
                    self.value(&entry.get(0), depth + 1).map_err(|stuck| stuck.at(".keys()".into()))?;
                    self.value(&entry.get(1), depth + 1).map_err(|stuck| stuck.at(".values()".into()))?;
                }
                Ok(())
            }
            _ => {
                let object: &Object = value.unchecked_ref();
                let keys = Object::keys(object);
                self.to.count(keys.length());
                for key in keys.iter() {
                    let name = key.as_string().unwrap_or_default();
                    self.to.text(&name);
                    let Ok(item) = host::get(value, &key) else {
                        return Err(Stuck::new("a property whose getter throws").at([".", &name].concat()));
                    };
                    self.value(&item, depth + 1).map_err(|stuck| stuck.at([".", &name].concat()))?;
                }
                Ok(())
            }
        }
    }

    fn items(&mut self, items: &Array, depth: usize) -> Result<(), Stuck> {
        let length = items.length();
        self.to.count(length);
        let numbers = if length < MANY { Vec::new() } else { self.host.numbers(items) };
        if !numbers.is_empty() {
            numbers.into_iter().for_each(|number| self.number(number));
            return Ok(());
        }
        for index in 0..length {
            self.value(&items.get(index), depth + 1).map_err(|stuck| stuck.at(alloc::format!("[{index}]")))?;
        }
        Ok(())
    }
}

fn number(value: &JsValue) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
