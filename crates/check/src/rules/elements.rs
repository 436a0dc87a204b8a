//! Elements that the page's Python asks for by their id, and that nothing in the page has.

use pyrite_core::Code as Number;
use ruff_text_size::{Ranged as _, TextRange};

use super::text_of;
use crate::context::Context;
use crate::finding::{Finding, Level};
use crate::page::Page;
use crate::page::scripts::{Role, Unit};
use crate::place::{Target, is_template};
use crate::project::File;
use crate::python::{Facts, Meaning};

/// An id that is asked for.
struct Asked<'a> {
    unit: &'a Unit,
    id: String,
    range: TextRange,
    by: &'static str,
}

/// Says which elements are not there. An id that stands anywhere else, in a text of Python or JavaScript, may belong to an
/// element that is made later; nothing is said about such.
pub(crate) fn check(context: &mut Context<'_>, page: &Page, all: &[(&Unit, &Facts<'_>)]) {
    if is_template(&page.text) {
        return;
    }
    let asked: Vec<Asked<'_>> = all.iter().flat_map(|(unit, facts)| asked(unit, facts)).collect();
    if asked.is_empty() {
        return;
    }
    let mut texts = vec![page.text.clone()];
    texts.extend(all.iter().filter(|(unit, _)| unit.code.file != page.path).map(|(unit, _)| unit.code.text.clone()));
    for element in page.live().filter(|element| element.name == "script") {
        let Some(Target::File(path)) = element.value("src").map(|src| page.target(src)) else { continue };
        match context.project.read(&path) {
            _ if path.ends_with(".py") => {}
            File::Text(text) => texts.push(text),
            _ => {}
        }
    }
    texts.dedup();
    for one in &asked {
        let said = asked.iter().filter(|other| other.id == one.id).count();
        let found: usize = texts.iter().map(|text| text.matches(one.id.as_str()).count()).sum();
        if found > said || page.live().any(|element| element.value("id") == Some(&one.id)) {
            continue;
        }
        let ids: Vec<&str> = page.live().filter_map(|element| element.value("id")).collect();
        let hint = pyrite_core::config::similar::closest(&one.id, &ids)
            .map_or_else(|| format!("give an element `id=\"{}\"`", one.id), |meant| format!("did you mean `{meant}`?"));
        let message = format!("`{}` asks for the element `{}`, which is not in {}.", one.by, one.id, page.path);
        let span = one.unit.code.place(one.range);
        let finding = Finding::new(Number::MissingElement, Level::Warning, &one.unit.code.file, span, message);
        context.findings.add(finding.hint(hint));
    }
}

fn asked<'a>(unit: &'a Unit, facts: &Facts<'_>) -> Vec<Asked<'a>> {
    let mut found = Vec::new();
    if unit.env.role != Role::Script {
        return found;
    }
    for call in facts.calls.iter().filter(|call| !call.guarded) {
        let Some(Meaning::Python(path)) = facts.names.meaning(&call.node.func) else { continue };
        let (expression, by) = match path.as_str() {
            "pyscript.when" | "pyscript.events.when" => (call.node.arguments.args.get(1), "when"),
            "pyscript.display" => {
                let keyword = call
                    .node
                    .arguments
                    .keywords
                    .iter()
                    .find(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "target"));
                (keyword.map(|keyword| &keyword.value), "display")
            }
            _ => continue,
        };
        let Some((expression, text)) = expression.and_then(|expression| Some((expression, text_of(expression)?)))
        else {
            continue;
        };
        let id = match text.strip_prefix('#') {
            Some(id) => id,
            None if by == "display" => text,
            None => continue,
        };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if !id.is_empty() && id.chars().all(plain) {
            found.push(Asked { unit, id: id.to_owned(), range: expression.range(), by });
        }
    }
    found
}
