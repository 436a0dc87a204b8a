//! A tokenizer for HTML that knows where in the text each thing stands.
//!
//! Rewriting must keep every other byte, and every line number, as the author wrote it. Tokenizers that write tags
//! anew do not, so this one only reads: the states of the HTML standard that decide where tags, attributes, comments
//! and raw text begin and end, without building values.

use std::ops::Range;

/// Something that rewriting cares about. Text and comments are passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// `<!doctype …>`.
    Doctype { whole: Range<usize> },
    /// `<name …>`.
    Start(Tag),
    /// `</name>`.
    End { name: Range<usize>, whole: Range<usize> },
    /// What stands between `<script …>` and `</script>`; always right after its start tag.
    Script { content: Range<usize> },
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: Range<usize>,
    pub(crate) whole: Range<usize>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) self_closing: bool,
}

/// An attribute of a start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: Range<usize>,
    /// Without quotes; empty when there is no value.
    pub(crate) value: Range<usize>,
    /// Name, equals sign, quotes and all.
    pub(crate) whole: Range<usize>,
}

impl Tag {
    /// Whether the tag has that name, in any case.
    pub(crate) fn is(&self, text: &str, name: &str) -> bool {
        text[self.name.clone()].eq_ignore_ascii_case(name)
    }

    /// The attribute of that name. Of several the first counts, as in browsers.
    pub(crate) fn attribute(&self, text: &str, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| text[attribute.name.clone()].eq_ignore_ascii_case(name))
    }

    /// The value of that attribute as written, without white space around it.
    pub(crate) fn value<'a>(&self, text: &'a str, name: &str) -> Option<&'a str> {
        self.attribute(text, name).map(|attribute| text[attribute.value.clone()].trim_ascii())
    }
}

/// Elements whose content is text up to their end tag. With scripts on, `noscript` is one of them.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"];

/// All tokens of a document, in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    // Inside of SVG and MathML a tag can close itself, and most raw elements are ordinary ones.
    let mut foreign = 0_usize;
    while let Some(open) = find(text, at, "<") {
        let rest = &text[open..];
        if rest.starts_with("<!--") {
            at = after_comment(text, open);
        } else if starts_with_ignoring_case(rest, "<!doctype") {
            at = after(text, open, ">");
            found.push(Token::Doctype { whole: open..at });
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            at = after(text, open, ">");
        } else if let Some(name) = rest.strip_prefix("</") {
            at = after(text, open, ">");
            if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let tag = tag(text, open + 2);
                let Some(tag) = tag else { break };
                at = tag.whole.end;
                if is_foreign(text, &tag) {
                    foreign = foreign.saturating_sub(1);
                }
                found.push(Token::End { name: tag.name, whole: open..at });
            }
        } else if rest[1..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            // A tag that never ends is dropped by browsers, with all that follows.
            let Some(tag) = tag(text, open + 1) else { break };
            at = tag.whole.end;
            let closed = foreign > 0 && tag.self_closing;
            if is_foreign(text, &tag) && !tag.self_closing {
                foreign += 1;
            }
            let raw = RAW.iter().find(|name| tag.is(text, name)).copied();
            if tag.is(text, "plaintext") && foreign == 0 {
                found.push(Token::Start(tag));
                break;
            }
            found.push(Token::Start(tag));
            match raw {
                Some("script") if !closed => {
                    let end = end_of_script(text, at);
                    found.push(Token::Script { content: at..end });
                    at = end;
                }
                Some(name) if !closed && foreign == 0 => at = end_of_raw(text, at, name),
                _ => {}
            }
        } else {
            at = open + 1;
        }
    }
    found
}

fn is_foreign(text: &str, tag: &Tag) -> bool {
    tag.is(text, "svg") || tag.is(text, "math")
}

/// Reads a tag from the first character of its name. `None` if the text ends inside it.
fn tag(text: &str, start: usize) -> Option<Tag> {
    let bytes = text.as_bytes();
    let mut at = start;
    while !matches!(bytes.get(at)?, b'/' | b'>') && !is_space(bytes[at]) {
        at += 1;
    }
    let name = start..at;
    let mut attributes = Vec::new();
    let mut self_closing = false;
    loop {
        match *bytes.get(at)? {
            b'>' => break,
            b'/' => {
                self_closing = bytes.get(at + 1) == Some(&b'>');
                at += 1;
            }
            byte if is_space(byte) => at += 1,
            _ => {
                let attribute = attribute(bytes, at)?;
                at = attribute.whole.end;
                attributes.push(attribute);
            }
        }
    }
    // The opening bracket stands one byte before a start tag's name; an end tag's caller knows its own.
    Some(Tag { name, whole: start - 1..at + 1, attributes, self_closing })
}

fn attribute(bytes: &[u8], start: usize) -> Option<Attribute> {
    // An equals sign in first place belongs to the name.
    let mut at = start + 1;
    while !matches!(bytes.get(at)?, b'/' | b'>' | b'=') && !is_space(bytes[at]) {
        at += 1;
    }
    let name = start..at;
    let mut equals = at;
    while is_space(*bytes.get(equals)?) {
        equals += 1;
    }
    if bytes[equals] != b'=' {
        return Some(Attribute { whole: name.clone(), value: at..at, name });
    }
    at = equals + 1;
    while is_space(*bytes.get(at)?) {
        at += 1;
    }
    let value = match bytes[at] {
        quote @ (b'"' | b'\'') => {
            let from = at + 1;
            let length = bytes[from..].iter().position(|byte| *byte == quote)?;
            at = from + length + 1;
            from..from + length
        }
        _ => {
            let from = at;
            while *bytes.get(at)? != b'>' && !is_space(bytes[at]) {
                at += 1;
            }
            from..at
        }
    };
    Some(Attribute { whole: start..at, name, value })
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// The position after a comment that begins at `open`.
fn after_comment(text: &str, open: usize) -> usize {
    let content = open + 4;
    let rest = &text[content..];
    if rest.starts_with('>') {
        return content + 1;
    }
    if rest.starts_with("->") {
        return content + 2;
    }
    let ends = [find(text, content, "-->").map(|at| at + 3), find(text, content, "--!>").map(|at| at + 4)];
    ends.into_iter().flatten().min().unwrap_or(text.len())
}

/// Where the content of a raw element ends: at its end tag.
fn end_of_raw(text: &str, start: usize, name: &str) -> usize {
    let mut at = start;
    while let Some(open) = find(text, at, "</") {
        if names(&text[open + 2..], name) {
            return open;
        }
        at = open + 2;
    }
    text.len()
}

/// Where the content of a script ends. After `<!--` an inner `<script>` hides one `</script>`, for pages of 1997.
fn end_of_script(text: &str, start: usize) -> usize {
    #[derive(PartialEq)]
    enum State {
        Plain,
        Escaped,
        Doubly,
    }
    let mut state = State::Plain;
    let mut at = start;
    while let Some(mark) = text[at..].find(['<', '-']).map(|offset| at + offset) {
        let rest = &text[mark..];
        at = mark + 1;
        if state == State::Plain && rest.starts_with("<!--") {
            // The two dashes may be the ones that end it again.
            at = mark + 2;
            state = State::Escaped;
        } else if state != State::Plain && rest.starts_with("-->") {
            state = State::Plain;
        } else if rest.starts_with("</") && names(&rest[2..], "script") {
            if state != State::Doubly {
                return mark;
            }
            state = State::Escaped;
        } else if state == State::Escaped && rest.starts_with('<') && names(&rest[1..], "script") {
            state = State::Doubly;
        }
    }
    text.len()
}

/// Whether the text begins with that name of an element, as a whole.
fn names(text: &str, name: &str) -> bool {
    starts_with_ignoring_case(text, name)
        && text.as_bytes().get(name.len()).is_some_and(|byte| is_space(*byte) || matches!(byte, b'/' | b'>'))
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    text.get(from..)?.find(what).map(|offset| from + offset)
}

fn after(text: &str, from: usize, what: &str) -> usize {
    find(text, from, what).map_or(text.len(), |at| at + what.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    /// The tokens, written so that they can be compared at a glance.
    fn outline(text: &str) -> Vec<String> {
        let write = |token: &Token| match token {
            Token::Doctype { whole } => format!("doctype {}", &text[whole.clone()]),
            Token::Start(tag) => {
                let mut line = text[tag.name.clone()].to_owned();
                for attribute in &tag.attributes {
                    line += &format!(" {}[{}]", &text[attribute.name.clone()], &text[attribute.value.clone()]);
                }
                line
            }
            Token::End { name, .. } => format!("/{}", &text[name.clone()]),
            Token::Script { content } => format!("script {{{}}}", &text[content.clone()]),
        };
        tokens(text).iter().map(write).collect()
    }

    #[test]
    fn attributes_are_found_in_every_spelling() {
        assert_eq!(
            outline("<a href=x b='1 > 2' C = \"d\"\n e f=/g/ h>t</a >"),
            ["a href[x] b[1 > 2] C[d] e[] f[/g/] h[]", "/a"]
        );
        assert_eq!(outline("<br/><img src=a.png/>"), ["br", "img src[a.png/]"]);
        assert_eq!(outline("<p =x y=>z"), ["p =x[] y[]"]);
    }

    #[test]
    fn positions_cover_the_source_exactly() {
        let text = "é<link  href='x'\n>";
        let Some(Token::Start(tag)) = tokens(text).into_iter().next() else { panic!("no tag") };
        assert_eq!(&text[tag.whole.clone()], "<link  href='x'\n>");
        assert_eq!(&text[tag.attributes[0].whole.clone()], "href='x'");
    }

    #[test]
    fn comments_hold_no_tags() {
        assert_eq!(outline("<!-- <a> --><b>"), ["b"]);
        assert_eq!(outline("<!--><b><!---><i>"), ["b", "i"]);
        assert_eq!(outline("<!-- <a> --!><b>"), ["b"]);
        assert_eq!(outline("<!-- never ends <a>"), Vec::<String>::new());
        assert_eq!(outline("<!doctype html><?php a ?><![CDATA[ x ]]></><b>"), ["doctype <!doctype html>", "b"]);
    }

    #[test]
    fn raw_text_holds_no_tags() {
        assert_eq!(outline("<textarea><a></textarea><b>"), ["textarea", "/textarea", "b"]);
        assert_eq!(outline("<TITLE><a></titles></TITLE ><b>"), ["TITLE", "/TITLE", "b"]);
        assert_eq!(outline("<style><a></style>"), ["style", "/style"]);
        assert_eq!(outline("<noscript><link></noscript><b>"), ["noscript", "/noscript", "b"]);
        assert_eq!(outline("<plaintext><a>"), ["plaintext"]);
    }

    #[test]
    fn scripts_end_where_browsers_end_them() {
        assert_eq!(outline("<script>a</b> < '<c>'</script>"), ["script", "script {a</b> < '<c>'}", "/script"]);
        assert_eq!(
            outline("<script><!-- <script> </script> --></script><b>"),
            ["script", "script {<!-- <script> </script> -->}", "/script", "b"]
        );
        assert_eq!(outline("<script><!-- x </script><b>"), ["script", "script {<!-- x }", "/script", "b"]);
        assert_eq!(outline("<script><!--><script></script><b>"), ["script", "script {<!--><script>}", "/script", "b"]);
        assert_eq!(outline("<script>never ends"), ["script", "script {never ends}"]);
    }

    #[test]
    fn inside_of_svg_a_tag_can_close_itself() {
        assert_eq!(outline("<svg><title/><style/><a/></svg><b>"), ["svg", "title", "style", "a", "/svg", "b"]);
        assert_eq!(outline("<svg/><title><i></title>"), ["svg", "title", "/title"]);
    }

    #[test]
    fn broken_ends_of_a_document_do_no_harm() {
        for text in
            ["<", "</", "<a", "<a b", "<a b=", "<a b='", "<!", "<!-", "<!--", "</a", "<script", "<a/", "x<1", "<é>"]
        {
            let _ = tokens(text);
        }
        assert_eq!(outline("<b><a href='x>y"), ["b"]);
        assert_eq!(outline("1 < 2 <b>"), ["b"]);
    }
}
