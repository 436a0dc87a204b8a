//! What makes the page stand still: waiting on the main thread without `await`.

use pyrite_core::Code as Number;
use pyrite_core::script::Mode;
use ruff_text_size::{Ranged as _, TextRange};

use crate::context::Context;
use crate::finding::{Edit, Finding, Level};
use crate::page::scripts::{Role, Unit};
use crate::python::{Call, Facts, Meaning};

/// Says what makes the page stand still.
pub(crate) fn check(context: &mut Context<'_>, unit: &Unit, facts: &Facts<'_>) {
    if unit.env.worker || unit.env.role == Role::Editor {
        return;
    }
    for call in &facts.calls {
        let path = match facts.names.meaning(&call.node.func) {
            Some(Meaning::Python(path)) => path,
            None => match &*call.node.func {
                ruff_python_ast::Expr::Name(name) if !facts.names.knows(name.id.as_str()) => name.id.to_string(),
                _ => continue,
            },
            Some(Meaning::JavaScript { .. }) => continue,
        };
        match path.as_str() {
            "time.sleep" | "time.sleep_ms" | "time.sleep_us" => sleep(context, unit, facts, call, &path),
            "input" if !unit.env.terminal => {
                let message = "`input` stops the whole page until the visitor has answered.".to_owned();
                let hint = "an `<input>` in the page, or a script with `worker`, lets it live";
                add(context, unit, call.node.func.range(), Level::Note, message, hint);
            }
            "urllib.request.urlopen" => {
                let message = "`urlopen` cannot open sockets in a browser.".to_owned();
                add(context, unit, call.node.func.range(), Level::Warning, message, FETCH);
            }
            path if path.strip_prefix("requests.").is_some_and(|method| METHODS.contains(&method)) => {
                let message = format!("`{path}` makes the page stand still until the server has answered.");
                add(context, unit, call.node.func.range(), Level::Warning, message, FETCH);
            }
            _ => {}
        }
    }
    for range in &facts.endless {
        let message = "This loop never ends and never waits, so the page stands still for ever.".to_owned();
        let hint = "wait in it, `await asyncio.sleep(0)` for example, or give the script `worker`";
        add(context, unit, *range, Level::Warning, message, hint);
    }
}

const FETCH: &str = "write `await fetch(address).text()`, from `pyscript`, or give the script `worker`";
const METHODS: [&str; 8] = ["get", "post", "put", "delete", "head", "patch", "options", "request"];

fn add(context: &mut Context<'_>, unit: &Unit, range: TextRange, level: Level, message: String, hint: &str) {
    let finding = Finding::new(Number::Blocking, level, &unit.code.file, unit.code.place(range), message);
    context.findings.add(finding.hint(hint));
}

fn sleep(context: &mut Context<'_>, unit: &Unit, facts: &Facts<'_>, call: &Call<'_>, path: &str) {
    let message = format!("`{path}` makes the page stand still.");
    let span = unit.code.place(call.node.func.range());
    let mut finding = Finding::new(Number::Blocking, Level::Warning, &unit.code.file, span, message)
        .hint("write `await asyncio.sleep(…)`, or give the script `worker`");
    if let Some(edits) = waiting(unit, facts, call).filter(|_| path == "time.sleep") {
        finding = finding.fix("wait by `await asyncio.sleep`", edits);
    }
    context.findings.add(finding);
}

/// The change to `await asyncio.sleep`, where one may wait.
fn waiting(unit: &Unit, facts: &Facts<'_>, call: &Call<'_>) -> Option<Vec<Edit>> {
    let outside = unit.env.role == Role::Script && unit.env.mode == Mode::Async;
    let may_wait = call.within.map_or(outside, |function| function.is_async);
    if !call.alone || !may_wait || call.in_lambda {
        return None;
    }
    let func = unit.code.place(call.node.func.range());
    let mut edits = vec![Edit { start: func.start, end: func.end, text: "await asyncio.sleep".to_owned() }];
    if !facts.names.knows("asyncio") {
        let first = facts.imports.iter().find(|import| import.module == "time" && !import.guarded)?;
        let at = first.range.start().to_usize();
        let start = unit.code.text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        // Only before a line of its own: `import asyncio`, with the same indentation as in the file.
        let line = unit.code.text.get(start..at)?;
        let statement = line.trim_start();
        if statement != "import " && !statement.starts_with("from time import") && !line.is_empty() {
            return None;
        }
        let place = unit.code.at(start + line.len() - statement.len());
        let indent = unit.code.indentation(place)?;
        edits.push(Edit { start: place, end: place, text: format!("import asyncio\n{indent}") });
    } else if facts.imports.iter().all(|import| import.module != "asyncio" || import.name.is_some()) {
        return None;
    }
    Some(edits)
}
