//! The rules, one file each. They look at what was collected of one piece of Python, or of all of a page.

pub(crate) mod blocking;
pub(crate) mod callbacks;
pub(crate) mod classes;
pub(crate) mod elements;
pub(crate) mod hosts;
pub(crate) mod imports;
pub(crate) mod opens;
pub(crate) mod syntax;
pub(crate) mod waits;

use ruff_python_ast::Expr;

/// The text of a plain string.
pub(crate) fn text_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::StringLiteral(literal) => Some(literal.value.to_str()),
        _ => None,
    }
}
