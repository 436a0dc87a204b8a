//! Numbers that `web/bridge.ts` knows too.

/// What kind of value one is. The host tells: it can, in one step.
#[allow(missing_docs)]
pub(crate) mod value {
    pub(crate) const UNDEFINED: u8 = 0;
    pub(crate) const NULL: u8 = 1;
    pub(crate) const FALSE: u8 = 2;
    pub(crate) const TRUE: u8 = 3;
    pub(crate) const INT: u8 = 4;
    pub(crate) const NUMBER: u8 = 5;
    pub(crate) const BIG_INT: u8 = 6;
    pub(crate) const STRING: u8 = 7;
    pub(crate) const WIDE: u8 = 8;
    pub(crate) const LONG_STRING: u8 = 9;
    pub(crate) const SYMBOL: u8 = 10;
    pub(crate) const ARRAY: u8 = 12;
    pub(crate) const OBJECT: u8 = 13;
    pub(crate) const MAP: u8 = 14;
    pub(crate) const SET: u8 = 15;
    pub(crate) const DATE: u8 = 16;
    pub(crate) const REG_EXP: u8 = 17;
    pub(crate) const ERROR: u8 = 18;
    pub(crate) const BUFFER: u8 = 19;
    pub(crate) const IMAGE: u8 = 20;
    /// It stands for an object of the other side.
    pub(crate) const YOURS: u8 = 22;
    /// It stays, and the other side gets a reference.
    pub(crate) const MINE: u8 = 23;
    /// It neither crosses nor can be referred to.
    pub(crate) const STUCK: u8 = 255;
}

/// What a message wants.
#[allow(missing_docs)]
pub(crate) mod message {
    pub(crate) const RESULT: u8 = 0;
    pub(crate) const GET: u8 = 2;
    pub(crate) const SET: u8 = 3;
    pub(crate) const DELETE: u8 = 5;
    pub(crate) const KEYS: u8 = 6;
    pub(crate) const PROTOTYPE: u8 = 8;
    pub(crate) const APPLY: u8 = 9;
    pub(crate) const CONSTRUCT: u8 = 10;
    pub(crate) const METHOD: u8 = 11;
    pub(crate) const FIRST_BY_PORT: u8 = 32;
}
