//! Why Pyodide's package manager could not install something: its own words, and what an author needs to know beside.

use alloc::string::String;
use alloc::vec::Vec;

use super::index::{self, File};
use super::version;
use crate::config::requirement::{self, Requirement, normalise};
use crate::cut;
use crate::diagnostic::{Code, Diagnostic, coded};
use crate::text::{decimal, find, split_once};

/// What an index, or the server of a wheel, has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The address that was asked.
    pub address: String,
    /// The status; zero when there was no answer.
    pub status: u16,
    /// What it says, or the browser's words when there was no answer.
    pub text: String,
}

/// All that is known when an installation has failed.
#[derive(Clone, Debug, Default)]
pub struct Failed<'a> {
    /// What the package manager raised.
    pub message: &'a str,
    /// The entries of `packages`, as requirements.
    pub asked: Vec<&'a str>,
    /// The indexes that were looked into.
    pub indexes: Vec<&'a str>,
    /// What they and the servers of wheels have answered.
    pub answers: Vec<Answer>,
    /// The `METADATA` of the packages that were found.
    pub metadata: Vec<&'a str>,
    /// The platform that wheels have to be for.
    pub platform: &'a str,
}

/// What a package asks for.
struct Asks<'a> {
    /// Name and version, or `packages` of the page.
    who: String,
    what: Requirement<'a>,
}

/// The diagnostic, without its place.
#[must_use]
pub fn explain(failed: &Failed<'_>) -> Diagnostic {
    let said = words(failed.message);
    let mut hints: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for text in missing(said) {
        let (reason, hint) = reason(failed, &text);
        lines.push([&*text, &by(failed, &text), ": ", &reason].concat());
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    if let Some(name) = contested(said) {
        lines.extend(conflict(failed, name));
        hints.push(agree(name));
    }
    if hints.is_empty() {
        hints.push(hint(said).into());
    }
    // What micropip suggests is for those who call it themselves.
    let own = split_once(said, " If you want to reinstall").map_or(said, |(before, _)| before);
    let own = split_once(own, "You can use `await micropip.install").map_or(own, |(before, _)| before);
    let mut message = ["The packages could not be installed: ", own.trim_ascii()].concat();
    for line in lines {
        message.push_str("\n- ");
        message.push_str(&line);
    }
    Diagnostic::error(Code::BadPackages, coded(Code::BadPackages, &message)).with_hint(hints.join("; "))
}

/// The last line of a traceback, with the lines of its own that follow.
fn words(text: &str) -> &str {
    let mut last = text;
    let mut at = 0;
    for line in cut::parts(text, b'\n') {
        let named = cut::at(line, cut::run(line, |byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte)));
        if (named.0.ends_with("Error") || named.0.ends_with("Exception")) && named.1.starts_with(": ") {
            last = cut::at(text, at + named.0.len() + 2).1;
        }
        at += line.len() + 1;
    }
    last.trim_ascii()
}

/// The requirements that micropip has found no wheel for.
fn missing(said: &str) -> Vec<String> {
    let Some((_, list)) = split_once(said, "Can't find a pure Python 3 wheel for") else { return Vec::new() };
    let line = cut::first(list, b'\n').map_or(list, |(line, _)| line);
    let mut found: Vec<String> = Vec::new();
    for text in cut::parts(line, b'\'').skip(1).step_by(2) {
        if !found.iter().any(|other| other == text) {
            found.push(text.into());
        }
    }
    found
}

/// The package that others want in different versions.
fn contested(said: &str) -> Option<&str> {
    let (_, rest) = split_once(said, "Requested '")?;
    let (_, rest) = split_once(rest, "', but ")?;
    let (name, _) = split_once(rest, "==")?;
    split_once(rest, "already installed").map(|_| name)
}

/// What to do about a conflict.
fn agree(name: &str) -> String {
    let own =
        ["packages want different versions of ", name, "; ask for versions of those packages that agree, or name "];
    [own.concat().as_str(), name, " itself in `packages`, with a version that suits all of them"].concat()
}

fn reason(failed: &Failed<'_>, text: &str) -> (String, String) {
    let wanted = requirement::parse(text).unwrap_or(Requirement { name: text, ..Requirement::default() });
    let name = normalise(wanted.name);
    let mut reached = None;
    for index in &failed.indexes {
        let address = index::address(index, &name);
        let Some(answer) = failed.answers.iter().find(|answer| answer.address == address) else { continue };
        match answer.status {
            200 => return of_files(failed, &wanted, &name, &index::files(&answer.text)),
            404 if reached.is_none() => {
                reached = Some((
                    ["there is no such package at ", &*address].concat(),
                    "check its spelling; it may have another name than the module that you import".into(),
                ));
            }
            404 => {}
            0 => {
                let reason = [&*address, " could not be reached: ", &answer.text].concat();
                reached =
                    Some((reason, "check the network, and that the index lets other sites read it (CORS)".into()));
            }
            status => {
                let reason = [&*address, " answered with status ", &decimal(status.into())].concat();
                reached = Some((reason, "try again in a while, or ask those who run the index".into()));
            }
        }
    }
    reached.unwrap_or_else(|| {
        ("no index could be asked for it".into(), "check its name, the network, and `index_urls`".into())
    })
}

/// The reason when an index knows the package.
fn of_files(failed: &Failed<'_>, wanted: &Requirement<'_>, name: &str, files: &[File]) -> (String, String) {
    let suiting = |file: &&File| version::suits(&file.version, wanted.versions);
    let newest = |files: &mut dyn Iterator<Item = &File>| {
        let mut best: Option<&str> = None;
        for file in files {
            if best.is_none_or(|best| newer(&file.version, best)) {
                best = Some(&file.version);
            }
        }
        best.map(String::from)
    };
    let Some(version) = newest(&mut files.iter().filter(suiting)) else {
        let Some(newest) = newest(&mut files.iter()) else {
            return ("the index lists no file of it".into(), "ask its makers, or those who run the index".into());
        };
        let mut versions: Vec<&str> = Vec::new();
        for file in files {
            if !versions.contains(&&*file.version) {
                versions.push(&file.version);
            }
        }
        let there = if versions.len() > 6 { ["the newest is ", &newest].concat() } else { versions.join(", ") };
        return (
            ["no version suits; there are: ", &*there].concat(),
            ["ask for a version of ", name, " that is there"].concat(),
        );
    };
    let usable = |file: &&File| file.is_usable(failed.platform);
    if let Some(file) = files.iter().filter(suiting).find(usable) {
        // When two want it at the same time, micropip takes one and says of the other that there is no wheel.
        let differs =
            |one: &Asks<'_>| normalise(one.what.name) == name && !version::suits(&file.version, one.what.versions);
        if asks(failed).iter().any(differs) {
            let who = conflict(failed, name).join(", ");
            return (["packages want different versions of it: ", &*who].concat(), agree(name));
        }
        let broken = failed.answers.iter().find(|answer| {
            answer.status != 200
                && find(&answer.address, &file.version).is_some()
                && find(&answer.address, ".whl").is_some()
        });
        return match broken {
            Some(answer) => {
                let words = if answer.status == 0 { answer.text.clone() } else { decimal(answer.status.into()) };
                (
                    ["its wheel could not be fetched: ", &*answer.address, ": ", &words].concat(),
                    "check that the wheel's server is reachable and lets other sites read it (CORS)".into(),
                )
            }
            None => (
                "there is a wheel, but for another version of Python".into(),
                "ask for another version of it, or another version of Pyodide by `interpreter`".into(),
            ),
        };
    }
    let mut kinds: Vec<&str> = Vec::new();
    for file in files.iter().filter(|file| file.version == version) {
        let kind = file.describe();
        if kind != "source" && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let what = if kinds.is_empty() {
        ["version ", &*version, " has its source only, and no wheel"].concat()
    } else {
        [
            "version ",
            &*version,
            " has compiled wheels for ",
            &kinds.join(", "),
            ", and none for Pyodide (",
            failed.platform,
            ")",
        ]
        .concat()
    };
    let older = newest(&mut files.iter().filter(usable));
    let hint = match older {
        Some(older) => ["version ", &*older, " has a wheel that works here: `", name, "==", &older, "`"].concat(),
        None if kinds.is_empty() => {
            ["build a wheel of it yourself (`pip wheel ", name, "`), and name the wheel's address in `packages`"].concat()
        }
        None => "compiled code has to be made for WebAssembly: look for another package that does the same in pure Python, or ask its makers for wheels for Pyodide".into(),
    };
    (what, hint)
}

fn newer(one: &str, other: &str) -> bool {
    let rank = |version: &str| version::is_final(version);
    match (rank(one), rank(other)) {
        (true, false) => true,
        (false, true) => false,
        _ => version::compare(one, other).is_gt(),
    }
}

/// What packages ask for, the page's own entries among them.
fn asks<'a>(failed: &'a Failed<'_>) -> Vec<Asks<'a>> {
    let mut all = Vec::new();
    for text in &failed.asked {
        if let Ok(what) = requirement::parse(text) {
            all.push(Asks { who: "the page".into(), what });
        }
    }
    for metadata in &failed.metadata {
        // Behind the first empty line stands the description.
        let head = split_once(metadata, "\n\n").map_or(*metadata, |(head, _)| head);
        let field = |name: &'static str| {
            cut::parts(head, b'\n').filter_map(move |line| line.trim_ascii().strip_prefix(name).map(str::trim_ascii))
        };
        let own = |name| field(name).next().unwrap_or_default();
        let who = [own("Name:"), " ", own("Version:")].concat();
        for text in field("Requires-Dist:") {
            if let Ok(what) = requirement::parse(text) {
                all.push(Asks { who: who.clone(), what });
            }
        }
    }
    all
}

/// ` (alpha 1.0 asks for it)`, unless the page itself does.
fn by(failed: &Failed<'_>, text: &str) -> String {
    let name = requirement::parse(text).map_or_else(|_| text.into(), |found| normalise(found.name));
    let asks = asks(failed);
    let mut who: Vec<&str> = Vec::new();
    for one in asks.iter().filter(|one| normalise(one.what.name) == name) {
        if !who.contains(&&*one.who) {
            who.push(&one.who);
        }
    }
    if who.is_empty() || who.contains(&"the page") {
        String::new()
    } else {
        [" (", &who.join(" and "), " asks for it)"].concat()
    }
}

/// Who asks for which version.
fn conflict(failed: &Failed<'_>, name: &str) -> Vec<String> {
    let name = normalise(name);
    let mut lines = Vec::new();
    for one in asks(failed).iter().filter(|one| normalise(one.what.name) == name && one.what.marker.is_none()) {
        let versions = if one.what.versions.is_empty() { " in any version" } else { one.what.versions };
        let line = [&*one.who, " asks for ", one.what.name, versions].concat();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// What to do about all else that micropip may say.
fn hint(said: &str) -> &'static str {
    let has = |text| find(said, text).is_some();
    if has("No known package") {
        "`packages_cache = \"passthrough\"` knows the packages of Pyodide's own distribution only; leave it out to ask the index too"
    } else if has("checksum") {
        "the file is not the one that the index promises: try again, then tell those who run the index"
    } else if has("not compatible") || has("platform") {
        "the wheel was built for another platform or version of Python; build one for Pyodide, or one of pure Python"
    } else if has("fetch") || has("NetworkError") {
        "check the address and the network, and that the site lets other sites read its files (CORS)"
    } else if has("not a zip file") || has("BadZipFile") {
        "what lies at the address is no wheel; open it in the browser to see"
    } else {
        "the details say what micropip was doing"
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    const PLATFORM: &str = "pyemscripten_2026_0_wasm32";
    const NOT_FOUND: &str = "Traceback (most recent call last):\n  File \"x\", line 1\nValueError: Can't find a pure Python 3 wheel for: 'gamma>=2'\nSee: https://pyodide.org/x\n";

    fn answered(status: u16, text: &str) -> Vec<Answer> {
        vec![Answer { address: "https://i.org/gamma/".into(), status, text: text.into() }]
    }

    fn of(message: &str, answers: Vec<Answer>, metadata: Vec<&str>) -> (String, String) {
        let (asked, indexes) = (vec!["alpha"], vec!["https://i.org"]);
        let said = explain(&Failed { message, asked, indexes, answers, metadata, platform: PLATFORM });
        (said.message, said.hint.unwrap_or_default().into())
    }

    fn links(names: &[&str]) -> String {
        names.iter().map(|name| ["<a href='x'>", name, "</a>"].concat()).collect()
    }

    #[test]
    fn a_package_that_is_not_there_is_named_with_who_asks() {
        let alpha = "Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\nRequires-Dist: gamma (>=2)\n\nText";
        let (message, hint) = of(NOT_FOUND, answered(404, ""), vec![alpha]);
        assert_eq!(
            message,
            "(PY3102): The packages could not be installed: Can't find a pure Python 3 wheel for: 'gamma>=2'\n\
             See: https://pyodide.org/x\n\
             - gamma>=2 (alpha 1.0 asks for it): there is no such package at https://i.org/gamma/"
        );
        assert!(hint.starts_with("check its spelling"), "{hint}");
        assert!(of(NOT_FOUND, vec![], vec![]).0.ends_with("no index could be asked for it"));
        assert!(of(NOT_FOUND, answered(0, "Failed to fetch"), vec![]).0.ends_with("reached: Failed to fetch"));
        assert!(of(NOT_FOUND, answered(503, ""), vec![]).0.ends_with("answered with status 503"));
    }

    #[test]
    fn what_there_is_instead_is_told() {
        let last = |names: &[&str]| {
            let (message, hint) = of(NOT_FOUND, answered(200, &links(names)), vec![]);
            (cut::last(&message, b'\n').unwrap().1.to_owned(), hint)
        };
        let (line, hint) = last(&["gamma-1.0-py3-none-any.whl", "gamma-1.5.tar.gz"]);
        assert_eq!(line, "- gamma>=2: no version suits; there are: 1.0, 1.5");
        assert_eq!(hint, "ask for a version of gamma that is there");

        let compiled = [
            "gamma-2.0-cp314-cp314-manylinux_2_17_x86_64.whl",
            "gamma-2.0-cp314-cp314-win_amd64.whl",
            "gamma-2.0.tar.gz",
            "gamma-2.1rc1-py3-none-any.whl.txt",
        ];
        let (line, hint) = last(&compiled);
        assert_eq!(
            line,
            "- gamma>=2: version 2.0 has compiled wheels for Linux, Windows, and none for Pyodide (pyemscripten_2026_0_wasm32)"
        );
        assert!(hint.starts_with("compiled code"), "{hint}");

        let (line, hint) = last(&["gamma-2.0.tar.gz", "gamma-1.0-py3-none-any.whl"]);
        assert_eq!(line, "- gamma>=2: version 2.0 has its source only, and no wheel");
        assert_eq!(hint, "version 1.0 has a wheel that works here: `gamma==1.0`");
    }

    #[test]
    fn both_sides_of_a_conflict_are_named() {
        let message = "ValueError: Requested 'gamma<2', but gamma==2.0 is already installed. If you want to reinstall the package with a different version, use x";
        let alpha = "Name: alpha\nVersion: 1.0\nRequires-Dist: gamma<2\nRequires-Dist: other";
        let beta = "Name: beta\nVersion: 3\nRequires-Dist: gamma >=2\nRequires-Dist: gamma; extra == 'x'";
        let (message, hint) = of(message, vec![], vec![alpha, beta]);
        assert_eq!(
            message,
            "(PY3102): The packages could not be installed: Requested 'gamma<2', but gamma==2.0 is already installed.\n\
             - alpha 1.0 asks for gamma<2\n\
             - beta 3 asks for gamma>=2"
        );
        assert!(hint.starts_with("packages want different versions of gamma"), "{hint}");

        // The same, when both were looked for at the same time.
        let index = answered(200, &links(&["gamma-1.0-py3-none-any.whl", "gamma-2.0-py3-none-any.whl"]));
        let (message, hint) = of(NOT_FOUND, index, vec![alpha, beta]);
        assert!(
            message.ends_with("different versions of it: alpha 1.0 asks for gamma<2, beta 3 asks for gamma>=2"),
            "{message}"
        );
        assert!(hint.starts_with("packages want different versions of gamma"), "{hint}");
    }

    #[test]
    fn anything_else_keeps_micropips_words() {
        let (message, hint) = of("RuntimeError: Invalid checksum: expected 1, got 2", vec![], vec![]);
        assert_eq!(message, "(PY3102): The packages could not be installed: Invalid checksum: expected 1, got 2");
        assert!(hint.contains("promises"));
        assert!(of("no traceback", vec![], vec![]).0.ends_with("no traceback"));
        assert!(of("", vec![], vec![]).0.ends_with("installed: "));
    }

    use std::borrow::ToOwned as _;
}
