//! `pyrite new`.

use std::fs;

use crate::helpers::Place;

#[test]
fn every_template_passes_the_check() {
    for template in ["hello", "data", "game", "notebook", "worker"] {
        let place = Place::with(&[]);
        let made = place.output(&["new", "a page", "--template", template]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert_eq!(place.names(), ["a page"]);
        assert!(place.read("a page/index.html").contains("<title>a page</title>"), "{template}");
        let checked = place.run(&["check", "a page"]);
        assert!(
            checked.contains("exit code 0\n--- stdout\n--- stderr\nNothing to find fault with"),
            "{template}: {checked}"
        );
    }
}

#[test]
fn editors_find_the_types() {
    let place = Place::with(&[]);
    place.output(&["new", "page"]);
    let project: toml::Table = toml::from_str(&place.read("page/pyproject.toml")).unwrap();
    assert_eq!(project["project"]["name"].as_str(), Some("page"));
    let folder = project["tool"]["pyright"]["stubPath"].as_str().unwrap();
    assert!(place.join("page").join(folder).join("pyscript/__init__.pyi").exists());
    assert!(place.join("page").join(folder).join("js/__init__.pyi").exists());
    // PyCharm reads which folders are sources from here.
    assert!(place.read("page/.idea/page.iml").contains("/typings\""));
    assert!(place.read("page/.idea/modules.xml").contains("/page.iml\""));
}

#[test]
fn what_is_there_is_not_overwritten() {
    let place = Place::with(&[("page/index.html", "mine"), ("file", "mine")]);
    insta::assert_snapshot!(
        place.run(&["new", "page"]) + &place.run(&["new", "file"]) + &place.run(&["new", "a/..", "--quiet"])
    );
    assert_eq!((place.read("page/index.html"), place.read("file")), ("mine".to_owned(), "mine".to_owned()));
    assert_eq!(fs::read_dir(place.join("page")).unwrap().count(), 1);
}

#[test]
fn a_script_becomes_a_page() {
    let place = Place::with(&[
        ("analysis.py", "import numpy as np\nimport helper\nprint(np.arange(helper.N))\n"),
        ("helper.py", "from PIL import Image\nN = 3\n"),
        ("other.py", "not imported"),
    ]);
    let mut all = place.run(&["new", "--from", "analysis.py"]);
    for file in ["index.html", "main.py", "helper.py", "pyscript.toml"] {
        all.push_str(&format!("--- {file}\n{}", place.read(&format!("analysis/{file}"))));
    }
    insta::assert_snapshot!(all);
    assert!(!place.join("analysis/other.py").exists());
    assert_eq!(place.output(&["check", "analysis"]).status.code(), Some(0));
}

#[test]
fn a_script_that_waits_runs_in_a_worker() {
    let place = Place::with(&[("clock.py", "import time\nwhile True:\n    print(time.time())\n    time.sleep(1)\n")]);
    insta::assert_snapshot!(place.run(&["new", "my clock", "--from", "clock.py"]) + &place.read("my clock/index.html"));
    assert_eq!(place.output(&["check", "my clock"]).status.code(), Some(0));
}

#[test]
fn scripts_that_cannot_be_read_are_told() {
    let place = Place::with(&[("broken.py", "def f(:\n")]);
    place.write("latin.py", b"# \xe9\n");
    let mut all = String::new();
    for arguments in [
        &["new", "--from", "gone.py"][..],
        &["new", "--from", "latin.py"],
        &["new", "--from", "broken.py"],
        &["new"],
        &["new", "x", "--template", "blog"],
    ] {
        all.push_str(&place.run(arguments));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_place_where_nothing_may_be_made_is_told() {
    // Not even root makes folders there.
    let said = Place::with(&[]).run(&["new", "/proc/pyrite-page"]);
    assert!(said.contains("exit code 1\n") && said.contains("error: `/proc/pyrite-page` "), "{said}");
    assert!(said.contains("\nhint: "), "{said}");
}
