//! The elements of a page with their places, by the rules of the HTML standard.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Its name, in lower case.
    pub(crate) name: String,
    pub(crate) name_span: Range<usize>,
    /// Its value, with character references resolved.
    pub(crate) value: String,
    /// The value as it is written; empty, behind the name, where there is none.
    pub(crate) value_span: Range<usize>,
}

/// An element, or an opening tag at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name, in lower case.
    pub(crate) name: String,
    /// The opening tag.
    pub(crate) tag: Range<usize>,
    pub(crate) attributes: Vec<Attribute>,
    /// Whether the tag ends in `/>`.
    pub(crate) self_closing: bool,
    /// What stands between its tags, of elements whose content matters here.
    pub(crate) content: Range<usize>,
    /// Whether there is a closing tag, of those elements.
    pub(crate) closed: bool,
    /// Whether other tags stand inside, of those elements.
    pub(crate) has_children: bool,
    /// Whether it is in a `<template>`, where nothing runs.
    pub(crate) inert: bool,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The value of an attribute.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|attribute| attribute.value.as_str())
    }
}

#[derive(Debug)]
enum Event {
    Open { name: String, start: usize },
    Name { name: String, span: Range<usize> },
    Value { value: String, span: Range<usize> },
    Close { self_closing: bool },
    End { name: String, start: usize },
}

/// Elements whose content is looked at: those that hold code or configuration.
fn has_content(name: &str) -> bool {
    matches!(name, "script" | "py-script" | "mpy-script" | "py-config" | "mpy-config" | "title" | "style")
}

/// Reads a page. Whatever it looks like, there is a reading: the standard says one for every text.
pub(crate) fn elements(text: &str) -> Vec<Element> {
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| {
        let own = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(match event {
            CallbackEvent::OpenStartTag { name } => Event::Open { name: own(name), start: span.start },
            CallbackEvent::AttributeName { name } => Event::Name { name: own(name), span: span.start..span.end },
            CallbackEvent::AttributeValue { value } => Event::Value { value: own(value), span: span.start..span.end },
            CallbackEvent::CloseStartTag { self_closing } => Event::Close { self_closing },
            CallbackEvent::EndTag { name } => Event::End { name: own(name), start: span.start },
            _ => return None,
        })
    });
    emitter.naively_switch_states(true);
    let mut reader = Reader { text, elements: Vec::new(), current: None, open: None, templates: 0 };
    for event in Tokenizer::new_with_emitter(text, emitter).flatten() {
        reader.event(event);
    }
    reader.end()
}

struct Reader<'t> {
    text: &'t str,
    elements: Vec<Element>,
    /// The tag that is being read.
    current: Option<Element>,
    /// The element whose content is being read.
    open: Option<usize>,
    templates: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: Event) {
        match event {
            Event::Open { name, start } => {
                self.current = Some(Element {
                    name,
                    tag: start..start,
                    attributes: Vec::new(),
                    self_closing: false,
                    content: 0..0,
                    closed: false,
                    has_children: false,
                    inert: self.templates > 0,
                });
            }
            Event::Name { name, span } => {
                let name_span = self.exact(&span, &name);
                if let Some(element) = &mut self.current {
                    // Of two with one name, the first counts.
                    if element.attribute(&name).is_none() {
                        let value_span = name_span.end..name_span.end;
                        element.attributes.push(Attribute { name, name_span, value: String::new(), value_span });
                    }
                }
            }
            Event::Value { value, span } => {
                if let Some(attribute) = self.current.as_mut().and_then(|element| element.attributes.last_mut())
                    && attribute.value.is_empty()
                {
                    attribute.value_span = span;
                    attribute.value = value;
                }
            }
            Event::Close { self_closing } => self.close(self_closing),
            Event::End { name, start } => {
                if name == "template" {
                    self.templates = self.templates.saturating_sub(1);
                }
                if let Some(element) = self.open.and_then(|index| self.elements.get_mut(index))
                    && element.name == name
                {
                    element.content.end = start;
                    element.closed = true;
                    self.open = None;
                }
            }
        }
    }

    /// Places of names may be off by the bytes around them.
    fn exact(&self, span: &Range<usize>, name: &str) -> Range<usize> {
        let from = span.start.saturating_sub(1);
        let found = self.text.as_bytes().get(from..).and_then(|rest| {
            rest.windows(name.len().max(1)).take(3).position(|window| window.eq_ignore_ascii_case(name.as_bytes()))
        });
        found.map_or(span.clone(), |offset| from + offset..from + offset + name.len())
    }

    fn close(&mut self, self_closing: bool) {
        let Some(mut element) = self.current.take() else { return };
        let last = element.attributes.last().map_or(element.tag.start + 1 + element.name.len(), |attribute| {
            attribute.value_span.end.max(attribute.name_span.end)
        });
        let end = self.text.get(last..).and_then(|rest| rest.find('>')).map_or(self.text.len(), |end| last + end + 1);
        element.tag.end = end;
        element.self_closing = self_closing;
        element.content = end..self.text.len();
        if element.name == "template" {
            self.templates += 1;
        }
        if let Some(open) = self.open.and_then(|index| self.elements.get_mut(index)) {
            open.has_children = true;
        } else if has_content(&element.name) {
            self.open = Some(self.elements.len());
        } else {
            element.content.end = end;
        }
        self.elements.push(element);
    }

    fn end(self) -> Vec<Element> {
        self.elements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\r\n<title>é <py-script></title>\r\n<SCRIPT TYPE=py data-x  Src = \"./é &amp; b.py\"\r\n worker>\r\nprint('<p>')\r\n\
        </script>\r\n<template><script type='mpy'>x</script></template><mpy-script>a <b>c</b></mpy-script>\n\
        <input value=1 disabled/><py-config src=x.toml></py-config>\n<script type=py>\nx = '</scr'\n";

    #[test]
    fn elements_have_their_places() {
        let found = elements(PAGE);
        let names: Vec<_> = found.iter().map(|element| element.name.as_str()).collect();
        assert_eq!(names, ["title", "script", "template", "script", "mpy-script", "b", "input", "py-config", "script"]);
        let script = &found[1];
        assert!(PAGE[script.tag.clone()].starts_with("<SCRIPT TYPE=py"), "{:?}", &PAGE[script.tag.clone()]);
        assert!(PAGE[script.tag.clone()].ends_with("worker>"));
        assert_eq!(&PAGE[script.content.clone()], "\r\nprint('<p>')\r\n");
        let shown: Vec<_> = script
            .attributes
            .iter()
            .map(|a| (&PAGE[a.name_span.clone()], a.value.as_str(), &PAGE[a.value_span.clone()]))
            .collect();
        assert_eq!(
            shown,
            [("TYPE", "py", "py"), ("data-x", "", ""), ("Src", "./é & b.py", "./é &amp; b.py"), ("worker", "", "")]
        );
        assert!(found[3].inert && !found[4].inert);
        assert!(found[4].has_children && found[4].closed);
        assert_eq!(&PAGE[found[4].content.clone()], "a <b>c</b>");
        assert_eq!(&PAGE[found[7].tag.clone()], "<py-config src=x.toml>");
        assert!(!found[8].closed);
        assert_eq!(&PAGE[found[8].content.clone()], "\nx = '</scr'\n");
    }

    #[test]
    fn broken_markup_ends_quietly() {
        for page in
            ["<", "<script", "<script type", "<script type=", "<a 'b", "<!--", "</", "<é", "<a é='<'>", "\0<p \0>"]
        {
            let _ = elements(page);
        }
    }
}
