//! Packages on MicroPython: from an index in the form of micropython-lib's, from addresses, and while Python runs.

use std::time::Duration;

use pyrite_tests::{Fault, Interpreter, Site};

use crate::wheels::Wheel;

/// A page with MicroPython, this configuration and an index.
fn page_with(config: &str, attributes: &str, code: &str) -> Site {
    let script = Interpreter::MicroPython.script_with(attributes, code);
    Site::page(&format!("<mpy-config>\n{config}\n</mpy-config>\n{script}"))
        .file(
            "pi/package/6/first/latest.json",
            r#"{"v": 1, "hashes": [["first/__init__.py", "ab12"]], "deps": [["second", "latest"]]}"#,
        )
        .file("pi/package/6/second/latest.json", r#"{"v": 1, "hashes": [["second.py", "ab34"]]}"#)
        .file("pi/package/6/second/1.5.json", r#"{"v": 1, "hashes": [["second.py", "ab15"]]}"#)
        .file("pi/package/6/needy/latest.json", r#"{"v": 1, "deps": [["gone", "latest"]]}"#)
        .file("pi/package/6/hollow/latest.json", r#"{"v": 1, "hashes": [["hollow.py", "cd00"]]}"#)
        .file("pi/package/6/broken/latest.json", "<html>")
        .file("pi/file/ab/ab12", "NAME = 'first'\n")
        .file("pi/file/ab/ab34", "NAME = 'second'\n")
        .file("pi/file/ab/ab15", "NAME = 'second 1.5'\n")
        .file("own/package.json", r#"{"urls": [["own.py", "src/own.py"]]}"#)
        .file("own/src/own.py", "NAME = 'own'\n")
        .file("single.py", "NAME = 'single'\n")
        .file("wheels/beta-1.0-py3-none-any.whl", Wheel::pure("beta", "1.0", &[]).bytes())
}

fn page(packages: &str, code: &str) -> Site {
    page_with(&format!("packages = {packages}\nindex_urls = [\"/pi\"]"), "", code)
}

#[test]
fn names_files_folders_and_wheels_are_installed() {
    let packages = r#"["first", "./single.py", "./own/package.json", "./wheels/beta-1.0-py3-none-any.whl"]"#;
    let show = "import first, second, single, own, beta\nfrom pyscript import document\ndocument.body.append(' '.join([first.NAME, second.NAME, single.NAME, own.NAME, beta.NAME]))";
    for attributes in ["", "worker"] {
        let page = page_with(&format!("packages = {packages}\nindex_urls = \"/pi\""), attributes, show).open();
        page.wait("all modules", |seen| seen.text.contains("first second single own beta"));
        page.assert_no_errors();
    }
}

#[test]
fn a_name_is_looked_for_in_all_indexes() {
    let show = "import mip\nmip.install('third')\nimport first, second, extra, third\nfrom pyscript import window\nwindow.console.log('has', first.NAME, second.NAME, extra.NAME, third.NAME)";
    for attributes in ["", "worker"] {
        let config = "packages = [\"first\", \"extra\"]\nindex_urls = [\"/more/\", \"/pi\"]";
        let page = page_with(config, attributes, show)
            .file(
                "more/package/6/extra/latest.json",
                r#"{"hashes": [["extra.py", "ef01"]], "deps": [["second", "1.5"]]}"#,
            )
            .file("more/package/6/third/latest.json", r#"{"hashes": [["third.py", "ef02"]]}"#)
            .file("more/file/ef/ef01", "NAME = 'extra'\n")
            .file("more/file/ef/ef02", "NAME = 'third'\n")
            .open();
        page.wait("all modules", |seen| {
            seen.logged().iter().any(|line| line.starts_with("has first second") && line.ends_with("extra third"))
        });
        page.assert_no_errors();
    }
    let config = "packages = [\"gone\"]\nindex_urls = [\"/more\", \"/pi\"]";
    let page = page_with(config, "", "print('never')").open();
    page.wait_for_banner("The package gone could not be installed: Package not found: ");
}

#[test]
fn repositories_are_installed_from() {
    // That site cannot be reached by tests: a service worker brings what it would answer from the test's own server.
    let hub = "addEventListener('activate', (event) => event.waitUntil(clients.claim()));\n\
               addEventListener('fetch', (event) => { const { host, pathname } = new URL(event.request.url); \
               if (host === 'raw.githubusercontent.com') event.respondWith(fetch(`/hub${pathname}`)); })";
    let show = "import top, nested, one\nprint('has', top.NAME, nested.NAME, one.NAME)\nimport mip";
    // What Python asks for itself goes past service workers, so here it is only looked where it asks.
    let later =
        "try:\n  mip.install('github:owner/later/later.py', version='v2')\nexcept OSError as error:\n  print(error)";
    let packages = "packages = [\"github:owner/repo/path\", \"github:owner/single/one.py@v1\"]";
    let server = page_with(packages, "", &format!("{show}\n{later}"))
        .file("hub.js", hub)
        .file("empty.html", "<!doctype html><title>Empty</title>")
        .file(
            "hub/owner/repo/HEAD/path/package.json",
            r#"{"urls": [["top.py", "top.py"], ["nested.py", "github:owner/repo/other/nested.py"]]}"#,
        )
        .file("hub/owner/repo/HEAD/path/top.py", "NAME = 'top'\n")
        .file("hub/owner/repo/HEAD/other/nested.py", "NAME = 'nested'\n")
        .file("hub/owner/single/v1/one.py", "NAME = 'one v1'\n")
        .serve();
    let page = server.open("/empty.html");
    page.run("return navigator.serviceWorker.register('/hub.js').then(() => null)");
    page.wait_until("navigator.serviceWorker.controller");
    page.goto("/");
    page.wait_for_line("has top nested one v1");
    page.wait_for_line("Downloading https://raw.githubusercontent.com/owner/later/v2/later.py to /lib/later.py");
}

#[test]
fn versions_and_tables_are_known() {
    let show = "import second\nprint('has', second.NAME)";
    for packages in [
        "packages = [\"second==1.5\"]\nindex_urls = \"/pi\"",
        "packages = [\"second@1.5\"]\nindex_urls = \"/pi\"",
        "index_urls = \"/pi\"\n[packages]\nsecond = \"1.5\"",
    ] {
        page_with(packages, "", show).open().wait_for_line("has second 1.5");
    }
}

#[test]
fn the_page_lives_while_packages_come() {
    let code = "import first, second, js\nprint('ticks', js.ticks > 5)";
    let script = "<script>var ticks = 0; setInterval(() => ticks++, 10)</script>";
    let site =
        page_with("packages = [\"first\"]\nindex_urls = \"/pi\"", "", &format!("{code}\n</script>{script}<script>"));
    site.fault("pi/file/ab/ab34", Fault::Late(Duration::from_secs(1))).open().wait_for_line("ticks True");
}

#[test]
fn variants_have_what_was_asked_for() {
    page("[\"ulab\"]", "from ulab import numpy\nprint(sum(numpy.array([1, 2, 3])))").open().wait_for_line("6.0");
    let config = "packages = [\"ulab\"]\ndebug = true";
    let both = "import sys\nfrom ulab import numpy\nprint(callable(sys.settrace), numpy.dot(numpy.array([1, 2]), numpy.array([3, 4])))";
    page_with(config, "", both).open().wait_for_line("True 11.0");
    page_with("debug = true", "", "import sys\nprint(callable(sys.settrace))").open().wait_for_line("True");
}

#[test]
fn what_cannot_be_had_is_named_with_reason_and_way_out() {
    for (packages, parts) in [
        (
            "[\"gone\"]",
            ["The package gone could not be installed: Package not found: ", "MicroPython's index has no `gone`"],
        ),
        (
            "[\"needy\"]",
            ["The package needy could not be installed: needy asks for gone. Package not found: ", "no `gone`"],
        ),
        ("[\"hollow\"]", ["The package hollow could not be installed: File not found: ", "check the address"]),
        ("[\"broken\"]", ["The package broken could not be installed: its description ", "cannot be read"]),
        ("[\"./none/\"]", ["Package not found: ", "/none/package.json"]),
        ("[\"./none.whl\"]", ["The package ./none.whl could not be installed: File not found: ", "/none.whl"]),
    ] {
        let page = page(packages, "print('never')").open();
        let seen = page.wait_for_all_done();
        let banner = page.wait_for_banner(parts[0]);
        assert_eq!(banner.code.as_deref(), Some("PY3102"), "{packages}");
        assert!(banner.text.contains(parts[1]), "{packages}: {}", banner.text);
        assert_eq!(seen.printed("never"), 0);
    }
    let unreachable = page("[\"first\"]", "print('never')").fault("ab34", Fault::Refuse).open();
    unreachable.wait_for_all_done();
    assert!(
        unreachable
            .wait_for_banner("The package first could not be installed: first asks for second. ")
            .text
            .contains("CORS")
    );
}

#[test]
fn mip_installs_while_python_runs() {
    let code = "import mip\nmip.install('first')\nmip.install(base + '/single.py')\nmip.install(base + '/own')\nimport first, second, single, own\nfrom pyscript import document\ndocument.body.append(' '.join([first.NAME, second.NAME, single.NAME, own.NAME]))";
    let code = format!("from pyscript import window\nbase = str(window.location.origin)\n{code}");
    for attributes in ["", "worker"] {
        let page = page_with("index_urls = \"/pi\"", attributes, &code).open();
        page.wait("all modules", |seen| seen.text.contains("first second single own"));
        page.assert_no_errors();
    }
}

#[test]
fn mip_says_what_it_cannot_install() {
    let code = "import mip
for package in ['gone', 'hollow', 'broken', 'https://example.org/x.whl']:
    try:
        mip.install(package, index='/pi')
    except OSError as error:
        print('error', error)
print('end')";
    let page = page_with("name = \"x\"", "", code).open();
    let seen = page.wait_for_line("end");
    for words in [
        "error Package not found: /pi/package/6/gone/latest.json",
        "error File not found: /pi/file/cd/cd00",
        "Package may be partially installed",
    ] {
        assert!(seen.printed(words) > 0, "no {words:?} in {:?}", seen.logged());
    }
    for words in ["error No package description: ", "error Not a package of mip: "] {
        assert!(seen.logged().iter().any(|line| line.contains(words)), "no {words:?} in {:?}", seen.logged());
    }
}
