//! Assertions that say what they compared, on interpreters that cannot look into frames.
//!
//! `assert a == b` becomes `assert (_pyrite_0 := (a)) == …, __import__("_pyrite_test").explain(…)`. What an assertion
//! evaluates, when and how often stays the same, and so do the lines: only within lines is something added.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtAssert};
use ruff_text_size::{Ranged, TextRange};

use crate::python;

/// The module that explains; the runner of tests brings it.
const EXPLAIN: &str = "__import__(\"_pyrite_test\").explain";

/// The same code with assertions that explain themselves. As it is where it does not follow the grammar.
#[must_use]
pub fn explained(code: &str) -> String {
    let Some(parsed) = python::parse(code) else { return code.to_owned() };
    if !python::errors(&parsed).is_empty() {
        return code.to_owned();
    }
    let mut finder = Finder { code, edits: Vec::new() };
    finder.visit_body(parsed.suite());
    // Stable: what is added at one place stays in its order.
    finder.edits.sort_by_key(|(at, _)| *at);
    let (mut out, mut done) = (String::with_capacity(code.len() * 2), 0);
    for (at, text) in &finder.edits {
        out.push_str(code.get(done..*at).unwrap_or_default());
        out.push_str(text);
        done = *at;
    }
    out.push_str(code.get(done..).unwrap_or_default());
    out
}

struct Finder<'a> {
    code: &'a str,
    edits: Vec<(usize, String)>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assert(assert) => self.assert(assert),
            _ => visitor::walk_stmt(self, statement),
        }
    }
}

impl Finder<'_> {
    fn assert(&mut self, assert: &StmtAssert) {
        // A tuple is always true: a mistake that is not to be hidden behind another.
        if matches!(&*assert.test, Expr::Tuple(_)) || is_literal(&assert.test) {
            return;
        }
        let mut parts = Parts { code: self.code, edits: Vec::new(), values: Vec::new(), perhaps: Vec::new() };
        let compared = match &*assert.test {
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                // Both sides are kept, also where one is a literal: a difference is told of both.
                ([op], [right]) => {
                    let left = parts.kept(&compare.left, false);
                    let right = parts.kept(right, false);
                    left.zip(right).map(|(left, right)| (op.as_str(), left, right))
                }
                _ => {
                    parts.inside(&assert.test, false);
                    None
                }
            },
            test => {
                parts.part(test, false);
                None
            }
        };
        let Parts { edits, values, perhaps, .. } = parts;
        if !perhaps.is_empty() {
            let names: String = perhaps.iter().map(|number| format!("{} = ", name(*number))).collect();
            self.edits.push((assert.start().to_usize(), format!("{names}...; ")));
        }
        self.edits.extend(edits);
        let values: String =
            values.iter().map(|(number, text)| format!("({}, {}), ", quoted(text), name(*number))).collect();
        let compared = match compared {
            Some((op, left, right)) => format!("(\"{op}\", {}, {})", name(left), name(right)),
            None => "None".to_owned(),
        };
        let source = quoted(&flat(text(self.code, assert.test.range())));
        let call = format!("{EXPLAIN}({source}, ({values}), {compared}");
        match &assert.msg {
            Some(message) => {
                self.edits.push((message.start().to_usize(), format!("{call}, (")));
                self.edits.push((message.end().to_usize(), "))".to_owned()));
            }
            None => self.edits.push((assert.end().to_usize(), format!(", {call})"))),
        }
    }
}

/// The parts of one assertion whose values are kept.
struct Parts<'a> {
    code: &'a str,
    edits: Vec<(usize, String)>,
    /// Numbers and texts.
    values: Vec<(usize, String)>,
    /// Those that may not be evaluated at all: they must not show what they were the last time.
    perhaps: Vec<usize>,
}

impl Parts<'_> {
    /// Keeps the value of an expression, and of what it is made of.
    fn part(&mut self, expression: &Expr, perhaps: bool) {
        match expression {
            Expr::Compare(_) | Expr::BoolOp(_) | Expr::UnaryOp(_) | Expr::Starred(_) | Expr::If(_) => {
                self.inside(expression, perhaps);
            }
            _ if is_literal(expression) => {}
            _ => {
                self.kept(expression, perhaps);
            }
        }
    }

    /// Keeps it in any case, if that can be done.
    fn kept(&mut self, expression: &Expr, perhaps: bool) -> Option<usize> {
        let unfit = matches!(
            expression,
            Expr::Yield(_)
                | Expr::YieldFrom(_)
                | Expr::Named(_)
                | Expr::Generator(_)
                | Expr::Lambda(_)
                | Expr::Slice(_)
                | Expr::Starred(_)
                | Expr::IpyEscapeCommand(_)
        );
        // A tuple without parentheses would fall apart.
        let bare = matches!(expression, Expr::Tuple(tuple) if !tuple.parenthesized);
        if unfit || bare {
            return None;
        }
        let number = self.values.len();
        self.values.push((number, flat(text(self.code, expression.range()))));
        if perhaps {
            self.perhaps.push(number);
        }
        self.edits.push((expression.start().to_usize(), format!("({} := ", name(number))));
        self.inside(expression, perhaps);
        self.edits.push((expression.end().to_usize(), ")".to_owned()));
        Some(number)
    }

    /// Keeps the values of what an expression is made of.
    fn inside(&mut self, expression: &Expr, perhaps: bool) {
        match expression {
            Expr::Compare(compare) => {
                self.part(&compare.left, perhaps);
                for (index, one) in compare.comparators.iter().enumerate() {
                    self.part(one, perhaps || index > 0);
                }
            }
            Expr::BoolOp(operation) => {
                for (index, one) in operation.values.iter().enumerate() {
                    self.part(one, perhaps || index > 0);
                }
            }
            Expr::If(choice) => {
                self.part(&choice.test, perhaps);
                self.part(&choice.body, true);
                self.part(&choice.orelse, true);
            }
            Expr::UnaryOp(operation) => self.part(&operation.operand, perhaps),
            Expr::BinOp(operation) => {
                self.part(&operation.left, perhaps);
                self.part(&operation.right, perhaps);
            }
            Expr::Await(wait) => self.inside(&wait.value, perhaps),
            Expr::Starred(starred) => self.part(&starred.value, perhaps),
            Expr::Attribute(attribute) => self.part(&attribute.value, perhaps),
            Expr::Subscript(subscript) => {
                self.part(&subscript.value, perhaps);
                self.part(&subscript.slice, perhaps);
            }
            Expr::Call(call) => {
                // Of a method, the object; a function's own value says nothing.
                if let Expr::Attribute(attribute) = &*call.func
                    && !matches!(&*attribute.value, Expr::Name(_))
                {
                    self.part(&attribute.value, perhaps);
                }
                call.arguments.args.iter().for_each(|one| self.part(one, perhaps));
                call.arguments.keywords.iter().for_each(|one| self.part(&one.value, perhaps));
            }
            _ => {}
        }
    }
}

/// Whether its text is its value.
fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::UnaryOp(operation) => is_literal(&operation.operand),
        _ => matches!(
            expression,
            Expr::NumberLiteral(_)
                | Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::NoneLiteral(_)
                | Expr::EllipsisLiteral(_)
        ),
    }
}

fn name(number: usize) -> String {
    format!("_pyrite_{number}")
}

fn text(code: &str, range: TextRange) -> &str {
    code.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
}

/// On one line.
fn flat(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// As Python writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\x00"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    fn shown(code: &str) -> String {
        explained(code).replace(EXPLAIN, "E").replace("_pyrite_", "_")
    }

    #[test]
    fn both_sides_are_kept() {
        assert_eq!(
            shown("assert len(x) == 3\n"),
            "assert (_0 := len((_1 := x))) == (_2 := 3), \
             E(\"len(x) == 3\", ((\"len(x)\", _0), (\"x\", _1), (\"3\", _2), ), (\"==\", _0, _2))\n"
        );
        assert_eq!(shown("assert a, \"so\"\n"), "assert (_0 := a), E(\"a\", ((\"a\", _0), ), None, (\"so\"))\n");
        assert_eq!(
            shown("assert not f(a.b)"),
            "assert not (_0 := f((_1 := (_2 := a).b))), E(\"not f(a.b)\", \
             ((\"f(a.b)\", _0), (\"a.b\", _1), (\"a\", _2), ), None)"
        );
    }

    #[test]
    fn what_may_not_be_evaluated_is_nothing_first() {
        assert_eq!(
            shown("if x: assert a and b"),
            "if x: _1 = ...; assert (_0 := a) and (_1 := b), E(\"a and b\", ((\"a\", _0), (\"b\", _1), ), None)"
        );
    }

    #[test]
    fn lines_stay_where_they_are() {
        let code = "async def f():\n    assert (\n        await g(1,\n            *x) ==\n        'é\"'  # so\n    ), (\n        'm'\n    )\n    y = 1\n";
        let found = explained(code);
        assert_eq!(found.lines().count(), code.lines().count(), "{found}");
        assert!(python::parse(&found).is_some_and(|parsed| python::errors(&parsed).is_empty()), "{found}");
        assert!(found.lines().nth(8).is_some_and(|line| line == "    y = 1"), "{found}");
    }

    #[test]
    fn everything_that_an_expression_can_be_stays_an_expression() {
        for test in [
            "x[1:2, a] == [i for i in y]",
            "any(i for i in x)",
            "(y := f()) is not None",
            "f(*a, **k) in {**d}",
            "a < b <= c",
            "a if b else c",
            "lambda: 0",
            "f\"{x!r}\" != 'a' 'b'",
            "x[a, b]",
            "(a, b) == c",
            "(a, b)",
            "-x ** 2 < ~y",
            "isinstance(x, (int, str)) and not x.y[0].z(1)",
            "(yield)",
            "[*x] == [1]",
            "True",
        ] {
            for code in [format!("def f():\n  assert {test}\n"), format!("def f():\n  assert({test}), m\n")] {
                let found = explained(&code);
                let parsed = python::parse(&found).unwrap();
                assert_eq!(python::errors(&parsed), [], "{found}");
                assert_eq!(found.lines().count(), code.lines().count(), "{found}");
            }
        }
    }

    #[test]
    fn code_that_does_not_follow_the_grammar_is_left_alone() {
        assert_eq!(explained("assert (a ==\n"), "assert (a ==\n");
    }
}
