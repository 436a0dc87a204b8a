//! TOML's dates and times. They are checked, and kept as text.

use alloc::string::String;

/// Whether a word is a date, so that a time may follow after a blank.
pub(super) fn is_date(word: &str) -> bool {
    word.len() == 10 && date(word).is_some()
}

/// A date, a time, or both, in the notation of RFC 3339 with capital letters.
pub(super) fn read(word: &str) -> Option<String> {
    if word.as_bytes().get(2) == Some(&b':') {
        let rest = time(word)?;
        return rest.is_empty().then(|| word.into());
    }
    let rest = date(word)?;
    if rest.is_empty() {
        return Some(word.into());
    }
    let rest = rest.strip_prefix(['T', 't', ' ']).and_then(time)?;
    if !rest.is_empty() && !rest.eq_ignore_ascii_case("z") {
        let offset = rest.strip_prefix(['+', '-'])?;
        let minutes = digits(offset, 2, 23)?.1.strip_prefix(':')?;
        if !digits(minutes, 2, 59)?.1.is_empty() {
            return None;
        }
    }
    Some(word.to_ascii_uppercase().replace(' ', "T"))
}

/// Steps over a date.
fn date(word: &str) -> Option<&str> {
    let (year, rest) = digits(word, 4, 9999)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2, 12)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        0 => return None,
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let (day, rest) = digits(rest.strip_prefix('-')?, 2, days)?;
    (day > 0).then_some(rest)
}

/// Steps over a time of day, with its fraction.
fn time(word: &str) -> Option<&str> {
    let (_, rest) = digits(word, 2, 23)?;
    let (_, rest) = digits(rest.strip_prefix(':')?, 2, 59)?;
    // A leap second has the number 60.
    let (_, rest) = digits(rest.strip_prefix(':')?, 2, 60)?;
    let Some(fraction) = rest.strip_prefix('.') else { return Some(rest) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// Steps over a number of so many digits that is not above a limit.
fn digits(word: &str, count: usize, most: u32) -> Option<(u32, &str)> {
    let (number, rest) = word.split_at_checked(count)?;
    let number =
        number.bytes().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))?;
    (number <= most).then_some((number, rest))
}
