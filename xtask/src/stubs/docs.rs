//! Reads the docstrings of Python sources, and puts them into type stubs.
//!
//! Not a parser of Python: it knows definitions by their lines, which is enough for this repository's own sources, all
//! of which are formatted alike. A test says when something public has no text.

use std::collections::BTreeMap;

/// Docstrings by qualified name (`Event.trigger`), and a module's own by the empty name.
pub(crate) type Docs = BTreeMap<String, String>;

/// A definition: how far it is indented, and what it defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Definition<'s> {
    pub(crate) indent: usize,
    pub(crate) kind: Kind,
    pub(crate) name: &'s str,
}

/// What a line begins to define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Class,
    Function,
    Variable,
}

/// Reads the definition that a line begins, if it begins one.
pub(crate) fn definition(line: &str) -> Option<Definition<'_>> {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let (kind, rest) = if let Some(rest) = text.strip_prefix("class ") {
        (Kind::Class, rest)
    } else if let Some(rest) = text.strip_prefix("async def ").or_else(|| text.strip_prefix("def ")) {
        (Kind::Function, rest)
    } else {
        (Kind::Variable, text)
    };
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let assigned = after.starts_with(": ") || (after.starts_with(" = ") && !after.starts_with(" == "));
    let keyword = matches!(name, "else" | "try" | "finally");
    (!name.is_empty() && !keyword && (kind != Kind::Variable || assigned)).then_some(Definition { indent, kind, name })
}

/// The classes around the line that is read at the moment.
#[derive(Default)]
struct Scopes<'s>(Vec<(usize, Kind, &'s str)>);

impl<'s> Scopes<'s> {
    /// Enters a definition and gives its qualified name; nothing inside a function is public.
    fn enter(&mut self, found: Definition<'s>) -> Option<String> {
        self.0.retain(|(indent, ..)| *indent < found.indent);
        let inside_function = self.0.iter().any(|(_, kind, _)| *kind == Kind::Function);
        let names: Vec<&str> = self.0.iter().map(|(.., name)| *name).chain([found.name]).collect();
        if found.kind != Kind::Variable {
            self.0.push((found.indent, found.kind, found.name));
        }
        (!inside_function).then(|| names.join("."))
    }
}

/// Reads all docstrings of a source, and the `#:` comments above its variables. A stub has such comments where its source
/// has no place for a text.
pub(crate) fn read(source: &str) -> Docs {
    let mut docs = Docs::new();
    let mut scopes = Scopes::default();
    let mut comment: Vec<&str> = Vec::new();
    let mut lines = source.lines().peekable();
    if let Some(text) = docstring(&mut lines) {
        docs.insert(String::new(), text);
    }
    while let Some(line) = lines.next() {
        if let Some(text) = line.trim_start().strip_prefix("#:") {
            comment.push(text.trim());
            continue;
        }
        let comment = std::mem::take(&mut comment);
        let Some(found) = definition(line) else { continue };
        let comment = (!comment.is_empty()).then(|| comment.join(" "));
        let text = match found.kind {
            Kind::Variable => comment,
            Kind::Class | Kind::Function => {
                let mut last = line;
                while !ends(last.trim_end()) {
                    let Some(next) = lines.next() else { break };
                    last = next;
                }
                docstring(&mut lines).or(comment)
            }
        };
        if let (Some(name), Some(text)) = (scopes.enter(found), text) {
            // The first branch of an `if` between interpreters speaks for both.
            docs.entry(name).or_insert(text);
        }
    }
    docs
}

/// Takes the docstring that begins on the next line, if one does, without its indentation.
fn docstring<'s>(lines: &mut std::iter::Peekable<impl Iterator<Item = &'s str>>) -> Option<String> {
    let first = lines.peek()?.trim_start();
    let indent = lines.peek()?.len() - first.len();
    let mut rest = first.strip_prefix("\"\"\"")?;
    lines.next();
    let mut text = Vec::new();
    loop {
        if let Some((last, _)) = rest.split_once("\"\"\"") {
            text.push(last);
            break;
        }
        text.push(rest);
        let line = lines.next()?;
        rest = line.get(indent..).unwrap_or(line.trim_start());
    }
    Some(text.join("\n").trim().to_owned())
}

/// The qualified names that a stub declares, in its order, each with its signature on one line.
pub(crate) fn declared(stub: &str) -> Vec<(String, Kind, String)> {
    let mut found = Vec::new();
    let mut scopes = Scopes::default();
    let mut lines = stub.lines();
    while let Some(line) = lines.next() {
        let Some(definition) = definition(line) else { continue };
        let mut signature = line.trim().to_owned();
        while definition.kind != Kind::Variable && !ends(&signature) {
            let Some(next) = lines.next() else { break };
            let next = next.trim();
            let glue = if signature.ends_with('(') || next.starts_with(')') { "" } else { " " };
            signature = format!("{signature}{glue}{next}");
        }
        let signature = signature.trim_end_matches(" ...").trim_end_matches(':').replace(",)", ")");
        if let Some(name) = scopes.enter(definition) {
            found.push((name, definition.kind, signature));
        }
    }
    found
}

fn ends(signature: &str) -> bool {
    signature.ends_with(':') || signature.ends_with(": ...")
}

/// Gives a stub with the docstrings of what it declares, so that editors show them.
pub(crate) fn fill(stub: &str, docs: &Docs) -> String {
    let mut out = String::with_capacity(stub.len() * 2);
    let quoted = |indent: usize, text: &str| {
        let pad = " ".repeat(indent);
        let text = text.replace('\n', &format!("\n{pad}")).replace(&format!("\n{pad}\n"), "\n\n");
        format!("{pad}\"\"\"{text}\"\"\"\n")
    };
    if let (Some(text), false) = (docs.get(""), stub.starts_with("\"\"\"")) {
        out.push_str(&quoted(0, text));
        out.push('\n');
    }
    let mut scopes = Scopes::default();
    let mut lines = stub.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("#:") {
            continue;
        }
        let Some(found) = definition(line) else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let mut whole = line.to_owned();
        while found.kind != Kind::Variable && !ends(whole.trim_end()) {
            let Some(next) = lines.next() else { break };
            whole.push('\n');
            whole.push_str(next);
        }
        let text = scopes.enter(found).and_then(|name| docs.get(&name));
        match (text, found.kind) {
            (None, _) => out.push_str(&whole),
            (Some(text), Kind::Variable) => {
                out.push_str(&whole);
                out.push('\n');
                out.push_str(quoted(found.indent, text).trim_end());
            }
            (Some(text), _) => {
                out.push_str(whole.trim_end_matches(" ..."));
                out.push('\n');
                out.push_str(quoted(found.indent + 4, text).trim_end());
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#""""A module."""

#: Where it is.
#: Always.
PLACE = 1

if PLACE:
    def f(
        a,
        b=None,
    ):
        """Does.

        More:
            deep
        """
        def inner():
            """Not public."""
else:
    def f(a):
        """The other one."""


class C:
    """A class."""

    async def m(self):
        """A method."""
"#;

    #[test]
    fn docstrings_are_found_by_qualified_name() {
        let docs = read(SOURCE);
        let names: Vec<&str> = docs.keys().map(String::as_str).collect();
        assert_eq!(names, ["", "C", "C.m", "PLACE", "f"]);
        assert_eq!(docs["f"], "Does.\n\nMore:\n    deep");
        assert_eq!(docs["PLACE"], "Where it is. Always.");
    }

    #[test]
    fn stubs_are_filled() {
        let stub = "PLACE: int\n\ndef f(\n    a: int,\n) -> int: ...\n\nclass C:\n    def m(self) -> None: ...\n";
        let filled = fill(stub, &read(SOURCE));
        assert_eq!(
            filled,
            "\"\"\"A module.\"\"\"\n\nPLACE: int\n\"\"\"Where it is. Always.\"\"\"\n\ndef f(\n    a: int,\n) -> int:\n    \
             \"\"\"Does.\n\n    More:\n        deep\"\"\"\n\nclass C:\n    \"\"\"A class.\"\"\"\n    def m(self) -> None:\n        \
             \"\"\"A method.\"\"\"\n"
        );
    }

    #[test]
    fn signatures_are_put_on_one_line() {
        let stub =
            "async def f(\n    a: int,\n    b: str = \"\",\n) -> int: ...\nclass C(dict[str, int]): ...\nX: int\n";
        let names: Vec<(String, String)> = declared(stub).into_iter().map(|(name, _, text)| (name, text)).collect();
        let expected =
            [("f", "async def f(a: int, b: str = \"\") -> int"), ("C", "class C(dict[str, int])"), ("X", "X: int")];
        assert_eq!(names, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}
