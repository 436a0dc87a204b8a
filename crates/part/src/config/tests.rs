use super::*;

/// The answer as compact JSON, for a question in JSON.
fn ask(question: &str) -> Table {
    match json::parse(&answer(question)) {
        Ok(Value::Table(answer)) => answer,
        other => panic!("{other:?}"),
    }
}

fn part(answer: &Table, key: &str) -> String {
    answer.get(key).map_or("missing".into(), Value::to_json)
}

#[test]
fn what_the_parser_of_the_page_made_elements_of_is_text_again() {
    let question = r#"{"language":"py","elements":[{"text":"name = ''","html":"name = '&lt;<b>x</b>&amp;'"}]}"#;
    assert_eq!(part(&ask(question), "text"), r#""name = '<<b>x</b>&'""#);
}

#[test]
fn a_version_that_code_asks_for_wins() {
    let found = ask(r#"{"language":"py","worker":true,"version":"1.2","value":{"version":"1.0","interpreter":"0.1"}}"#);
    assert!(part(&found, "interpreter").contains(r#""version":"1.2""#));
}

#[test]
fn where_a_configuration_is() {
    assert_eq!(answer(r#"{"language":"py","elements":[],"attributes":[]}"#), r#"{"source":"none"}"#);
    assert_eq!(
        answer(r#"{"language":"py","elements":[{"src":null,"type":null,"text":" a = 1 ","parser":"./p.js"}]}"#),
        r#"{"source":"inline","format":"toml","text":" a = 1 ","parser":"./p.js"}"#
    );
    assert_eq!(
        answer(r#"{"language":"mpy","attributes":[{"value":"./a.json?x=1"}]}"#),
        r#"{"source":"file","format":"json","address":"./a.json?x=1","parser":null}"#
    );
    let found = ask(r#"{"language":"mpy","elements":[{"text":""},{"text":""}]}"#);
    assert_eq!(
        part(&found, "diagnostics"),
        concat!(
            r#"[{"code":"PY0409","severity":"error","message":"(PY0409): Too many mpy-config","#,
            r#""hint":"keep one <mpy-config> and put everything into it","place":null}]"#
        )
    );
}

/// A question about a page's text, with one package description if there is any.
fn page(description: Option<&str>) -> Table {
    const TEXT: &str = "
interpreter = '0.29.3'
packages = ['numpy>=2', './w/x.whl', './p.toml']
pakages = []
[files]
'./a.py' = ''
'./b.tar.gz' = './lib/*'
[js_modules.main]
'./m.css' = 'm'
";
    let mut question: Table = [
        ("language", "py"),
        ("format", "toml"),
        ("base", "https://x.org/a/index.html"),
        ("file", "index.html"),
        ("text", TEXT),
    ]
    .into_iter()
    .collect();
    question.insert("line", 10_i64);
    let descriptions = description
        .into_iter()
        .map(|text| [("address", "https://x.org/a/p.toml"), ("text", text)].into_iter().collect::<Table>());
    question.insert("descriptions", descriptions.collect::<Vec<_>>());
    ask(&Value::from(question).to_json())
}

#[test]
fn what_a_configuration_asks_for() {
    assert_eq!(part(&page(None), "needs"), r#"["https://x.org/a/p.toml"]"#);
    let found = page(Some("files = {'./c.py' = ''}\nodd = 1"));
    for (key, expected) in [
        ("needs", "[]"),
        (
            "diagnostics",
            concat!(
                r#"[{"code":"PY3100","severity":"warning","message":"(PY3100): `pakages` is not a key that Pyrite knows.","#,
                r#""hint":"did you mean `packages`?","place":{"file":"index.html","line":13,"source":"pakages = []"}}]"#
            ),
        ),
        (
            "downloads",
            concat!(
                r#"[{"source":"https://x.org/a/a.py","written":"./a.py","path":"./a.py","line":6},"#,
                r#"{"source":"https://x.org/a/b.tar.gz","written":"./b.tar.gz","folder":"./lib/","archive":"tar.gz","line":7},"#,
                r#"{"source":"https://x.org/a/c.py","written":"./c.py","path":"./c.py","line":3}]"#
            ),
        ),
        (
            "packages",
            concat!(
                r#"[{"kind":"named","written":"numpy>=2","name":"numpy","requirement":"numpy>=2","version":null,"line":3},"#,
                r#"{"kind":"wheel","written":"./w/x.whl","address":"https://x.org/a/w/x.whl","line":3}]"#
            ),
        ),
        ("main_modules", r#"[{"source":"https://x.org/a/m.css","name":"m","css":true,"esm":"https://esm.run/m"}]"#),
        (
            "interpreter",
            r#"{"version":"0.29.3","address":"https://cdn.jsdelivr.net/pyodide/v0.29.3/full/pyodide.mjs"}"#,
        ),
    ] {
        assert_eq!(part(&found, key), expected, "{key}");
    }
    assert!(part(&found, "config").ends_with(r#""type":"py"}"#));
}

#[test]
fn errors_are_all_that_is_answered() {
    let found = ask(r#"{"language": "py", "format": "toml", "text": "a = b", "address": "./c.toml"}"#);
    assert_eq!(found.len(), 1);
    assert!(part(&found, "diagnostics").contains(r"(PY1000): Invalid TOML @ ./c.toml\nline 1, column 5: "));
    let found = ask(r#"{"language": "py", "format": "json", "text": "[1]"}"#);
    assert!(part(&found, "diagnostics").contains("but this is a list"));
    let found = ask(r#"{"language": "py", "value": {"files": {"a": "b", "c": "b"}, "packages": 1}}"#);
    let said = part(&found, "diagnostics");
    assert!(said.contains("`packages` should be") && said.contains("Duplicated destination: b"), "{said}");
    let found = page(Some("a"));
    assert!(part(&found, "diagnostics").contains("Invalid TOML @ https://x.org/a/p.toml"));
    assert!(answer("nonsense").contains("no JSON object"));
}

#[test]
fn a_value_needs_no_text() {
    let found =
        ask(r#"{"language": "mpy", "value": {"packages": ["ulab", "github:o/r@v1"], "debug": true, "own": [1]}}"#);
    assert_eq!(part(&found, "config"), r#"{"packages":["ulab","github:o/r@v1"],"debug":true,"own":[1],"type":"mpy"}"#);
    assert_eq!(part(&found, "variant"), r#""-settrace-ulab""#);
    assert_eq!(part(&found, "debug"), "true");
    assert_eq!(
        part(&found, "packages"),
        r#"[{"kind":"mip","written":"github:o/r@v1","address":"github:o/r","version":"v1","line":0}]"#
    );
}

#[test]
fn a_file_that_could_not_be_fetched_has_words() {
    let missing = answer(r#"{"unfetched": "./a.csv", "status": 404, "text": ""}"#);
    assert!(
        missing.starts_with(r#"{"code":"PY0404","severity":"error","message":"(PY0404): Fetching from URL ./a.csv"#),
        "{missing}"
    );
    let unreachable = answer(r#"{"unfetched": "./a.csv", "text": "Failed to fetch"}"#);
    assert!(unreachable.contains("PY0001") && unreachable.contains("Failed to fetch"), "{unreachable}");
}

#[test]
fn without_toml_the_rest_is_the_same() {
    let question = r#"{"language": "mpy", "format": "json", "text": "{\"packages\": [\"ulab\"]}"}"#;
    assert_eq!(answer_json(question), answer(question));
    assert!(answer_json(r#"{"language": "mpy", "format": "toml", "text": ""}"#).contains("reads no TOML"));
}
