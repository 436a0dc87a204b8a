//! What a page weighs on a first visit, and what of it dominates.

use std::fmt::Write as _;

use super::address;
use crate::serve::rewrite::markup::{self, Token};

/// One page with all that it loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageWeight {
    pub(crate) page: String,
    /// Name, bytes as they are, bytes as they travel; the heaviest first.
    pub(crate) parts: Vec<(String, u64, u64)>,
}

impl PageWeight {
    pub(crate) fn new(page: String, parts: Vec<(String, (u64, u64))>) -> Self {
        let mut parts: Vec<_> = parts.into_iter().map(|(name, (raw, sent))| (name, raw, sent)).collect();
        parts.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        Self { page, parts }
    }

    /// Bytes that travel.
    pub(crate) fn sent(&self) -> u64 {
        self.parts.iter().map(|part| part.2).sum()
    }

    /// Bytes when unpacked.
    pub(crate) fn raw(&self) -> u64 {
        self.parts.iter().map(|part| part.1).sum()
    }
}

/// The files of the site that a page's own tags load.
pub(crate) fn loaded_by(page: &str, text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for token in markup::tokens(text) {
        let Token::Start(tag) = token else { continue };
        let attributes: &[&str] = match text[tag.name.clone()].to_ascii_lowercase().as_str() {
            "link" => &["href"],
            "img" | "audio" | "video" | "source" | "iframe" => &["src"],
            name if name == "script" || name.ends_with("-script") || name.ends_with("-config") => &["src", "config"],
            _ => continue,
        };
        for name in attributes {
            let value = tag.value(text, name).filter(|value| !value.starts_with('{'));
            let file = value.and_then(|value| address::local(page, value));
            found.extend(file.filter(|file| !found.contains(file)));
        }
    }
    found
}

/// The table for the terminal.
pub(crate) fn table(pages: &[PageWeight]) -> String {
    let width = pages.iter().map(|page| page.page.chars().count()).max().unwrap_or(4).max("page".len());
    let mut text = format!("{:width$}  {:>9}  {:>9}  mostly\n", "page", "brotli", "bytes");
    for page in pages {
        let mostly: Vec<String> =
            page.parts.iter().take(2).map(|part| format!("{} {}", part.0, human(part.2))).collect();
        let _ = writeln!(
            text,
            "{:width$}  {:>9}  {:>9}  {}",
            page.page,
            human(page.sent()),
            human(page.raw()),
            mostly.join(", ")
        );
    }
    text.push_str("What a first visit loads; files that Python asks for later come on top.");
    text
}

/// Bytes for people.
pub(crate) fn human(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "shown with one digit behind the point")]
    let number = bytes as f64;
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", number / 1e3),
        _ => format!("{:.1} MB", number / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_dominates() {
        let part = |name: &str, raw, sent| (name.to_owned(), (raw, sent));
        let page = PageWeight::new("index.html".into(), vec![part("small", 20, 10), part("big", 9_000_000, 2_345_678)]);
        assert_eq!(
            table(&[page]),
            "page           brotli      bytes  mostly\n\
             index.html     2.3 MB     9.0 MB  big 2.3 MB, small 10 B\n\
             What a first visit loads; files that Python asks for later come on top."
        );
    }

    #[test]
    fn tags_say_what_is_loaded() {
        let text = "<link href=a.css><img src=/b.png><script type=py src=m.py config=c.toml></script><a href=d.html>";
        assert_eq!(loaded_by("x/index.html", text), ["x/a.css", "b.png", "x/m.py", "x/c.toml"]);
    }
}
