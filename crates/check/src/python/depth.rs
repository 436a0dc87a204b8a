//! Whether code is nested deeper than anything that walks its tree could stand.
//!
//! A chain of a hundred thousand `+1` is a tree of as many levels, and trees are walked by functions that call
//! themselves. So such code is not even parsed.

/// Steps without a comma or a new line: more than a person writes, less than a stack holds.
const STEPS: usize = 600;
/// Brackets in brackets. CPython refuses more than 200.
const BRACKETS: usize = 200;

/// Where code becomes too deep, if it does.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut steps, mut brackets) = (0, 0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => {
                at += bytes.iter().skip(at).take_while(|byte| **byte != b'\n').count();
                continue;
            }
            b'"' | b'\'' => {
                at = behind_text(bytes, at);
                continue;
            }
            b'(' | b'[' | b'{' => {
                brackets += 1;
                steps += 1;
            }
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b',' | b';' => steps = 0,
            b'\n' if brackets == 0 => steps = 0,
            byte if byte.is_ascii_alphabetic() || *byte == b'_' => {
                let length =
                    bytes.iter().skip(at).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                let word = bytes.get(at..at + length).unwrap_or_default();
                let deeper: [&[u8]; 8] = [b"not", b"lambda", b"await", b"if", b"else", b"and", b"or", b"elif"];
                steps += usize::from(deeper.contains(&word));
                at += length;
                continue;
            }
            byte if b".+-*/%@&|^~<>=!:".contains(byte) => steps += 1,
            _ => {}
        }
        if steps > STEPS || brackets > BRACKETS {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The byte behind a text that begins here.
fn behind_text(bytes: &[u8], from: usize) -> usize {
    let quote = bytes.get(from).copied().unwrap_or_default();
    let triple = bytes.get(from..from + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
    let mut at = from + if triple { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if !triple => return at,
            byte if *byte == quote => {
                if !triple {
                    return at + 1;
                }
                if bytes.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote)) {
                    return at + 3;
                }
            }
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_writes_is_too_deep() {
        for fine in [
            "x = [1, 2, 3]\n".repeat(5000),
            format!("x = [{}]", "a.b + 1, ".repeat(5000)),
            format!("x = '{}'", "+/.".repeat(5000)),
            format!("x = '''{}\n'''", "(((".repeat(5000)),
            format!("# {}", "((((".repeat(5000)),
            "'unclosed".to_owned(),
            "'\\".to_owned(),
        ] {
            assert_eq!(too_deep(&fine), None, "{}", &fine[..fine.len().min(40)]);
        }
        for deep in [
            format!("1{}", "+1".repeat(1000)),
            format!("a{}", ".b".repeat(1000)),
            "(".repeat(1000),
            "f(1,".repeat(1000),
            "not ".repeat(1000),
            format!("({})", "a\n.b".repeat(1000)),
        ] {
            assert!(too_deep(&deep).is_some(), "{}", &deep[..40]);
        }
    }
}
