//! Findings in the Static Analysis Results Interchange Format, version 2.1.0.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Shown;

/// One run with all findings.
pub(crate) fn render(found: &[Shown]) -> String {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for shown in found {
        let code = shown.finding.code.as_str();
        rules
            .entry(code)
            .or_insert_with(|| json!({ "id": code, "help": { "text": format!("docs/{}", shown.finding.docs()) } }));
    }
    let results: Vec<Value> = found.iter().map(result).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pyrite",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(shown: &Shown) -> Value {
    let finding = &shown.finding;
    let ((line, column), (end_line, end_column)) = (shown.start(), shown.end());
    let text = match &finding.hint {
        Some(hint) => format!("{}\nhint: {hint}", finding.message),
        None => finding.message.clone(),
    };
    json!({
        "ruleId": finding.code.as_str(),
        "level": finding.level.as_str(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": shown.path },
            "region": { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
        } }],
    })
}
