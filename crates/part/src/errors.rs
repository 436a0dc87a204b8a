//! The words for a failure, with the real place that it happened at.
//!
//! ```json
//! {"facts": ["PY4000", "python", "mpy", "Traceback (most recent call last): …"],
//!  "base": "https://…/_pyrite/", "page": "index.html", "text": "<!doctype html>…", "direct": false, "full": false,
//!  "scripts": [["script", "mpy", "print(x)"]],
//!  "placed": [["mpy", "0", "index.html (script 1)", "0", "print(x)"]],
//!  "probe": {"address": "https://…/micropython.wasm", "status": 404, "text": "Not Found"}}
//! ```
//!
//! `facts` are those of [`pyrite_core::facts`], `base` is the folder of the runtime. `text` is the text of the page, or `null` when it cannot be had; `direct`
//! tells whether the page was opened as a file, `full` whether the runtime's own frames are told (`debug = true`). `scripts` are the scripts that were in the page at the start, with their
//! tag, `type` and content. `placed` is what was given to an interpreter so far: language, which of the `scripts` it is
//! (empty if none), file name, blank lines in front, code.
//!
//! The answer may be `{"probe": ["https://…/micropython.mjs"]}`: then these addresses have to be asked for one by one up
//! to the first that fails, and the question asked again with that failure as `probe` (`{}` if none fails; no `status`
//! if there was no answer). Otherwise it is a list of messages, all of their texts ready to be shown:
//!
//! ```json
//! {"shown": [{"code": "PY4000", "text": "…for the console…", "message": "NameError: …", "place": "File \"index.html\", line 3",
//!             "source": "3 │ print(x)", "hint": null, "title": "Traceback", "detail": "…"}]}
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use pyrite_core::facts::{Surroundings, explain, probe};
use pyrite_core::fetch::Failure;
use pyrite_core::script::{Form, recognise};
use pyrite_core::sources::{Origin, Placement, Sources};
use pyrite_core::text::decimal;
use pyrite_core::value::{Table, Value, Writer};
use pyrite_core::{Code, Diagnostic, Language, json};

/// Answers a question.
#[must_use]
pub fn answer(question: &str) -> String {
    let question = match json::parse(question) {
        Ok(Value::Table(question)) => question,
        _ => Table::new(),
    };
    let facts = texts(question.get("facts"));
    let base = question.get("base").and_then(Value::as_str).unwrap_or_default();
    let mut out = Writer::default();
    out.open('{');
    let addresses = if question.get("probe").is_some() { Vec::new() } else { probe(&facts, base) };
    if addresses.is_empty() {
        let sources = sources(&question);
        let around = Surroundings {
            sources: &sources,
            base,
            full: question.get("full") == Some(&Value::Bool(true)),
            opened_directly: question.get("direct") == Some(&Value::Bool(true)),
            probe: question.get("probe").and_then(Value::as_table).and_then(failure),
        };
        out.key("shown");
        out.open('[');
        for diagnostic in explain(&facts, &around) {
            write(&diagnostic, &mut out);
        }
        out.close(']');
    } else {
        out.texts("probe", &addresses);
    }
    out.close('}');
    out.finish()
}

/// The texts of a list; what is no text is empty.
fn texts(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).unwrap_or_default().iter().map(|text| text.as_str().unwrap_or_default()).collect()
}

/// The lists of a list.
fn lists<'q>(question: &'q Table, key: &str) -> Vec<Vec<&'q str>> {
    let lists = question.get(key).and_then(Value::as_array).unwrap_or_default();
    lists.iter().map(|list| texts(Some(list))).collect()
}

fn failure(probe: &Table) -> Option<(&str, Failure)> {
    let text = |key: &str| probe.get(key).and_then(Value::as_str);
    let words = text("text").unwrap_or_default().into();
    let failure = match probe.get("status") {
        Some(Value::Integer(status)) => Failure::Status { status: u16::try_from(*status).unwrap_or(0), text: words },
        _ => Failure::Network(words),
    };
    Some((text("address")?, failure))
}

fn sources(question: &Table) -> Sources {
    let text = |key: &str| question.get(key).and_then(Value::as_str);
    let mut sources = Sources::new(text("page").unwrap_or_default(), text("text").map(Into::into));
    let scripts: Vec<_> = lists(question, "scripts").into_iter().filter_map(|script| in_page(&script)).collect();
    for placed in lists(question, "placed") {
        let &[language, script, file, blank_lines, code] = &*placed else { continue };
        let found = script.parse::<usize>().ok().and_then(|index| Some((index, scripts.get(index)?)));
        let origin = found.map_or(Origin::Elsewhere, |(index, (form, language, text))| Origin::Page {
            form: *form,
            text: (*text).into(),
            nth: scripts[..index]
                .iter()
                .filter(|before| before.0 == *form && before.1 == *language)
                .filter(|before| *form == Form::Element || before.2 == *text)
                .count(),
        });
        let placement = Placement { file: file.into(), blank_lines: blank_lines.parse().unwrap_or(0) };
        sources.add(Language::named(language), origin, &placement, code);
    }
    sources
}

fn in_page<'q>(script: &[&'q str]) -> Option<(Form, Language, &'q str)> {
    let &[tag, kind, text] = script else { return None };
    let (form, language) = recognise(tag, Some(kind))?;
    Some((form, language, text))
}

fn write(diagnostic: &Diagnostic, out: &mut Writer) {
    let place = diagnostic.place.as_ref();
    let source = place.and_then(|place| {
        let source = place.source.as_deref().map(str::trim_ascii).filter(|source| !source.is_empty())?;
        Some([place.line.map(|line| [&*decimal(line), " │ "].concat()).unwrap_or_default().as_str(), source].concat())
    });
    let quiet = diagnostic.code == Code::StandardError;
    let detail = diagnostic.detail.as_deref().filter(|detail| *detail != diagnostic.message);
    out.open('{');
    out.pair("code", Some(diagnostic.code.as_str()));
    out.pair("text", Some(&diagnostic.to_text()));
    // The console had it as it was written.
    out.flag("quiet", quiet);
    out.pair("message", Some(&diagnostic.message));
    out.pair("place", place.map(|place| place.describe()).as_deref());
    out.pair("source", source.as_deref());
    out.pair("hint", diagnostic.hint.as_deref());
    out.pair("title", Some(if diagnostic.code == Code::Exception { "Traceback" } else { "Details" }));
    out.pair("detail", detail);
    out.close('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceback_names_the_line_of_the_page() {
        let question = r#"{"facts": ["PY4000", "python", "mpy", "Traceback (most recent call last):\n  File \"<stdin>\", line 4, in <module>\nNameError: name 'x' isn't defined"],
            "page": "index.html", "text": "<p>\n<script type=mpy>x</script>\n<script type=mpy>x</script>",
            "scripts": [["script", "mpy", "x"], ["script", "mpy", "x"]],
            "placed": [["mpy", "0", "index.html (script 1)", "0", "x"], ["mpy", "1", "index.html (script 2)", "3", "x"]]}"#;
        let found: serde_json::Value = serde_json::from_str(&answer(question)).unwrap_or_default();
        let shown = &found["shown"][0];
        assert_eq!(shown["place"], "File \"index.html\", line 3");
        assert_eq!(shown["source"], "3 │ x");
        assert_eq!(shown["title"], "Traceback");
        assert_eq!(shown["message"], "NameError: name 'x' isn't defined");
    }

    #[test]
    fn an_interpreter_that_fails_is_probed() {
        let facts = r#""facts": ["PY3000", "interpreter", "mpy", "a/micropython.mjs", "odd"]"#;
        assert_eq!(answer(&["{", facts, "}"].concat()), r#"{"probe":["a/micropython.mjs","a/micropython.wasm"]}"#);
        let broken = answer(&["{", facts, r#", "probe": {}}"#].concat());
        assert!(broken.contains("PY3001") && broken.contains("odd"), "{broken}");
        let missing = answer(&["{", facts, r#", "probe": {"address": "a/micropython.wasm", "status": 404}}"#].concat());
        assert!(missing.contains("a/micropython.wasm: the server answered 404 (Not Found)"), "{missing}");
    }

    #[test]
    fn anything_else_is_answered_too() {
        for question in ["", "[]", "{}", r#"{"facts": [1], "placed": [[1]], "scripts": [[]]}"#] {
            assert!(answer(question).starts_with(r#"{"shown":[{"code":"PY"#), "{question}");
        }
    }
}
