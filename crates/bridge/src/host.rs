//! What `web/bridge.ts` does for us: telling kinds of values apart, proxies, attachments.

use alloc::string::String;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// One end's part in JavaScript.
    #[wasm_bindgen(typescript_type = "Host")]
    pub type Host;

    /// What kind of value this is: see [`crate::kind`].
    #[wasm_bindgen(method)]
    pub(crate) fn classify(this: &Host, value: &JsValue) -> u8;
    /// The id of the other side's object that this stands for.
    #[wasm_bindgen(method, js_name = idOf)]
    pub(crate) fn id_of(this: &Host, value: &JsValue) -> u32;
    /// The id by which the other side knows an object of this one; less than zero when it does not.
    #[wasm_bindgen(method, js_name = ownId)]
    pub(crate) fn own_id(this: &Host, object: &JsValue) -> i32;
    /// Keeps an object of this side under its id.
    #[wasm_bindgen(method)]
    pub(crate) fn own(this: &Host, id: u32, object: &JsValue);
    /// The object of this side with this id, or undefined.
    #[wasm_bindgen(method)]
    pub(crate) fn owned(this: &Host, id: u32) -> JsValue;
    /// The other side has forgotten it.
    #[wasm_bindgen(method)]
    pub(crate) fn disown(this: &Host, id: u32);
    /// The items of a list that has nothing but numbers; none when it has anything else.
    #[wasm_bindgen(method)]
    pub(crate) fn numbers(this: &Host, items: &js_sys::Array) -> alloc::vec::Vec<f64>;
    /// A list of numbers.
    #[wasm_bindgen(method)]
    pub(crate) fn list(this: &Host, numbers: &[f64]) -> JsValue;
    /// Puts bytes behind the message that is being written; gives their number.
    #[wasm_bindgen(method)]
    pub(crate) fn attach(this: &Host, value: &JsValue) -> u32;
    /// Bytes behind the message that is being read, as the kind of view that they were.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn view(this: &Host, attachment: u32, kind: u8) -> Result<JsValue, JsValue>;
    /// Bytes behind the message, as text.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn text(this: &Host, attachment: u32) -> Result<JsValue, JsValue>;
    /// Bytes behind the message, as a picture.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn image(this: &Host, attachment: u32, width: u32, height: u32) -> Result<JsValue, JsValue>;
    /// Which view binary data is.
    #[wasm_bindgen(method, js_name = viewKind)]
    pub(crate) fn view_kind(this: &Host, value: &JsValue) -> u8;
    /// An error with this name, message and stack.
    #[wasm_bindgen(method)]
    pub(crate) fn error(this: &Host, name: &str, message: &str, stack: &str) -> JsValue;
    /// A string of these UTF-16 code units.
    #[wasm_bindgen(method)]
    pub(crate) fn wide(this: &Host, units: &[u16]) -> JsValue;
    /// One of the language's own symbols.
    #[wasm_bindgen(method)]
    pub(crate) fn symbol(this: &Host, number: u8) -> JsValue;
    /// The number of a symbol of the language's own, or 255.
    #[wasm_bindgen(method, js_name = symbolNumber)]
    pub(crate) fn symbol_number(this: &Host, symbol: &JsValue) -> u8;
    /// The key of a symbol of the registry.
    #[wasm_bindgen(method, js_name = symbolKey)]
    pub(crate) fn symbol_key(this: &Host, symbol: &JsValue) -> Option<String>;
    /// Gives a copied object a property, whatever its name is.
    #[wasm_bindgen(method)]
    pub(crate) fn put(this: &Host, object: &JsValue, key: &JsValue, value: &JsValue);
    /// What stands here for an object of the other side that was mentioned before.
    #[wasm_bindgen(method)]
    pub(crate) fn known(this: &Host, id: u32) -> JsValue;
    /// What stands here for an object of the other side that is mentioned for the first time.
    #[wasm_bindgen(method)]
    pub(crate) fn meet(this: &Host, id: u32, traits: u32, class: u32, name: &str) -> JsValue;
    /// A class of the other side.
    #[wasm_bindgen(method)]
    pub(crate) fn class(this: &Host, id: u32, parent: u32, name: &str, tag: &str, prototype: u32, constructor: u32);
    /// A member of it.
    #[wasm_bindgen(method)]
    pub(crate) fn member(this: &Host, class: u32, key: &JsValue, is_method: bool);
    /// What the other side's proxy of this object has to know.
    #[wasm_bindgen(method)]
    pub(crate) fn traits(this: &Host, value: &JsValue) -> u32;
    /// The object that is this one's class: its prototype, or itself for a namespace such as `window` or `console`.
    #[wasm_bindgen(method, js_name = classOf)]
    pub(crate) fn class_of(this: &Host, value: &JsValue) -> JsValue;
    /// The members of a class in one list: its name, its tag, its prototype and constructor or undefined, then each key
    /// followed by whether it is a method.
    #[wasm_bindgen(method)]
    pub(crate) fn members(this: &Host, class: &JsValue) -> js_sys::Array;
    /// What a class inherits from.
    #[wasm_bindgen(method)]
    pub(crate) fn parent(this: &Host, class: &JsValue) -> JsValue;
    /// A function's name.
    #[wasm_bindgen(method, js_name = nameOf)]
    pub(crate) fn name_of(this: &Host, value: &JsValue) -> String;
    /// What the values of this message are, for people.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn what(this: &Host) -> String;
    /// The page's part of an operation that needs more than one step of the language.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn special(
        this: &Host,
        kind: u8,
        target: &JsValue,
        a: &JsValue,
        b: &JsValue,
    ) -> Result<JsValue, JsValue>;
    /// Sets a property as an assignment in strict code does.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn set(this: &Host, target: &JsValue, key: &JsValue, value: &JsValue) -> Result<(), JsValue>;
    /// A method is about to be called: the host may change its arguments.
    #[wasm_bindgen(method)]
    pub(crate) fn prepare(this: &Host, key: &JsValue, arguments: &js_sys::Array);
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    pub(crate) fn get(target: &JsValue, key: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = apply, catch)]
    pub(crate) fn apply(function: &JsValue, this: &JsValue, arguments: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = construct, catch)]
    pub(crate) fn construct(function: &JsValue, arguments: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = deleteProperty, catch)]
    pub(crate) fn delete(target: &JsValue, key: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = ownKeys, catch)]
    pub(crate) fn own_keys(target: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = getPrototypeOf, catch)]
    pub(crate) fn prototype_of(target: &JsValue) -> Result<JsValue, JsValue>;
}
