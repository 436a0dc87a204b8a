//! Finds the name that was probably meant.

/// The closest of some names, if one is close enough to be a slip of the same word.
#[must_use]
pub fn closest<'a>(wanted: &str, names: &[&'a str]) -> Option<&'a str> {
    let mut best = None;
    let mut least = 3;
    for name in names {
        // Half of a short word may change by chance.
        let limit = wanted.len().min(name.len()) / 3;
        let distance = distance(wanted.as_bytes(), name.as_bytes()).unwrap_or(least);
        if distance <= limit && distance < least {
            least = distance;
            best = Some(*name);
        }
    }
    best
}

const LONGEST: usize = 31;

/// How many letters have to be put in, left out, replaced or swapped with their neighbour. Capitals do not count, nor
/// `-` for `_`. `None` for words that are too long to be names.
fn distance(a: &[u8], b: &[u8]) -> Option<usize> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    let mut rows = [[0_usize; LONGEST + 1]; 3];
    for (column, cell) in rows[0].iter_mut().enumerate() {
        *cell = column;
    }
    for (i, x) in a.iter().enumerate() {
        let (now, before, earlier) = ((i + 1) % 3, i % 3, (i + 2) % 3);
        rows[now][0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let same = plain(*x) == plain(*y);
            let mut best = (rows[before][j] + usize::from(!same)).min(rows[before][j + 1] + 1).min(rows[now][j] + 1);
            if i > 0 && j > 0 && plain(*x) == plain(b[j - 1]) && plain(a[i - 1]) == plain(*y) {
                best = best.min(rows[earlier][j - 1] + 1);
            }
            rows[now][j + 1] = best;
        }
    }
    Some(rows[a.len() % 3][b.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood() {
        let names = ["packages", "packages_cache", "files", "fetch", "js_modules", "plugins", "debug", "name"];
        for (wrong, right) in [
            ("pakages", Some("packages")),
            ("package", Some("packages")),
            ("pacakges", Some("packages")),
            ("Packages", Some("packages")),
            ("packages-cache", Some("packages_cache")),
            ("file", Some("files")),
            ("flies", Some("files")),
            ("jsmodules", Some("js_modules")),
            ("js-modules", Some("js_modules")),
            ("nmae", Some("name")),
            ("game", Some("name")),
            ("page", None),
            ("settings", None),
            ("x", None),
            ("", None),
            ("packages_packages_packages_packages_packages", None),
            ("é", None),
        ] {
            assert_eq!(closest(wrong, &names), right, "{wrong}");
        }
    }

    #[test]
    fn distances_count_swaps_once() {
        assert_eq!(distance(b"ab", b"ba"), Some(1));
        assert_eq!(distance(b"abcd", b"acbd"), Some(1));
        assert_eq!(distance(b"", b"abc"), Some(3));
        assert_eq!(distance(b"abc", b""), Some(3));
        assert_eq!(distance(b"kitten", b"sitting"), Some(3));
    }
}
