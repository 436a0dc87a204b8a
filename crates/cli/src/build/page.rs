//! What a build changes in a page, after the runtime's place: hashed names, hashes that browsers check, the base, and
//! what the page asks of its content security policy. Line numbers stay.

use std::collections::BTreeSet;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

use super::address;
use crate::serve::rewrite::markup::{self, Tag, Token};

/// What a page needs of its content security policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Hashes of scripts that stand in pages.
    pub(crate) scripts: BTreeSet<String>,
    /// Hashes of handlers in attributes, such as `onclick`.
    pub(crate) handlers: BTreeSet<String>,
    /// Other sites that scripts come from.
    pub(crate) script_sites: BTreeSet<String>,
    /// Other sites that style sheets come from.
    pub(crate) style_sites: BTreeSet<String>,
    /// Other sites that pages are shown of.
    pub(crate) frame_sites: BTreeSet<String>,
    /// Other sites that anything else may come from.
    pub(crate) other_sites: BTreeSet<String>,
}

/// What the files are that a page names.
pub(crate) struct Names<'a> {
    /// The hash of a file of the output, by the path that it has in the site or of the runtime.
    pub(crate) integrity: &'a dyn Fn(&str) -> Option<String>,
    /// The new name of a file, where it has one.
    pub(crate) renamed: &'a dyn Fn(&str) -> Option<String>,
    /// The path of the site on its host.
    pub(crate) base: &'a str,
}

/// Attributes that hold one address.
const ADDRESSES: &[&str] = &["href", "src", "action", "poster", "data", "config", "formaction"];

/// Changes a page, and says what it needs of its policy.
pub(crate) fn change(page: &str, text: &str, names: &Names<'_>, policy: &mut Policy) -> String {
    let tokens = markup::tokens(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Token::Start(tag) = token else { continue };
        attributes(page, text, tag, names, &mut edits, policy);
        let kind = tag.value(text, "type").unwrap_or_default().to_ascii_lowercase();
        let runs = matches!(kind.as_str(), "" | "module" | "importmap" | "text/javascript" | "application/javascript");
        if let Some(Token::Script { content }) = tokens.get(index + 1)
            && runs
            && tag.attribute(text, "src").is_none()
            && !content.is_empty()
        {
            policy.scripts.insert(source_hash(&text[content.clone()]));
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    apply(text, &edits)
}

fn attributes(
    page: &str,
    text: &str,
    tag: &Tag,
    names: &Names<'_>,
    edits: &mut Vec<(Range<usize>, String)>,
    policy: &mut Policy,
) {
    let rel = tag.value(text, "rel").unwrap_or_default().to_ascii_lowercase();
    let has_rel = |word: &str| rel.split_ascii_whitespace().any(|one| one == word);
    let kind = tag.value(text, "type").unwrap_or_default().to_ascii_lowercase();
    let is_script =
        tag.is(text, "script") && matches!(kind.as_str(), "" | "module" | "text/javascript" | "application/javascript");
    let is_style = tag.is(text, "link") && has_rel("stylesheet");
    let checked = is_script || is_style || (tag.is(text, "link") && has_rel("modulepreload"));
    for attribute in &tag.attributes {
        let name = text[attribute.name.clone()].to_ascii_lowercase();
        let value = text[attribute.value.clone()].trim_ascii();
        if name.starts_with("on") && name.len() > 2 && !value.is_empty() {
            policy.handlers.insert(source_hash(&unescaped(&text[attribute.value.clone()])));
        }
        if !ADDRESSES.contains(&name.as_str()) || value.is_empty() {
            continue;
        }
        if let Some(origin) = address::origin(value)
            && !tag.is(text, "a")
            && !has_rel("canonical")
            && !has_rel("alternate")
        {
            match () {
                () if is_script || (tag.is(text, "link") && has_rel("modulepreload")) => &mut policy.script_sites,
                () if is_style => &mut policy.style_sites,
                () if tag.is(text, "iframe") => &mut policy.frame_sites,
                () => &mut policy.other_sites,
            }
            .insert(origin);
        }
        let Some(file) = address::local(page, value) else { continue };
        let renamed = is_renamable(text, tag, &name).then(|| (names.renamed)(&file)).flatten();
        let new = match renamed {
            Some(new) => {
                Some(format!("{}{new}{}", address::up(page), &value[value.find(['?', '#']).unwrap_or(value.len())..]))
            }
            None if names.base != "/" && value.starts_with('/') => Some(format!("{}{}", names.base, &value[1..])),
            None => None,
        };
        if let Some(new) = new {
            edits.push((attribute.value.clone(), quoted(text, attribute.value.clone(), &new)));
        }
        if checked
            && matches!(name.as_str(), "src" | "href")
            && let Some(hash) = (names.integrity)(&file)
        {
            for old in tag.attributes.iter().filter(|old| text[old.name.clone()].eq_ignore_ascii_case("integrity")) {
                let lines: String = text[old.whole.clone()].chars().filter(|c| matches!(c, '\n' | '\r')).collect();
                edits.push((old.whole.clone(), lines));
            }
            let end = attribute.whole.end;
            edits.push((end..end, format!(" integrity=\"{hash}\"")));
        }
    }
}

/// Whether an address in that place is all that a page says of the file.
fn is_renamable(text: &str, tag: &Tag, attribute: &str) -> bool {
    let rel = tag.value(text, "rel").unwrap_or_default().to_ascii_lowercase();
    let kind = tag.value(text, "type").unwrap_or_default().to_ascii_lowercase();
    match attribute {
        "href" => tag.is(text, "link") && rel.split_ascii_whitespace().any(|one| matches!(one, "stylesheet" | "icon")),
        // A module may be imported by its own name too.
        "src" => tag.is(text, "img") || (tag.is(text, "script") && matches!(kind.as_str(), "" | "text/javascript")),
        _ => false,
    }
}

/// The files that a page names where a build can give them another name: each as often as it is named.
pub(crate) fn renamable(page: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in markup::tokens(text) {
        let Token::Start(tag) = token else { continue };
        for attribute in &tag.attributes {
            let name = text[attribute.name.clone()].to_ascii_lowercase();
            if is_renamable(text, &tag, &name) {
                found.extend(address::local(page, &text[attribute.value.clone()]));
            }
        }
    }
    found
}

/// The name of a file with the hash of its content.
pub(crate) fn hashed_name(path: &str, content: &[u8]) -> String {
    let hash = &super::lock::hex(&Sha256::digest(content))[..10];
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let slash = if folder.is_empty() { "" } else { "/" };
    let dot = if end.is_empty() { "" } else { "." };
    format!("{folder}{slash}{stem}.{hash}{dot}{end}")
}

/// What browsers compare a file with.
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

/// What browsers compare a script in a page with.
fn source_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(pyrite_core::html::normalise(text).as_bytes())))
}

/// The value of an attribute as browsers read it.
fn unescaped(text: &str) -> String {
    pyrite_core::text::unescape_html(text).clone()
}

/// A value without quotes may need some now.
fn quoted(text: &str, range: Range<usize>, new: &str) -> String {
    let before = text[..range.start].chars().next_back();
    if matches!(before, Some('"' | '\'')) || !new.contains([' ', '=', '>', '\'', '`']) {
        new.to_owned()
    } else {
        format!("\"{new}\"")
    }
}

fn apply(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut result = String::with_capacity(text.len() + 256);
    let mut at = 0;
    for (range, new) in edits {
        if range.start < at {
            continue;
        }
        result.push_str(&text[at..range.start]);
        result.push_str(new);
        at = range.end;
    }
    result.push_str(&text[at..]);
    result
}

/// Adds a tag to the front of a page's head, behind what says how the page is encoded.
pub(crate) fn with_meta(text: &str, meta: &str) -> String {
    let tokens = markup::tokens(text);
    let end_of = |is: &dyn Fn(&Tag) -> bool| {
        tokens.iter().find_map(|token| match token {
            Token::Start(tag) if is(tag) => Some(tag.whole.end),
            _ => None,
        })
    };
    let doctype = tokens.iter().find_map(|token| match token {
        Token::Doctype { whole } => Some(whole.end),
        _ => None,
    });
    let at = end_of(&|tag| tag.is(text, "meta") && tag.attribute(text, "charset").is_some())
        .or_else(|| end_of(&|tag| tag.is(text, "head")))
        .or_else(|| end_of(&|tag| tag.is(text, "html")))
        .or(doctype)
        .unwrap_or(0);
    apply(text, &[(at..at, meta.to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, base: &str) -> (String, Policy) {
        let integrity = |file: &str| matches!(file, "core.js" | "style.css").then(|| "sha384-X".to_owned());
        let renamed = |file: &str| (file == "style.css").then(|| "style.1.css".to_owned());
        let mut policy = Policy::default();
        let text = change("a/index.html", text, &Names { integrity: &integrity, renamed: &renamed, base }, &mut policy);
        (text, policy)
    }

    #[test]
    fn names_and_hashes_are_put_into_tags_and_lines_stay() {
        let (text, _) = changed(
            "<link rel=stylesheet\n href='../style.css?v=1' integrity='old\n'>\n<script type=module src=../core.js></script>",
            "/",
        );
        assert_eq!(
            text,
            "<link rel=stylesheet\n href='../style.1.css?v=1' integrity=\"sha384-X\" \n>\n\
             <script type=module src=../core.js integrity=\"sha384-X\"></script>"
        );
        let same = "<a href='../style.css'>x</a><script type=py src=../core.js></script>";
        assert_eq!(changed(same, "/").0, same);
    }

    #[test]
    fn addresses_from_the_root_get_the_base() {
        assert_eq!(
            changed("<a href=/b/>x</a><img src='/c.png'>", "/docs/").0,
            "<a href=/docs/b/>x</a><img src='/docs/c.png'>"
        );
    }

    #[test]
    fn a_policy_names_scripts_and_sites() {
        let (_, policy) = changed(
            "<script>x</script><script type=py>y</script><img src=https://a.org/x.png onload='z()'>\
             <script src=//b.org/y.js></script><a href=https://c.org>c</a><link rel=stylesheet href=https://d.org/>",
            "/",
        );
        assert_eq!(policy.scripts.len(), 1);
        assert_eq!(policy.handlers.len(), 1);
        assert_eq!(policy.script_sites.iter().collect::<Vec<_>>(), ["https://b.org"]);
        assert_eq!(policy.style_sites.iter().collect::<Vec<_>>(), ["https://d.org"]);
        assert_eq!(policy.other_sites.iter().collect::<Vec<_>>(), ["https://a.org"]);
        // Known from `printf x | openssl dgst -sha256 -binary | base64`.
        assert!(policy.scripts.contains("'sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='"), "{policy:?}");
    }

    #[test]
    fn a_policy_stands_behind_the_encoding() {
        assert_eq!(
            with_meta("<!doctype html><head><meta charset=utf-8><title>", "[M]"),
            "<!doctype html><head><meta charset=utf-8>[M]<title>"
        );
        assert_eq!(with_meta("<!doctype html>x", "[M]"), "<!doctype html>[M]x");
    }

    #[test]
    fn a_name_has_the_hash_of_the_content() {
        assert_eq!(hashed_name("a/b.c.css", b""), "a/b.c.e3b0c44298.css");
        assert_eq!(hashed_name("x", b""), "x.e3b0c44298");
    }
}
