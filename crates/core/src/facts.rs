//! A failure without words: what is known about it, as one text.
//!
//! The words for failures are many, and most pages never need one. So the runtime, or a worker, tells only the facts,
//! and a part that is loaded with the first failure makes a [`Diagnostic`] of them.
//!
//! The text is a code, a kind and more fields, with [`BETWEEN`] in between. The code says what to show if that part
//! cannot be loaded either.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::cut;
use crate::diagnostic::{Code, Diagnostic, Place, Severity, coded};
use crate::fetch::{self, Failure};
use crate::script::{self, Language};
use crate::sources::Sources;
use crate::traceback;

/// Stands between the fields.
pub const BETWEEN: &str = "\0";

/// What happened: the first two fields. The comment says which follow.
pub mod kind {
    use crate::diagnostic::Code;

    /// A kind with the code that fits it best.
    pub type Kind = [&'static str; 2];

    /// The server answered with another status than success: address, status, reason.
    pub const STATUS: Kind = [Code::Fetch.as_str(), "status"];
    /// There was no answer: address, the browser's words.
    pub const NETWORK: Kind = [Code::Fetch.as_str(), "network"];
    /// A file is no UTF-8: address, offset of the first byte that is none.
    pub const ENCODING: Kind = [Code::Encoding.as_str(), "encoding"];
    /// Attributes and content contradict each other: what is wrong, the script.
    pub const CONFLICT: Kind = [Code::Conflict.as_str(), "conflict"];
    /// There is no element for the output: `target`, the script.
    pub const TARGET: Kind = [Code::Conflict.as_str(), "target"];
    /// An interpreter does not start: language, address, the browser's words.
    pub const INTERPRETER: Kind = [Code::InterpreterUnreachable.as_str(), "interpreter"];
    /// What goes with an interpreter is not to be had: language, address, the browser's words.
    pub const CHUNK: Kind = [Code::InterpreterUnreachable.as_str(), "chunk"];
    /// The code that carries out configurations could not be loaded: the browser's words.
    pub const SETUP: Kind = [Code::RuntimeUnreachable.as_str(), "setup"];
    /// A worker could not be started: the folder of the runtime.
    pub const WORKER: Kind = [Code::WorkerBroken.as_str(), "worker"];
    /// Python raised an exception: language (empty when it is not known), the interpreter's text.
    pub const PYTHON: Kind = [Code::Exception.as_str(), "python"];
    /// Python wrote to standard error, and perhaps a traceback: language, text.
    pub const STDERR: Kind = [Code::StandardError.as_str(), "stderr"];
}

/// The facts as one text.
#[must_use]
pub fn pack(kind: kind::Kind, fields: &[&str]) -> String {
    let mut text = kind.join(BETWEEN);
    for field in fields {
        text.push_str(BETWEEN);
        text.push_str(field);
    }
    text
}

/// What else the words depend on.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// All scripts so far.
    pub sources: &'a Sources,
    /// Whether the page was opened as a file, without a server.
    pub opened_directly: bool,
    /// Whether tracebacks are told with the frames of the runtime.
    pub full: bool,
    /// The folder of the runtime, with the interpreters of the distribution in it.
    pub base: &'a str,
    /// What a request for one of the addresses of [`probe`] gave, when it failed.
    pub probe: Option<(&'a str, Failure)>,
}

/// Which addresses to ask for before [`explain`], in this order, up to the first that fails.
#[must_use]
pub fn probe(facts: &[&str], base: &str) -> Vec<String> {
    let &[_, kind @ ("interpreter" | "chunk"), language, address, ..] = facts else { return Vec::new() };
    if kind == "chunk" {
        return Vec::from([address.to_string()]);
    }
    let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
    let files: &[&str] = match Language::named(language) {
        // The compiled library is ours alone.
        Language::Pyodide if is_own(address, base) => {
            &["pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib_compiled.zip", "pyodide-lock.json"]
        }
        Language::Pyodide => &["pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"],
        Language::MicroPython => &["micropython.wasm"],
    };
    // A configuration may name any module, so that one is asked for as it is.
    let beside = files.iter().map(|file| [folder, "/", file].concat());
    core::iter::once(address.to_string()).chain(beside).collect()
}

/// Whether an interpreter is the one of the distribution, and not one that a configuration has named.
fn is_own(address: &str, base: &str) -> bool {
    !base.is_empty() && address.starts_with(base)
}

/// The words for a failure; what standard error says may be two messages.
#[must_use]
pub fn explain(facts: &[&str], around: &Surroundings<'_>) -> Vec<Diagnostic> {
    let field = |index: usize| facts.get(index + 2).copied().unwrap_or_default();
    let fetched = |failure: Failure| fetch::diagnose(field(0), &failure, around.opened_directly);
    let diagnostic = match facts.get(1).copied().unwrap_or_default() {
        "status" => fetched(Failure::Status { status: field(1).parse().unwrap_or(0), text: field(2).into() }),
        "network" => fetched(Failure::Network(field(1).into())),
        "encoding" => fetched(Failure::Encoding(field(1).parse().unwrap_or(0))),
        "conflict" => script::diagnose(field(0), field(1)),
        "target" => {
            Diagnostic::error(Code::Conflict, ["(PY0409) Unknown target ", field(0), " for ", field(1)].concat())
                .with_hint("`target` is the id of an element of the page, or a selector that matches one")
        }
        "interpreter" | "chunk" => {
            let (address, failure) = match &around.probe {
                Some((address, failure)) => (*address, Some(failure)),
                None => (field(1), None),
            };
            let own = is_own(field(1), around.base);
            fetch::diagnose_interpreter(Language::named(field(0)).name(), address, field(2), failure, own)
        }
        "setup" => Diagnostic::error(Code::RuntimeUnreachable, coded(Code::RuntimeUnreachable, field(0)))
            .with_hint("copy the whole folder of the distribution"),
        "worker" => {
            let message = ["A worker could not be started from ", field(0), "worker.js"].concat();
            Diagnostic::error(Code::WorkerBroken, coded(Code::WorkerBroken, &message)).with_hint(
                "its files may be missing, blocked by a policy, or sent without the headers that isolate the page",
            )
        }
        "python" => raised(field(0), field(1), around),
        "stderr" => {
            let (plain, traceback) = traceback::split(field(1));
            let plain = unannounced(plain);
            let mut all = Vec::new();
            if !plain.is_empty() {
                all.push(Diagnostic::error(Code::StandardError, plain));
            }
            if !traceback.is_empty() {
                all.push(raised(field(0), traceback, around));
            }
            return all;
        }
        _ => given(facts),
    };
    Vec::from([diagnostic])
}

/// What stands above a traceback without what an event loop announces it by: the traceback says all that helps.
fn unannounced(plain: &str) -> &str {
    let (first, mut rest) = cut::first(plain, b'\n').unwrap_or((plain, ""));
    let announcements = [
        "Unhandled exception in event loop",
        "Task exception was never retrieved",
        // MicroPython's.
        "Task exception wasn't retrieved",
    ];
    if !announcements.contains(&first) {
        return plain;
    }
    while ["future: ", "handle: ", "task: "].iter().any(|key| rest.starts_with(key)) {
        rest = cut::first(rest, b'\n').map_or("", |(_, rest)| rest);
    }
    rest
}

fn raised(language: &str, text: &str, around: &Surroundings<'_>) -> Diagnostic {
    let language = if language.is_empty() { traceback::language_of(text) } else { Language::named(language) };
    traceback::diagnose(language, text, around.sources, around.full)
}

/// A failure that has its words already, as `setup.js` packs it: code, hint, file, source line, detail, message,
/// number of the line.
fn given(facts: &[&str]) -> Diagnostic {
    let field = |index: usize| facts.get(index).copied().filter(|field| !field.is_empty());
    let code = Code::ALL.iter().find(|code| Some(code.as_str()) == field(0)).copied();
    let line = field(6).and_then(|line| line.parse().ok());
    let place = field(2).map(|file| Place { file: file.into(), line, source: field(3).map(Into::into) });
    Diagnostic {
        code: code.unwrap_or(Code::RuntimeUnreachable),
        severity: Severity::Error,
        message: field(5).unwrap_or_default().into(),
        place,
        hint: field(1).map(|hint| hint.to_string().into()),
        detail: field(4).map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_event_loops_announce_is_not_told_twice() {
        let traceback = "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\nValueError: no";
        for above in [
            "Unhandled exception in event loop",
            "Task exception was never retrieved\nfuture: <Task finished coro=<f()>>\ntask: x",
            "Task exception wasn't retrieved\nfuture: <Task> coro= <generator object 'f' at 382e0>",
        ] {
            for text in [[above, "\n", traceback].concat(), above.into()] {
                let told = explained(&["PY4001\0stderr\0py\0", &text].concat(), None);
                assert!(told.iter().all(|one| one.code == Code::Exception), "{told:?}");
                assert_eq!(told.len(), usize::from(text.len() > above.len()));
            }
        }
        // What an author writes stays.
        for text in ["future: bright", "Task exception was never retrieved, they say", "task: x\nfuture: y"] {
            assert_eq!(&*explained(&["PY4001\0stderr\0py\0", text].concat(), None)[0].message, text);
        }
    }

    fn explained(facts: &str, probe: Option<(&str, Failure)>) -> Vec<Diagnostic> {
        let sources = Sources::new("index.html", None);
        let fields: Vec<&str> = facts.split(BETWEEN).collect();
        explain(&fields, &Surroundings { sources: &sources, opened_directly: false, full: false, base: "a/", probe })
    }

    #[test]
    fn facts_get_the_words_of_their_kind() {
        for (facts, message) in [
            (pack(kind::STATUS, &["x.py", "404", ""]), "(PY0404): Fetching from URL x.py failed with error 404"),
            (pack(kind::NETWORK, &["x.py", "odd"]), "(PY0001): Fetching from URL x.py failed with error 'odd'."),
            (pack(kind::ENCODING, &["x.py", "7"]), "(PY0003): x.py is not UTF-8 text: byte 7 does"),
            (pack(kind::CONFLICT, &["content", "<script>"]), "(PY0409) Invalid content for <script>"),
            (pack(kind::TARGET, &["nope", "<script>"]), "(PY0409) Unknown target nope for <script>"),
            (pack(kind::INTERPRETER, &["mpy", "a/m.mjs", "odd"]), "(PY3001): MicroPython could not be started from a/"),
            (pack(kind::CHUNK, &["py", "a/py.js", "odd"]), "(PY3001): Pyodide could not be started from a/py.js: odd"),
            (pack(kind::SETUP, &["odd"]), "(PY3002): odd"),
            (pack(kind::WORKER, &["a/"]), "(PY3004): A worker could not be started from a/worker.js"),
            (pack(kind::PYTHON, &["py", "NameError: x"]), "NameError: x"),
            ("PY1000\0do\0a.toml\0x = \0\0wrong".into(), "wrong"),
        ] {
            let found = explained(&facts, None);
            assert!(found[0].message.starts_with(message), "{}", found[0].message);
            // The code in front is the one to show without these words, so it must not promise another one.
            let code = found[0].code.as_str();
            assert!(facts.starts_with(code) || ["PY0404", "PY3001"].contains(&code), "{facts:?} {code}");
        }
    }

    #[test]
    fn the_file_at_fault_is_named() {
        let facts = pack(kind::INTERPRETER, &["mpy", "a/micropython.mjs", "odd"]);
        assert_eq!(probe(&facts.split(BETWEEN).collect::<Vec<_>>(), "b/"), ["a/micropython.mjs", "a/micropython.wasm"]);
        assert_eq!(probe(&["PY3000", "chunk", "mpy", "a/mpy.js", "odd"], "a/"), ["a/mpy.js"]);
        let failure = Failure::Status { status: 404, text: String::new() };
        let found = explained(&facts, Some(("a/micropython.wasm", failure)));
        assert_eq!(found[0].code, Code::InterpreterUnreachable);
        assert!(found[0].message.contains("a/micropython.wasm: the server answered 404"));
    }

    #[test]
    fn standard_error_may_hold_a_traceback() {
        let text = "careful\nTraceback (most recent call last):\n  File \"x.py\", line 1, in <module>\nNameError: x\n";
        let codes: Vec<_> = explained(&pack(kind::STDERR, &["py", text]), None).iter().map(|one| one.code).collect();
        assert_eq!(codes, [Code::StandardError, Code::Exception]);
    }

    #[test]
    fn what_has_words_keeps_them() {
        let found = explained("PY3102\0a hint\0index.html\0packages = []\0more\0message\x007", None);
        assert_eq!(
            found[0],
            Diagnostic::error(Code::BadPackages, "message").with_hint("a hint").with_detail("more").at(Some(Place {
                file: "index.html".into(),
                line: Some(7),
                source: Some("packages = []".into())
            }))
        );
    }
}
