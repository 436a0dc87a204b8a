//! Versions as far as messages need them: which one is newer, and whether one suits a requirement.
//!
//! Installers decide by all rules of PEP 440; this only says why they found nothing, so numbers are enough.

use core::cmp::Ordering;

use crate::cut;

/// The numbers in front: `1.2` of `1.2rc1`. What is no number ends it.
fn numbers(version: &str) -> impl Iterator<Item = u64> {
    let release = cut::run(version, |byte| byte.is_ascii_digit() || byte == b'.');
    cut::parts(cut::at(version, release).0, b'.').map(|part| part.parse().unwrap_or(0))
}

/// Whether it is a final release, no alpha, candidate or development version.
#[must_use]
pub fn is_final(version: &str) -> bool {
    cut::all(version, |byte| byte.is_ascii_digit() || byte == b'.')
}

/// Compares two versions; missing numbers are zeros.
#[must_use]
pub fn compare(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (numbers(one), numbers(other));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return is_final(one).cmp(&is_final(other)),
            (left, right) => match left.unwrap_or(0).cmp(&right.unwrap_or(0)) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

/// Whether a version suits what stands behind a name, `>=1.2,<2`; nothing there suits any.
#[must_use]
pub fn suits(version: &str, wanted: &str) -> bool {
    cut::parts(wanted, b',').map(str::trim_ascii).filter(|one| !one.is_empty()).all(|one| {
        let (operator, wanted) = cut::at(one, cut::run(one, |byte| b"=<>!~".contains(&byte)));
        let wanted = wanted.trim_ascii();
        let prefix = |wanted: &str| {
            let mut found = numbers(version);
            numbers(wanted).all(|number| found.next().unwrap_or(0) == number)
        };
        let order = compare(version, wanted);
        match operator {
            "==" | "===" | "!=" => {
                let equal = wanted.strip_suffix(".*").map_or(order.is_eq(), prefix);
                equal == (operator != "!=")
            }
            ">=" => order.is_ge(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            "<" => order.is_lt(),
            "~=" => order.is_ge() && cut::last(wanted, b'.').is_none_or(|(front, _)| prefix(front)),
            _ => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (older, newer) in [("1.9", "1.10"), ("1", "1.0.1"), ("2.0rc1", "2.0"), ("", "1"), ("2024.1", "2025")] {
            assert_eq!(compare(older, newer), Ordering::Less, "{older} {newer}");
        }
        assert_eq!(compare("1.0", "1"), Ordering::Equal);
        assert_eq!(compare("99999999999999999999999", "0"), Ordering::Equal);
    }

    #[test]
    fn requirements_are_met_or_not() {
        for (version, wanted, met) in [
            ("1.5", "", true),
            ("1.5", ">=1.2,<2", true),
            ("2.0", ">=1.2,<2", false),
            ("1.5", "==1.*", true),
            ("1.5", "== 1.5.0", true),
            ("1.5", "!=1.5", false),
            ("1.5.3", "~=1.5.1", true),
            ("1.6", "~=1.5.1", false),
            ("1.6", "~=1.5", true),
            ("2.0", "~=1.5", false),
        ] {
            assert_eq!(suits(version, wanted), met, "{version} {wanted}");
        }
    }
}
