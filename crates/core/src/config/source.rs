//! Where a page's configuration is: in an element, in an attribute, in a file, or nowhere.

use alloc::string::String;

use super::address;
use super::report::Report;
use crate::cut;
use crate::diagnostic::Code;
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
/// page; scripts that run in a worker have configurations of their own. `None` if there are several that contradict
/// each other, or its address cannot be one.
#[must_use]
pub fn choose(
    language: Language,
    elements: &[Element<'_>],
    attributes: &[Attribute<'_>],
    report: &mut Report<'_>,
) -> Option<Source> {
    let tag = [language.prefix(), "-config"].concat();
    match (elements, attributes) {
        ([], []) => Some(Source::None),
        ([element], []) => {
            let value = element.src.unwrap_or(element.text);
            decide(value, element.src.is_some(), element.kind, element.parser, report)
        }
        ([], [first, rest @ ..]) => {
            if rest.iter().any(|other| other.value != first.value) {
                let hint = "scripts on the main thread share one interpreter and one configuration: give all the same \
                            `config`, or none but the first";
                return report.error(Code::Conflict, 0, &["Unable to use different configs on main"], &[hint]);
            }
            decide(first.value, false, None, first.parser, report)
        }
        ([_, _, ..], _) => {
            let hint = ["keep one <", &tag, "> and put everything into it"];
            report.error(Code::Conflict, 0, &["Too many ", &tag], &hint)
        }
        _ => {
            let hint = ["keep either the <", &tag, "> or the `config` attribute"];
            report.error(Code::Conflict, 0, &["Ambiguous ", &tag, " VS config attribute"], &hint)
        }
    }
}

/// The same for a configuration that stands alone: the `config` attribute of a worker's script, or the text that code
/// passes to `PyWorker`. `None` if it is an address, but not one of a `.json` or `.toml` file.
#[must_use]
pub fn of_text(value: &str, parser: Option<&str>, report: &mut Report<'_>) -> Option<Source> {
    decide(value, false, None, parser, report)
}

fn decide(
    value: &str,
    must_be_file: bool,
    kind: Option<&str>,
    parser: Option<&str>,
    report: &mut Report<'_>,
) -> Option<Source> {
    // Lines are counted in the text as it stands in the page.
    let text = || String::from(value);
    let value = value.trim_ascii();
    let is = |format: Format| kind.is_some_and(|kind| kind.eq_ignore_ascii_case(format.extension()));
    let wanted = if is(Format::Json) { Some(Format::Json) } else { is(Format::Toml).then_some(Format::Toml) };
    // A parser of the author's own takes the place of our TOML reader only.
    let parser_of = |format| parser.filter(|_| format == Format::Toml).map(String::from);
    if !must_be_file && cut::begins(value, b"{") && value.as_bytes().ends_with(b"}") {
        return Some(Source::Inline { text: text(), format: Format::Json, parser: None });
    }
    if !must_be_file && !looks_like_file(value) {
        let format = wanted.unwrap_or(Format::Toml);
        return Some(Source::Inline { text: text(), format, parser: parser_of(format) });
    }
    let format = if address::has_extension(value, "json") {
        Some(Format::Json)
    } else if address::has_extension(value, "toml") {
        Some(Format::Toml)
    } else {
        // An address without any extension may be a program's; `type` then says what it sends.
        wanted.filter(|_| !value.is_empty() && !cut::has(address::file_name(value), b'.'))
    };
    if let Some(format) = format.filter(|format| wanted.is_none_or(|wanted| wanted == *format)) {
        return Some(Source::File { address: value.into(), format, parser: parser_of(format) });
    }
    let (expected, hint): (&[&str], &[&str]) = match wanted {
        Some(wanted) => (
            &["Invalid URL: ", value, "\nexpected ", wanted.extension(), " content"],
            &["the address has to end in .", wanted.extension(), ", or the `type` attribute has to go"],
        ),
        None => (&["Invalid URL: ", value], &["the address of a configuration ends in .toml or .json"]),
    };
    report.error(Code::BadConfig, 0, expected, hint)
}

/// Whether text is the address of a file: one line that ends in an extension, and no `=` in front of a query, which
/// TOML could not do without.
fn looks_like_file(value: &str) -> bool {
    let path = address::path(value);
    let extension = cut::last(path, b'.').map_or("", |(_, extension)| extension);
    !cut::has(value, b'\n')
        && !cut::has(path, b'=')
        && cut::all(extension, |byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Says that text does not follow its notation. `address` is that of the file, if it is in one.
pub fn unreadable(format: Format, address: Option<&str>, error: &SyntaxError, report: &mut Report<'_>) {
    invalid(format, address, &error.describe(), error.line, report);
}

/// The same with the words of another parser, and the line if it is known.
pub fn invalid(format: Format, address: Option<&str>, words: &str, line: u32, report: &mut Report<'_>) {
    let at = if address.is_some() { " @ " } else { "" };
    let message = ["Invalid ", format.name(), at, address.unwrap_or(""), "\n", words];
    let text = report.origin.text.trim_ascii();
    let is_address = format == Format::Toml && cut::all(text, |byte| !matches!(byte, b'\n' | b'=' | b'['));
    let hint: &[&str] =
        if is_address { &["if `", text, "` is an address, it has to end in .toml or .json"] } else { &[] };
    report.error::<()>(Code::BadConfig, line, &message, hint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;

    type Chosen = Result<Source, String>;

    fn inline(text: &str, format: Format) -> Chosen {
        Ok(Source::Inline { text: text.into(), format, parser: None })
    }

    fn file(address: &str, format: Format) -> Chosen {
        Ok(Source::File { address: address.into(), format, parser: None })
    }

    fn message(result: Chosen) -> String {
        result.unwrap_err()
    }

    fn choose(language: Language, elements: &[Element<'_>], attributes: &[Attribute<'_>]) -> Chosen {
        let mut report = Report::default();
        super::choose(language, elements, attributes, &mut report).ok_or_else(|| report.only().0.into())
    }

    fn of_text(value: &str) -> Chosen {
        let mut report = Report::default();
        super::of_text(value, None, &mut report).ok_or_else(|| report.only().0.into())
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
            assert_eq!(of_text(text), inline(text, format), "{text}");
        }
        for (text, format) in [
            ("./pyscript.toml", Format::Toml),
            (" conf.json ", Format::Json),
            ("https://example.com/a.b/x.TOML?v=1.2&x=y", Format::Toml),
            ("x.json?from=a.toml", Format::Json),
        ] {
            assert_eq!(of_text(text), file(text.trim(), format), "{text}");
        }
        assert_eq!(message(of_text("./conf.yaml")), "(PY1000): Invalid URL: ./conf.yaml");
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
        let said = |text: &str, format: Format, address: Option<&str>| {
            let mut report = Report::new(Origin { file: "index.html", line: 10, text });
            let error = match format {
                Format::Toml => crate::toml::parse(text).unwrap_err(),
                Format::Json => crate::json::parse(text).unwrap_err(),
            };
            unreadable(format, address, &error, &mut report);
            report.diagnostics.remove(0)
        };
        let diagnostic = said("\npackages = [numpy]", Format::Toml, None);
        assert!(diagnostic.message.starts_with("(PY1000): Invalid TOML\nline 2, column 13: `numpy` is not a value"));
        let place = diagnostic.place.unwrap();
        assert_eq!((place.line, place.source.as_deref()), (Some(11), Some("packages = [numpy]")));
        let message = said("{", Format::Json, Some("./a.json")).message;
        assert!(message.starts_with("(PY1000): Invalid JSON @ ./a.json\nline 1, column 2: "), "{message}");
        let hint = said("./config", Format::Toml, None).hint;
        assert_eq!(hint.as_deref(), Some("if `./config` is an address, it has to end in .toml or .json"));
    }
}
