//! Packages: what the core decides while they are installed, in and out as JSON.
//!
//! **What does MicroPython's mip fetch?** has `mip`, entries of a plan's `packages` in their order, with the `indexes` of
//! the configuration, all manifests that were fetched so far, and the addresses of those that are `missing`:
//!
//! ```json
//! {"mip": [{"package": "first", "version": null}], "indexes": [], "missing": [],
//!  "manifests": [{"address": "https://micropython.org/pi/v2/package/6/first/latest.json", "text": "{…}"}]}
//! ```
//!
//! The answer is a list of what to fetch. What has no `path` is a manifest: with one among them, the caller fetches it
//! and asks again. With `elsewhere`, one that is not there is `missing`, and no failure yet: another index is next.
//!
//! ```json
//! {"requests": [{"address": "https://…/file/ab/ab12", "path": "/lib/first.mpy",
//!                "of": "first", "version": null, "entry": 0, "by": null, "elsewhere": false}]}
//! {"diagnostic": {"code": "PY3102", "severity": "error", "message": "…", "hint": "…", "place": null}}
//! ```
//!
//! **What to say about one of them that could not be fetched?** has the request as `unfetched`, the entry of `packages` as
//! `written`, and the `status` with the server's or the browser's own words as `text`.
//!
//! **Why could Pyodide not install something?** has what micropip has raised as `failed`; see
//! [`pyrite_core::install::explain::Failed`] for the rest. Both answers are one `diagnostic`.

use alloc::string::String;
use alloc::vec::Vec;

use pyrite_core::fetch::Failure;
use pyrite_core::install::explain::{Answer, Failed, explain};
use pyrite_core::install::mip::{INDEX, Manifest, Request, Wanted, plan, unfetched};
use pyrite_core::value::{Table, Value, Writer};
use pyrite_core::{Code, Diagnostic, json};

use crate::config::{list, tables, text, write_diagnostic};

/// Answers a question.
#[must_use]
pub fn answer(question: &str) -> String {
    let mut out = Writer::default();
    out.open('{');
    match json::parse(question) {
        Ok(Value::Table(question)) if question.get("mip").is_some() => mip(&question, &mut out),
        Ok(Value::Table(question)) if text(&question, "failed").is_some() => diagnostic(&failed(&question), &mut out),
        Ok(Value::Table(question)) => match question.get("unfetched").and_then(Value::as_table) {
            Some(request) => diagnostic(&missing(&question, request), &mut out),
            None => diagnostic(&Diagnostic::error(Code::BadPackages, "nothing is asked"), &mut out),
        },
        _ => diagnostic(&Diagnostic::error(Code::BadPackages, "the request is no JSON object"), &mut out),
    }
    out.close('}');
    out.finish()
}

fn own(table: &Table, key: &str) -> String {
    text(table, key).unwrap_or_default().into()
}

fn status(table: &Table) -> u16 {
    match table.get("status") {
        Some(Value::Integer(status)) => u16::try_from(*status).unwrap_or(0),
        _ => 0,
    }
}

fn wanted(table: &Table, package: &str, entry: usize) -> Wanted {
    Wanted {
        package: own(table, package),
        version: text(table, "version").map(String::from),
        entry,
        by: text(table, "by").map(String::from),
    }
}

fn mip(question: &Table, out: &mut Writer) {
    let mut packages = Vec::new();
    for (entry, one) in tables(question, "mip").enumerate() {
        packages.push(wanted(one, "package", entry));
    }
    let mut manifests = Vec::new();
    for one in tables(question, "manifests") {
        manifests.push(Manifest { address: own(one, "address"), text: own(one, "text") });
    }
    let mut indexes = texts(question, "indexes");
    if indexes.is_empty() {
        indexes.push(INDEX);
    }
    match plan(&indexes, packages, &manifests, &texts(question, "missing")) {
        Ok(plan) => {
            let mut requests = plan.needs;
            requests.extend(plan.files);
            list("requests", &requests, request, out);
        }
        Err(error) => diagnostic(&error, out),
    }
}

fn request(request: &Request, out: &mut Writer) {
    out.pair("address", Some(&request.address));
    out.pair("path", request.path.as_deref());
    out.pair("of", Some(&request.of.package));
    out.pair("version", request.of.version.as_deref());
    out.number("entry", i64::try_from(request.of.entry).ok());
    out.pair("by", request.of.by.as_deref());
    out.flag("elsewhere", request.elsewhere);
}

fn missing(question: &Table, request: &Table) -> Diagnostic {
    let words = own(question, "text");
    let failure = match status(question) {
        0 => Failure::Network(words),
        status => Failure::Status { status, text: words },
    };
    let path = text(request, "path").map(String::from);
    let request = Request { address: own(request, "address"), path, of: wanted(request, "of", 0), elsewhere: false };
    unfetched(&request, text(question, "written").unwrap_or_default(), &failure)
}

/// The texts of a list.
fn texts<'a>(table: &'a Table, key: &str) -> Vec<&'a str> {
    let items = table.get(key).and_then(Value::as_array).unwrap_or_default();
    items.iter().filter_map(Value::as_str).collect()
}

fn failed(question: &Table) -> Diagnostic {
    let mut answers = Vec::new();
    for one in tables(question, "answers") {
        answers.push(Answer { address: own(one, "address"), status: status(one), text: own(one, "text") });
    }
    explain(&Failed {
        message: text(question, "failed").unwrap_or_default(),
        asked: texts(question, "asked"),
        indexes: texts(question, "indexes"),
        answers,
        metadata: texts(question, "metadata"),
        platform: text(question, "platform").unwrap_or_default(),
    })
}

fn diagnostic(diagnostic: &Diagnostic, out: &mut Writer) {
    out.key("diagnostic");
    out.open('{');
    write_diagnostic(diagnostic, out);
    out.close('}');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn ask(question: &Value) -> Value {
        serde_json::from_str(&super::answer(&question.to_string())).expect("an answer is JSON")
    }

    #[test]
    fn mip_is_asked_until_nothing_is_needed() {
        let first = ask(&json!({"mip": [{"package": "x", "version": null}], "indexes": ["/pi"]}));
        let manifest = json!({"address": "/pi/package/6/x/latest.json", "path": null, "of": "x", "version": null, "entry": 0, "by": null, "elsewhere": false});
        assert_eq!(first, json!({"requests": [manifest]}));
        let known = json!([{"address": "/pi/package/6/x/latest.json", "text": "{\"hashes\": [[\"x.mpy\", \"ab1\"]]}"}]);
        let second = ask(&json!({"mip": [{"package": "x", "version": null}], "indexes": ["/pi"], "manifests": known}));
        assert_eq!(second["requests"][0]["path"], "/lib/x.mpy");
        let gone = ask(&json!({"unfetched": manifest, "written": "x==1", "status": 404, "text": "Not Found"}));
        assert_eq!(gone["diagnostic"]["code"], "PY3102");
    }

    #[test]
    fn failures_are_explained() {
        let said = ask(&json!({
            "failed": "ValueError: Can't find a pure Python 3 wheel for: 'x'", "asked": ["x"], "indexes": ["/i"],
            "answers": [{"address": "/i/x/", "status": 404, "text": ""}], "metadata": [], "platform": "p"}));
        let message = said["diagnostic"]["message"].as_str().expect("a message");
        assert!(message.ends_with("- x: there is no such package at /i/x/"), "{message}");
    }

    #[test]
    fn odd_questions_have_an_answer() {
        for question in [json!({}), json!(1), json!({"unfetched": 1}), json!({"mip": 1})] {
            assert!(ask(&question).is_object());
        }
    }
}
