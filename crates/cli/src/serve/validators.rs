//! Entity tags and dates: whether the browser has this version already.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, header};

use super::range::{self, Wanted};

/// What identifies one version of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Validators {
    /// Strong, with its quotes.
    pub(crate) etag: String,
    /// When the file was written, if that says something about the answer's bytes.
    pub(crate) modified: Option<SystemTime>,
}

impl Validators {
    /// For a file on disk, sent as it is.
    pub(crate) fn of_file(modified: Option<SystemTime>, length: u64) -> Self {
        let stamp = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        Self { etag: format!("\"{:x}-{length:x}\"", stamp.as_nanos()), modified }
    }

    /// For bytes made here. No date: the same file gives other bytes under other switches.
    pub(crate) fn of_content(content: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        Self { etag: format!("\"{:016x}-{:x}\"", hasher.finish(), content.len()), modified: None }
    }
}

/// How a request is answered once the file is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 304: the browser has it.
    NotModified,
    /// 200, all of it.
    Whole,
    /// 206, from the first position to the last, both included.
    Part { first: u64, last: u64 },
    /// 416.
    Unsatisfiable,
}

/// Decides by the request's headers. `ranges` says whether parts may be sent at all.
pub(crate) fn decide(headers: &HeaderMap, validators: &Validators, length: u64, ranges: bool) -> Answer {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let known = match text(header::IF_NONE_MATCH) {
        Some(tags) => matches(tags, &validators.etag),
        None => text(header::IF_MODIFIED_SINCE)
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .zip(validators.modified)
            .is_some_and(|(since, modified)| whole_seconds(modified) <= since),
    };
    if known {
        return Answer::NotModified;
    }
    let Some(range) = text(header::RANGE).filter(|_| ranges) else { return Answer::Whole };
    if text(header::IF_RANGE).is_some_and(|condition| !is_same_version(condition, validators)) {
        return Answer::Whole;
    }
    match range::wanted(range, length) {
        Wanted::Whole => Answer::Whole,
        Wanted::Part { first, last } => Answer::Part { first, last },
        Wanted::Unsatisfiable => Answer::Unsatisfiable,
    }
}

/// `If-None-Match`: a list of tags, compared weakly.
fn matches(tags: &str, etag: &str) -> bool {
    tags.trim() == "*" || tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

/// `If-Range`: one strong tag, or the very date.
fn is_same_version(condition: &str, validators: &Validators) -> bool {
    let condition = condition.trim();
    if condition.starts_with('"') {
        return condition == validators.etag;
    }
    httpdate::parse_http_date(condition)
        .ok()
        .zip(validators.modified)
        .is_some_and(|(date, modified)| whole_seconds(modified) == date)
}

/// Dates in headers know no fractions.
fn whole_seconds(time: SystemTime) -> SystemTime {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    const DATE: &str = "Sat, 21 Nov 2026 01:02:03 GMT";

    fn validators() -> Validators {
        let modified = httpdate::parse_http_date(DATE).unwrap() + Duration::from_millis(250);
        Validators { etag: "\"abc\"".into(), modified: Some(modified) }
    }

    fn answer(pairs: &[(&'static str, &str)]) -> Answer {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        decide(&headers, &validators(), 10, true)
    }

    #[test]
    fn a_known_tag_is_not_sent_again() {
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert_eq!(answer(&[("if-none-match", tags)]), Answer::NotModified, "{tags}");
        }
        for tags in ["\"x\"", "abc", "\"abcd\""] {
            assert_eq!(answer(&[("if-none-match", tags)]), Answer::Whole, "{tags}");
        }
    }

    #[test]
    fn the_date_counts_only_without_a_tag() {
        assert_eq!(answer(&[("if-modified-since", DATE)]), Answer::NotModified);
        assert_eq!(answer(&[("if-modified-since", "Sat, 21 Nov 2026 01:02:02 GMT")]), Answer::Whole);
        assert_eq!(answer(&[("if-modified-since", "yesterday")]), Answer::Whole);
        assert_eq!(answer(&[("if-modified-since", DATE), ("if-none-match", "\"x\"")]), Answer::Whole);
    }

    #[test]
    fn a_part_is_sent_only_of_the_version_the_browser_has() {
        let part = Answer::Part { first: 0, last: 3 };
        assert_eq!(answer(&[("range", "bytes=0-3")]), part);
        assert_eq!(answer(&[("range", "bytes=0-3"), ("if-range", "\"abc\"")]), part);
        assert_eq!(answer(&[("range", "bytes=0-3"), ("if-range", DATE)]), part);
        assert_eq!(answer(&[("range", "bytes=0-3"), ("if-range", "\"old\"")]), Answer::Whole);
        assert_eq!(answer(&[("range", "bytes=0-3"), ("if-range", "W/\"abc\"")]), Answer::Whole);
        assert_eq!(answer(&[("range", "bytes=0-3"), ("if-range", "Sat, 21 Nov 2026 01:02:04 GMT")]), Answer::Whole);
        assert_eq!(answer(&[("range", "bytes=20-")]), Answer::Unsatisfiable);
    }

    #[test]
    fn content_has_the_same_tag_only_when_it_is_the_same() {
        assert_eq!(Validators::of_content(b"a"), Validators::of_content(b"a"));
        assert_ne!(Validators::of_content(b"a"), Validators::of_content(b"b"));
    }
}
