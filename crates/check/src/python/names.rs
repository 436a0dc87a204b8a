//! What a name stands for, as far as it can be told for sure: a module, something of one, or something of JavaScript.

use std::collections::HashMap;

use ruff_python_ast::{Expr, StmtFunctionDef};

/// How a name came to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound<'a> {
    /// By an import: the module, and the name that is taken from it.
    Import(&'a str, Option<&'a str>),
    Function(&'a StmtFunctionDef),
    Class,
    Value(&'a Expr),
    /// In a way that tells nothing.
    Other,
}

/// What an expression stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Something of Python's, `time.sleep`.
    Python(String),
    /// Something of the browser's, `document.body`; empty for the global object. Whether it is that of the page even
    /// in a worker.
    JavaScript { path: String, of_page: bool },
}

/// The names of a piece of code. Scopes are not told apart: a name that is bound twice stands for nothing that is known.
#[derive(Debug, Default)]
pub(crate) struct Names<'a>(HashMap<&'a str, Vec<Bound<'a>>>);

/// How far names are followed that stand for others.
const DEPTH: usize = 8;

impl<'a> Names<'a> {
    pub(crate) fn bind(&mut self, name: &'a str, bound: Bound<'a>) {
        self.0.entry(name).or_default().push(bound);
    }

    /// Whether the name is bound at all.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The function of that name, where nothing else has it.
    pub(crate) fn function(&self, name: &str) -> Option<&'a StmtFunctionDef> {
        match self.0.get(name)?.as_slice() {
            [Bound::Function(function)] => Some(function),
            _ => None,
        }
    }

    /// Whether the name is that of a class, and nothing else has it.
    pub(crate) fn class(&self, name: &str) -> bool {
        matches!(self.0.get(name).map(Vec::as_slice), Some([Bound::Class]))
    }

    /// Whether the name is bound, and only to values that fit.
    pub(crate) fn all_values(&self, name: &str, fits: &dyn Fn(&'a Expr) -> bool) -> bool {
        let Some(bounds) = self.0.get(name) else { return false };
        !bounds.is_empty() && bounds.iter().all(|bound| matches!(bound, Bound::Value(value) if fits(value)))
    }

    /// What an expression stands for.
    pub(crate) fn meaning(&self, expression: &Expr) -> Option<Meaning> {
        self.follow(expression, 0)
    }

    fn follow(&self, expression: &Expr, depth: usize) -> Option<Meaning> {
        if depth > DEPTH {
            return None;
        }
        match expression {
            Expr::Name(name) => {
                let bounds = self.0.get(name.id.as_str())?;
                let mut found: Option<Meaning> = None;
                for bound in bounds {
                    let meaning = match bound {
                        Bound::Import(module, name) => of_import(module, *name),
                        // Only what is plainly another name for something.
                        Bound::Value(value @ (Expr::Name(_) | Expr::Attribute(_))) if bounds.len() == 1 => {
                            self.follow(value, depth + 1)?
                        }
                        _ => return None,
                    };
                    if found.as_ref().is_some_and(|found| *found != meaning) {
                        return None;
                    }
                    found = Some(meaning);
                }
                found
            }
            Expr::Attribute(attribute) => {
                let of = self.follow(&attribute.value, depth + 1)?;
                Some(of.attribute(attribute.attr.as_str()))
            }
            _ => None,
        }
    }
}

impl Meaning {
    fn attribute(self, name: &str) -> Self {
        match self {
            Meaning::Python(path) => of_python(format!("{path}.{name}")),
            Meaning::JavaScript { path, of_page } if path.is_empty() => of_browser(name, of_page),
            Meaning::JavaScript { path, of_page } => Meaning::JavaScript { path: format!("{path}.{name}"), of_page },
        }
    }
}

fn of_import(module: &str, name: Option<&str>) -> Meaning {
    let whole = if module == "js" {
        Meaning::JavaScript { path: String::new(), of_page: false }
    } else if let Some(rest) = module.strip_prefix("js.") {
        Meaning::JavaScript { path: rest.to_owned(), of_page: false }
    } else {
        Meaning::Python(module.to_owned())
    };
    match name {
        Some(name) => whole.attribute(name),
        None => whole,
    }
}

fn of_browser(name: &str, of_page: bool) -> Meaning {
    // `window.window` and its kin are the global object again.
    let path = if matches!(name, "window" | "globalThis" | "self") { "" } else { name };
    Meaning::JavaScript { path: path.to_owned(), of_page }
}

fn of_python(path: String) -> Meaning {
    let path = path.replacen("pyscript.context.", "pyscript.", 1);
    match path.as_str() {
        "pyscript.js" => Meaning::JavaScript { path: String::new(), of_page: false },
        "pyscript.window" => Meaning::JavaScript { path: String::new(), of_page: true },
        "pyscript.document" => Meaning::JavaScript { path: "document".to_owned(), of_page: true },
        _ => Meaning::Python(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::{collect, parse};

    fn meaning(code: &str) -> Option<Meaning> {
        let parsed = parse(code).unwrap();
        let facts = collect(parsed.suite());
        let last = parsed.suite().last().unwrap().as_expr_stmt().unwrap();
        facts.names.meaning(&last.value)
    }

    #[test]
    fn names_are_followed() {
        let js = |path: &str, of_page| Some(Meaning::JavaScript { path: path.into(), of_page });
        let python = |path: &str| Some(Meaning::Python(path.into()));
        for (code, expected) in [
            ("import js\njs.Uint8Array", js("Uint8Array", false)),
            ("from js import Uint8Array as U\nU", js("Uint8Array", false)),
            ("from pyscript import window as w\nw.Map", js("Map", true)),
            ("from pyscript import document\ndocument.body", js("document.body", true)),
            ("import pyscript\npyscript.window.window.Map", js("Map", true)),
            ("import js\nM = js.Map\nM", js("Map", false)),
            ("import time as t\nt.sleep", python("time.sleep")),
            ("from time import sleep\nsleep", python("time.sleep")),
            ("import os.path\nos.path.join", python("os.path.join")),
            ("from js import Map\ndef Map(): pass\nMap", None),
            ("def f(js): pass\nimport js\njs.Map", None),
            ("a = b\nb = a\na", None),
            ("x", None),
        ] {
            assert_eq!(meaning(code), expected, "{code}");
        }
    }
}
