//! What CPython's grammar has and MicroPython's has not. Each of these was given to MicroPython itself; a browser test
//! (`known.rs`) does so again.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Comprehension, Decorator, ExceptHandler, Expr, Stmt, StmtWith};
use ruff_text_size::{Ranged as _, TextRange};

use crate::code::Code;

/// Finds all of it: what it is, where, and what to write instead.
pub(crate) fn foreign(code: &Code, body: &[Stmt]) -> Vec<(&'static str, TextRange, &'static str)> {
    let mut reader = Reader { code, found: Vec::new() };
    reader.visit_body(body);
    reader.found
}

struct Reader<'c> {
    code: &'c Code,
    found: Vec<(&'static str, TextRange, &'static str)>,
}

impl Reader<'_> {
    fn add(&mut self, what: &'static str, range: TextRange, instead: &'static str) {
        self.found.push((what, range, instead));
    }

    fn stars(&mut self, items: &[Expr], loaded: bool) {
        for star in items.iter().filter(|item| loaded && item.is_starred_expr()) {
            self.add("`*` in a list or tuple", star.range(), "add the parts: `[*a, 1]` is `list(a) + [1]`");
        }
    }

    /// Whether all managers of a `with` stand in one pair of parentheses.
    fn in_parentheses(&self, with: &StmtWith) -> bool {
        let (Some(first), Some(last), Some(body)) = (with.items.first(), with.items.last(), with.body.first()) else {
            return false;
        };
        if with.items.len() == 1 && first.optional_vars.is_none() {
            return false;
        }
        let before = self.code.slice(TextRange::new(with.range.start(), first.start()));
        let after = self.code.slice(TextRange::new(last.end(), body.start().max(last.end())));
        before.contains('(') && after.split(':').next().is_some_and(|end| end.contains(')'))
    }
}

const TYPES: &str = "leave the type parameters out, MicroPython checks no types";

impl<'a> Visitor<'a> for Reader<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Match(inner) => {
                let range = TextRange::new(inner.range.start(), inner.subject.end());
                self.add("`match`", range, "write `if` and `elif`");
            }
            Stmt::TypeAlias(inner) => self.add("`type`", inner.range, TYPES),
            Stmt::FunctionDef(inner) => {
                if let Some(types) = &inner.type_params {
                    self.add("type parameters", types.range, TYPES);
                }
            }
            Stmt::ClassDef(inner) => {
                if let Some(types) = &inner.type_params {
                    self.add("type parameters", types.range, TYPES);
                }
            }
            Stmt::Try(inner) if inner.is_star => {
                self.add("`except*`", TextRange::at(inner.range.start(), 3.into()), "write `except`");
            }
            Stmt::With(inner) if self.in_parentheses(inner) => {
                let end = inner.items.last().map_or(inner.range.end(), |item| item.end());
                let range = TextRange::new(inner.range.start(), end);
                self.add("parentheses around the parts of `with`", range, "write one `with` inside the other");
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(kind) = inner.type_.as_deref()
            && let Expr::Tuple(tuple) = kind
            && !tuple.parenthesized
        {
            self.add("`except` without parentheses", tuple.range, "write `except (A, B):`");
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        fn is_plain(expression: &Expr) -> bool {
            match expression {
                Expr::Name(_) => true,
                Expr::Attribute(attribute) => is_plain(&attribute.value),
                _ => false,
            }
        }
        let expression = match &decorator.expression {
            Expr::Call(call) => &call.func,
            other => other,
        };
        if !is_plain(expression) {
            self.add("such a decorator", decorator.range, "give it a name on the line above, and write `@name`");
        }
        visitor::walk_decorator(self, decorator);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::List(list) => self.stars(&list.elts, list.ctx.is_load()),
            Expr::Tuple(tuple) => self.stars(&tuple.elts, tuple.ctx.is_load()),
            Expr::Set(set) => self.stars(&set.elts, true),
            Expr::Dict(dict) => {
                for item in dict.items.iter().filter(|item| item.key.is_none()) {
                    self.add("`**` in a dict", item.value.range(), "write `d = dict(a)`, then `d.update(b)`");
                }
            }
            Expr::StringLiteral(text) => {
                for part in &text.value {
                    let written = self.code.slice(part.range);
                    let raw = written.split(['"', '\'']).next().is_some_and(|prefix| prefix.contains(['r', 'R']));
                    if !raw && written.replace("\\\\", "").contains("\\N{") {
                        self.add("`\\N{…}` in text", part.range, "write the character itself, or `\\u…`");
                    }
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        if comprehension.is_async {
            self.add("`async for` in a comprehension", comprehension.range, "write a loop");
        }
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_parameters(&mut self, parameters: &'a ruff_python_ast::Parameters) {
        if let Some(first) = parameters.posonlyargs.first() {
            self.add("`/` in parameters", first.range(), "leave the `/` out");
        }
        visitor::walk_parameters(self, parameters);
    }
}
