//! The scripts of a page: what their markup says, where their output goes.

use alloc::string::String;

use pyrite_core::Language;
use pyrite_core::script::{Form, Markup, element_code, recognise};
use pyrite_core::text::{decimal, dedent};
use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::bindings::{find_target, make_output, set_property, take_code};

/// A script that was found in the page.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) element: Element,
    pub(crate) form: Form,
    pub(crate) language: Language,
    /// Its place among those that were in the page from the start.
    pub(crate) number: Option<u32>,
}

impl Script {
    pub(crate) fn recognise(element: JsValue, number: Option<u32>) -> Option<Self> {
        let element: Element = element.unchecked_into();
        let (form, language) = recognise(&element.local_name(), element.get_attribute("type").as_deref())?;
        Some(Self { element, form, language, number })
    }

    /// An attribute that is not empty.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.element.get_attribute(name).filter(|value| !value.is_empty())
    }

    /// Whether the script runs in a worker of its own.
    pub(crate) fn in_worker(&self) -> bool {
        self.element.has_attribute("worker")
    }

    /// Reads the markup. The text of an element is taken out of the page, which shows output in its place.
    pub(crate) fn read(&self) -> Markup {
        let attribute = |name: &str| self.element.get_attribute(name);
        let mut code = self.element.text_content().unwrap_or_default();
        if self.form == Form::Element {
            if self.element.child_element_count() > 0 {
                let (unescaped, warning) = element_code(self.language, &self.element.inner_html());
                web_sys::console::warn_1(&warning.into());
                code = unescaped;
            }
            take_code(&self.element, &dedent(&code));
        }
        Markup { src: attribute("src"), asynchronous: attribute("async"), worker: attribute("worker"), code }
    }

    /// The element that shows the output of a script in a worker; made when it is first asked for.
    pub(crate) fn worker_output(&self) -> Option<Element> {
        if self.form == Form::Element {
            return Some(self.element.clone());
        }
        if let Some(target) = self.attribute("target") {
            return find_target(&self.element, &target);
        }
        let id = self.element.id() + "-target";
        find_target(&self.element, &id).or_else(|| {
            let output = make_output(&self.element, &["script-", self.language.prefix()].concat());
            output.set_id(&id);
            Some(output)
        })
    }

    /// The element that shows the script's output: its `target`, itself, or a new one after it. `new_id` names an
    /// element that has no id.
    pub(crate) fn output(&self, new_id: impl FnOnce() -> String) -> Option<Element> {
        let output = match (self.form, self.attribute("target")) {
            (Form::Element, _) => self.element.clone(),
            (Form::Script, Some(target)) => find_target(&self.element, &target)?,
            // Both languages have the same tag here; pages style and look for it.
            (Form::Script, None) => make_output(&self.element, "script-py"),
        };
        if output.id().is_empty() {
            output.set_id(&new_id());
        }
        set_property(&self.element, "target", &output);
        Some(output)
    }

    /// Its place among those that were in the page from the start, as text.
    pub(crate) fn number(&self) -> String {
        self.number.map(decimal).unwrap_or_default()
    }
}
