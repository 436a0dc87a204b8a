//! The functions of a module and of its classes, with what a runner of tests must know of each: `MicroPython` cannot say
//! the names of a function's parameters, and calls coroutines generators.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged as _;

use crate::position;
use crate::python;

/// A function at the top of a module, or a method of a class there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The class that it is a method of.
    pub class: Option<String>,
    /// Its name.
    pub name: String,
    /// The parameters that it must be given, without `self`.
    pub parameters: Vec<String>,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Whether it yields.
    pub is_generator: bool,
    /// The line of `def`.
    pub line: usize,
}

impl Function {
    /// Whether a runner of tests takes it for one.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.name.starts_with("test_") && self.class.as_deref().is_none_or(|class| class.starts_with("Test"))
    }
}

/// The functions of some code, in its order. Nothing where it does not follow the grammar.
#[must_use]
pub fn functions(code: &str) -> Vec<Function> {
    let Some(parsed) = python::parse(code) else { return Vec::new() };
    let mut found = Vec::new();
    gather(parsed.suite(), None, code, &mut found);
    found
}

fn gather(body: &[Stmt], class: Option<&str>, code: &str, found: &mut Vec<Function>) {
    for statement in body {
        match statement {
            Stmt::FunctionDef(function) => found.push(read(function, class, code)),
            Stmt::ClassDef(inner) if class.is_none() => gather(&inner.body, Some(inner.name.as_str()), code, found),
            // Some are defined only where a module is there, or on one interpreter.
            Stmt::If(branch) => {
                gather(&branch.body, class, code, found);
                branch.elif_else_clauses.iter().for_each(|clause| gather(&clause.body, class, code, found));
            }
            Stmt::Try(attempt) => {
                gather(&attempt.body, class, code, found);
                gather(&attempt.orelse, class, code, found);
            }
            _ => {}
        }
    }
}

fn read(function: &StmtFunctionDef, class: Option<&str>, code: &str) -> Function {
    let decorated = |name: &str| {
        let is = |expression: &Expr| matches!(expression, Expr::Name(known) if known.id.as_str() == name);
        function.decorator_list.iter().any(|decorator| is(&decorator.expression))
    };
    let all = &function.parameters;
    let needed = all.posonlyargs.iter().chain(&all.args).chain(&all.kwonlyargs);
    let needed = needed.filter(|one| one.default.is_none()).map(|one| one.parameter.name.to_string());
    let receiver = usize::from(class.is_some() && !decorated("staticmethod"));
    let mut yields = Yields(false);
    yields.visit_body(&function.body);
    Function {
        class: class.map(str::to_owned),
        name: function.name.to_string(),
        parameters: needed.skip(receiver).collect(),
        is_async: function.is_async,
        is_generator: yields.0,
        line: position(code, function.name.start().to_usize()).0,
    }
}

/// Looks for `yield` in a function, but not in those inside of it.
struct Yields(bool);

impl<'a> Visitor<'a> for Yields {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
            Expr::Lambda(_) => {}
            _ => visitor::walk_expr(self, expression),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn shown(code: &str) -> Vec<String> {
        let told = |one: Function| {
            let class = one.class.as_ref().map(|class| format!("{class}.")).unwrap_or_default();
            let kind = match (one.is_async, one.is_generator) {
                (false, false) => "",
                (true, false) => " async",
                (false, true) => " generator",
                (true, true) => " async generator",
            };
            let test = if one.is_test() { " test" } else { "" };
            format!("{} {class}{}({}){kind}{test}", one.line, one.name, one.parameters.join(", "))
        };
        functions(code).into_iter().map(told).collect()
    }

    #[test]
    fn functions_and_methods_are_told_with_what_they_need() {
        let code = "import pytest\n\n@pytest.fixture\ndef place(page, *, size=1):\n    yield page\n\n\
                    async def test_one(place, n=3):\n    def inner():\n        yield 1\n\n\
                    class TestAll:\n    def setup_method(self): ...\n    async def test_two(self, place): ...\n\
                    \x20   @staticmethod\n    def test_three(place): ...\n\n\
                    class Other:\n    def test_none(self): ...\n\n\
                    if True:\n    def test_four(): ...\nelse:\n    def test_five(): ...\n";
        assert_eq!(
            shown(code),
            [
                "4 place(page) generator",
                "7 test_one(place) async test",
                "12 TestAll.setup_method()",
                "13 TestAll.test_two(place) async test",
                "15 TestAll.test_three(place) test",
                "18 Other.test_none()",
                "21 test_four() test",
                "23 test_five() test",
            ]
        );
    }

    #[test]
    fn code_that_is_none_has_no_functions() {
        assert_eq!(shown(&"(".repeat(100_000)), [""; 0]);
    }
}
