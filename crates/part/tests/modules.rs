//! The parts as a browser gets them: they import nothing, and answer what the same code answers on a machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::Command;

const HOST: &str = r#"
const [file, ...requests] = process.argv.slice(1);
const module = new WebAssembly.Module(require("fs").readFileSync(file));
const { exports } = new WebAssembly.Instance(module);
for (const request of requests) {
    const input = new TextEncoder().encode(request);
    const at = exports.alloc(input.length);
    new Uint8Array(exports.memory.buffer, at, input.length).set(input);
    const answer = exports.run(at, input.length);
    const length = new DataView(exports.memory.buffer).getUint32(answer, true);
    console.log(new TextDecoder().decode(new Uint8Array(exports.memory.buffer, answer + 4, length)));
}
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds all parts as the distribution does, and gives the folder that they are in.
fn build() -> PathBuf {
    let target = root().join("target/web");
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .args(["build", "--quiet", "--package", "pyrite-part", "--bins", "--profile", "wasm"])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target)
        .output()
        .expect("cargo can be started");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}\nif the target is missing: rustup target add wasm32-unknown-unknown");
    target.join("wasm32-unknown-unknown/wasm")
}

/// The numbers of the sections of a module, with what is in them.
fn sections(module: &[u8]) -> Vec<(u8, &[u8])> {
    assert_eq!(module.get(..8), Some(&b"\0asm\x01\0\0\0"[..]), "this is no WebAssembly");
    let mut sections = Vec::new();
    let mut rest = &module[8..];
    while let [number, after @ ..] = rest {
        let mut length = 0;
        let mut used = 0;
        for byte in after {
            length |= usize::from(byte & 0x7f) << (7 * used);
            used += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (content, behind) = after[used..].split_at(length);
        sections.push((*number, content));
        rest = behind;
    }
    sections
}

/// What a part answers, one line for each request.
fn ask(module: &Path, requests: &[&str]) -> Vec<String> {
    let output = Command::new("node").args(["-e", HOST, "--"]).arg(module).args(requests).output();
    let output = output.expect("Node.js runs the parts here; install it: sudo apt-get install nodejs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(Into::into).collect()
}

#[test]
fn parts_import_nothing_and_answer() {
    type Native = fn(&str) -> String;
    const IMPORTS: u8 = 2;
    const CODE: u8 = 10;
    let folder = build();
    let toml = "packages = ['numpy', './x.toml']\n[files]\n'./é 🐍.zip' = './*'\n";
    let deep = format!("a = {}1{}", "[".repeat(100), "]".repeat(100));
    let long = format!("a = '{}'", "x".repeat(100_000));
    let question =
        serde_json::json!({ "language": "py", "format": "toml", "text": toml, "base": "https://x.org/" }).to_string();
    let json = serde_json::json!({ "language": "py", "format": "json", "text": "{\"pakages\": []}" }).to_string();
    let parts: [(&str, Native, Vec<&str>); 3] = [
        ("part-toml", pyrite_part::toml::answer, vec![toml, &deep, &long, "a = b", ""]),
        ("part-config", pyrite_part::config::answer, vec![&question, &json, "{}", &question]),
        ("part-config-json", pyrite_part::config::answer_json, vec![&json, &question]),
    ];
    for (name, native, requests) in parts {
        let file = folder.join(name).with_extension("wasm");
        let module = std::fs::read(&file).unwrap();
        let sections = sections(&module);
        assert!(sections.iter().any(|(number, code)| *number == CODE && code.len() > 5000), "{name} holds no code");
        let imports = sections.iter().find(|(number, _)| *number == IMPORTS);
        assert!(imports.is_none_or(|(_, content)| content == b"\0"), "{name} imports something: {imports:?}");
        let answers = ask(&file, &requests);
        let expected: Vec<_> = requests.iter().map(|request| native(request)).collect();
        assert!(answers == expected, "{name} answers {answers:?} instead of {expected:?}");
    }
}
