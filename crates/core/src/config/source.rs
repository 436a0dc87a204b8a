//! Where a page's configuration is: in an element, in an attribute, in a file, or nowhere.

use alloc::string::{String, ToString};

use super::address;
use super::place::quoted;
use crate::diagnostic::{Code, Diagnostic, coded};
use crate::script::Language;
use crate::syntax::SyntaxError;

/// The two notations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

impl Format {
    /// `TOML` or `JSON`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Toml => "TOML",
            Format::Json => "JSON",
        }
    }

    /// `toml` or `json`.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Toml => "toml",
            Format::Json => "json",
        }
    }
}

/// A `<py-config>` or `<mpy-config>`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Element<'a> {
    /// Its `src`.
    pub src: Option<&'a str>,
    /// Its `type`.
    pub kind: Option<&'a str>,
    /// The text inside.
    pub text: &'a str,
    /// Its `config-parser`.
    pub parser: Option<&'a str>,
}

/// A `config` attribute of a script that runs on the main thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attribute<'a> {
    /// Its value.
    pub value: &'a str,
    /// The `config-parser` of the same element.
    pub parser: Option<&'a str>,
}

/// Where the configuration is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// There is none.
    None,
    /// In the page.
    Inline {
        /// The text.
        text: String,
        /// Its notation.
        format: Format,
        /// The address of a module that reads it instead of our TOML reader.
        parser: Option<String>,
    },
    /// In a file.
    File {
        /// Its address, relative to the page.
        address: String,
        /// Its notation.
        format: Format,
        /// The address of a module that reads it instead of our TOML reader.
        parser: Option<String>,
    },
}

/// Decides which of a page's configurations counts for a language. `elements` and `attributes` are in the order of the
/// page; scripts that run in a worker have configurations of their own.
///
/// # Errors
/// If there are several that contradict each other, or its address cannot be one.
pub fn choose(
    language: Language,
    elements: &[Element<'_>],
    attributes: &[Attribute<'_>],
) -> Result<Source, Diagnostic> {
    let tag = [language.prefix(), "-config"].concat();
    let conflict =
        |text: &str, hint: String| Err(Diagnostic::error(Code::Conflict, coded(Code::Conflict, text)).with_hint(hint));
    match (elements, attributes) {
        ([], []) => Ok(Source::None),
        ([element], []) => {
            let value = element.src.unwrap_or(element.text);
            decide(value, element.src.is_some(), element.kind, element.parser)
        }
        ([], [first, rest @ ..]) => {
            if rest.iter().any(|other| other.value != first.value) {
                return conflict(
                    "Unable to use different configs on main",
                    "scripts on the main thread share one interpreter and one configuration: give all the same `config`, \
                     or none but the first"
                        .into(),
                );
            }
            decide(first.value, false, None, first.parser)
        }
        ([_, _, ..], _) => {
            let hint = ["keep one <", &tag, "> and put everything into it"].concat();
            conflict(&["Too many ", &tag].concat(), hint)
        }
        _ => {
            let hint = ["keep either the <", &tag, "> or the `config` attribute"].concat();
            conflict(&["Ambiguous ", &tag, " VS config attribute"].concat(), hint)
        }
    }
}

/// The same for a configuration that stands alone: the `config` attribute of a worker's script, or the text that code
/// passes to `PyWorker`.
///
/// # Errors
/// If it is an address, but not one of a `.json` or `.toml` file.
pub fn of_text(value: &str, parser: Option<&str>) -> Result<Source, Diagnostic> {
    decide(value, false, None, parser)
}

fn decide(value: &str, must_be_file: bool, kind: Option<&str>, parser: Option<&str>) -> Result<Source, Diagnostic> {
    let value = value.trim();
    let wanted = match kind {
        Some(kind) if kind.eq_ignore_ascii_case("json") => Some(Format::Json),
        Some(kind) if kind.eq_ignore_ascii_case("toml") => Some(Format::Toml),
        _ => None,
    };
    // A parser of the author's own takes the place of our TOML reader only.
    let parser_of = |format| parser.filter(|_| format == Format::Toml).map(ToString::to_string);
    if !must_be_file && value.starts_with('{') && value.ends_with('}') {
        return Ok(Source::Inline { text: value.into(), format: Format::Json, parser: None });
    }
    if must_be_file || looks_like_file(value) {
        let format =
            [Format::Json, Format::Toml].into_iter().find(|format| address::has_extension(value, format.extension()));
        // An address without any extension may be a program's; `type` then says what it sends.
        let format = format.or(wanted.filter(|_| !value.is_empty() && !address::file_name(value).contains('.')));
        return match format {
            Some(format) if wanted.is_none_or(|wanted| wanted == format) => {
                Ok(Source::File { address: value.into(), format, parser: parser_of(format) })
            }
            _ => Err(not_a_file(value, wanted)),
        };
    }
    let format = wanted.unwrap_or(Format::Toml);
    Ok(Source::Inline { text: value.into(), format, parser: parser_of(format) })
}

/// Whether text is the address of a file: one line that ends in an extension, and no `=` in front of a query, which
/// TOML could not do without.
fn looks_like_file(value: &str) -> bool {
    let path = address::path(value);
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    !value.contains(['\n', '\r'])
        && !path.contains('=')
        && !extension.is_empty()
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn not_a_file(value: &str, wanted: Option<Format>) -> Diagnostic {
    let mut message = coded(Code::BadConfig, &["Invalid URL: ", value].concat());
    if let Some(format) = wanted {
        message.push_str(["\nexpected ", format.extension(), " content"].concat().as_str());
    }
    let hint = match wanted {
        Some(format) => {
            ["the address has to end in .", format.extension(), ", or the `type` attribute has to go"].concat()
        }
        None => "the address of a configuration ends in .toml or .json".into(),
    };
    Diagnostic::error(Code::BadConfig, message).with_hint(hint)
}

/// The message for text that does not follow its notation. `address` is that of the file, if it is in one.
#[must_use]
pub fn unreadable(
    format: Format,
    address: Option<&str>,
    error: &SyntaxError,
    origin: &super::Origin<'_>,
) -> Diagnostic {
    invalid(format, address, &error.describe(), origin, error.line)
}

/// The same with the words of another parser, and the line if it is known.
#[must_use]
pub fn invalid(
    format: Format,
    address: Option<&str>,
    words: &str,
    origin: &super::Origin<'_>,
    line: u32,
) -> Diagnostic {
    let at = address.map(|address| [" @ ", address].concat()).unwrap_or_default();
    let message = ["Invalid ", format.name(), &at, "\n", words].concat();
    let mut diagnostic = origin.error(Code::BadConfig, line, &message);
    let text = origin.text.trim();
    if format == Format::Toml && !text.is_empty() && !text.contains(['\n', '=', '[']) {
        let hint = ["if ", &quoted(text), " is an address, it has to end in .toml or .json"].concat();
        diagnostic = diagnostic.with_hint(hint);
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(text: &str, format: Format) -> Result<Source, Diagnostic> {
        Ok(Source::Inline { text: text.into(), format, parser: None })
    }

    fn file(address: &str, format: Format) -> Result<Source, Diagnostic> {
        Ok(Source::File { address: address.into(), format, parser: None })
    }

    fn message(result: Result<Source, Diagnostic>) -> String {
        result.unwrap_err().message
    }

    #[test]
    fn text_tells_what_it_is() {
        for (text, format) in [
            ("", Format::Toml),
            (" { \"a\": 1 }\n", Format::Json),
            ("name = 'x'", Format::Toml),
            ("[files]\n'a.py' = ''", Format::Toml),
            // PyScript takes these for addresses, because they end in `.word`.
            ("version = 1.5", Format::Toml),
            ("name = 'x' # see readme.txt", Format::Toml),
            ("[files]\n# a.toml", Format::Toml),
            ("[a.b]", Format::Toml),
            ("{bad", Format::Toml),
        ] {
            assert_eq!(of_text(text, None), inline(text.trim(), format), "{text}");
        }
        for (text, format) in [
            ("./pyscript.toml", Format::Toml),
            (" conf.json ", Format::Json),
            ("https://example.com/a.b/x.TOML?v=1.2&x=y", Format::Toml),
            ("x.json?from=a.toml", Format::Json),
        ] {
            assert_eq!(of_text(text, None), file(text.trim(), format), "{text}");
        }
        assert_eq!(message(of_text("./conf.yaml", None)), "(PY1000): Invalid URL: ./conf.yaml");
    }

    #[test]
    fn elements_may_say_their_type() {
        let of = |src, kind, text| choose(Language::Pyodide, &[Element { src, kind, text, parser: None }], &[]);
        assert_eq!(of(None, Some("json"), "[1]"), inline("[1]", Format::Json));
        assert_eq!(of(None, Some("toml"), "a = 1"), inline("a = 1", Format::Toml));
        assert_eq!(of(None, None, "./a.toml"), file("./a.toml", Format::Toml));
        assert_eq!(of(Some("./a.toml"), None, "ignored = 1"), file("./a.toml", Format::Toml));
        assert_eq!(of(Some("/config"), Some("json"), ""), file("/config", Format::Json));
        assert_eq!(
            message(of(Some("./a.toml"), Some("json"), "")),
            "(PY1000): Invalid URL: ./a.toml\nexpected json content"
        );
        assert_eq!(
            message(of(Some("./a.json"), Some("toml"), "")),
            "(PY1000): Invalid URL: ./a.json\nexpected toml content"
        );
        assert_eq!(message(of(Some("/config"), None, "")), "(PY1000): Invalid URL: /config");
        assert_eq!(message(of(Some(""), Some("json"), "")), "(PY1000): Invalid URL: \nexpected json content");
    }

    #[test]
    fn a_parser_is_for_toml_only() {
        let of =
            |text| choose(Language::Pyodide, &[Element { text, parser: Some("./p.js"), ..Element::default() }], &[]);
        assert!(matches!(of("a = 1"), Ok(Source::Inline { parser: Some(_), .. })));
        assert!(matches!(of("./a.toml"), Ok(Source::File { parser: Some(_), .. })));
        assert!(matches!(of("{}"), Ok(Source::Inline { parser: None, .. })));
        assert!(matches!(of("./a.json"), Ok(Source::File { parser: None, .. })));
    }

    #[test]
    fn contradictions_have_pyscripts_words() {
        let element = Element { text: "a = 1", ..Element::default() };
        let one = Attribute { value: "{}", parser: None };
        let other = Attribute { value: "{ }", parser: None };
        let mpy = |elements: &[Element<'_>], attributes: &[Attribute<'_>]| {
            choose(Language::MicroPython, elements, attributes)
        };
        assert_eq!(mpy(&[], &[]), Ok(Source::None));
        assert_eq!(mpy(&[], &[one, one]), inline("{}", Format::Json));
        assert_eq!(message(mpy(&[element, element], &[])), "(PY0409): Too many mpy-config");
        assert_eq!(message(mpy(&[element, element], &[one])), "(PY0409): Too many mpy-config");
        assert_eq!(message(mpy(&[element], &[one])), "(PY0409): Ambiguous mpy-config VS config attribute");
        assert_eq!(message(mpy(&[], &[one, other])), "(PY0409): Unable to use different configs on main");
        assert_eq!(message(choose(Language::Pyodide, &[element, element], &[])), "(PY0409): Too many py-config");
    }

    #[test]
    fn syntax_errors_have_pyscripts_words_and_a_place() {
        let text = "\npackages = [numpy]";
        let origin = super::super::Origin { file: "index.html", line: 10, text };
        let error = crate::toml::parse(text).unwrap_err();
        let diagnostic = unreadable(Format::Toml, None, &error, &origin);
        assert!(diagnostic.message.starts_with("(PY1000): Invalid TOML\nline 2, column 13: `numpy` is not a value"));
        let place = diagnostic.place.unwrap();
        assert_eq!((place.line, place.source.as_deref()), (Some(11), Some("packages = [numpy]")));

        let error = crate::json::parse("{").unwrap_err();
        let diagnostic = unreadable(Format::Json, Some("./a.json"), &error, &super::super::Origin::default());
        assert!(diagnostic.message.starts_with("(PY1000): Invalid JSON @ ./a.json\nline 1, column 2: "));

        let error = crate::toml::parse("./config").unwrap_err();
        let origin = super::super::Origin { file: "index.html", line: 1, text: "./config" };
        let hint = unreadable(Format::Toml, None, &error, &origin).hint.unwrap();
        assert_eq!(hint, "if `./config` is an address, it has to end in .toml or .json");
    }
}
