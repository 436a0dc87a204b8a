//! One walk over the tree that collects what the rules look at.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprAttribute, ExprCall, Parameters, Stmt, StmtFunctionDef, StmtWhile,
};
use ruff_text_size::{Ranged as _, TextRange};

use super::names::{Bound, Names};

/// A module or a name that is imported.
#[derive(Clone, Debug)]
pub(crate) struct Import<'a> {
    /// The module, `a.b`.
    pub(crate) module: &'a str,
    /// The name that is taken from it.
    pub(crate) name: Option<&'a str>,
    pub(crate) range: TextRange,
    /// Whether the author expects that it may fail, or that it is not always done.
    pub(crate) guarded: bool,
    /// Whether it is in a function, and so done later.
    pub(crate) later: bool,
}

/// A call, and where it is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) node: &'a ExprCall,
    /// The function around it.
    pub(crate) within: Option<&'a StmtFunctionDef>,
    /// Whether it stands in a lambda.
    pub(crate) in_lambda: bool,
    /// Whether it is a statement by itself.
    pub(crate) alone: bool,
    /// Whether it is in an `if` or a `try`.
    pub(crate) guarded: bool,
}

/// `worker.sync.name = value`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assignment<'a> {
    pub(crate) target: &'a ExprAttribute,
    pub(crate) value: &'a Expr,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Facts<'a> {
    pub(crate) imports: Vec<Import<'a>>,
    pub(crate) calls: Vec<Call<'a>>,
    pub(crate) assignments: Vec<Assignment<'a>>,
    pub(crate) names: Names<'a>,
    /// `await` and its kin outside of functions.
    pub(crate) waits_outside: Vec<TextRange>,
    /// `return` and its kin where they cannot be.
    pub(crate) misplaced: Vec<(&'static str, TextRange)>,
    /// `while True:` that nothing ends and nothing interrupts.
    pub(crate) endless: Vec<TextRange>,
    /// Names that are assigned at the top, for `__export__`.
    pub(crate) functions: Vec<&'a StmtFunctionDef>,
}

/// Collects everything.
pub(crate) fn collect<'a>(body: &'a [Stmt]) -> Facts<'a> {
    let mut walker = Walker::default();
    walker.visit_body(body);
    walker.facts
}

#[derive(Default)]
struct Walker<'a> {
    facts: Facts<'a>,
    functions: Vec<&'a StmtFunctionDef>,
    lambdas: usize,
    /// `try` with handlers, and `if`, around the current statement.
    guards: usize,
    tries: usize,
    loops: usize,
    classes: usize,
    alone: Option<TextRange>,
}

impl<'a> Walker<'a> {
    fn bind(&mut self, target: &'a Expr, value: Option<&'a Expr>) {
        match target {
            Expr::Name(name) => {
                let bound = value.map_or(Bound::Other, Bound::Value);
                self.facts.names.bind(name.id.as_str(), bound);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|item| self.bind(item, None)),
            Expr::List(list) => list.elts.iter().for_each(|item| self.bind(item, None)),
            Expr::Starred(starred) => self.bind(&starred.value, None),
            Expr::Attribute(attribute) => {
                if let Some(value) = value {
                    self.facts.assignments.push(Assignment { target: attribute, value });
                }
            }
            _ => {}
        }
    }

    fn parameters(&mut self, parameters: &'a Parameters) {
        for parameter in parameters {
            self.facts.names.bind(parameter.name().as_str(), Bound::Other);
        }
    }

    fn outside(&self) -> bool {
        self.functions.is_empty() && self.lambdas == 0
    }

    fn import(&mut self, statement: &'a Stmt) {
        let guarded = self.guards > 0;
        let later = !self.outside();
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let module = alias.name.as_str();
                    let range = alias.name.range();
                    self.facts.imports.push(Import { module, name: None, range, guarded, later });
                    match &alias.asname {
                        Some(name) => self.facts.names.bind(name.as_str(), Bound::Import(module, None)),
                        None => {
                            let first = module.split('.').next().unwrap_or(module);
                            self.facts.names.bind(first, Bound::Import(first, None));
                        }
                    }
                }
            }
            Stmt::ImportFrom(import) if import.level == 0 => {
                let Some(module) = &import.module else { return };
                for alias in &import.names {
                    let name = alias.name.as_str();
                    let (module, range) = (module.as_str(), alias.name.range());
                    self.facts.imports.push(Import { module, name: Some(name), range, guarded, later });
                    let bound = alias.asname.as_ref().map_or(name, |name| name.as_str());
                    self.facts.names.bind(bound, Bound::Import(module, Some(name)));
                }
            }
            _ => {}
        }
    }

    fn endless(&self, statement: &'a StmtWhile) -> bool {
        let always = match &*statement.test {
            Expr::BooleanLiteral(literal) => literal.value,
            Expr::NumberLiteral(literal) => {
                matches!(&literal.value, ruff_python_ast::Number::Int(number) if number.as_u8() == Some(1))
            }
            _ => false,
        };
        if !always || self.tries > 0 {
            return false;
        }
        let mut way_out = WayOut::default();
        way_out.visit_body(&statement.body);
        !way_out.found
    }
}

impl<'a> Visitor<'a> for Walker<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(_) | Stmt::ImportFrom(_) => self.import(statement),
            Stmt::FunctionDef(function) => {
                self.facts.names.bind(function.name.as_str(), Bound::Function(function));
                self.facts.functions.push(function);
                for decorator in &function.decorator_list {
                    self.visit_decorator(decorator);
                }
                // Defaults and annotations are evaluated outside.
                self.visit_parameters(&function.parameters);
                self.parameters(&function.parameters);
                self.functions.push(function);
                let around = (std::mem::take(&mut self.loops), std::mem::take(&mut self.tries));
                let classes = std::mem::take(&mut self.classes);
                self.visit_body(&function.body);
                (self.loops, self.tries) = around;
                self.classes = classes;
                self.functions.pop();
                return;
            }
            Stmt::ClassDef(class) => {
                self.facts.names.bind(class.name.as_str(), Bound::Class);
                self.classes += 1;
                let around = std::mem::take(&mut self.loops);
                visitor::walk_stmt(self, statement);
                self.loops = around;
                self.classes -= 1;
                return;
            }
            Stmt::Return(_) if self.functions.is_empty() => {
                self.facts.misplaced.push(("`return` outside of a function", statement.range()));
            }
            Stmt::Break(_) if self.loops == 0 => {
                self.facts.misplaced.push(("`break` outside of a loop", statement.range()));
            }
            Stmt::Continue(_) if self.loops == 0 => {
                self.facts.misplaced.push(("`continue` outside of a loop", statement.range()));
            }
            Stmt::Assign(assign) => {
                let value = (assign.targets.len() == 1).then_some(&*assign.value);
                assign.targets.iter().for_each(|target| self.bind(target, value));
            }
            Stmt::AnnAssign(assign) => self.bind(&assign.target, assign.value.as_deref()),
            Stmt::AugAssign(assign) => self.bind(&assign.target, None),
            Stmt::For(statement) => {
                self.bind(&statement.target, None);
                if statement.is_async && self.outside() {
                    self.facts.waits_outside.push(statement.iter.range());
                }
                self.visit_expr(&statement.iter);
                self.loops += 1;
                self.visit_body(&statement.body);
                self.loops -= 1;
                self.visit_body(&statement.orelse);
                return;
            }
            Stmt::While(inner) => {
                if self.endless(inner) {
                    self.facts.endless.push(TextRange::new(inner.range.start(), inner.test.end()));
                }
                self.visit_expr(&inner.test);
                self.loops += 1;
                self.visit_body(&inner.body);
                self.loops -= 1;
                self.visit_body(&inner.orelse);
                return;
            }
            Stmt::With(with) => {
                if with.is_async && self.outside() {
                    self.facts.waits_outside.push(with.range);
                }
                for item in &with.items {
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, None);
                    }
                }
            }
            Stmt::Try(statement) => {
                let caught = usize::from(!statement.handlers.is_empty());
                self.guards += caught;
                self.tries += caught;
                self.visit_body(&statement.body);
                self.tries -= caught;
                statement.handlers.iter().for_each(|handler| self.visit_except_handler(handler));
                self.visit_body(&statement.orelse);
                self.guards -= caught;
                self.visit_body(&statement.finalbody);
                return;
            }
            Stmt::If(_) => {
                self.guards += 1;
                visitor::walk_stmt(self, statement);
                self.guards -= 1;
                return;
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::Expr(expression) => self.alone = Some(expression.value.range()),
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Await(wait) => {
                if self.outside() {
                    self.facts.waits_outside.push(wait.range);
                }
                if self.alone == Some(wait.range) {
                    self.alone = Some(wait.value.range());
                }
            }
            Expr::Yield(_) | Expr::YieldFrom(_) if self.outside() => {
                self.facts.misplaced.push(("`yield` outside of a function", expression.range()));
            }
            Expr::Call(call) => self.facts.calls.push(Call {
                node: call,
                within: self.functions.last().copied(),
                in_lambda: self.lambdas > 0,
                alone: self.alone == Some(expression.range()),
                guarded: self.guards > 0,
            }),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                    self.parameters(parameters);
                }
                self.lambdas += 1;
                self.visit_expr(&lambda.body);
                self.lambdas -= 1;
                return;
            }
            Expr::Named(named) => self.bind(&named.target, None),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.bind(&comprehension.target, None);
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.facts.names.bind(name.as_str(), Bound::Other);
        }
        visitor::walk_except_handler(self, handler);
    }
}

/// Whether a loop can be left, or lets others have a turn.
#[derive(Default)]
struct WayOut {
    found: bool,
    loops: usize,
}

impl<'a> Visitor<'a> for WayOut {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Return(_) | Stmt::Raise(_) => self.found = true,
            Stmt::Break(_) if self.loops == 0 => self.found = true,
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::For(_) | Stmt::While(_) => {
                self.loops += 1;
                visitor::walk_stmt(self, statement);
                self.loops -= 1;
                return;
            }
            Stmt::With(with) if with.is_async => self.found = true,
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) => self.found = true,
            Expr::Lambda(_) => return,
            // `sys.exit()` and what asks for input may end it.
            Expr::Call(call) => {
                let name = match &*call.func {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(attribute) => attribute.attr.as_str(),
                    _ => "",
                };
                if matches!(name, "exit" | "quit" | "next" | "input" | "_exit" | "throw") {
                    self.found = true;
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}
