//! What a script does beyond its own names, as far as it can be taken back; see docs/serve.md.
//!
//! The rule is a list of what is known to be harmless or is kept book of by the page (`crates/cli/src/serve/client`).
//! Whatever is not on it may leave something behind.

use std::collections::{BTreeMap, BTreeSet};

use pyrite_core::Language;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged as _, TextRange};

use super::words::{
    ASYNCIO, DUNDER, DYNAMIC, FORM_STATE, KEPT_METHODS, KEPT_PARTS, MODULES, MUTATORS, PROPERTIES, PYSCRIPT,
    SAFE_METHODS, SYS, TRACKED,
};
use crate::python::{self, Facts, Meaning};

/// What matters of a script that is run again, and of those beside it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Footprint {
    /// The names that it binds at the top, and what is imported under them if nothing else is.
    pub(crate) binds: BTreeMap<String, Option<String>>,
    /// The names that it reads anywhere.
    pub(crate) uses: BTreeSet<String>,
    /// The modules that it imports.
    pub(crate) modules: BTreeSet<String>,
    /// Whether it may use names that are not written in it.
    pub(crate) dynamic: bool,
    /// The first thing that cannot be taken back.
    pub(crate) stuck: Option<(String, TextRange)>,
}

/// Reads code. `None` if it cannot be looked at.
pub(crate) fn footprint(code: &str, language: Language, worker: bool) -> Option<Footprint> {
    let parsed = python::parse(code)?;
    // It does nothing but fail. MicroPython, though, takes some of what CPython does not.
    if language == Language::Pyodide && !parsed.errors().is_empty() {
        return Some(Footprint::default());
    }
    let facts = python::collect(parsed.suite());
    let mut top = Top::default();
    top.visit_body(parsed.suite());
    let from_page = takes_from_page(&facts, parsed.suite());
    let methods = facts.functions.iter().map(|function| function.name.as_str()).collect();
    let mut reader =
        Reader { facts: &facts, found: Footprint::default(), worker, from_page, methods, own: BTreeSet::new() };
    reader.own_attributes();
    reader.visit_body(parsed.suite());
    let mut found = reader.found;
    found.binds = top.binds;
    found.uses.extend(top.globals);
    Some(found)
}

/// Whether it gets objects of the page, on which the usual methods mean something else than in Python: by its document,
/// or as the event that is given to a function.
fn takes_from_page(facts: &Facts<'_>, body: &[Stmt]) -> bool {
    #[derive(Default)]
    struct Looked {
        package: bool,
        parameters: bool,
    }
    impl<'a> Visitor<'a> for Looked {
        fn visit_expr(&mut self, expression: &'a Expr) {
            match expression {
                Expr::Name(name) => self.package |= name.id.as_str() == "pyscript",
                Expr::Lambda(lambda) => self.parameters |= lambda.parameters.is_some(),
                _ => {}
            }
            visitor::walk_expr(self, expression);
        }
    }
    let mut looked =
        Looked { parameters: facts.functions.iter().any(|one| !one.parameters.is_empty()), ..Looked::default() };
    looked.visit_body(body);
    let imports = |wanted: &str| {
        facts.imports.iter().any(|import| import.module.starts_with("pyscript") && import.name == Some(wanted))
    };
    looked.package || imports("document") || (imports("when") && looked.parameters)
}

/// Finds the names of the module itself.
#[derive(Default)]
struct Top {
    binds: BTreeMap<String, Option<String>>,
    globals: BTreeSet<String>,
    inside: usize,
}

impl Top {
    fn bind(&mut self, name: &str, import: Option<String>) {
        if self.inside > 0 {
            return;
        }
        match self.binds.get_mut(name) {
            Some(before) if *before != import => *before = None,
            Some(_) => {}
            None => drop(self.binds.insert(name.to_owned(), import)),
        }
    }
}

impl<'a> Visitor<'a> for Top {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.bind(function.name.as_str(), None);
                self.inside += 1;
                visitor::walk_stmt(self, statement);
                self.inside -= 1;
                return;
            }
            Stmt::ClassDef(class) => {
                self.bind(class.name.as_str(), None);
                self.inside += 1;
                visitor::walk_stmt(self, statement);
                self.inside -= 1;
                return;
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let module = alias.name.as_str();
                    let first = module.split('.').next().unwrap_or(module);
                    let name = alias.asname.as_ref().map_or(first, |name| name.as_str());
                    self.bind(name, Some(module.to_owned()));
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.bind(name, Some(format!("{module}:{}", alias.name)));
                }
            }
            Stmt::Global(global) => {
                for name in &global.names {
                    self.globals.insert(name.to_string());
                    self.binds.insert(name.to_string(), None);
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if !name.ctx.is_load() => self.bind(name.id.as_str(), None),
            Expr::Lambda(_) => {
                self.inside += 1;
                visitor::walk_expr(self, expression);
                self.inside -= 1;
                return;
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_except_handler(&mut self, handler: &'a ruff_python_ast::ExceptHandler) {
        let ruff_python_ast::ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name.as_str(), None);
        }
        visitor::walk_except_handler(self, handler);
    }
}

struct Reader<'f, 'a> {
    facts: &'f Facts<'a>,
    found: Footprint,
    worker: bool,
    /// Whether there are objects of the page among its values.
    from_page: bool,
    /// The names of its own functions and methods.
    methods: BTreeSet<&'a str>,
    /// The attributes that it gives its own objects.
    own: BTreeSet<&'a str>,
}

impl<'a> Reader<'_, 'a> {
    fn stuck(&mut self, what: impl Into<String>, range: TextRange) {
        self.found.stuck.get_or_insert_with(|| (what.into(), range));
    }

    fn own_attributes(&mut self) {
        for assignment in &self.facts.assignments {
            if is_self(&assignment.target.value) {
                self.own.insert(assignment.target.attr.as_str());
            }
        }
    }

    fn module(&mut self, module: &str, range: TextRange) {
        let first = module.split('.').next().unwrap_or(module);
        self.found.modules.insert(first.to_owned());
        self.found.dynamic |= matches!(first, "__main__" | "importlib" | "inspect" | "builtins" | "js");
        if !MODULES.contains(&module) && module != "pyscript" && module != "pyscript.events" {
            self.stuck(format!("imports `{module}`"), range);
        }
    }

    /// A name that is taken out of a module.
    fn imported(&mut self, module: &str, name: &str, range: TextRange) {
        if name == "*" {
            self.found.dynamic = true;
            self.stuck("imports `*`", range);
        } else if module.starts_with("pyscript") {
            if !PYSCRIPT.contains(&name) || (self.worker && name == "document") {
                self.stuck(format!("uses `{name}`"), range);
            }
        } else if module == "sys" && !SYS.contains(&name) {
            self.found.dynamic = true;
            self.stuck(format!("uses `sys.{name}`"), range);
        } else if module == "asyncio" && !ASYNCIO.contains(&name) {
            self.stuck(format!("uses `asyncio.{name}`"), range);
        }
    }

    /// Whether a value is Python's for sure, and not of the page.
    fn is_python(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Name(name) => {
                let name = name.id.as_str();
                name == "self"
                    || self.names_module(expression)
                    || self.facts.names.all_values(name, &|value| self.is_python_value(value))
            }
            Expr::Attribute(attribute) => self.names_module(&attribute.value),
            Expr::Call(call) => self.makes_python(call),
            other => self.is_python_value(other),
        }
    }

    fn is_python_value(&self, value: &Expr) -> bool {
        match value {
            Expr::List(_) | Expr::Dict(_) | Expr::Set(_) | Expr::Tuple(_) => true,
            Expr::ListComp(_) | Expr::DictComp(_) | Expr::SetComp(_) => true,
            Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_) => true,
            Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) => true,
            Expr::BinOp(both) => self.is_python_value(&both.left) || self.is_python_value(&both.right),
            Expr::Call(call) => self.makes_python(call),
            _ => false,
        }
    }

    /// Whether a call gives an object of Python's: a class of the script, a built-in one, or something of a module.
    fn makes_python(&self, call: &ruff_python_ast::ExprCall) -> bool {
        match &*call.func {
            Expr::Name(name) => {
                let name = name.id.as_str();
                let built_in = ["list", "dict", "set", "tuple", "str", "int", "float", "sorted", "range", "super"];
                (built_in.contains(&name) && !self.facts.names.knows(name))
                    || self.facts.names.class(name)
                    || matches!(self.facts.names.meaning(&call.func), Some(Meaning::Python(path)) if !path.starts_with("pyscript"))
            }
            Expr::Attribute(attribute) => self.names_module(&attribute.value),
            _ => false,
        }
    }

    /// Whether an expression is a module of Python's, or something in one.
    fn names_module(&self, expression: &Expr) -> bool {
        matches!(self.facts.names.meaning(expression), Some(Meaning::Python(path)) if !path.starts_with("pyscript"))
    }

    /// The object that is changed by an assignment to `target`.
    fn changed(&mut self, target: &'a Expr) {
        match target {
            Expr::Attribute(attribute) => {
                let (base, name) = (&*attribute.value, attribute.attr.as_str());
                if self.is_foreign(base) {
                    return self.stuck(format!("sets `{name}` of what it has imported"), attribute.range);
                }
                let fine = !self.from_page || is_self(base) || self.is_python(base);
                let kept = part_of(base).map_or(TRACKED.contains(&name), |part| part == "style") && !self.worker;
                let tracked = kept || (FORM_STATE.contains(&name) && part_of(base).is_none());
                if !fine && !tracked {
                    self.stuck(format!("sets `{name}`"), attribute.range);
                }
            }
            Expr::Subscript(subscript) => {
                let mut base = &*subscript.value;
                while let Expr::Subscript(inner) = base {
                    base = &inner.value;
                }
                if self.is_foreign(base) {
                    return self.stuck("sets an item of what it has imported", subscript.range);
                }
                let own = matches!(base, Expr::Attribute(attribute) if is_self(&attribute.value));
                if self.from_page && !own && !self.is_python(base) {
                    self.stuck("sets an item of something", subscript.range);
                }
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|item| self.changed(item)),
            Expr::List(list) => list.elts.iter().for_each(|item| self.changed(item)),
            Expr::Starred(starred) => self.changed(&starred.value),
            _ => {}
        }
    }

    /// Whether an object was imported, so that others have it as well.
    fn is_foreign(&self, base: &Expr) -> bool {
        match self.facts.names.meaning(base) {
            Some(Meaning::Python(_)) => true,
            Some(Meaning::JavaScript { path, .. }) => !path.contains('.'),
            None => false,
        }
    }

    fn call(&mut self, call: &'a ruff_python_ast::ExprCall) {
        if let Some(target) = call.arguments.find_keyword("target")
            && self.worker
        {
            self.stuck("displays at another place", target.range());
        }
        let Expr::Attribute(function) = &*call.func else { return };
        let name = function.attr.as_str();
        let own = self.methods.contains(name) && !MUTATORS.contains(&name);
        let on_document = matches!(
            self.facts.names.meaning(&function.value),
            Some(Meaning::JavaScript { path, .. }) if path == "document"
        );
        let kept = match part_of(&function.value) {
            Some(part) => KEPT_PARTS.iter().any(|(of, methods)| *of == part && methods.contains(&name)),
            None => KEPT_METHODS.contains(&name) && !on_document,
        };
        let known = SAFE_METHODS.contains(&name) || (kept && !self.worker) || is_package(&function.value);
        if self.from_page && !own && !known && !self.is_python(&function.value) {
            self.stuck(format!("calls `{name}()`"), function.range);
        }
    }

    fn attribute(&mut self, attribute: &'a ruff_python_ast::ExprAttribute, called: bool) {
        let name = attribute.attr.as_str();
        if matches!(&*attribute.value, Expr::Name(module) if module.id.as_str() == "pyscript") {
            return self.imported("pyscript", name, attribute.range);
        }
        if let Some(Meaning::Python(path)) = self.facts.names.meaning(&attribute.value)
            && matches!(path.as_str(), "asyncio" | "sys")
        {
            self.imported(&path, name, attribute.range);
        }
        if (name.starts_with("__") && !DUNDER.contains(&name)) || name == "open" {
            self.stuck(format!("uses `{name}`"), attribute.range);
        }
        let own = (self.own.contains(name) || self.methods.contains(name)) && !MUTATORS.contains(&name);
        let is_data = own || PROPERTIES.contains(&name) || TRACKED.contains(&name);
        if self.from_page && !called && !is_data && !self.is_python(&attribute.value) {
            self.stuck(format!("uses `{name}`"), attribute.range);
        }
    }
}

/// Which part of an element an expression is, if it is `element.classList` or `element.style`.
fn part_of(expression: &Expr) -> Option<&str> {
    let Expr::Attribute(attribute) = expression else { return None };
    Some(attribute.attr.as_str()).filter(|name| matches!(*name, "classList" | "style"))
}

fn is_self(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if name.id.as_str() == "self")
}

impl<'a> Visitor<'a> for Reader<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.module(alias.name.as_str(), alias.range);
                    if alias.name.as_str().starts_with("pyscript")
                        && (alias.asname.is_some() || alias.name.contains('.'))
                    {
                        self.stuck("imports `pyscript` under another name", alias.range);
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                self.module(module, import.range);
                for alias in &import.names {
                    self.imported(module, alias.name.as_str(), alias.range);
                }
            }
            Stmt::FunctionDef(function) if function.name.as_str() == "_repr_javascript_" => {
                self.stuck("displays JavaScript", function.name.range());
            }
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.changed(target)),
            Stmt::AugAssign(assign) => self.changed(&assign.target),
            Stmt::AnnAssign(assign) => self.changed(&assign.target),
            Stmt::For(inner) => self.changed(&inner.target),
            Stmt::With(with) => {
                with.items
                    .iter()
                    .filter_map(|item| item.optional_vars.as_deref())
                    .for_each(|target| self.changed(target));
            }
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.changed(target)),
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                let word = name.id.as_str();
                if name.ctx.is_load() {
                    self.found.uses.insert(word.to_owned());
                }
                if DYNAMIC.contains(&word) && !self.facts.names.knows(word) {
                    self.found.dynamic = true;
                    self.stuck(format!("uses `{word}`"), name.range);
                }
                let looks_up = word == "getattr" && self.from_page && !self.facts.names.knows(word);
                let exports = word == "__export__";
                if word == "pyscript" || word.starts_with("__") && word != "__name__" || looks_up || exports {
                    self.stuck(format!("uses `{word}`"), name.range);
                }
            }
            Expr::Attribute(attribute) => {
                if attribute.ctx.is_load() {
                    self.attribute(attribute, false);
                }
                if is_package(&attribute.value) {
                    self.found.uses.insert("pyscript".to_owned());
                    return;
                }
            }
            Expr::Call(call) => {
                self.call(call);
                if let Expr::Attribute(function) = &*call.func {
                    self.attribute(function, true);
                    if is_package(&function.value) {
                        self.found.uses.insert("pyscript".to_owned());
                    } else {
                        self.visit_expr(&function.value);
                    }
                    self.visit_arguments(&call.arguments);
                    return;
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

fn is_package(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if name.id.as_str() == "pyscript")
}
