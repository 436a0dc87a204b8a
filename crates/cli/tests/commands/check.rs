//! `pyrite check`.

use std::os::unix::fs::symlink;

use crate::helpers::Place;

const HEAD: &str = "<!doctype html>\n<script type=\"module\" src=\"/_pyrite/core.js\"></script>\n";

/// A page with an error, a warning and a note, two of which can be mended.
fn faulty() -> Place {
    let page = format!(
        "{HEAD}<mpy-config>\n[js_modules.main]\n\"https://esm.run/d3\" = \"d3\"\n</mpy-config>\n\
         <script type=\"mpy\">\n  import time\n  from js import Map\n\n  Map()\n  time.sleep(1)\n</script>\n"
    );
    Place::with(&[("site/index.html", &page), ("site/node_modules/x/index.html", "<script type=\"py\">(</script>")])
}

#[test]
fn findings_are_shown_with_their_lines() {
    insta::assert_snapshot!(faulty().run(&["check", "site"]));
}

#[test]
fn findings_for_programs() {
    let place = faulty();
    insta::assert_snapshot!("json", place.run(&["check", "site", "--format", "json"]));
    insta::assert_snapshot!("github", place.run(&["check", "site/index.html", "--format", "github"]));
    insta::assert_snapshot!("sarif", place.run(&["check", "site", "--format", "sarif", "--quiet"]));
    let output = place.output(&["check", "site", "--format", "json"]);
    let parsed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(parsed["findings"].as_array().unwrap().len(), 3);
}

#[test]
fn fixing_mends_and_shows_what_is_left() {
    let place = faulty();
    insta::assert_snapshot!("fixing", place.run(&["check", "site", "--fix", "--verbose"]));
    insta::assert_snapshot!("fixed", place.read("site/index.html"));
    assert_eq!(place.names(), ["site"]);
    // What is mended is found no more, and a note is no reason to fail.
    assert_eq!(place.output(&["check", "site"]).status.code(), Some(0));
}

#[test]
fn two_places_of_one_finding_are_both_shown() {
    let page = format!(
        "{HEAD}<script type=\"mpy\">\nfrom pyscript import PyWorker\n\nasync def main_task():\n    await pw.sync.worker_task()\n\n\
         pw = PyWorker(\"./worker.py\", type=\"pyodide\")\npw.sync.main_task = main_task\n</script>\n"
    );
    let worker = "from pyscript import sync\n\nsync.worker_task = lambda: print('fine')\nsync.main_task()\n";
    insta::assert_snapshot!(Place::with(&[("index.html", &page), ("worker.py", worker)]).run(&["check"]));
}

#[test]
fn a_host_may_need_headers() {
    let page = format!("{HEAD}<script type=\"py\" worker>\nprint(1)\n</script>\n");
    let place = Place::with(&[("index.html", &page)]);
    insta::assert_snapshot!("host", place.run(&["check", "--target", "netlify"]));
    place.write(
        "_headers",
        "/*\n  Cross-Origin-Opener-Policy: same-origin\n  Cross-Origin-Embedder-Policy: require-corp\n",
    );
    assert_eq!(place.output(&["check", "--target", "netlify"]).status.code(), Some(0));
}

#[test]
fn a_page_without_faults_is_said_to_be_so() {
    let place = Place::with(&[("index.html", &format!("{HEAD}<script type=\"mpy\">print(1)</script>"))]);
    insta::assert_snapshot!("clean", place.run(&["check"]));
    let quiet = place.output(&["check", "--quiet"]);
    assert_eq!((quiet.stdout.len(), quiet.stderr.len()), (0, 0));
}

#[test]
fn what_cannot_be_checked_has_a_code_of_its_own() {
    let place = Place::with(&[("notes.txt", ""), ("site/index.htm", "<p>"), ("empty/a.txt", "")]);
    let mut all = String::new();
    for arguments in [
        &["check", "siet"][..],
        &["check", "notes.txt"],
        &["check", "empty"],
        &["check", "--explain", "PY40404"],
        &["check", "--format", "xml"],
    ] {
        all.push_str(&place.run(arguments));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn broken_input_is_told_where_it_is() {
    let page = format!(
        "{HEAD}<py-config src=\"./a.toml\"></py-config><mpy-config>{{</mpy-config>\n<script type=\"py\" src=\"./a.py\"></script>\n\
         <script type=\"py\" src=\"./b.py\"></script><script type=\"py\" src=\"./loop.py\"></script>\n<script type=\"mpy\"> <p <!-- "
    );
    let place = Place::with(&[("index.html", &page), ("a.toml", "packages = [\n"), ("a.py", "def f(:\n")]);
    place.write("b.py", b"x = '\xff'\n");
    symlink("loop.py", place.join("loop.py")).unwrap();
    place.write("latin.html", b"<p>\xe9");
    // A folder that leads to itself is walked once.
    symlink(".", place.join("again")).unwrap();
    insta::assert_snapshot!(place.run(&["check"]));
}

#[test]
fn nothing_is_said_about_the_gallery() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let output = Place::with(&[]).output(&["check", examples, "--target", "static", "--format", "github"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    // Workers are slower on a plain server, and that is all there is to say.
    let rest: Vec<&str> = said.lines().filter(|line| !line.contains("title=PY5009")).collect();
    assert!(rest.is_empty(), "{rest:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(" pages."));
}

#[test]
fn what_is_missing_at_the_end_of_a_file_is_shown_there() {
    let page =
        format!("{HEAD}<script type=\"py\" src=\"./a.py\"></script><script type=\"py\" src=\"./b.py\"></script>");
    let place = Place::with(&[("index.html", &page), ("a.py", "x = ("), ("b.py", "é = {\n")]);
    insta::assert_snapshot!(place.run(&["check"]));
}

#[test]
fn a_code_is_explained_from_the_guide() {
    insta::assert_snapshot!(Place::with(&[]).run(&["check", "--explain", "py5005"]));
}

#[test]
fn wheels_and_archives_on_the_disk_are_looked_into() {
    let page = format!(
        "{HEAD}<py-config>\npackages = [\"./mine-1.0-py3-none-any.whl\", \"./other-1.0-cp312-cp312-manylinux_2_17_x86_64.whl\"]\n\
         [files]\n\"./data.tar.gz\" = \"./data/*\"\n</py-config>\n<script type=\"py\">\nimport mine\n</script>\n"
    );
    let place = Place::with(&[("index.html", &page)]);
    place.write("mine-1.0-py3-none-any.whl", b"PK\x03\x04\xff");
    place.write("other-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", b"PK\x05\x06");
    place.write("data.tar.gz", b"\x1f\x8b\x08\x00\xff");
    insta::assert_snapshot!(place.run(&["check"]));
}
