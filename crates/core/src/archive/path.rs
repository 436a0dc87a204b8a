//! The paths of entries: only those that stay in the target folder, in one spelling each.

use alloc::string::String;
use core::cmp::Ordering;

use super::Problem;

/// Longer paths are an attack: each of their directories would have to be made.
pub(super) const LONGEST: usize = 1024;

/// A path in its one spelling, empty for the target folder itself.
///
/// `base` is the directory in which `name` counts; `climbs` allows `..` as long as it stays in the target folder.
pub(super) fn join(base: &str, name: &str, climbs: bool) -> Result<String, Problem> {
    if name.len() + base.len() > LONGEST {
        return Err(Problem::LongName);
    }
    if name.bytes().any(|byte| byte == 0 || byte == b'\\') {
        return Err(Problem::Name);
    }
    if name.as_bytes().first() == Some(&b'/') {
        return Err(Problem::Leaves);
    }
    let mut path = String::from(base);
    let mut rest = Some(name);
    while let Some(name) = rest {
        let end = name.bytes().position(|byte| byte == b'/').unwrap_or(name.len());
        rest = name.get(end + 1..);
        match name.get(..end).unwrap_or_default() {
            "" | "." => {}
            ".." => {
                if !climbs || path.is_empty() {
                    return Err(Problem::Leaves);
                }
                path.truncate(parent(&path).len());
            }
            part => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(part);
            }
        }
    }
    match path.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => Err(Problem::Leaves),
        _ => Ok(path),
    }
}

/// The directory that holds `path`.
pub(super) fn parent(path: &str) -> &str {
    path.bytes().rposition(|byte| byte == b'/').and_then(|slash| path.get(..slash)).unwrap_or_default()
}

/// Whether `path` is in `directory`, at any depth.
pub(super) fn is_below(path: &str, directory: &str) -> bool {
    path.as_bytes().strip_prefix(directory.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'/'))
}

/// The order in which a directory is followed by all that is in it, at once.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    // A slash before every other byte; zero bytes are refused above.
    let rank = |byte: u8| if byte == b'/' { 0 } else { byte };
    let (one, other) = (one.as_bytes(), other.as_bytes());
    for (&left, &right) in one.iter().zip(other) {
        if left != right {
            return rank(left).cmp(&rank(right));
        }
    }
    one.len().cmp(&other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(name: &str) -> Result<String, Problem> {
        join("", name, false)
    }

    #[test]
    fn a_path_has_one_spelling() {
        for name in ["a/b", "./a/b", "a//b/", "a/./b"] {
            assert_eq!(clean(name), Ok(String::from("a/b")), "{name}");
        }
        for name in ["", ".", "./", "./."] {
            assert_eq!(clean(name), Ok(String::new()), "{name}");
        }
        assert_eq!(clean("a..b/...c"), Ok(String::from("a..b/...c")));
    }

    #[test]
    fn a_path_stays_in_the_folder() {
        for name in ["..", "../a", "a/..", "a/../../b", "/a", "//host/a", "C:/a", "c:a", "./C:/a"] {
            assert_eq!(clean(name), Err(Problem::Leaves), "{name}");
        }
        for name in ["a\\b", "..\\a", "a\0b"] {
            assert_eq!(clean(name), Err(Problem::Name), "{name}");
        }
        assert_eq!(clean(&"a/".repeat(513)), Err(Problem::LongName));
    }

    #[test]
    fn a_link_may_climb_inside_the_folder_only() {
        assert_eq!(join("a/b", "../c", true), Ok(String::from("a/c")));
        assert_eq!(join("a/b", "../../c", true), Ok(String::from("c")));
        assert_eq!(join("a/b", "../../../a/c", true), Err(Problem::Leaves));
        assert_eq!(join("a", "/etc/passwd", true), Err(Problem::Leaves));
        assert_eq!(parent("a/b/c"), "a/b");
        assert_eq!(parent("c"), "");
    }

    #[test]
    fn what_is_in_a_directory_follows_it() {
        let mut paths = ["a-b", "a/b", "a", "a/b/c", "a.py", "A", "a/b-c"];
        paths.sort_by(|one, other| compare(one, other));
        assert_eq!(paths, ["A", "a", "a/b", "a/b/c", "a/b-c", "a-b", "a.py"]);
    }
}
