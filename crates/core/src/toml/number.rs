//! TOML's numbers.

use alloc::string::String;

use crate::syntax::{Decimal, decimal, digits};
use crate::value::Value;

/// Reads a number; `None` when it is none, or a whole number beyond 64 bits.
pub(super) fn read(word: &str) -> Option<Value> {
    let sign = word.as_bytes().first().copied().filter(|byte| matches!(byte, b'+' | b'-'));
    let unsigned = word.get(usize::from(sign.is_some())..)?;
    let minus = sign == Some(b'-');
    if unsigned == "inf" || unsigned == "nan" {
        // The sign of what is not a number means nothing.
        return Some(Value::Float(if minus && unsigned == "inf" { "-inf" } else { unsigned }.into()));
    }
    let radix = match unsigned.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    if radix != 10 {
        let mut at = 2;
        digits(unsigned.as_bytes(), &mut at, radix)?;
        let all = at == unsigned.len() && sign.is_none();
        return all.then(|| whole(unsigned.get(2..)?, radix, false)).flatten().map(Value::Integer);
    }
    match decimal(unsigned)? {
        Decimal::Whole => whole(unsigned, 10, minus).map(Value::Integer),
        Decimal::Broken => {
            let mut plain = String::from(if minus { "-" } else { "" });
            plain.extend(unsigned.chars().filter(|c| *c != '_'));
            Some(Value::Float(plain))
        }
    }
}

/// Digits that were checked, as a number.
fn whole(digits: &str, radix: u32, minus: bool) -> Option<i64> {
    let mut number: i64 = 0;
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        // Counted downwards, because there is one more negative number.
        number = number.checked_mul(radix.into())?.checked_sub(digit.into())?;
    }
    if minus { Some(number) } else { number.checked_neg() }
}
