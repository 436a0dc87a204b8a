//! Functions that are handed to JavaScript where the author keeps them alive by hand, and forgets to.

use pyrite_core::config::CreateProxy;
use pyrite_core::{Code as Number, Language};
use ruff_python_ast::Expr;
use ruff_text_size::Ranged as _;

use crate::context::Context;
use crate::finding::{Finding, Level};
use crate::page::scripts::Unit;
use crate::python::{Call, Facts, Meaning};

/// Functions of the browser that call another one later.
const LATER: [&str; 6] =
    ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback", "queueMicrotask", "addEventListener"];

/// Says which functions will be gone when JavaScript calls them.
pub(crate) fn check(context: &mut Context<'_>, unit: &Unit, facts: &Facts<'_>) {
    let manual = unit.env.settings.as_ref().is_some_and(|settings| settings.config.create_proxy == CreateProxy::Manual);
    if unit.env.language != Language::Pyodide || !manual {
        return;
    }
    for call in &facts.calls {
        let Some(name) = keeps(unit, facts, call) else { continue };
        let position = usize::from(name == "addEventListener");
        let Some(argument) = call.node.arguments.args.get(position).filter(|argument| is_bare(facts, argument)) else {
            continue;
        };
        let written = unit.code.slice(argument.range());
        let shown = if argument.is_lambda_expr() { "lambda …" } else { written };
        let message = format!("`{name}` calls this function later, when Pyodide has already thrown it away.");
        let span = unit.code.place(argument.range());
        let finding = Finding::new(Number::BareCallback, Level::Error, &unit.code.file, span, message);
        context.findings.add(finding.hint(format!(
            "write `create_proxy({shown})`, from `pyscript.ffi`, or leave `experimental_create_proxy` out of the configuration"
        )));
    }
}

/// The function of the browser that will call its argument later.
fn keeps(unit: &Unit, facts: &Facts<'_>, call: &Call<'_>) -> Option<&'static str> {
    if let Some(Meaning::JavaScript { path, of_page }) = facts.names.meaning(&call.node.func) {
        let last = path.rsplit('.').next().unwrap_or(&path);
        // The bridge keeps what a worker gives to the page.
        let kept = unit.env.worker && of_page;
        return LATER.into_iter().find(|name| *name == last).filter(|_| !kept);
    }
    match &*call.node.func {
        // Whatever element it is, on the main thread it is one of JavaScript.
        Expr::Attribute(attribute) if attribute.attr.as_str() == "addEventListener" && !unit.env.worker => {
            Some("addEventListener")
        }
        _ => None,
    }
}

/// Whether an argument is a function of Python as it is.
fn is_bare(facts: &Facts<'_>, argument: &Expr) -> bool {
    match argument {
        Expr::Lambda(_) => true,
        // A decorator may have wrapped it.
        Expr::Name(name) => {
            let function = facts.names.function(name.id.as_str());
            function.is_some_and(|function| function.decorator_list.is_empty())
                || name.id.as_str() == "print" && !facts.names.knows("print")
        }
        _ => false,
    }
}
