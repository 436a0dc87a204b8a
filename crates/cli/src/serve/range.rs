//! The `Range` header: which part of a file is asked for.

/// What to send of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it: no range, one that cannot be read, or several (which a server may answer with all).
    Whole,
    /// From the first position to the last, both included.
    Part { first: u64, last: u64 },
    /// Nothing of the file lies in the range.
    Unsatisfiable,
}

/// Reads a `Range` header for a file of that length.
pub(crate) fn wanted(header: &str, length: u64) -> Wanted {
    let Some(range) = header.trim().strip_prefix("bytes=").map(str::trim) else { return Wanted::Whole };
    let Some((first, last)) = range.split_once('-') else { return Wanted::Whole };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(last)) => match last {
            Some(last) if last < first => Wanted::Whole,
            _ if first >= length => Wanted::Unsatisfiable,
            last => Wanted::Part { first, last: last.unwrap_or(u64::MAX).min(length - 1) },
        },
        // The last so many bytes.
        (Some(None), Some(Some(count))) => {
            if count == 0 || length == 0 {
                Wanted::Unsatisfiable
            } else {
                Wanted::Part { first: length.saturating_sub(count), last: length - 1 }
            }
        }
        _ => Wanted::Whole,
    }
}

/// `Some(None)` for nothing, `None` for what is not a number.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    // `parse` would take a plus sign.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(first: u64, last: u64) -> Wanted {
        Wanted::Part { first, last }
    }

    #[test]
    fn single_ranges_are_read() {
        assert_eq!(wanted("bytes=0-3", 10), part(0, 3));
        assert_eq!(wanted("bytes=4-", 10), part(4, 9));
        assert_eq!(wanted("bytes=-3", 10), part(7, 9));
        assert_eq!(wanted("bytes=0-0", 10), part(0, 0));
    }

    #[test]
    fn a_range_past_the_end_is_cut() {
        assert_eq!(wanted("bytes=8-99", 10), part(8, 9));
        assert_eq!(wanted("bytes=-99", 10), part(0, 9));
        assert_eq!(wanted("bytes=0-99999999999999999999999999", 10), part(0, 9));
    }

    #[test]
    fn a_range_that_starts_past_the_end_cannot_be_answered() {
        for header in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999999-"] {
            assert_eq!(wanted(header, 10), Wanted::Unsatisfiable, "{header}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Unsatisfiable);
        assert_eq!(wanted("bytes=-1", 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn what_is_no_single_range_of_bytes_is_ignored() {
        for header in
            ["", "bytes=", "bytes=-", "bytes=3-1", "bytes=a-b", "bytes=+1-2", "lines=0-1", "bytes=0-1,3-4", "0-3"]
        {
            assert_eq!(wanted(header, 10), Wanted::Whole, "{header}");
        }
    }
}
