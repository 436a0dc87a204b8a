//! The scripts of a page: where they are, what their markup says, where their output goes.

use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use js_sys::Array;
use pyrite_core::Language;
use pyrite_core::script::{Form, Markup, SELECTOR, element_code, recognise};
use pyrite_core::sources::Origin;
use pyrite_core::text::dedent;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, HtmlElement, MutationObserver, MutationObserverInit, MutationRecord, Node, ShadowRoot,
};

use crate::bindings::{on_shadow_root, roots_below, set_property};
use crate::report::warn;

/// A script that was found in the page.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) element: Element,
    pub(crate) form: Form,
    pub(crate) language: Language,
}

impl Script {
    fn recognise(element: &Element) -> Option<Self> {
        let (form, language) = recognise(&element.local_name(), element.get_attribute("type").as_deref())?;
        Some(Self { element: element.clone(), form, language })
    }

    /// Whether the script runs in a worker of its own.
    pub(crate) fn in_worker(&self) -> bool {
        self.element.has_attribute("worker")
    }

    /// The text inside as the DOM has it.
    pub(crate) fn text(&self) -> String {
        self.element.text_content().unwrap_or_default()
    }

    /// Reads the markup. The text of an element is taken out of the page, which shows output in its place.
    pub(crate) fn read(&self) -> Markup {
        let attribute = |name: &str| self.element.get_attribute(name);
        let mut code = self.text();
        if self.form == Form::Element {
            if self.element.child_element_count() > 0 {
                let (unescaped, warning) = element_code(self.language, &self.element.inner_html());
                warn(&warning);
                code = unescaped;
            }
            set_property(&self.element, "srcCode", &dedent(&code).as_ref().into());
            set_property(&self.element, "executed", &JsValue::TRUE);
            self.element.set_text_content(None);
            if let Some(element) = self.element.dyn_ref::<HtmlElement>() {
                let _ = element.style().set_property("display", "block");
            }
        }
        Markup { src: attribute("src"), asynchronous: attribute("async"), worker: attribute("worker"), code }
    }

    /// The opening tag and what is inside, for messages.
    pub(crate) fn shown(&self) -> String {
        self.element.outer_html()
    }

    /// The element that shows the output of a script in a worker; made when it is first asked for.
    pub(crate) fn worker_output(&self, document: &Document) -> Option<Element> {
        if self.form == Form::Element {
            return Some(self.element.clone());
        }
        let id = self.element.id() + "-target";
        if let Some(target) = self.element.get_attribute("target").filter(|target| !target.is_empty()) {
            return query(&self.element, &target);
        }
        document.get_element_by_id(&id).or_else(|| {
            let output = document.create_element(&["script-", self.language.prefix()].concat()).ok()?;
            output.set_id(&id);
            self.element.after_with_node_1(&output).ok()?;
            Some(output)
        })
    }

    /// The element that shows the script's output: its `target`, itself, or a new one after it. `new_id` names an
    /// element that has no id.
    pub(crate) fn output(&self, document: &Document, new_id: impl FnOnce() -> String) -> Option<Element> {
        let output = match (self.form, self.element.get_attribute("target").filter(|target| !target.is_empty())) {
            (Form::Element, _) => self.element.clone(),
            (Form::Script, Some(target)) => query(&self.element, &target)?,
            (Form::Script, None) => {
                // Both languages have the same tag here; pages style and look for it.
                let output = document.create_element("script-py").ok()?;
                let in_head = document.head().is_some_and(|head| head.contains(Some(&self.element)));
                match document.body() {
                    Some(body) if in_head => body.append_with_node_1(&output).ok()?,
                    _ => self.element.after_with_node_1(&output).ok()?,
                }
                output
            }
        };
        if output.id().is_empty() {
            output.set_id(&new_id());
        }
        set_property(&self.element, "target", &output);
        Some(output)
    }
}

/// Looks an element up by id, else by selector, in the tree that `from` is in.
fn query(from: &Element, target: &str) -> Option<Element> {
    let root = from.get_root_node();
    let by_id = match (root.dyn_ref::<Document>(), root.dyn_ref::<ShadowRoot>()) {
        (Some(document), _) => document.get_element_by_id(target),
        (_, Some(shadow)) => shadow.get_element_by_id(target),
        _ => None,
    };
    by_id.or_else(|| match (root.dyn_ref::<Document>(), root.dyn_ref::<ShadowRoot>()) {
        (Some(document), _) => document.query_selector(target).ok().flatten(),
        (_, Some(shadow)) => shadow.query_selector(target).ok().flatten(),
        _ => None,
    })
}

/// Lists the scripts below a node, itself included and shadow roots too.
pub(crate) fn scripts_below(node: &Node) -> Vec<Script> {
    let mut scripts = Vec::new();
    if let Some(element) = node.dyn_ref::<Element>() {
        scripts.extend(Script::recognise(element));
    }
    for root in roots_below(node) {
        let root: Node = root.unchecked_into();
        let found = match (root.dyn_ref::<Element>(), root.dyn_ref::<Document>(), root.dyn_ref::<ShadowRoot>()) {
            (Some(element), _, _) => element.query_selector_all(SELECTOR),
            (_, Some(document), _) => document.query_selector_all(SELECTOR),
            (_, _, Some(shadow)) => shadow.query_selector_all(SELECTOR),
            _ => continue,
        };
        let Ok(found) = found else { continue };
        for index in 0..found.length() {
            scripts.extend(found.get(index).and_then(|node| Script::recognise(node.unchecked_ref())));
        }
    }
    scripts
}

/// Where scripts that were in the page from the start stand in its text.
pub(crate) fn origins(scripts: &[Script]) -> Vec<Origin> {
    let texts: Vec<String> = scripts.iter().map(Script::text).collect();
    let alike = |a: usize, b: usize| {
        scripts[a].form == scripts[b].form
            && scripts[a].language == scripts[b].language
            && (scripts[a].form == Form::Element || texts[a] == texts[b])
    };
    (0..scripts.len())
        .map(|index| Origin::Page {
            form: scripts[index].form,
            text: texts[index].clone(),
            nth: (0..index).filter(|before| alike(*before, index)).count(),
        })
        .collect()
}

/// Calls `tell` with every node that is added from now on anywhere in the page, shadow roots included.
pub(crate) fn observe(document: &Document, told: Rc<dyn Fn(&Node)>) {
    let on_records = Closure::<dyn Fn(Array)>::new(move |records: Array| {
        for record in records.iter() {
            let record: MutationRecord = record.unchecked_into();
            let nodes = record.added_nodes();
            for node in (0..nodes.length()).filter_map(|index| nodes.get(index)) {
                if node.node_type() == Node::ELEMENT_NODE {
                    told(&node);
                }
            }
            // A `type` that is set late makes a script of what was none.
            if record.type_() == "attributes"
                && let Some(target) = record.target()
            {
                told(&target);
            }
        }
    });
    let Ok(observer) = MutationObserver::new(on_records.as_ref().unchecked_ref()) else { return };
    on_records.forget();
    for root in roots_below(document) {
        watch(&observer, root.unchecked_ref());
    }
    let on_root = Closure::<dyn Fn(ShadowRoot)>::new(move |root: ShadowRoot| watch(&observer, &root));
    on_shadow_root(on_root.as_ref().unchecked_ref());
    on_root.forget();
}

fn watch(observer: &MutationObserver, root: &Node) {
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    options.set_attributes(true);
    options.set_attribute_filter(&Array::of1(&"type".into()));
    let _ = observer.observe_with_options(root, &options);
}

/// The page's own name, as its author knows it.
pub(crate) fn name(document: &Document) -> String {
    let path = document.location().and_then(|location| location.pathname().ok()).unwrap_or_default();
    match path.rsplit('/').next() {
        // As the author knows it: `other page.html`, not `other%20page.html`.
        Some(name) if !name.is_empty() => {
            js_sys::decode_uri_component(name).map_or_else(|_| name.to_string(), String::from)
        }
        _ => "index.html".to_string(),
    }
}
