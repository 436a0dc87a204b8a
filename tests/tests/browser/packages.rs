//! Packages: installed from an index and from wheels beside the page, on both interpreters.

use std::io::Write as _;

use pyrite_tests::{Interpreter, Site};

/// A wheel with one module, written as the wheel format describes it.
pub(crate) fn wheel(name: &str, module: &str, requires: &str) -> Vec<u8> {
    let info = format!("{name}-1.0.dist-info");
    let requires = if requires.is_empty() { String::new() } else { format!("Requires-Dist: {requires}\n") };
    let files = [
        (format!("{name}.py"), module.to_owned()),
        (format!("{info}/METADATA"), format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}")),
        (
            format!("{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n".to_owned(),
        ),
        (format!("{info}/RECORD"), format!("{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }
    let script = "import os, sys, zipfile\nos.chdir(sys.argv[1])\nwith zipfile.ZipFile('/'.join([sys.argv[2], 'w']), 'w', zipfile.ZIP_DEFLATED) as z:\n    [z.write(os.path.join(d, f)) for d, _, fs in os.walk('.') for f in fs]";
    let out = tempfile::tempdir().unwrap();
    let made =
        std::process::Command::new("python3").args(["-c", script]).arg(folder.path()).arg(out.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(out.path().join("w")).unwrap()
}

fn page(config: &str, code: &str) -> Site {
    let file = |name: &str| format!("{name}-1.0-py3-none-any.whl");
    let listed =
        |name: &str| format!("<!doctype html><html><body><a href=\"/wheels/{0}\">{0}</a></body></html>", file(name));
    Site::page(&format!("<py-config>\n{config}\n</py-config>\n{}", Interpreter::Pyodide.script(code)))
        .file(
            "wheels/alpha-1.0-py3-none-any.whl",
            wheel("alpha", "import beta\nNAME = 'alpha with ' + beta.NAME\n", "beta"),
        )
        .file("wheels/beta-1.0-py3-none-any.whl", wheel("beta", "NAME = 'beta'\n", ""))
        .file("simple/alpha/index.html", listed("alpha"))
        .file("simple/beta/index.html", listed("beta"))
}

const INDEX: &str = "packages = [\"alpha\"]\nindex_urls = \"/simple/{package_name}/index.html\"";

/// The addresses of an index or a wheel that the page itself has asked for.
const ASKED: &str = "return performance.getEntriesByType('resource').map(({name}) => name).filter((name) => /simple|alpha|beta/.test(name))";

#[test]
fn a_wheel_beside_the_page_is_installed_without_another_site() {
    let page = page("packages = [\"./wheels/beta-1.0-py3-none-any.whl\"]", "import beta\nprint(beta.NAME)").open();
    page.wait_for_line("beta");
    page.assert_no_errors();
}

#[test]
fn the_second_visit_asks_no_index_and_fetches_no_wheel() {
    let page = page(INDEX, "import alpha\nprint(alpha.NAME)").open();
    page.wait_for_line("alpha with beta");
    let asked = page.run(ASKED);
    assert!(asked.as_array().is_some_and(|asked| asked.len() >= 4), "nothing was asked: {asked}");
    // The wheels are kept after the page has begun to run.
    let kept = "return (async () => (await (await caches.open('pyrite-packages')).keys()).filter(({url}) => url.endsWith('.whl')).length)()";
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while page.run(kept) != serde_json::json!(2) {
        assert!(std::time::Instant::now() < end, "the wheels are not kept");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    page.reload();
    page.wait_for_line("alpha with beta");
    assert_eq!(page.run(ASKED), serde_json::json!([]));
}

#[test]
fn a_package_that_cannot_be_had_is_named_with_micropips_words() {
    let page = page(&INDEX.replace("alpha", "gamma"), "print('never')").open();
    let seen = page.wait_for_all_done();
    let banner = page.wait_for_banner("Can't find a pure Python 3 wheel for: 'gamma'");
    assert_eq!(banner.code.as_deref(), Some("PY3102"));
    assert!(banner.text.contains("Hint: "), "{}", banner.text);
    assert_eq!(seen.printed("never"), 0);
}

/// A page with MicroPython and an index of packages in the form of micropython-lib's.
fn small(packages: &str, code: &str) -> Site {
    let config = format!("packages = {packages}\nindex_urls = [\"/pi\"]");
    Site::page(&format!("<mpy-config>\n{config}\n</mpy-config>\n{}", Interpreter::MicroPython.script(code)))
        .file(
            "pi/package/6/first/latest.json",
            r#"{"v": 1, "hashes": [["first/__init__.py", "ab12"]], "deps": [["second", "latest"]]}"#,
        )
        .file("pi/package/6/second/latest.json", r#"{"v": 1, "hashes": [["second.py", "ab34"]]}"#)
        .file("pi/file/ab/ab12", "NAME = 'first'\n")
        .file("pi/file/ab/ab34", "NAME = 'second'\n")
        .file("own/package.json", r#"{"urls": [["own.py", "src/own.py"]]}"#)
        .file("own/src/own.py", "NAME = 'own'\n")
        .file("single.py", "NAME = 'single'\n")
        .file("wheels/beta-1.0-py3-none-any.whl", wheel("beta", "NAME = 'beta'\n", ""))
}

#[test]
fn micropython_installs_names_files_folders_and_wheels() {
    let page = small(
        r#"["first", "./single.py", "./own/package.json", "./wheels/beta-1.0-py3-none-any.whl"]"#,
        "import first, second, single, beta\nprint(first.NAME, second.NAME, single.NAME, beta.NAME)",
    )
    .open();
    page.wait_for_line("first second single beta");
}

#[test]
fn micropython_has_ulab_when_it_is_asked_for() {
    small("[\"ulab\"]", "from ulab import numpy\nprint(sum(numpy.array([1, 2, 3])))").open().wait_for_line("6.0");
}

#[test]
fn micropython_names_the_package_that_is_missing() {
    let page = small("[\"gone\"]", "print('never')").open();
    let seen = page.wait_for_all_done();
    let banner = page.wait_for_banner("The package gone could not be installed");
    assert_eq!(banner.code.as_deref(), Some("PY3102"));
    assert_eq!(seen.printed("never"), 0);
}

#[test]
fn micropython_installs_while_it_runs() {
    let code = "import mip\nmip.install('first', index='/pi')\nimport first, second\nprint(first.NAME, second.NAME)";
    small("[]", code).open().wait_for_line("first second");
}
