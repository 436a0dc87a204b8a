//! One end of a bridge: its objects that the other end knows, and the messages of both.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use pyrite_core::bridge::counts::Counts;
use pyrite_core::bridge::message::Frame;
use pyrite_core::bridge::{Malformed, Reader, Writer, decode};
use wasm_bindgen::prelude::*;

use crate::describe::Classes;
use crate::encode::Encoder;
use crate::host::Host;
use crate::kind::message;
use crate::make::Maker;
use crate::serve;

/// The objects of this side that the other side knows. The host keeps them: a table of WebAssembly never shrinks.
pub(crate) struct Owned {
    counts: RefCell<Counts>,
    /// By which ways each was described, as bits.
    described: RefCell<Vec<u8>>,
    pub(crate) classes: Classes,
}

impl Owned {
    /// The id of an object that is mentioned now, and whether it has to be described: once by each of the two ways,
    /// because a message by one may overtake those by the other.
    pub(crate) fn mention(&self, host: &Host, object: &JsValue, way: u8) -> (u32, bool) {
        let (id, is_new) = self.identify(host, object);
        let mut described = self.described.borrow_mut();
        let at = id as usize;
        if described.len() <= at {
            described.resize(at + 1, 0);
        }
        let Some(ways) = described.get_mut(at) else { return (id, true) };
        let before = if is_new { 0 } else { *ways };
        *ways = before | way;
        (id, before & way == 0)
    }

    /// The id of an object that the other side does not get yet, but may want.
    pub(crate) fn refer(&self, host: &Host, object: &JsValue) -> u32 {
        let (id, is_new) = self.identify(host, object);
        // What had this id before was described, this was not.
        if is_new && let Some(ways) = self.described.borrow_mut().get_mut(id as usize) {
            *ways = 0;
        }
        id
    }

    fn identify(&self, host: &Host, object: &JsValue) -> (u32, bool) {
        if let Ok(id) = u32::try_from(host.own_id(object)) {
            self.counts.borrow_mut().again(id);
            return (id, false);
        }
        let id = self.counts.borrow_mut().begin();
        host.own(id, object);
        (id, true)
    }

    fn release(&self, host: &Host, id: u32, mentions: u32) {
        if self.counts.borrow_mut().released(id, mentions) {
            host.disown(id);
        }
    }
}

/// A whole number that JavaScript keeps for us.
pub(crate) fn index(value: &JsValue) -> Option<u32> {
    value.as_f64().map(|number| number as u32)
}

/// One end of a bridge.
#[wasm_bindgen]
pub struct Peer {
    host: Host,
    owned: Owned,
    /// What to tell the other side that we have forgotten.
    released: RefCell<Vec<(u32, u32)>>,
    /// The message that was written last.
    out: RefCell<Vec<u8>>,
    /// Where the next message to be read is put.
    input: RefCell<Vec<u8>>,
    id: Cell<u32>,
    values: RefCell<(JsValue, JsValue)>,
}

#[wasm_bindgen]
impl Peer {
    /// An end whose part in JavaScript is `host`.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new(host: Host) -> Self {
        Self {
            host,
            owned: Owned { counts: RefCell::default(), described: RefCell::default(), classes: Classes::new() },
            released: RefCell::default(),
            out: RefCell::default(),
            input: RefCell::default(),
            id: Cell::new(0),
            values: RefCell::new((JsValue::UNDEFINED, JsValue::UNDEFINED)),
        }
    }

    /// An object of the other side was forgotten here, after so many mentions. The next message by port tells.
    pub fn release(&self, id: u32, mentions: u32) {
        self.released.borrow_mut().push((id, mentions));
    }

    /// Whether there is something to tell that was forgotten.
    #[wasm_bindgen(getter, js_name = hasReleased)]
    pub fn has_released(&self) -> bool {
        !self.released.borrow().is_empty()
    }

    /// Writes a message.
    ///
    /// # Errors
    /// When a value cannot cross. Nothing was written then.
    pub fn write(&self, kind: u8, id: u32, a: &JsValue, b: &JsValue) -> Result<(), JsValue> {
        let mut writer = Writer::reusing(self.out.take());
        // Only by port, where messages keep their order: a message in shared memory overtakes one on the port that may
        // still mention what is released here.
        let by_port = kind >= message::FIRST_BY_PORT;
        let released = if by_port { self.released.take() } else { Vec::new() };
        let frame = Frame { released, kind, id };
        frame.write(&mut writer);
        let mut encoder = Encoder::new(&self.host, &self.owned, &mut writer, if by_port { 2 } else { 1 });
        let written = encoder.root(a).and_then(|()| encoder.root(b));
        let mentioned = core::mem::take(&mut encoder.mentioned);
        let result = written.map_err(|stuck| {
            // The other side will not hear of these, and descriptions went nowhere.
            for id in mentioned {
                self.owned.release(&self.host, id, 1);
            }
            self.released.borrow_mut().extend(frame.released);
            stuck.into_error(&self.host)
        });
        self.out.replace(writer.into_bytes());
        result
    }

    /// Where the written message is.
    #[wasm_bindgen(getter, js_name = outAt)]
    pub fn out_at(&self) -> *const u8 {
        self.out.borrow().as_ptr()
    }

    /// How long it is.
    #[wasm_bindgen(getter, js_name = outLength)]
    pub fn out_length(&self) -> usize {
        self.out.borrow().len()
    }

    /// Where to put a message of this length that shall be read.
    pub fn reserve(&self, length: usize) -> *mut u8 {
        let mut input = self.input.borrow_mut();
        input.resize(length, 0);
        input.as_mut_ptr()
    }

    /// Reads it: gives its kind and keeps the rest.
    ///
    /// # Errors
    /// When it is none of ours.
    pub fn read(&self) -> Result<u8, JsValue> {
        let input = self.input.take();
        let read = self.parse(&input);
        self.input.replace(input);
        let (frame, a, b) =
            read.map_err(|Malformed| JsValue::from(js_sys::Error::new("the bridge's message is damaged")))?;
        self.id.set(frame.id);
        self.values.replace((a, b));
        Ok(frame.kind)
    }

    fn parse(&self, input: &[u8]) -> Result<(Frame, JsValue, JsValue), Malformed> {
        let mut reader = Reader::new(input);
        let frame = Frame::read(&mut reader)?;
        let mut maker = Maker { host: &self.host };
        let a = decode(&mut reader, &mut maker)?;
        let b = decode(&mut reader, &mut maker)?;
        // After its values, which may bring home what is forgotten with the same message.
        for (id, mentions) in &frame.released {
            self.owned.release(&self.host, *id, *mentions);
        }
        Ok((frame, a, b))
    }

    /// Reads the answer to a request.
    ///
    /// # Errors
    /// What the other side has thrown.
    pub fn result(&self) -> Result<JsValue, JsValue> {
        let kind = self.read()?;
        let value = self.first();
        if kind == message::RESULT { Ok(value) } else { Err(value) }
    }

    /// Which object or call the message is about.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> u32 {
        self.id.get()
    }

    /// Its first value; it is taken.
    pub fn first(&self) -> JsValue {
        core::mem::replace(&mut self.values.borrow_mut().0, JsValue::UNDEFINED)
    }

    /// Its second value; it is taken.
    pub fn second(&self) -> JsValue {
        core::mem::replace(&mut self.values.borrow_mut().1, JsValue::UNDEFINED)
    }

    /// How many objects of this side the other one knows.
    #[wasm_bindgen(getter)]
    pub fn shared(&self) -> usize {
        self.owned.counts.borrow().len()
    }

    /// Carries out the request that was read, of this kind.
    ///
    /// # Errors
    /// What the page's code has thrown.
    pub fn serve(&self, kind: u8) -> Result<JsValue, JsValue> {
        let (a, b) = (self.first(), self.second());
        let target = self.host.owned(self.id.get());
        if target.is_undefined() {
            return Err(js_sys::ReferenceError::new("the page does not know this object any more").into());
        }
        serve::serve(&self.host, kind, &target, &a, &b)
    }
}

/// The memory in which messages are.
#[wasm_bindgen(js_name = bridgeMemory)]
#[allow(unreachable_pub, reason = "the glue finds public functions only")]
pub fn memory() -> JsValue {
    wasm_bindgen::memory()
}
