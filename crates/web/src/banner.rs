//! The banner: a failure that the visitor of a page sees without opening any tools.

use alloc::string::ToString;

use pyrite_core::text::decimal;
use pyrite_core::{Code, Diagnostic};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use crate::bindings::adopt_styles;

/// More than this help nobody; the console has them all.
const MOST: u32 = 20;

/// The property that holds a banner's whole text, by which the next message is compared.
const KEY: &str = "pyriteText";

/// Adds a diagnostic to the banner at the bottom of the page.
pub(crate) fn show(diagnostic: &Diagnostic) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    // Nothing more can be done where even this fails, and the console already has the message.
    let _ = append(&document, diagnostic);
}

fn append(document: &Document, diagnostic: &Diagnostic) -> Option<()> {
    let container = container(document)?;
    if repeats(&container, diagnostic) {
        return Some(());
    }
    if container.child_element_count() >= MOST {
        let last = container.last_element_child()?;
        if last.class_name() != "py-error" {
            return Some(());
        }
        let more = child(document, &container, "div", "py-error py-error-more")?;
        more.set_text_content(Some("There are more errors: see the browser's console."));
        return Some(());
    }
    let banner = document.create_element("div").ok()?;
    banner.set_class_name("py-error");
    banner.set_attribute("role", "alert").ok()?;
    banner.set_attribute("data-code", diagnostic.code.as_str()).ok()?;
    fill(document, &banner, diagnostic)?;
    let _ = js_sys::Reflect::set(&banner, &KEY.into(), &diagnostic.to_text().into());
    container.append_child(&banner).ok()?;
    Some(())
}

fn fill(document: &Document, banner: &Element, diagnostic: &Diagnostic) -> Option<()> {
    let message = child(document, banner, "div", "py-error-message")?;
    message.set_text_content(Some(&diagnostic.message));
    if let Some(place) = &diagnostic.place {
        let line = child(document, banner, "div", "py-error-place")?;
        line.set_text_content(Some(&place.describe()));
        if let Some(source) = place.source.as_deref().filter(|source| !source.trim_ascii().is_empty()) {
            let number = place.line.map(|line| [&*decimal(line), " │ "].concat()).unwrap_or_default();
            let code = child(document, banner, "pre", "py-error-source")?;
            code.set_text_content(Some(&[number.as_str(), source.trim_ascii()].concat()));
        }
    }
    if let Some(hint) = &diagnostic.hint {
        let line = child(document, banner, "div", "py-error-hint")?;
        line.set_text_content(Some(&["Hint: ", &**hint].concat()));
    }
    if let Some(detail) = diagnostic.detail.as_deref().filter(|detail| *detail != diagnostic.message) {
        let details = child(document, banner, "details", "")?;
        let title = if diagnostic.code == Code::Exception { "Traceback" } else { "Details" };
        child(document, &details, "summary", "")?.set_text_content(Some(title));
        child(document, &details, "pre", "")?.set_text_content(Some(detail));
    }
    let close = child(document, banner, "button", "")?;
    close.set_attribute("type", "button").ok()?;
    close.set_attribute("aria-label", "Dismiss this message").ok()?;
    close.set_text_content(Some("✕"));
    let dismissed = banner.clone();
    let on_click = Closure::once_into_js(move || dismissed.remove());
    close.add_event_listener_with_callback("click", on_click.unchecked_ref()).ok()
}

/// Counts a message up instead of showing it twice in a row.
fn repeats(container: &Element, diagnostic: &Diagnostic) -> bool {
    let Some(last) = container.last_element_child() else { return false };
    let key = diagnostic.to_text();
    let found = js_sys::Reflect::get(&last, &KEY.into()).ok().and_then(|key| key.as_string());
    if found.as_deref() != Some(key.as_str()) {
        return false;
    }
    let count: u32 = last.get_attribute("data-count").and_then(|count| count.parse().ok()).unwrap_or(1) + 1;
    let _ = last.set_attribute("data-count", &count.to_string());
    true
}

fn container(document: &Document) -> Option<Element> {
    if let Some(container) = document.query_selector(".py-errors").ok().flatten() {
        return Some(container);
    }
    adopt_styles(include_str!("banner.css"));
    let parent: Element = match document.body() {
        Some(body) => body.into(),
        None => document.document_element()?,
    };
    child(document, &parent, "div", "py-errors")
}

fn child(document: &Document, parent: &Element, tag: &str, class: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    parent.append_child(&element).ok()?;
    Some(element)
}
