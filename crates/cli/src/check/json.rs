//! Findings for other programs.

use serde_json::{Value, json};

use super::Shown;

/// One object with all findings. Lines and columns count from one, offsets are bytes.
pub(crate) fn render(found: &[Shown]) -> String {
    let findings: Vec<Value> = found.iter().map(finding).collect();
    let mut text = format!("{:#}", json!({ "version": 1, "findings": findings }));
    text.push('\n');
    text
}

fn finding(shown: &Shown) -> Value {
    let finding = &shown.finding;
    let place =
        |(line, column): (usize, usize), offset: usize| json!({ "line": line, "column": column, "offset": offset });
    let related: Vec<Value> = finding
        .related
        .iter()
        .zip(&shown.related)
        .map(|(other, (path, text))| {
            let start = pyrite_check::position(text, other.span.start);
            json!({ "file": path, "start": place(start, other.span.start), "message": other.text })
        })
        .collect();
    let fix = finding.fix.as_ref().map(|fix| {
        let edits: Vec<Value> =
            fix.edits.iter().map(|edit| json!({ "start": edit.start, "end": edit.end, "text": edit.text })).collect();
        json!({ "title": fix.title, "edits": edits })
    });
    json!({
        "code": finding.code.as_str(),
        "level": finding.level.as_str(),
        "file": shown.path,
        "start": place(shown.start(), finding.span.start),
        "end": place(shown.end(), finding.span.end),
        "message": finding.message,
        "hint": finding.hint,
        "docs": format!("docs/{}", finding.docs()),
        "related": related,
        "fix": fix,
    })
}
