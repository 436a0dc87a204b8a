//! The runtime and the interpreters inside the command.

use std::io::Read as _;
use std::process::Command;

use crate::command::{Folder, Server};
use crate::safety::runnable_by_others;

fn unpacked(answer: &crate::client::Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        "br" => brotli::Decompressor::new(&answer.body[..], 4096).read_to_end(&mut plain).unwrap(),
        "gzip" => flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut plain).unwrap(),
        _ => return answer.body.clone(),
    };
    plain
}

#[test]
fn each_file_has_its_type_and_the_encoding_the_browser_takes() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    for (path, media_type) in [
        ("core.js", "text/javascript; charset=utf-8"),
        ("core.css", "text/css; charset=utf-8"),
        ("pyrite.wasm", "application/wasm"),
        ("micropython/micropython.mjs", "text/javascript; charset=utf-8"),
        ("micropython/micropython.wasm", "application/wasm"),
        ("pyodide/pyodide.asm.wasm", "application/wasm"),
        ("pyodide/python_stdlib.zip", "application/zip"),
        ("pyodide/pyodide-lock.json", "application/json; charset=utf-8"),
    ] {
        let path = format!("/_pyrite/{path}");
        let mut plain: Option<Vec<u8>> = None;
        let mut etags = Vec::new();
        for (accepted, encoding) in
            [("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("", ""), ("br;q=0, gzip;q=0", "")]
        {
            let answer = server.get_with(&path, &[("Accept-Encoding", accepted)]);
            assert_eq!((answer.status, answer.header("content-encoding")), (200, encoding), "{path} {accepted}");
            assert_eq!(answer.header("content-type"), media_type, "{path}");
            assert_eq!(answer.header("vary"), "Accept-Encoding", "{path}");
            assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
            let bytes = unpacked(&answer);
            assert_eq!(plain.get_or_insert_with(|| bytes.clone()), &bytes, "{path} {accepted}");
            etags.push(answer.header("etag").to_owned());
            let known = [("Accept-Encoding", accepted), ("If-None-Match", answer.header("etag"))];
            let again = server.get_with(&path, &known);
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {accepted}");
        }
        assert!(etags[0] != etags[1] && etags[1] != etags[2], "each form has a tag of its own: {etags:?}");
        assert_eq!(etags[2], etags[3]);
        if path.ends_with(".wasm") {
            assert_eq!(plain.unwrap()[..4], *b"\0asm", "{path}");
        }
    }
}

#[test]
fn a_tag_of_one_form_does_not_stand_for_another() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let packed = server.get_with("/_pyrite/core.js", &[("Accept-Encoding", "br")]);
    let plain = server.get_with("/_pyrite/core.js", &[("If-None-Match", packed.header("etag"))]);
    assert_eq!(plain.status, 200);
}

#[test]
fn a_part_is_sent_only_of_the_plain_form() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let part = server.get_with("/_pyrite/pyodide/pyodide.asm.wasm", &[("Range", "bytes=0-3")]);
    assert_eq!((part.status, part.body.as_slice()), (206, b"\0asm".as_slice()));
    let packed = server.get_with("/_pyrite/pyrite.wasm", &[("Range", "bytes=0-3"), ("Accept-Encoding", "br")]);
    assert_eq!(packed.status, 200);
}

#[test]
fn an_address_with_the_hash_may_be_kept() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let etag = server.get("/_pyrite/core.js").header("etag").to_owned();
    let hash = &etag[1..17];
    let kept = server.get(&format!("/_pyrite/core.js?v={hash}"));
    assert_eq!(kept.header("cache-control"), "public, max-age=31536000, immutable");
    let other = server.get("/_pyrite/core.js?v=0000000000000000");
    assert_eq!(other.header("cache-control"), "no-cache");
}

#[test]
fn a_file_the_runtime_does_not_have_is_missing_with_a_hint() {
    let folder = Folder::with(&[("_pyrite/own.js", "the user's")]);
    let server = Server::start(&folder);
    let answer = server.get("/_pyrite/cor.js");
    assert_eq!((answer.status, answer.text().contains("did you mean /_pyrite/core.js?")), (404, true), "{answer:?}");
    assert_eq!(server.get("/_pyrite/own.js").status, 404);
}

#[test]
fn the_command_alone_is_enough() {
    let elsewhere = runnable_by_others();
    let folder = Folder::with(&[("index.html", "<!doctype html><p>home")]);
    let mut command = Command::new(elsewhere.join("pyrite"));
    // Nothing of this workspace, nothing from the network.
    command.env_clear().current_dir(folder.path()).args(["serve", "--port", "0"]);
    let server = Server::of(&mut command);
    assert!(server.get("/").text().contains("<p>home"));
    for path in ["core.js", "pyrite.wasm", "micropython/micropython.wasm", "pyodide/pyodide.asm.wasm"] {
        let answer = server.get_with(&format!("/_pyrite/{path}"), &[("Accept-Encoding", "br")]);
        assert_eq!(answer.status, 200, "{path}");
        assert!(unpacked(&answer).len() > answer.body.len(), "{path}");
    }
}
