//! Turns an interpreter's traceback into one that an author can use: real places, nothing of our own.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::script::Language;
use crate::sources::{STDIN, Sources};
use crate::text::{find, split_once};

/// A frame's line, taken apart: `  File "x.py", line 3, in f`.
struct Frame<'t> {
    indent: usize,
    file: &'t str,
    line: u32,
    /// What follows the line number.
    rest: &'t str,
}

impl<'t> Frame<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let trimmed = text.trim_ascii_start();
        let (file, after) = split_once(trimmed.strip_prefix("File \"")?, "\", line ")?;
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let line = after[..digits].parse().ok()?;
        Some(Self { indent: text.len() - trimmed.len(), file, line, rest: &after[digits..] })
    }
}

/// Whether a file is part of the runtime, so that its frames say nothing to an author.
fn is_internal(file: &str) -> bool {
    let rest = file.strip_prefix("/lib/").unwrap_or("");
    rest.starts_with("pyrite/") || find(rest, ".zip/_pyodide/").or_else(|| find(rest, ".zip/pyodide/")).is_some()
}

/// Replaces what an interpreter calls places by the real ones, in any text.
#[must_use]
pub fn rename(language: Language, text: &str, sources: &Sources) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (bare, end) = line.strip_suffix('\n').map_or((line, ""), |bare| (bare, "\n"));
        let place =
            Frame::parse(bare).and_then(|frame| Some((sources.resolve(language, frame.file, frame.line)?, frame)));
        match place {
            Some((place, frame)) => {
                out.push_str(&bare[..frame.indent]);
                out.push_str(&place.describe());
                out.push_str(frame.rest);
            }
            None => out.push_str(bare),
        }
        out.push_str(end);
    }
    out
}

/// Splits text from standard error into what stands before a traceback and the traceback.
#[must_use]
pub fn split(text: &str) -> (&str, &str) {
    let at = find(text, "Traceback (most recent call last)").unwrap_or(text.len());
    (text[..at].trim_ascii_end(), &text[at..])
}

/// The diagnostic for an exception that nothing caught. `raw` is the interpreter's whole text; `full` keeps the frames of
/// the runtime, too.
#[must_use]
pub fn diagnose(language: Language, raw: &str, sources: &Sources, full: bool) -> Diagnostic {
    let raw = raw.trim_ascii_end();
    let mut kept: Vec<&str> = Vec::new();
    let mut frames = 0;
    let mut place: Option<Place> = None;
    let mut elsewhere: Option<Place> = None;
    // Deeper than this belongs to the frame that is left out.
    let mut folding: Option<usize> = None;
    let mut headline = None;
    for line in raw.lines() {
        let indent = line.len() - line.trim_ascii_start().len();
        if let Some(frame) = Frame::parse(line) {
            headline = None;
            if is_internal(frame.file) && !full {
                folding = Some(frame.indent);
                continue;
            }
            folding = None;
            frames += 1;
            match sources.resolve(language, frame.file, frame.line) {
                Some(found) => place = Some(found),
                None => {
                    elsewhere = Some(Place { file: frame.file.into(), line: Some(frame.line), source: None });
                }
            }
        } else if folding.is_some_and(|depth| indent > depth) {
            continue;
        } else {
            folding = None;
            if indent == 0 && !line.is_empty() && headline.is_none() && !line.starts_with("Traceback (") {
                headline = Some(line);
            }
        }
        kept.push(line);
    }
    // An exception in the runtime itself has no other frames: better all of them than none.
    let text = if frames == 0 { raw.to_string() } else { kept.join("\n") };
    let message = headline.or_else(|| raw.lines().last()).unwrap_or(raw).to_string();
    let text = rename(language, &text, sources);
    let mut diagnostic = Diagnostic::error(Code::Exception, message).at(place.or(elsewhere)).with_detail(text);
    diagnostic.hint = hint(&diagnostic.message);
    diagnostic
}

/// Which interpreter wrote a traceback.
#[must_use]
pub fn language_of(text: &str) -> Language {
    if find(text, STDIN).is_some() { Language::MicroPython } else { Language::Pyodide }
}

/// Whether a message is Pyodide's about a callback that it no longer has.
#[must_use]
pub fn is_dead_proxy(message: &str) -> bool {
    find(message, "borrowed proxy was automatically destroyed").is_some()
}

/// A way out for errors that everybody meets once.
fn hint(message: &str) -> Option<alloc::borrow::Cow<'static, str>> {
    let (kind, rest) = message.split_once(':').unwrap_or(("", message));
    let hint = match kind {
        "ModuleNotFoundError" | "ImportError" if find(rest, "o module named").is_some() => {
            let name = rest.split('\'').nth(1).unwrap_or("it");
            [
                "check the spelling of ",
                name,
                "; a module that is not part of the interpreter has to be added to the page",
            ]
            .concat()
        }
        _ if find(rest, "without 'new'").or_else(|| find(rest, "requires 'new'")).is_some() => {
            String::from("make an instance of a JavaScript class with `Class.new()`")
        }
        _ if is_dead_proxy(message) => {
            String::from("wrap the callback: `from pyscript.ffi import create_proxy`, then `create_proxy(callback)`")
        }
        _ => return None,
    };
    Some(hint.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Form;
    use crate::sources::{Origin, Placer};

    fn sources() -> Sources {
        let page =
            "\n".repeat(21) + "<script type=mpy>\nprint(failure)\n</script><script type=py>\nprint(failure)\n</script>";
        let (mut placer, mut sources) = (Placer::new("index.html".into()), Sources::new("index.html", Some(page)));
        let code = "\nprint(failure)\n";
        for language in [Language::MicroPython, Language::Pyodide] {
            let placement = placer.place(language, None, code);
            let origin = Origin::Page { form: Form::Script, text: code.into(), nth: 0 };
            sources.add(language, origin, &placement, code);
        }
        sources
    }

    #[test]
    fn micropythons_places_become_real() {
        let raw = "Traceback (most recent call last):\n  File \"<stdin>\", line 2, in <module>\nNameError: name 'failure' isn't defined\n";
        let diagnostic = diagnose(Language::MicroPython, raw, &sources(), false);
        assert_eq!(diagnostic.message, "NameError: name 'failure' isn't defined");
        assert_eq!(
            diagnostic.detail.as_deref(),
            Some(
                "Traceback (most recent call last):\n  File \"index.html\", line 23, in <module>\nNameError: name 'failure' isn't defined"
            )
        );
        let place = diagnostic.place.unwrap_or_default();
        assert_eq!((place.line, place.source.as_deref()), (Some(23), Some("print(failure)")));
    }

    #[test]
    fn pyodides_own_frames_are_left_out() {
        let raw = "Traceback (most recent call last):\n  File \"/lib/python314.zip/_pyodide/_base.py\", line 501, in eval_code\n    .run(globals, locals)\n     ~~~^^^^^\n  File \"/lib/pyrite/_pyrite.py\", line 20, in run\n    x\n  File \"index.html (script 2)\", line 2, in <module>\n    print(failure)\n          ^^^^^^^\nNameError: name 'failure' is not defined\n";
        let diagnostic = diagnose(Language::Pyodide, raw, &sources(), false);
        assert_eq!(
            diagnostic.detail.as_deref(),
            Some(
                "Traceback (most recent call last):\n  File \"index.html\", line 25, in <module>\n    print(failure)\n          ^^^^^^^\nNameError: name 'failure' is not defined"
            )
        );
        assert_eq!(diagnostic.place.and_then(|place| place.line), Some(25));
    }

    #[test]
    fn all_frames_are_kept_where_they_are_asked_for() {
        let raw = "Traceback (most recent call last):\n  File \"/lib/pyrite/_pyrite.py\", line 20, in run\n    x\n  File \"index.html (script 2)\", line 2, in <module>\n    print(failure)\nNameError: name 'failure' is not defined";
        let diagnostic = diagnose(Language::Pyodide, raw, &sources(), true);
        assert_eq!(
            diagnostic.detail.as_deref(),
            Some(
                "Traceback (most recent call last):\n  File \"/lib/pyrite/_pyrite.py\", line 20, in run\n    x\n  File \"index.html\", line 25, in <module>\n    print(failure)\nNameError: name 'failure' is not defined"
            )
        );
    }

    #[test]
    fn the_place_is_the_authors_even_when_a_library_raised() {
        let raw = "Traceback (most recent call last):\n  File \"index.html (script 2)\", line 2, in <module>\n    print(failure)\n  File \"/lib/python314.zip/json/decoder.py\", line 340, in decode\n    x\njson.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\nwith a second line";
        let diagnostic = diagnose(Language::Pyodide, raw, &sources(), false);
        assert_eq!(diagnostic.message, "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)");
        assert_eq!(diagnostic.place.map(|place| place.file), Some("index.html".into()));
    }

    #[test]
    fn an_error_without_frames_is_shown_as_it_is() {
        let diagnostic = diagnose(Language::Pyodide, "Error: odd", &sources(), false);
        assert_eq!((diagnostic.message.as_str(), diagnostic.detail.as_deref()), ("Error: odd", Some("Error: odd")));
    }
}
