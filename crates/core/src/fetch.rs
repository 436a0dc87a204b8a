//! What to tell when a file cannot be had.

use alloc::string::String;

use crate::diagnostic::{Code, Diagnostic, coded};
use crate::text::decimal;

/// What came back for an address, apart from success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server answered with another status than success.
    Status {
        /// 404 for example.
        status: u16,
        /// `Not Found` for example; may be empty.
        text: String,
    },
    /// No answer: the browser's own words.
    Network(String),
    /// The bytes are no text: the offset of the first one that is not UTF-8.
    Encoding(usize),
}

/// The message for a source file or configuration that could not be fetched.
///
/// `address` is what the author wrote, `opened_directly` whether the page itself has a `file:` address.
#[must_use]
pub fn diagnose(address: &str, failure: &Failure, opened_directly: bool) -> Diagnostic {
    match failure {
        Failure::Status { status, text } => {
            let code = code_of(*status);
            let named = if text.is_empty() { reason(*status) } else { text };
            let message = [
                "Fetching from URL ",
                address,
                " failed with error ",
                &decimal((*status).into()),
                " (",
                named,
                "). Are your filename and path correct?",
            ]
            .concat();
            Diagnostic::error(code, coded(code, &message)).with_hint(hint_of(*status))
        }
        Failure::Network(_) if opened_directly => {
            let message =
                [address, " cannot be read because this page was opened as a file, without a web server."].concat();
            Diagnostic::error(Code::Fetch, coded(Code::Fetch, &message))
                .with_hint("run `pyrite serve` in the page's folder and open the address that it prints")
        }
        Failure::Network(words) => {
            let message = [
                "Fetching from URL ",
                address,
                " failed with error '",
                words,
                "'. Are your filename and path correct?",
            ]
            .concat();
            Diagnostic::error(Code::Fetch, coded(Code::Fetch, &message)).with_hint(
                "check that the server runs and is reachable; another site's file must be sent with CORS headers",
            )
        }
        Failure::Encoding(offset) => {
            let message = [
                address,
                " is not UTF-8 text: byte ",
                &decimal(u32::try_from(*offset).unwrap_or(u32::MAX)),
                " does not belong to any character.",
            ]
            .concat();
            Diagnostic::error(Code::Encoding, coded(Code::Encoding, &message))
                .with_hint("save the file as UTF-8 in your editor")
        }
    }
}

fn code_of(status: u16) -> Code {
    match status {
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        500 => Code::Server,
        503 => Code::Unavailable,
        _ => Code::Fetch,
    }
}

/// HTTP/2 sends no reason with a status.
fn reason(status: u16) -> &'static str {
    match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "no reason given",
    }
}

fn hint_of(status: u16) -> &'static str {
    match status {
        401 => "log in to the site first, or ask its owner for access",
        403 => "the server refuses this file; check its permissions",
        404 => "check the spelling, upper and lower case, and that the path is relative to the page",
        503 => "the server is busy or down; try again in a while",
        _ => "look into the server's log for the reason",
    }
}

/// The message for an interpreter that could not be loaded.
///
/// `probe` is what a plain request for its address gave: nothing when that worked, so the files must be broken.
#[must_use]
pub fn diagnose_interpreter(name: &str, address: &str, words: &str, probe: Option<&Failure>, own: bool) -> Diagnostic {
    let (code, reason, hint) = match probe {
        Some(Failure::Status { status, .. }) => (
            Code::InterpreterUnreachable,
            ["the server answered ", &decimal((*status).into()), " (", reason(*status), ")"].concat(),
            "the interpreters are looked for beside core.js; copy the whole folder of the distribution",
        ),
        Some(Failure::Network(words)) => (
            Code::InterpreterUnreachable,
            ["no answer (", words, ")"].concat(),
            "check that the server runs and is reachable",
        ),
        Some(Failure::Encoding(_)) | None => (
            Code::InterpreterBroken,
            String::from(words),
            "its files may be damaged, incomplete or of different versions; copy the whole folder of the distribution again",
        ),
    };
    let message = coded(code, &[name, " could not be started from ", address, ": ", &reason].concat());
    let hint = match probe {
        _ if own => hint,
        Some(_) => {
            "the configuration asks for it in `interpreter` or `version`: check that it exists and that the network is \
             there, or leave the key out and use the interpreter beside core.js"
        }
        None => {
            "the configuration asks for it in `interpreter` or `version`: it may be damaged, incomplete or too old; leave \
             the key out to use the interpreter beside core.js"
        }
    };
    Diagnostic::error(code, message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_pyscripts_codes_and_words() {
        let failure = Failure::Status { status: 404, text: String::new() };
        assert_eq!(
            diagnose("./x.py", &failure, false).message,
            "(PY0404): Fetching from URL ./x.py failed with error 404 (Not Found). Are your filename and path correct?"
        );
        for (status, code) in [(401, "PY0401"), (403, "PY0403"), (500, "PY0500"), (503, "PY0503"), (418, "PY0001")] {
            let failure = Failure::Status { status, text: String::new() };
            assert_eq!(diagnose("x", &failure, false).code.as_str(), code);
        }
    }

    #[test]
    fn a_page_opened_as_a_file_is_told_to_use_a_server() {
        let diagnostic = diagnose("./x.py", &Failure::Network("Failed to fetch".into()), true);
        assert!(diagnostic.hint.is_some_and(|hint| hint.contains("pyrite serve")));
    }
}
