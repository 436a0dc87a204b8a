//! The Python of a page: every script with its code, its configuration, and where it runs.

use std::ops::Range;
use std::rc::Rc;

use pyrite_core::config::{self, Attribute as ConfigAttribute, Element as ConfigElement, Origin, Report, Source};
use pyrite_core::script::{self, Form, Markup, Mode, recognise};
use pyrite_core::{Code as Number, Language};

use super::html::Element;
use super::{Page, markup};
use crate::code::Code;
use crate::context::Context;
use crate::distribution::Distribution;
use crate::finding::{Edit, Finding, Level};
use crate::place::{self, Target};
use crate::project::{File, Project};
use crate::settings::{self, Here, Settings, Written};

/// What a piece of Python is for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A script that the runtime runs.
    Script,
    /// A file that scripts import.
    Module,
    /// What the visitor may change and run.
    Editor,
}

/// Where a piece of Python runs.
#[derive(Clone, Debug)]
pub(crate) struct Env {
    pub(crate) language: Language,
    pub(crate) worker: bool,
    pub(crate) role: Role,
    pub(crate) mode: Mode,
    pub(crate) terminal: bool,
    /// The configuration that counts; `None` where there is none.
    pub(crate) settings: Option<Rc<Settings>>,
    /// Whether it has a configuration that cannot be told.
    pub(crate) unknown: bool,
}

/// A piece of Python of a page.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) code: Code,
    pub(crate) env: Env,
}

/// All scripts of a project's pages, each with its page.
pub(crate) fn of_pages(project: &dyn Project, distribution: &Distribution) -> Vec<(String, Unit)> {
    let mut context = Context::new(project, distribution);
    let mut found = Vec::new();
    for path in project.pages() {
        let File::Text(text) = project.read(&path) else { continue };
        let units = gather(&mut context, &Page::read(&path, text));
        found.extend(units.into_iter().map(|unit| (path.clone(), unit)));
    }
    found
}

/// Finds all scripts of a page, and says what is wrong with their elements.
pub(crate) fn gather(context: &mut Context<'_>, page: &Page) -> Vec<Unit> {
    let mut units = Vec::new();
    for language in Language::ALL {
        let settings = page_settings(context, page, language).map(Rc::new);
        for element in page.live() {
            match recognise(&element.name, element.value("type")) {
                Some((form, of)) if of == language => {
                    units.extend(one(context, page, element, form, language, settings.as_ref()));
                }
                _ => {}
            }
        }
        if let Some(settings) = &settings {
            let only_workers = !page.live().any(|element| {
                recognise(&element.name, element.value("type")).is_some_and(|(_, of)| of == language)
                    && element.value("worker").is_none()
            });
            modules(context, language, only_workers, settings, &mut units);
        }
    }
    for element in page.live() {
        units.extend(special(context, page, element));
        units.extend(started_by_javascript(context, page, element));
    }
    units
}

/// The configuration of a page's scripts on the main thread.
fn page_settings(context: &mut Context<'_>, page: &Page, language: Language) -> Option<Settings> {
    let elements: Vec<&Element> = page.of(language, "config").collect();
    let attributes: Vec<_> = page
        .live()
        .filter(|element| {
            recognise(&element.name, element.value("type")).is_some_and(|(_, of)| of == language)
                && element.value("worker").is_none()
        })
        .filter_map(|element| Some((element, element.attribute("config")?)))
        .collect();
    let texts: Vec<_> = elements.iter().map(|element| page.slice(element.content.clone())).collect();
    let of_elements: Vec<ConfigElement<'_>> = elements
        .iter()
        .zip(&texts)
        .map(|(element, text)| ConfigElement {
            src: element.value("src"),
            kind: element.value("type"),
            text,
            parser: element.value("config-parser"),
        })
        .collect();
    let of_attributes: Vec<ConfigAttribute<'_>> = attributes
        .iter()
        .map(|(element, attribute)| ConfigAttribute { value: &attribute.value, parser: element.value("config-parser") })
        .collect();
    let mut report = Report::new(Origin { file: &page.path, line: 0, text: "" });
    let source = config::choose(language, &of_elements, &of_attributes, &mut report);
    // What contradicts is the second of two; else there is only one thing that a message can be about.
    let differs = attributes.iter().find(|(_, attribute)| attribute.value != attributes[0].1.value);
    let span = match (elements.as_slice(), attributes.as_slice()) {
        ([_, second, ..], _) => second.tag.clone(),
        ([_], [(_, attribute), ..]) => attribute.name_span.start..attribute.value_span.end,
        ([element], []) => element.attribute("src").map_or(element.content.clone(), |src| src.value_span.clone()),
        ([], [(_, first), ..]) => differs.map_or(first, |(_, attribute)| attribute).value_span.clone(),
        ([], []) => 0..0,
    };
    read(context, page, language, false, source, report, span)
}

/// Tells what was found about a configuration's place in a page, and reads it if it has one.
fn read(
    context: &mut Context<'_>,
    page: &Page,
    language: Language,
    worker: bool,
    source: Option<Source>,
    report: Report<'_>,
    span: Range<usize>,
) -> Option<Settings> {
    settings::tell(context, report.diagnostics, &Written::at(&page.path, span.clone()));
    let here = Here {
        page: &page.path,
        page_text: &page.text,
        base: &page.base,
        address_span: trimmed(page, span.clone()),
        span,
    };
    settings::load(context, language, worker, source?, &here)
}

/// A place without the blanks around what stands there.
fn trimmed(page: &Page, span: Range<usize>) -> Range<usize> {
    let text = page.slice(span.clone());
    let start = span.start + (text.len() - text.trim_start().len());
    start..(span.start + text.trim_end().len()).max(start)
}

/// The configuration in a `config` attribute of a script of its own.
fn own_settings(
    context: &mut Context<'_>,
    page: &Page,
    element: &Element,
    language: Language,
    worker: bool,
) -> Option<Settings> {
    let attribute = element.attribute("config")?;
    let mut report = Report::new(Origin { file: &page.path, line: 0, text: "" });
    let source = config::of_text(&attribute.value, element.value("config-parser"), &mut report);
    read(context, page, language, worker, source, report, attribute.value_span.clone())
}

fn one(
    context: &mut Context<'_>,
    page: &Page,
    element: &Element,
    form: Form,
    language: Language,
    settings: Option<&Rc<Settings>>,
) -> Option<Unit> {
    let inside = page.slice(element.content.clone());
    let inside = if element.closed { inside } else { "" };
    let own = |name: &str| element.value(name).map(str::to_owned);
    let markup = Markup { src: own("src"), asynchronous: own("async"), worker: own("worker"), code: inside.to_owned() };
    let plan = match script::plan(markup) {
        Ok(plan) => plan,
        Err(wrong) => {
            conflict(context, page, element, wrong);
            return None;
        }
    };
    let settings = if plan.worker && element.attribute("config").is_some() {
        let own = own_settings(context, page, element, language, true).map(Rc::new);
        if let Some(own) = &own {
            let mut units = Vec::new();
            modules(context, language, true, own, &mut units);
        }
        own
    } else {
        settings.cloned()
    };
    let unknown = element.attribute("config").is_some() && settings.is_none();
    let terminal = element.attribute("terminal").is_some();
    let env = Env { language, worker: plan.worker, role: Role::Script, mode: plan.mode, terminal, settings, unknown };
    let code = match &plan.src {
        Some(_) => file(context, page, element)?,
        None => inline(context, page, element, form, language)?,
    };
    Some(Unit { code, env })
}

/// Attributes or content that contradict each other.
fn conflict(context: &mut Context<'_>, page: &Page, element: &Element, wrong: &'static str) {
    let tag = page.slice(element.tag.clone()).split_whitespace().collect::<Vec<_>>().join(" ");
    let diagnostic = script::diagnose(wrong, &tag);
    let message = diagnostic.message.strip_prefix("(PY0409) ").unwrap_or(&diagnostic.message);
    let worker = element.attribute("worker").filter(|worker| !worker.value.is_empty());
    let span = worker.map_or(element.tag.clone(), |worker| worker.name_span.start..worker.value_span.end);
    let mut finding = Finding::new(Number::Conflict, Level::Error, &page.path, span, message);
    finding.hint = diagnostic.hint.as_deref().map(str::to_owned);
    if let (Some(worker), None) = (worker, element.attribute("src")) {
        let at = worker.name_span.end;
        let edit = Edit { start: worker.name_span.start, end: at, text: "worker src".to_owned() };
        finding = finding.fix("put the address into `src`", vec![edit]);
    }
    context.findings.add(finding);
}

/// The code in `src`.
fn file(context: &mut Context<'_>, page: &Page, element: &Element) -> Option<Code> {
    let src = element.attribute("src")?;
    let Target::File(path) = page.target(&src.value) else { return None };
    let text = context.text(&path, &page.path, src.value_span.clone(), "file", &src.value)?;
    Some(Code::whole(&path, &text))
}

fn inline(context: &mut Context<'_>, page: &Page, element: &Element, form: Form, language: Language) -> Option<Code> {
    // Where a template engine has its say, the code is not what it looks like.
    if !element.closed || place::is_template(page.slice(element.content.clone())) {
        return None;
    }
    if form == Form::Element && element.has_children {
        let prefix = language.prefix();
        let message = format!("The browser reads the code of `<{prefix}-script>` as HTML and has found tags in it.");
        let finding = Finding::new(Number::UnknownMarkup, Level::Warning, &page.path, element.tag.clone(), message);
        context.findings.add(finding.hint(format!("write `<script type=\"{prefix}\">`, whose text is left alone")));
    }
    Some(Code::inside(&page.path, &page.text, element.content.clone(), form == Form::Element))
}

/// The Python files of `files`.
fn modules(
    context: &mut Context<'_>,
    language: Language,
    worker: bool,
    settings: &Rc<Settings>,
    units: &mut Vec<Unit>,
) {
    for download in &settings.plan.downloads {
        let Target::File(path) = place::target("", &download.source) else { continue };
        if !path.to_ascii_lowercase().ends_with(".py") {
            continue;
        }
        let span = settings.text.span.clone();
        if !context.is_file(&path) {
            continue;
        }
        let Some(text) = context.text(&path, &settings.text.file, span, "file", &path) else { continue };
        let env = Env {
            language,
            worker,
            role: Role::Module,
            mode: Mode::Sync,
            terminal: false,
            settings: Some(Rc::clone(settings)),
            unknown: false,
        };
        units.push(Unit { code: Code::whole(&path, &text), env });
    }
}

/// Editors and games.
fn special(context: &mut Context<'_>, page: &Page, element: &Element) -> Option<Unit> {
    let kind = markup::special(element)?.to_ascii_lowercase();
    let language = Language::named(kind.strip_suffix("-editor").unwrap_or("py"));
    if element.attribute("config").is_some() {
        own_settings(context, page, element, language, true);
    }
    let has_code = !script::plan(Markup { code: page.slice(element.content.clone()).to_owned(), ..Markup::default() })
        .is_ok_and(|plan| plan.inline.trim().is_empty());
    let code = if element.value("src").is_some_and(|src| !src.is_empty()) {
        file(context, page, element)?
    } else if has_code {
        inline(context, page, element, Form::Script, language)?
    } else {
        return None;
    };
    let env = Env {
        language,
        worker: kind != "py-game" || element.attribute("worker").is_some(),
        role: Role::Editor,
        mode: Mode::Async,
        terminal: true,
        settings: None,
        unknown: true,
    };
    Some(Unit { code, env })
}

/// `PyWorker("./worker.py")` in the page's JavaScript.
fn started_by_javascript(context: &mut Context<'_>, page: &Page, element: &Element) -> Vec<Unit> {
    let ours = recognise(&element.name, element.value("type")).is_some() || markup::special(element).is_some();
    if element.name != "script" || ours || element.value("src").is_some() {
        return Vec::new();
    }
    let text = page.slice(element.content.clone());
    let mut units = Vec::new();
    for (name, language) in [("PyWorker(", Language::Pyodide), ("MPWorker(", Language::MicroPython)] {
        for (at, _) in text.match_indices(name) {
            let after = &text[at + name.len()..];
            // A remark may stand in front of the address.
            let Some(address) = first_text(after) else { continue };
            let offset = element.content.start + at + name.len() + address.0;
            let span = offset..offset + address.1.len();
            if let Some(unit) = started(context, page, address.1, span, language, true) {
                units.push(unit);
            }
        }
    }
    units
}

/// The first quoted text of a call's arguments, behind blanks and remarks.
fn first_text(arguments: &str) -> Option<(usize, &str)> {
    let mut rest = arguments;
    loop {
        let trimmed = rest.trim_start();
        rest = if let Some(remark) = trimmed.strip_prefix("//") {
            remark.split_once('\n')?.1
        } else if let Some(remark) = trimmed.strip_prefix("/*") {
            remark.split_once("*/")?.1
        } else {
            let quote = trimmed.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let inside = &trimmed[1..];
            let end = inside.find(quote)?;
            return Some((arguments.len() - inside.len(), &inside[..end]));
        };
    }
}

/// The file of a worker that code starts. `unknown` if it may have a configuration of its own.
pub(crate) fn started(
    context: &mut Context<'_>,
    page: &Page,
    address: &str,
    span: Range<usize>,
    language: Language,
    unknown: bool,
) -> Option<Unit> {
    let Target::File(path) = page.target(address) else { return None };
    if !path.to_ascii_lowercase().ends_with(".py") {
        return None;
    }
    let text = context.text(&path, &page.path, span, "file", address)?;
    let env =
        Env { language, worker: true, role: Role::Script, mode: Mode::Async, terminal: true, settings: None, unknown };
    Some(Unit { code: Code::whole(&path, &text), env })
}
