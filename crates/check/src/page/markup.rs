//! Elements and attributes: those that are nearly ours, those that are no longer there, and what never runs.
//!
//! Ordinary HTML, `data-` and `aria-` attributes, and the custom elements of others are none of our business.

use pyrite_core::Code;
use pyrite_core::config::similar::closest;
use pyrite_core::script::recognise;

use super::Page;
use super::html::Element;
use crate::addresses;
use crate::context::Context;
use crate::finding::{Edit, Finding, Level};

/// Our elements.
const OURS: [&str; 4] = ["py-script", "mpy-script", "py-config", "mpy-config"];
/// What the runtime adds to a page, which authors may style or write themselves.
const ADDED: [&str; 9] = [
    "py-terminal",
    "mpy-terminal",
    "py-editor",
    "mpy-editor",
    "script-py",
    "script-mpy",
    "py-game",
    "mpy-game",
    "py-progress",
];
/// Elements of the first PyScript, which nothing runs any more, and what to do instead.
const RETIRED: [(&str, &str); 12] = [
    ("py-env", "write the packages into `<py-config>`"),
    ("py-repl", "write `<script type=\"py-editor\">`"),
    ("py-box", "write a `<div>`"),
    ("py-button", "write a `<button>` and `@when(\"click\", \"#its-id\")`"),
    ("py-inputbox", "write an `<input>`"),
    ("py-title", "write a heading"),
    ("py-list", "write a `<ul>`"),
    ("py-loader", "write `<py-progress>`"),
    ("py-splashscreen", "write `<py-progress>`"),
    ("py-tutor", "write `<script type=\"py-editor\">`"),
    ("py-register-widget", "write a custom element in JavaScript"),
    ("py-panel", "write a `<div>`"),
];
/// The kinds of `<script>` that are ours.
const TYPES: [&str; 7] = ["py", "mpy", "py-editor", "mpy-editor", "py-game", "pyodide", "micropython"];
/// What people write who do not know them.
const WRONG_TYPES: [(&str, &str); 8] = [
    ("python", "py"),
    ("python3", "py"),
    ("text/python", "py"),
    ("text/x-python", "py"),
    ("application/python", "py"),
    ("text/py", "py"),
    ("pyscript", "py"),
    ("text/micropython", "mpy"),
];
/// The attributes of our scripts.
const ATTRIBUTES: [&str; 17] = [
    "src",
    "worker",
    "async",
    "config",
    "config-parser",
    "type",
    "target",
    "terminal",
    "name",
    "service-worker",
    "env",
    "env-override",
    "setup",
    "output",
    "rows",
    "onbeforerun",
    "version",
];
/// Those of a configuration's element.
const CONFIG_ATTRIBUTES: [&str; 3] = ["src", "type", "config-parser"];
/// What HTML knows on every element, or on a `<script>`.
const OF_HTML: [&str; 40] = [
    "id",
    "class",
    "style",
    "title",
    "lang",
    "dir",
    "hidden",
    "slot",
    "part",
    "is",
    "tabindex",
    "role",
    "nonce",
    "integrity",
    "crossorigin",
    "defer",
    "charset",
    "language",
    "nomodule",
    "referrerpolicy",
    "fetchpriority",
    "blocking",
    "accesskey",
    "autofocus",
    "contenteditable",
    "draggable",
    "enterkeyhint",
    "exportparts",
    "inert",
    "inputmode",
    "itemid",
    "itemprop",
    "itemref",
    "itemscope",
    "itemtype",
    "popover",
    "spellcheck",
    "translate",
    "virtualkeyboardpolicy",
    "writingsuggestions",
];

/// Whether a script is an editor or a game of ours.
pub(crate) fn special(element: &Element) -> Option<&str> {
    let kind = element.value("type").filter(|_| element.name == "script")?;
    ["py-editor", "mpy-editor", "py-game"].into_iter().find(|known| kind.eq_ignore_ascii_case(known)).map(|_| kind)
}

fn is_script(element: &Element) -> bool {
    recognise(&element.name, element.value("type")).is_some() || special(element).is_some()
}

/// Whether a page has to do with us at all.
pub(crate) fn is_ours(page: &Page) -> bool {
    page.elements.iter().any(|element| {
        is_script(element) || OURS.contains(&element.name.as_str()) || runtime_address(element).is_some()
    })
}

/// The address by which an element loads the runtime.
fn runtime_address(element: &Element) -> Option<&str> {
    let address = element.value("src").filter(|_| element.name == "script")?;
    let name = address.split(['?', '#']).next().unwrap_or(address);
    let named = name.ends_with("/core.js") || name == "core.js" || name.contains("@pyscript/core");
    (named || name.contains("pyscript.net/") && name.ends_with(".js")).then_some(address)
}

/// Looks at all of them.
pub(crate) fn check(context: &mut Context<'_>, page: &Page) {
    if !is_ours(page) {
        return;
    }
    for element in page.live() {
        name(context, page, element);
        if is_script(element) {
            attributes(context, page, element, &ATTRIBUTES);
        } else if matches!(element.name.as_str(), "py-config" | "mpy-config") {
            attributes(context, page, element, &CONFIG_ATTRIBUTES);
        }
        if is_script(element) || OURS.contains(&element.name.as_str()) {
            closing(context, page, element);
        }
        address(context, page, element);
    }
    runs(context, page);
}

fn add(
    context: &mut Context<'_>,
    page: &Page,
    code: Code,
    level: Level,
    span: std::ops::Range<usize>,
    said: (String, String),
) {
    context.findings.add(Finding::new(code, level, &page.path, span, said.0).hint(said.1));
}

fn name(context: &mut Context<'_>, page: &Page, element: &Element) {
    let name = element.name.as_str();
    let span = element.tag.start + 1..element.tag.start + 1 + name.len();
    if OURS.contains(&name) || ADDED.contains(&name) {
        return;
    }
    if let Some((_, instead)) = RETIRED.iter().find(|(retired, _)| *retired == name) {
        let said = (format!("`<{name}>` was a part of PyScript until 2023; nothing runs it."), (*instead).to_owned());
        return add(context, page, Code::UnknownMarkup, Level::Warning, span, said);
    }
    if name == "script" {
        return kind(context, page, element);
    }
    let ours_alone = matches!(name, "pyscript" | "pyconfig" | "mpyscript" | "mpyconfig");
    if !name.contains('-') && !ours_alone {
        return;
    }
    // Somebody may have an element of that name.
    if page.text.contains(&format!("\"{name}\"")) || page.text.contains(&format!("'{name}'")) {
        return;
    }
    if let Some(meant) = closest(name, &OURS).filter(|meant| looks_alike(name, meant)) {
        let said = (format!("There is no element `<{name}>`."), format!("did you mean `<{meant}>`?"));
        add(context, page, Code::UnknownMarkup, Level::Warning, span, said);
    }
}

/// Elements of others end in `-script` too.
fn looks_alike(name: &str, meant: &str) -> bool {
    let first = name.split('-').next().unwrap_or_default();
    let ours = first.len() < 5 && first.starts_with(['p', 'm', 'y']) && first.contains('p') && first.contains('y');
    ours && name.contains('-') || name == meant.replace('-', "")
}

fn kind(context: &mut Context<'_>, page: &Page, element: &Element) {
    let Some(attribute) = element.attribute("type") else { return };
    let kind = attribute.value.trim().to_ascii_lowercase();
    if kind.is_empty() || TYPES.contains(&kind.as_str()) && attribute.value.len() == kind.len() {
        return;
    }
    // Another Python in the browser has these types.
    let another = ["brython", "skulpt", "transcrypt", "batavia"].iter().any(|name| page.text.contains(name));
    let wrong = WRONG_TYPES.iter().find(|(wrong, _)| *wrong == kind).map(|(_, right)| *right);
    let meant = wrong
        .or_else(|| TYPES.into_iter().find(|known| *known == kind))
        .or_else(|| {
            let short =
                ["pyy", "p", "ppy", "yp", "pt", "mp", "mpyy", "mppy", "mpu", "myp", "mpt", "mpy-script", "py-script"];
            short.contains(&kind.as_str()).then_some(if kind.starts_with('m') { "mpy" } else { "py" })
        })
        .or_else(|| {
            closest(&kind, &TYPES)
                .filter(|_| kind.starts_with("py") || kind.starts_with("mpy") || kind.starts_with("micropy"))
        });
    if let Some(meant) = meant.filter(|_| !another) {
        let said = (
            format!("`type=\"{}\"` is no type of script, so nothing runs this one.", attribute.value),
            format!("did you mean `type=\"{meant}\"`?"),
        );
        add(context, page, Code::UnknownMarkup, Level::Error, attribute.value_span.clone(), said);
    }
}

fn attributes(context: &mut Context<'_>, page: &Page, element: &Element, known: &[&str]) {
    for attribute in &element.attributes {
        let name = attribute.name.as_str();
        let others =
            ["data-", "aria-", "on", "py-", "mpy-", "pyodide-", "micropython-", "xml", "x-", "v-", "hx-", "ng-"];
        let is_fine = known.contains(&name)
            || OF_HTML.contains(&name)
            || others.iter().any(|prefix| name.starts_with(prefix))
            || name.contains([':', '@', '.', '{', '%', '[', '(']);
        if is_fine {
            continue;
        }
        if let Some(meant) = closest(name, known) {
            let said = (format!("`{name}` is no attribute of a script."), format!("did you mean `{meant}`?"));
            add(context, page, Code::UnknownMarkup, Level::Warning, attribute.name_span.clone(), said);
        } else if matches!(name, "output" | "stderr" | "std-out" | "std-err" | "packages" | "files" | "interpreter") {
            let said = (
                format!("`{name}` is no attribute of a script, so it does nothing."),
                if matches!(name, "packages" | "files" | "interpreter") {
                    format!("write it into the configuration: `config='{{\"{name}\": …}}'`")
                } else {
                    "write `target` to say where output goes".to_owned()
                },
            );
            add(context, page, Code::UnknownMarkup, Level::Warning, attribute.name_span.clone(), said);
        }
    }
}

/// `<script … />` is an opening tag in HTML, and what follows is swallowed.
fn closing(context: &mut Context<'_>, page: &Page, element: &Element) {
    if element.closed {
        return;
    }
    let name = &element.name;
    let message = if element.self_closing {
        format!("`<{name} … />` is not closed by its slash: all that follows is taken for its content.")
    } else {
        format!("`<{name}>` is never closed: all that follows is taken for its content.")
    };
    let hint = format!("write `</{name}>` behind it");
    let mut finding =
        Finding::new(Code::UnknownMarkup, Level::Error, &page.path, element.tag.clone(), message).hint(hint);
    if element.self_closing && (element.value("src").is_some() || name.ends_with("config")) {
        let slash = page.slice(element.tag.clone()).rfind('/').map(|offset| element.tag.start + offset);
        if let Some(slash) = slash {
            let text = format!("></{name}>");
            let edit = Edit { start: slash, end: element.tag.end, text };
            finding = finding.fix(format!("close `<{name}>`"), vec![edit]);
        }
    }
    context.findings.add(finding);
}

fn address(context: &mut Context<'_>, page: &Page, element: &Element) {
    let name = match element.name.as_str() {
        "script" => "src",
        "link" => "href",
        _ => return,
    };
    let Some(attribute) = element.attribute(name) else { return };
    let Some((level, message)) = addresses::unpinned(&attribute.value) else { return };
    if level == Level::Note {
        // What else a page loads is its author's business.
        return;
    }
    let said = (message, addresses::hint(&attribute.value));
    add(context, page, Code::Unpinned, level, attribute.value_span.clone(), said);
}

/// Whether anything on the page runs its scripts.
fn runs(context: &mut Context<'_>, page: &Page) {
    let mut loads = false;
    for element in page.live().filter(|element| !is_script(element)) {
        let Some(_) = runtime_address(element) else { continue };
        loads = true;
        let kind = element.value("type").unwrap_or_default();
        if kind.eq_ignore_ascii_case("module") {
            continue;
        }
        let message = "`core.js` is a module; loaded like this it is a syntax error.";
        let finding = Finding::new(Code::NothingRuns, Level::Error, &page.path, element.tag.clone(), message);
        let finding = finding.hint("write `type=\"module\"`");
        let at = element.tag.start + 1 + element.name.len();
        let edit = match element.attribute("type") {
            Some(attribute) if !attribute.value.is_empty() => {
                Edit { start: attribute.value_span.start, end: attribute.value_span.end, text: "module".to_owned() }
            }
            _ => Edit { start: at, end: at, text: " type=\"module\"".to_owned() },
        };
        context.findings.add(finding.fix("load `core.js` as a module", vec![edit]));
    }
    // Code of the page may load it: an `import`, a script with another name, a template around this page.
    let by_other_means =
        page.live().any(|element| {
            element.name == "script"
                && !is_script(element)
                && (element.value("src").is_some() || element.value("type") == Some("module"))
        }) || ["core.js", "pyscript", "pyrite", "{%", "{{"].iter().any(|mark| outside(page).contains(mark));
    let Some(first) = page.live().find(|element| is_script(element)).filter(|_| !loads && !by_other_means) else {
        return;
    };
    let said = (
        "Nothing on this page loads the runtime, so its scripts never run.".to_owned(),
        "write `<script type=\"module\" src=\"/_pyrite/core.js\"></script>` into the `<head>`".to_owned(),
    );
    add(context, page, Code::NothingRuns, Level::Error, first.tag.clone(), said);
}

/// The page without the code of its scripts.
fn outside(page: &Page) -> String {
    let mut out = String::new();
    let mut at = 0;
    for element in page.elements.iter().filter(|element| is_script(element)) {
        out.push_str(page.slice(at..element.content.start.max(at)));
        at = element.content.end.max(at);
    }
    out.push_str(page.slice(at..page.text.len()));
    out
}
