//! Python that does not follow its grammar, or not that of the interpreter that will run it.

use pyrite_core::script::Mode;
use pyrite_core::{Code as Number, Language};
use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;
use ruff_text_size::TextRange;

use crate::context::Context;
use crate::finding::{Finding, Level};
use crate::page::scripts::{Role, Unit};
use crate::python::{self, Facts, dialect};

/// Says the first error of the grammar. Whether the rest can be looked at.
pub(crate) fn grammar(context: &mut Context<'_>, unit: &Unit, parsed: &Parsed<ModModule>) -> bool {
    let Some((message, range)) = python::errors(parsed).into_iter().next() else { return true };
    // What a parser misses at the end of a line stands before it.
    let mut span = unit.code.place(range);
    if span.is_empty() {
        span.end += 1;
    }
    let finding = Finding::new(Number::Syntax, Level::Error, &unit.code.file, span, format!("SyntaxError: {message}."));
    let finding = match hint(unit.code.slice(line(&unit.code.text, range))) {
        Some(hint) => finding.hint(hint),
        None => finding,
    };
    context.findings.add(finding);
    false
}

/// Says that code is nested too deeply to be looked at.
pub(crate) fn depth(context: &mut Context<'_>, unit: &Unit) {
    let Some(at) = python::too_deep(&unit.code.text) else { return };
    let at = unit.code.at(at);
    let message = "From here on this code is nested too deeply to be checked.";
    let finding = Finding::new(Number::Syntax, Level::Note, &unit.code.file, at..at + 1, message);
    context.findings.add(finding.hint("give its parts names, on lines of their own"));
}

/// The line that a place is on.
fn line(text: &str, range: TextRange) -> TextRange {
    let at = range.start().to_usize().min(text.len());
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| start + end);
    let size = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).into();
    TextRange::new(size(start), size(end))
}

/// What is often meant by such a line.
fn hint(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if line.starts_with("def async ") {
        return Some("write `async def`");
    }
    if line.starts_with("print ") {
        return Some("`print` is a function: `print(…)`");
    }
    if line.contains(" new ") || line.starts_with("new ") || line.contains("=new ") {
        return Some("make instances of JavaScript classes by `X.new()`");
    }
    if ["const ", "let ", "var ", "function "].iter().any(|word| line.starts_with(word)) {
        return Some("this looks like JavaScript");
    }
    None
}

/// What the grammar allows and Python does not.
pub(crate) fn placement(context: &mut Context<'_>, unit: &Unit, facts: &Facts<'_>) {
    let mut add = |range, message: String, hint: Option<&str>| {
        let finding = Finding::new(Number::Syntax, Level::Error, &unit.code.file, unit.code.place(range), message);
        context.findings.add(match hint {
            Some(hint) => finding.hint(hint),
            None => finding,
        });
    };
    for (what, range) in &facts.misplaced {
        add(*range, format!("SyntaxError: {what}."), None);
    }
    if unit.env.mode == Mode::Async {
        return;
    }
    for range in &facts.waits_outside {
        let hint = if unit.env.role == Role::Module {
            "only the page's scripts may wait outside of a function; put it into an `async def`"
        } else {
            "leave `async=\"false\"` out: then a script may use `await` anywhere"
        };
        add(*range, "SyntaxError: `await` outside of an async function.".to_owned(), Some(hint));
    }
}

/// What MicroPython does not understand.
pub(crate) fn dialect(context: &mut Context<'_>, unit: &Unit, parsed: &Parsed<ModModule>) {
    if unit.env.language != Language::MicroPython {
        return;
    }
    for (what, range, instead) in dialect::foreign(&unit.code, parsed.suite()) {
        let message = format!("MicroPython does not understand {what}.");
        let span = unit.code.place(range);
        let finding = Finding::new(Number::NotInMicroPython, Level::Error, &unit.code.file, span, message);
        context.findings.add(finding.hint(format!("{instead}; or run the script as `py`")));
    }
}
