//! From bytes to JavaScript's values.

use js_sys::{Array, Map, Object, RegExp, Set};
use pyrite_core::bridge::decode::{Class, Container, Description, Scalar};
use pyrite_core::bridge::{Builder, Malformed};
use wasm_bindgen::prelude::*;

use crate::host::Host;

/// Makes the values of one message.
pub(crate) struct Maker<'a> {
    pub(crate) host: &'a Host,
}

impl Builder for Maker<'_> {
    type Value = JsValue;

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<JsValue, Malformed> {
        let malformed = |_| Malformed;
        Ok(match scalar {
            Scalar::Undefined => JsValue::UNDEFINED,
            Scalar::Null => JsValue::NULL,
            Scalar::Bool(yes) => yes.into(),
            Scalar::Int(int) => int.into(),
            Scalar::Number(number) => number.into(),
            Scalar::BigInt(digits) => js_sys::BigInt::new(&digits.into()).map_err(|_| Malformed)?.into(),
            Scalar::String(text) => text.into(),
            Scalar::Wide(bytes) => {
                let units: alloc::vec::Vec<u16> =
                    bytes.as_chunks::<2>().0.iter().copied().map(u16::from_le_bytes).collect();
                self.host.wide(&units)
            }
            Scalar::LongString(attachment) => self.host.text(attachment).map_err(malformed)?,
            Scalar::Symbol(name) => js_sys::Symbol::for_(name).into(),
            Scalar::WellKnown(number) => self.host.symbol(number),
            Scalar::Date(time) => js_sys::Date::new(&time.into()).into(),
            Scalar::RegExp { source, flags } => RegExp::new(source, flags).into(),
            Scalar::Error { name, message, stack } => self.host.error(name, message, stack),
            Scalar::Buffer { kind, attachment } => self.host.view(attachment, kind).map_err(malformed)?,
            Scalar::Image { width, height, attachment } => {
                self.host.image(attachment, width, height).map_err(malformed)?
            }
        })
    }

    fn container(&mut self, container: Container) -> JsValue {
        match container {
            Container::Array => Array::new().into(),
            Container::Object => Object::new().into(),
            Container::Map => Map::<JsValue, JsValue>::new_typed().into(),
            Container::Set => Set::<JsValue>::new_typed().into(),
        }
    }

    fn numbers(&mut self, numbers: &[f64]) -> Option<JsValue> {
        Some(self.host.list(numbers))
    }

    fn add(
        &mut self,
        to: &JsValue,
        container: Container,
        key: Option<JsValue>,
        value: JsValue,
    ) -> Result<(), Malformed> {
        match (container, key) {
            (Container::Array, None) => {
                to.unchecked_ref::<Array>().push(&value);
            }
            (Container::Set, None) => {
                to.unchecked_ref::<Set<JsValue>>().add(&value);
            }
            (Container::Map, Some(key)) => {
                to.unchecked_ref::<Map<JsValue, JsValue>>().set(&key, &value);
            }
            (Container::Object, Some(key)) => self.host.put(to, &key, &value),
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn yours(&mut self, id: u32) -> Result<JsValue, Malformed> {
        let object = self.host.owned(id);
        if object.is_undefined() { Err(Malformed) } else { Ok(object) }
    }

    fn mine(&mut self, id: u32, description: Option<Description<'_>>) -> Result<JsValue, Malformed> {
        Ok(match description {
            Some(Description { traits, class, name }) => self.host.meet(id, traits, class, name),
            None => self.host.known(id),
        })
    }

    fn class(&mut self, class: Class<'_>) -> Result<(), Malformed> {
        let Class { id, parent, name, tag, prototype, constructor } = class;
        self.host.class(id, parent, name, tag, prototype, constructor);
        Ok(())
    }

    fn member(&mut self, class: u32, key: JsValue, is_method: bool) -> Result<(), Malformed> {
        self.host.member(class, &key, is_method);
        Ok(())
    }
}
