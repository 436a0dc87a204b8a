//! `pyrite check --explain`: the guide's section on a code, which is inside the command.

use pyrite_core::Code;

use crate::similar::similar;
use crate::stop::Stop;

const GUIDE: &str = include_str!("../../../../docs/errors.md");

/// The section on a code.
pub(crate) fn section(code: &str) -> Result<String, Stop> {
    let wanted = code.trim_matches(['(', ')', ':']).to_ascii_uppercase();
    let found = GUIDE.split("\n### ").skip(1).find_map(|section| {
        let (heading, text) = section.split_once('\n')?;
        (heading == wanted).then(|| format!("{heading}\n\n{}\n", text.trim()))
    });
    found.ok_or_else(|| {
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let hint = match similar(&wanted, known.iter().copied()).first() {
            Some(meant) => format!("did you mean {meant}?"),
            None => "codes look like PY0404; every message has one.".to_owned(),
        };
        Stop::new(format!("There is no code `{code}`.")).hint(hint)
    })
}
