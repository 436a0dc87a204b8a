//! Functions that are handed to JavaScript where the author keeps them alive by hand, and forgets to.

use pyrite_core::config::CreateProxy;
use pyrite_core::{Code as Number, Language};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged as _, TextRange};

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

/// Says which proxies are destroyed while JavaScript still has them:
/// `x.addEventListener("click", proxy)`, and right behind it `proxy.destroy()`.
pub(crate) fn destroyed(context: &mut Context<'_>, unit: &Unit, facts: &Facts<'_>, body: &[Stmt]) {
    if unit.env.language != Language::Pyodide {
        return;
    }
    let mut reader = Bodies { unit, facts, found: Vec::new() };
    reader.visit_body(body);
    for (given, end, name) in reader.found {
        let message = format!("`{name}` is destroyed before JavaScript calls it.");
        let finding = Finding::new(Number::BareCallback, Level::Error, &unit.code.file, unit.code.place(end), message)
            .hint(format!(
                "destroy it when it has been called; or leave it alone: `{name}` goes when JavaScript lets go of it"
            ))
            .related(&unit.code.file, unit.code.place(given), "here JavaScript gets it for later");
        context.findings.add(finding);
    }
}

/// Looks at the statements of each block, one after the other.
struct Bodies<'u, 'f> {
    unit: &'u Unit,
    facts: &'u Facts<'f>,
    found: Vec<(TextRange, TextRange, String)>,
}

impl<'a> Visitor<'a> for Bodies<'_, '_> {
    fn visit_body(&mut self, body: &'a [Stmt]) {
        let mut given: Vec<(&str, TextRange)> = Vec::new();
        for statement in body {
            let Stmt::Expr(expression) = statement else {
                // Who knows what happens meanwhile.
                if !matches!(statement, Stmt::Assign(_) | Stmt::Pass(_)) {
                    given.clear();
                }
                continue;
            };
            let Expr::Call(call) = &*expression.value else {
                given.clear();
                continue;
            };
            if let Expr::Attribute(attribute) = &*call.func
                && attribute.attr.as_str() == "destroy"
                && let Expr::Name(name) = &*attribute.value
                && let Some((name, range)) = given.iter().find(|(given, _)| *given == name.id.as_str())
            {
                self.found.push((*range, expression.range, (*name).to_owned()));
                continue;
            }
            let whole = Call { node: call, within: None, in_lambda: false, alone: true, guarded: false };
            if let Some(later) = keeps(self.unit, self.facts, &whole)
                && let Some(Expr::Name(name)) = call.arguments.args.get(usize::from(later == "addEventListener"))
            {
                given.push((name.id.as_str(), call.arguments.range));
            }
        }
        visitor::walk_body(self, body);
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
