//! Changes made to a page on its way out: the runtime in this binary takes the place of a released PyScript, and the
//! script that reloads the page is added. Line numbers stay as they are, because tracebacks name them. A build makes the
//! same changes, with another place of the runtime.

pub(crate) mod import_map;
pub(crate) mod markup;
pub(crate) mod modules;
pub(crate) mod released;

use std::ops::Range;

use import_map::ImportMap;
use markup::{Tag, Token};
use modules::Use;
use released::BARE_NAME;

/// Where the runtime is served.
pub(crate) const RUNTIME: &str = "/_pyrite/";

/// What to change.
#[derive(Clone, Copy)]
pub(crate) struct Wishes<'a> {
    /// Where the runtime is: [`RUNTIME`], or an address relative to the page.
    pub(crate) runtime: &'a str,
    /// Whether the runtime has that file, so that it can take the place of a released one. `None`: change nothing.
    pub(crate) runtime_has: Option<fn(&str) -> bool>,
    /// A tag to add to a page's head.
    pub(crate) head: Option<&'a str>,
    /// Whether a local module, named as in the page, asks for the runtime by its bare name.
    pub(crate) module_asks: &'a dyn Fn(&str) -> bool,
}

/// What was made of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rewritten {
    pub(crate) text: String,
    /// The addresses that were replaced, without their scheme.
    pub(crate) replaced: Vec<String>,
}

/// Changes a page. `None` if there is nothing to change.
pub(crate) fn page(text: &str, wishes: &Wishes<'_>) -> Option<Rewritten> {
    let tokens = markup::tokens(text);
    let mut edits = Edits::new(wishes.runtime);
    if let Some(runtime_has) = wishes.runtime_has {
        replace_in_page(text, &tokens, runtime_has, wishes.module_asks, &mut edits);
    }
    if let Some(tag) = wishes.head.filter(|_| is_whole_page(&tokens, text)) {
        edits.insert(end_of_head(text, &tokens), tag.to_owned());
    }
    edits.apply(text)
}

/// Changes a script. `None` if there is nothing to change.
pub(crate) fn script(text: &str, runtime: &str, runtime_has: fn(&str) -> bool) -> Option<Rewritten> {
    let mut edits = Edits::new(runtime);
    replace_in_script(text, 0, runtime_has, &mut edits);
    edits.apply(text)
}

/// The modules that a script names, to follow them.
pub(crate) fn modules_of(text: &str) -> impl Iterator<Item = &str> {
    modules::named(text).into_iter().filter(|named| named.used == Use::Module).map(|named| &text[named.inner])
}

/// The file of the runtime that an address means.
pub(crate) fn file_of_runtime(address: &str) -> Option<String> {
    match address.strip_prefix(RUNTIME) {
        Some(rest) => rest.split(['?', '#']).next().map(str::to_owned),
        None => released::parse(address).map(|released| released.file),
    }
}

struct Edits<'a> {
    runtime: &'a str,
    changes: Vec<(Range<usize>, String)>,
    replaced: Vec<String>,
}

impl<'a> Edits<'a> {
    fn new(runtime: &'a str) -> Self {
        Self { runtime, changes: Vec::new(), replaced: Vec::new() }
    }

    fn insert(&mut self, at: usize, text: String) {
        self.changes.push((at..at, text));
    }

    /// Puts the runtime's file in the place of a released one.
    fn replace(&mut self, range: Range<usize>, address: &str, runtime_has: fn(&str) -> bool) -> bool {
        if self.runtime != RUNTIME
            && let Some(file) = address.strip_prefix(RUNTIME)
        {
            self.changes.push((range, format!("{}{file}", self.runtime)));
            return true;
        }
        let Some(released) = released::parse(address).filter(|released| runtime_has(&released.file)) else {
            return false;
        };
        self.changes.push((range, format!("{}{}", self.runtime, released.file)));
        if !self.replaced.iter().any(|shown| shown == released.shown) {
            self.replaced.push(released.shown.to_owned());
        }
        true
    }

    fn apply(mut self, text: &str) -> Option<Rewritten> {
        if self.changes.is_empty() {
            return None;
        }
        // Stable: what is inserted at one place stays in order.
        self.changes.sort_by_key(|(range, _)| range.start);
        let mut result = String::with_capacity(text.len() + 256);
        let mut at = 0;
        for (range, new) in &self.changes {
            result.push_str(&text[at..range.start]);
            result.push_str(new);
            at = range.end;
        }
        result.push_str(&text[at..]);
        Some(Rewritten { text: result, replaced: self.replaced })
    }
}

fn replace_in_page(
    text: &str,
    tokens: &[Token],
    runtime_has: fn(&str) -> bool,
    module_asks: &dyn Fn(&str) -> bool,
    edits: &mut Edits<'_>,
) {
    let mut asks = false;
    let mut first_map: Option<(usize, ImportMap)> = None;
    for (index, token) in tokens.iter().enumerate() {
        let Token::Start(tag) = token else { continue };
        let kind = if tag.is(text, "script") { script_kind(tag.value(text, "type")) } else { ScriptKind::Other };
        let link = match kind {
            ScriptKind::Module | ScriptKind::Classic => Some("src"),
            _ if tag.is(text, "link") => Some("href"),
            _ => None,
        };
        if let Some(link) = link {
            replace_link(text, tag, link, runtime_has, edits);
        }
        if kind == ScriptKind::Module && tag.value(text, "src").is_some_and(module_asks) {
            asks = true;
        }
        let Some(Token::Script { content }) = tokens.get(index + 1) else { continue };
        let source = &text[content.clone()];
        match kind {
            ScriptKind::Module | ScriptKind::Classic => {
                replace_in_script(source, content.start, runtime_has, edits);
                asks |= modules_of(source).any(|name| name == BARE_NAME || module_asks(name));
            }
            ScriptKind::ImportMap => {
                let map = import_map::parse(source);
                for (address, range) in &map.addresses {
                    edits.replace(content.start + range.start..content.start + range.end, address, runtime_has);
                }
                first_map.get_or_insert((content.start, map));
            }
            ScriptKind::Other => {}
        }
    }
    let mapped = first_map.as_ref().is_some_and(|(_, map)| map.names.iter().any(|name| name == BARE_NAME));
    if asks && !mapped && runtime_has("core.js") {
        let (at, entry) = new_mapping(text, tokens, edits.runtime, first_map.as_ref());
        edits.insert(at, entry);
        edits.replaced.push(BARE_NAME.to_owned());
    }
}

/// What a script element holds, by its `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScriptKind {
    Classic,
    Module,
    ImportMap,
    Other,
}

fn script_kind(kind: Option<&str>) -> ScriptKind {
    match kind.unwrap_or_default().to_ascii_lowercase().as_str() {
        "module" => ScriptKind::Module,
        "importmap" => ScriptKind::ImportMap,
        "" | "text/javascript" | "application/javascript" | "text/ecmascript" | "application/ecmascript" => {
            ScriptKind::Classic
        }
        _ => ScriptKind::Other,
    }
}

fn replace_link(text: &str, tag: &Tag, name: &str, runtime_has: fn(&str) -> bool, edits: &mut Edits<'_>) {
    let Some(attribute) = tag.attribute(text, name) else { return };
    let written = &text[attribute.value.clone()];
    let address = written.trim_ascii();
    let start = attribute.value.start + (written.len() - written.trim_ascii_start().len());
    if !edits.replace(start..start + address.len(), address, runtime_has) {
        return;
    }
    // The hash of another file: the browser would refuse this one.
    for attribute in
        tag.attributes.iter().filter(|attribute| text[attribute.name.clone()].eq_ignore_ascii_case("integrity"))
    {
        let kept: String = text[attribute.whole.clone()].chars().filter(|c| matches!(c, '\n' | '\r')).collect();
        edits.changes.push((attribute.whole.clone(), kept));
    }
}

fn replace_in_script(source: &str, offset: usize, runtime_has: fn(&str) -> bool, edits: &mut Edits<'_>) {
    // Most scripts name nothing of ours, and need not be read.
    if !source.contains("pyscript") && (edits.runtime == RUNTIME || !source.contains(RUNTIME)) {
        return;
    }
    for named in modules::named(source) {
        let range = offset + named.inner.start..offset + named.inner.end;
        edits.replace(range, &source[named.inner], runtime_has);
    }
}

/// Where to say what the bare name means, and how: in the page's import map, or else in a new one.
fn new_mapping(text: &str, tokens: &[Token], runtime: &str, map: Option<&(usize, ImportMap)>) -> (usize, String) {
    let entry = format!("\"{BARE_NAME}\":\"{runtime}core.js\"");
    let comma = |empty: bool| if empty { "" } else { "," };
    match map {
        Some((start, ImportMap { imports: Some((at, empty)), .. })) => {
            (start + at, format!("{entry}{}", comma(*empty)))
        }
        Some((start, ImportMap { root: Some((at, empty)), .. })) => {
            (start + at, format!("\"imports\":{{{entry}}}{}", comma(*empty)))
        }
        _ => {
            // Before anything that loads modules, or older browsers take no import map any more.
            let loads = |tag: &Tag| {
                tag.is(text, "script")
                    || (tag.is(text, "link")
                        && tag.value(text, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("modulepreload")))
            };
            let first = tokens.iter().find_map(|token| match token {
                Token::Start(tag) if loads(tag) => Some(tag.whole.start),
                _ => None,
            });
            let tag = format!("<script type=\"importmap\">{{\"imports\":{{{entry}}}}}</script>");
            (first.unwrap_or(0), tag)
        }
    }
}

/// A page, not a piece of one that a script asks for.
fn is_whole_page(tokens: &[Token], text: &str) -> bool {
    tokens.iter().any(|token| match token {
        Token::Doctype { .. } => true,
        Token::Start(tag) => ["html", "head", "body"].iter().any(|name| tag.is(text, name)),
        _ => false,
    })
}

/// The end of the head; without one, the earliest place where a script may stand.
fn end_of_head(text: &str, tokens: &[Token]) -> usize {
    let end = tokens.iter().find_map(|token| match token {
        Token::End { name, whole } if text[name.clone()].eq_ignore_ascii_case("head") => Some(whole.start),
        _ => None,
    });
    let after = |name: &str| {
        tokens.iter().find_map(|token| match token {
            Token::Start(tag) if tag.is(text, name) => Some(tag.whole.end),
            _ => None,
        })
    };
    // Nothing may stand before the doctype, or the page is laid out as in 1999.
    let doctype = tokens.iter().find_map(|token| match token {
        Token::Doctype { whole } => Some(whole.end),
        _ => None,
    });
    let byte_order_mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    end.or_else(|| after("head")).or_else(|| after("html")).or(doctype).unwrap_or(byte_order_mark)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn has(file: &str) -> bool {
        ["core.js", "core.css", "storage.js"].contains(&file)
    }

    fn wishes() -> Wishes<'static> {
        Wishes { runtime: RUNTIME, runtime_has: Some(has), head: None, module_asks: &|_| false }
    }

    fn rewritten(text: &str) -> String {
        page(text, &wishes()).map_or_else(|| text.to_owned(), |rewritten| rewritten.text)
    }

    const LOADED: &str = "https://pyscript.net/releases/2025.11.2/core.js";

    #[test]
    fn the_two_lines_of_a_page_get_the_runtime() {
        let text = "<!doctype html>\n<link rel=\"stylesheet\" href=\"https://pyscript.net/releases/2025.11.2/core.css\">\n\
                    <script type=\"module\" src=\"https://pyscript.net/releases/2025.11.2/core.js\"></script>\n";
        let result = page(text, &wishes()).unwrap();
        assert_eq!(
            result.text,
            "<!doctype html>\n<link rel=\"stylesheet\" href=\"/_pyrite/core.css\">\n\
             <script type=\"module\" src=\"/_pyrite/core.js\"></script>\n"
        );
        assert_eq!(
            result.replaced,
            ["pyscript.net/releases/2025.11.2/core.css", "pyscript.net/releases/2025.11.2/core.js"]
        );
    }

    #[test]
    fn attributes_keep_their_spelling() {
        assert_eq!(
            rewritten(&format!("<SCRIPT SRC={LOADED} type=module></SCRIPT>")),
            "<SCRIPT SRC=/_pyrite/core.js type=module></SCRIPT>"
        );
        assert_eq!(
            rewritten(&format!("<script src='\n {LOADED} '></script>")),
            "<script src='\n /_pyrite/core.js '></script>"
        );
        assert_eq!(
            rewritten(&format!("<link rel=modulepreload href={LOADED}>")),
            "<link rel=modulepreload href=/_pyrite/core.js>"
        );
    }

    #[test]
    fn a_hash_of_the_other_file_is_dropped_and_its_lines_stay() {
        let text =
            format!("<script type=\"module\"\n  integrity=\"sha384-x\n y\"\n  crossorigin src=\"{LOADED}\"></script>");
        let result = rewritten(&text);
        assert!(!result.contains("integrity"), "{result}");
        assert!(result.contains("crossorigin"), "{result}");
        assert_eq!(result.lines().count(), text.lines().count());
        let other = "<script integrity=x src=a.js></script>";
        assert_eq!(rewritten(other), other);
    }

    #[test]
    fn scripts_and_import_maps_get_the_runtime() {
        assert_eq!(
            rewritten(&format!(
                "<script type=module>import {{ hooks }} from \"{LOADED}\"; import('{LOADED}')</script>"
            )),
            "<script type=module>import { hooks } from \"/_pyrite/core.js\"; import('/_pyrite/core.js')</script>"
        );
        assert_eq!(
            rewritten(
                "<script type=\"importmap\">{\"imports\": {\"core\": \"https://unpkg.com/@pyscript/core\"}}</script>"
            ),
            "<script type=\"importmap\">{\"imports\": {\"core\": \"/_pyrite/core.js\"}}</script>"
        );
        assert_eq!(
            rewritten(&format!("<script>const s = document.createElement('script'); s.src = '{LOADED}'</script>")),
            "<script>const s = document.createElement('script'); s.src = '/_pyrite/core.js'</script>"
        );
    }

    #[test]
    fn text_comments_and_python_stay() {
        for text in [
            format!("<!-- <script src=\"{LOADED}\"></script> -->"),
            format!("<pre>&lt;script src=\"{LOADED}\"></pre><p>{LOADED}</p>"),
            format!("<textarea><script src=\"{LOADED}\"></script></textarea>"),
            format!("<a href=\"{LOADED}\">the runtime</a>"),
            format!("<script type=\"py\">src = \"{LOADED}\"</script>"),
            format!("<script type=\"text/template\"><script src=\"{LOADED}\"></script>"),
            format!("<script>console.log(\"{LOADED}\")</script>"),
            "<script src=\"https://pyscript.net/releases/2025.11.2/unknown.js\"></script>".to_owned(),
        ] {
            assert_eq!(page(&text, &wishes()), None, "{text}");
        }
    }

    #[test]
    fn the_bare_name_is_mapped_where_the_page_does_not() {
        let asks = "<script type=module>import { hooks } from '@pyscript/core'</script>";
        let map = "<script type=\"importmap\">{\"imports\":{\"@pyscript/core\":\"/_pyrite/core.js\"}}</script>";
        assert_eq!(rewritten(&format!("<p>\n{asks}")), format!("<p>\n{map}{asks}"));
        assert_eq!(
            rewritten(&format!("<link rel=modulepreload href=a.js>{asks}")),
            format!("{map}<link rel=modulepreload href=a.js>{asks}")
        );
        // The page's own map is completed.
        let with = |map: &str| format!("<script type=importmap>{map}</script>{asks}");
        let entry = "\"@pyscript/core\":\"/_pyrite/core.js\"";
        assert_eq!(
            rewritten(&with("{\"imports\":{\"a\":\"b\"}}")),
            with(&format!("{{\"imports\":{{{entry},\"a\":\"b\"}}}}"))
        );
        assert_eq!(rewritten(&with("{}")), with(&format!("{{\"imports\":{{{entry}}}}}")));
        // What the page maps itself stays, unless it is a released PyScript.
        let own = with("{\"imports\":{\"@pyscript/core\":\"./mine.js\"}}");
        assert_eq!(rewritten(&own), own);
        assert_eq!(
            rewritten(&with("{\"imports\":{\"@pyscript/core\":\"https://esm.run/@pyscript/core\"}}")),
            with(&format!("{{\"imports\":{{{}}}}}", entry))
        );
    }

    #[test]
    fn the_bare_name_is_mapped_for_a_local_module_that_asks_for_it() {
        let text = "<script type=module src=./main.js></script>";
        let asks = Wishes { module_asks: &|name| name == "./main.js", ..wishes() };
        assert!(page(text, &asks).unwrap().text.starts_with("<script type=\"importmap\">"));
        assert_eq!(page(text, &wishes()), None);
    }

    #[test]
    fn the_reload_script_stands_at_the_end_of_the_head() {
        let with = |text: &str| {
            let wishes = Wishes { runtime: RUNTIME, runtime_has: None, head: Some("[R]"), module_asks: &|_| false };
            page(text, &wishes).map_or_else(|| text.to_owned(), |rewritten| rewritten.text)
        };
        assert_eq!(
            with("<!doctype html><html><head><title>x</title></HEAD><body>"),
            "<!doctype html><html><head><title>x</title>[R]</HEAD><body>"
        );
        assert_eq!(with("<html><head><title>x</title><body>"), "<html><head>[R]<title>x</title><body>");
        assert_eq!(with("<!doctype html>\n<html lang=en><p>"), "<!doctype html>\n<html lang=en>[R]<p>");
        assert_eq!(with("\u{feff}<!doctype html>\n<p>"), "\u{feff}<!doctype html>[R]\n<p>");
        assert_eq!(with("<body>"), "[R]<body>");
        assert_eq!(with("<!doctype html><!-- </head> --><p>"), "<!doctype html>[R]<!-- </head> --><p>");
        // A piece of a page, to be put into another one.
        assert_eq!(with("<p>a piece</p>"), "<p>a piece</p>");
    }

    #[test]
    fn lines_never_move() {
        let text = format!(
            "<!doctype html>\r\n<html>\n<head>\n<script\n src=\"{LOADED}\"\n integrity='a\nb'\n></script>\n</head>\n<script type=module>\n\
             import '@pyscript/core'\nimport '{LOADED}'\n</script>\n<script type=py>\nprint(failure)\n</script>\n"
        );
        let wishes = Wishes { head: Some("<script></script>"), ..wishes() };
        let result = page(&text, &wishes).unwrap().text;
        let line = |text: &str| text.lines().position(|line| line == "print(failure)");
        assert_eq!(line(&result), line(&text));
        assert_eq!(result.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn a_script_file_gets_the_runtime() {
        let result = script(&format!("import '{LOADED}';\nexport default 1\n"), RUNTIME, has).unwrap();
        assert_eq!(result.text, "import '/_pyrite/core.js';\nexport default 1\n");
        assert_eq!(script("import 'x'", RUNTIME, has), None);
    }
}
