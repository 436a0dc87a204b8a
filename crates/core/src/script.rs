//! What the markup of one script means.

use alloc::string::{String, ToString};

use crate::diagnostic::{Code, Diagnostic};
use crate::text::{dedent, is_only_comments, unescape_html};

/// Which Python runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `py`: Pyodide, CPython compiled to WebAssembly.
    Pyodide,
    /// `mpy`: MicroPython.
    MicroPython,
}

impl Language {
    /// Both, in the order in which a page's scripts are handled.
    pub const ALL: [Language; 2] = [Language::Pyodide, Language::MicroPython];

    /// The language with a prefix: MicroPython for `mpy`, Pyodide for all else.
    #[must_use]
    pub fn named(prefix: &str) -> Self {
        if prefix == "mpy" { Language::MicroPython } else { Language::Pyodide }
    }

    /// The prefix of tags, types, events and ids: `py` or `mpy`.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Language::Pyodide => "py",
            Language::MicroPython => "mpy",
        }
    }

    /// The interpreter's name: `Pyodide` or `MicroPython`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Language::Pyodide => "Pyodide",
            Language::MicroPython => "MicroPython",
        }
    }

    /// Zero or one, for tables with one entry per language.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// The two forms of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `<script type="py">`: the parser leaves its text alone.
    Script,
    /// `<py-script>`: the parser reads its text as HTML.
    Element,
}

/// Says which script an element is, from its lower-case tag name and its `type`.
#[must_use]
pub fn recognise(tag: &str, kind: Option<&str>) -> Option<(Form, Language)> {
    let (form, name) = match tag.strip_suffix("-script") {
        Some(name) => (Form::Element, name),
        None if tag == "script" => (Form::Script, kind?),
        None => return None,
    };
    // Browsers compare a `type` without regard to case, in selectors too.
    Language::ALL.into_iter().find(|language| name.eq_ignore_ascii_case(language.prefix())).map(|found| (form, found))
}

/// Matches every element that [`recognise`] knows.
pub const SELECTOR: &str = "script[type=py],script[type=mpy],py-script,mpy-script";

/// A script as it stands in the page.
#[derive(Clone, Debug, Default)]
pub struct Markup {
    /// The `src` attribute.
    pub src: Option<String>,
    /// The `async` attribute.
    pub asynchronous: Option<String>,
    /// The `worker` attribute.
    pub worker: Option<String>,
    /// The text inside, as the DOM gives it (for an element with child elements: its HTML, see [`element_code`]).
    pub code: String,
}

/// How a script is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As a coroutine: `await` works at top level.
    Async,
    /// To its end, before anything else happens.
    Sync,
}

/// What has to be done for a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where its code is, when not in the page.
    pub src: Option<String>,
    /// The code in the page, without its common indentation.
    pub inline: String,
    /// How to run it.
    pub mode: Mode,
    /// Whether it runs in a worker of its own.
    pub worker: bool,
}

/// Decides what has to be done for a script.
///
/// # Errors
/// When attributes and content contradict each other: what is wrong, for [`diagnose`].
pub fn plan(markup: Markup) -> Result<Plan, &'static str> {
    let worker = markup.worker.is_some();
    if worker && (markup.worker.as_deref() != Some("") || markup.src.as_deref() == Some("")) {
        return Err(WORKER);
    }
    let src = markup.src.filter(|src| !src.is_empty());
    if src.is_some() && !is_only_comments(&markup.code) {
        return Err(CONTENT);
    }
    Ok(Plan { src, inline: dedent(&markup.code).into_owned(), mode: mode(markup.asynchronous.as_deref()), worker })
}

const WORKER: &str = "worker attribute";
const CONTENT: &str = "content";

/// The diagnostic for what [`plan`] found wrong. `shown` is the opening tag.
#[must_use]
pub fn diagnose(wrong: &str, shown: &str) -> Diagnostic {
    let hint = if wrong == WORKER {
        "write `worker` without a value and put the address of the code into `src`"
    } else {
        "a script has either a `src` or code inside; remove one of them"
    };
    // PyScript writes these two without a colon, and people search for what they see.
    Diagnostic::error(Code::Conflict, ["(PY0409) Invalid ", wrong, " for ", shown].concat()).with_hint(hint)
}

/// Scripts are asynchronous unless their author says otherwise.
fn mode(attribute: Option<&str>) -> Mode {
    let synchronous =
        attribute.is_some_and(|value| ["false", "0", "no"].iter().any(|no| value.eq_ignore_ascii_case(no)));
    if synchronous { Mode::Sync } else { Mode::Async }
}

/// The code of a `<py-script>` whose text the HTML parser turned into elements, and the warning it deserves.
#[must_use]
pub fn element_code(language: Language, inner_html: &str) -> (String, String) {
    let code = unescape_html(inner_html);
    let shown = dedent(&code).to_string();
    let warning =
        ["Deprecated: use <script type=\"", language.prefix(), "\"> for an always safe content parsing:\n", &shown]
            .concat();
    (code, warning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_asynchronous_unless_told() {
        for (value, mode) in [
            (None, Mode::Async),
            (Some(""), Mode::Async),
            (Some("true"), Mode::Async),
            (Some("yes"), Mode::Async),
            (Some("false"), Mode::Sync),
            (Some("False"), Mode::Sync),
            (Some("0"), Mode::Sync),
            (Some("NO"), Mode::Sync),
        ] {
            let markup = Markup { asynchronous: value.map(Into::into), ..Markup::default() };
            assert_eq!(plan(markup).map(|plan| plan.mode), Ok(mode), "{value:?}");
        }
    }

    #[test]
    fn src_and_code_exclude_each_other() {
        let both = Markup { src: Some("a.py".into()), code: "print(1)".into(), ..Markup::default() };
        let error = diagnose(plan(both).unwrap_err(), "<script type=\"py\">");
        assert_eq!(error.message, "(PY0409) Invalid content for <script type=\"py\">");
        let remark = Markup { src: Some("a.py".into()), code: " # code is in a.py\n".into(), ..Markup::default() };
        assert_eq!(plan(remark).map(|plan| plan.src), Ok(Some("a.py".into())));
    }

    #[test]
    fn worker_takes_no_value() {
        let old = Markup { worker: Some("./a.py".into()), ..Markup::default() };
        assert_eq!(plan(old).unwrap_err(), WORKER);
        let empty = Markup { worker: Some(String::new()), src: Some(String::new()), ..Markup::default() };
        assert_eq!(plan(empty).unwrap_err(), WORKER);
    }

    #[test]
    fn only_our_elements_are_recognised() {
        assert_eq!(recognise("script", Some("mpy")), Some((Form::Script, Language::MicroPython)));
        assert_eq!(recognise("script", Some("PY")), Some((Form::Script, Language::Pyodide)));
        assert_eq!(recognise("other-script", None), None);
        assert_eq!(recognise("py-script", None), Some((Form::Element, Language::Pyodide)));
        assert_eq!(recognise("script", Some("module")), None);
        assert_eq!(recognise("script", None), None);
    }
}
