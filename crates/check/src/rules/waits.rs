//! A worker and the page that wait for each other.

use pyrite_core::Code as Number;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprAttribute, Stmt};
use ruff_text_size::{Ranged as _, TextRange};

use crate::context::Context;
use crate::finding::{Finding, Level};
use crate::page::scripts::Unit;
use crate::python::{Facts, Meaning};

/// Says where a function of the page waits for the worker that waits for it.
pub(crate) fn check(context: &mut Context<'_>, all: &[(&Unit, &Facts<'_>)]) {
    for (page, facts) in all.iter().filter(|(unit, _)| !unit.env.worker) {
        for assignment in &facts.assignments {
            // `worker.sync.main_task = main_task`
            let Some(task) = of_sync(assignment.target) else { continue };
            for (asked, range) in waits(facts, assignment.value) {
                let closes = |worker: &Facts<'_>| {
                    let offers = worker
                        .assignments
                        .iter()
                        .any(|offered| offered.target.attr.as_str() == asked && is_sync(worker, &offered.target.value));
                    offers.then(|| calls(worker, task)).flatten()
                };
                let worker = all
                    .iter()
                    .filter(|(unit, _)| unit.env.worker)
                    .find_map(|(unit, facts)| Some((unit, closes(facts)?)));
                let Some((worker, call)) = worker else { continue };
                let message = format!(
                    "The page waits for `{asked}` of the worker, which waits for `{task}` of the page: a deadlock."
                );
                let span = page.code.place(range);
                let finding = Finding::new(Number::CircularWait, Level::Error, &page.code.file, span, message)
                    .hint(format!("schedule it instead: `window.Promise.resolve(….sync.{asked}(…))`"))
                    .related(&worker.code.file, worker.code.place(call), format!("here the worker waits for `{task}`"));
                context.findings.add(finding);
            }
        }
    }
}

/// The name in `….sync.name`.
fn of_sync(target: &ExprAttribute) -> Option<&str> {
    let inner = target.value.as_attribute_expr()?;
    (inner.attr.as_str() == "sync").then(|| target.attr.as_str())
}

/// Whether it is `sync` of `pyscript`.
fn is_sync(facts: &Facts<'_>, expression: &Expr) -> bool {
    facts.names.meaning(expression) == Some(Meaning::Python("pyscript.sync".to_owned()))
}

/// Where a worker calls a function of the page.
fn calls(facts: &Facts<'_>, task: &str) -> Option<TextRange> {
    let call = facts.calls.iter().find(|call| match &*call.node.func {
        Expr::Attribute(attribute) => attribute.attr.as_str() == task && is_sync(facts, &attribute.value),
        _ => false,
    })?;
    Some(TextRange::new(call.node.func.start(), call.node.arguments.range.end()))
}

/// What a function of the page awaits of a worker, `await worker.sync.name()`.
fn waits<'a>(facts: &Facts<'a>, value: &'a Expr) -> Vec<(&'a str, TextRange)> {
    let mut reader = Waits(Vec::new());
    match value {
        Expr::Lambda(lambda) => {
            // What a lambda returns is waited for.
            if let Expr::Call(call) = &*lambda.body
                && let Expr::Attribute(attribute) = &*call.func
                && let Some(name) = of_sync(attribute)
            {
                reader.0.push((name, lambda.body.range()));
            }
        }
        Expr::Name(name) => {
            if let Some(function) = facts.names.function(name.id.as_str()) {
                reader.visit_body(&function.body);
            }
        }
        _ => {}
    }
    reader.0
}

struct Waits<'a>(Vec<(&'a str, TextRange)>);

impl<'a> Visitor<'a> for Waits<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        // What is only defined here does not wait.
        if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Await(wait) = expression
            && let Expr::Call(call) = &*wait.value
            && let Expr::Attribute(attribute) = &*call.func
            && let Some(name) = of_sync(attribute)
        {
            self.0.push((name, wait.range));
        }
        visitor::walk_expr(self, expression);
    }
}
