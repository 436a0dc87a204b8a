//! TOML's numbers.

use alloc::string::String;

use crate::value::Value;

/// Reads a number; `None` when it is none, or a whole number beyond 64 bits.
pub(super) fn read(word: &str) -> Option<Value> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    if unsigned == "inf" || unsigned == "nan" {
        // The sign of what is not a number means nothing.
        let minus = word.starts_with('-') && unsigned == "inf";
        return Some(Value::Float(if minus { "-inf" } else { unsigned }.into()));
    }
    let radix = match word.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => return decimal(word, unsigned),
    };
    let digits = word.get(2..).filter(|digits| grouped(digits, radix))?;
    i64::from_str_radix(&digits.replace('_', ""), radix).ok().map(Value::Integer)
}

fn decimal(word: &str, unsigned: &str) -> Option<Value> {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let good = |part: Option<&str>| part.is_none_or(|part| grouped(part, 10));
    if leading_zero || !good(Some(whole)) || !good(fraction) || !good(exponent) {
        return None;
    }
    let plain: String = word.strip_prefix('+').unwrap_or(word).replace('_', "");
    match exponent.or(fraction) {
        None => plain.parse().ok().map(Value::Integer),
        Some(_) => Some(Value::Float(plain)),
    }
}

/// Digits, with single underscores between them if at all.
fn grouped(part: &str, radix: u32) -> bool {
    part.split('_').all(|group| !group.is_empty() && group.chars().all(|c| c.is_digit(radix)))
}
