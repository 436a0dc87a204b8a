//! `pyrite build --snapshot`: pages start with their packages in memory, and their first imports done.

use std::fs;
use std::path::Path;
use std::process::Command;

use pyrite_tests::{Browser, HEAD, Host, Interpreter, Page, Site, paths};

use crate::wheels::Wheel;

pub(crate) const WITHOUT: &str = "starts without its snapshot";

/// A package with a generator of its own, and one that is seeded.
const LUCKY: &str = "import random\nown = random.Random()\nfixed = random.Random(7)\n";
/// One that needs more memory than Pyodide starts with.
const HEAVY: &str = "DATA = bytearray(b'heavy') + bytearray(48 << 20)\n";
const SECRETIVE: &str = "import os\nTOKEN = os.urandom(8)\n";
const HOLDING: &str = "from js import Object\nheld = Object.new()\n";
const WRITING: &str = "open('/tmp/written', 'w').close()\n";
const BROKEN: &str = "raise RuntimeError('never here')\n";

/// Writes the lock file, from these wheels and those of the tests.
#[track_caller]
pub(crate) fn locked(mut site: Site, wheels: &[(&str, &str)]) -> Site {
    let own = site.folder().join("wheels");
    fs::create_dir_all(&own).unwrap();
    for (name, module) in wheels {
        let wheel = Wheel::pure(name, "1.0", &[]);
        site = site.file(&format!("wheels/{}", wheel.file()), wheel.with_module(module));
    }
    let output = Command::new(paths::pyrite())
        .args(["lock", "--offline", "--find-links"])
        .arg(paths::root().join("target/test-wheels"))
        .arg("--find-links")
        .arg(&own)
        .arg(site.folder())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::remove_dir_all(own).unwrap();
    site
}

/// The snapshots of a build.
pub(crate) fn snapshots(out: &Path) -> Vec<std::path::PathBuf> {
    let folders = fs::read_dir(out).unwrap().flatten().map(|entry| entry.path().join("pyodide"));
    let files = folders.filter(|folder| folder.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap().flatten());
    let files = files.map(|entry| entry.path());
    files
        .filter(|path| path.to_string_lossy().contains("snapshot") && path.extension().is_some_and(|end| end == "bin"))
        .collect()
}

#[track_caller]
pub(crate) fn assert_restored(page: &Page) {
    page.assert_no_errors();
    let seen = page.seen();
    assert!(!seen.warnings().iter().any(|line| line.contains(WITHOUT)), "{}", seen.report());
}

/// What the page has logged behind a word.
fn told(page: &Page, word: &str) -> Vec<String> {
    let seen = page.wait(word, |seen| seen.logged().iter().any(|line| line.starts_with(word)));
    let line = seen.logged().into_iter().find(|line| line.starts_with(word)).unwrap_or_default().to_owned();
    line.split(' ').skip(1).map(str::to_owned).collect()
}

/// Says whether modules were there before they were imported, and what they give. A worker has a console of its own.
const CODE: &str = "import sys\n\
     there = [name in sys.modules for name in ('rich.console', 'heavy', 'lucky', 'sqlite3')]\n\
     import io, sqlite3, random, secrets, uuid, heavy, lucky, rich.console, pygments.lexers.python\n\
     import importlib.metadata\n\
     from pyscript import window\n\
     def say(*words):\n\
     \u{20}   window.console.log(' '.join(map(str, words)))\n\
     say('WHERE', 'there', *there)\n\
     out = io.StringIO()\n\
     rich.console.Console(file=out, width=20).print('[bold]hello[/]')\n\
     import rich.pretty\n\
     say('WHERE', 'works', out.getvalue().strip(), len(heavy.DATA) >> 20, heavy.DATA[:5].decode(),\n\
     \u{20}   importlib.metadata.version('rich'), rich.pretty.__file__, lucky.fixed.randrange(1000),\n\
     \u{20}   sqlite3.connect(':memory:').execute('select 6 * 7').fetchone()[0])\n\
     say('WHERE-drawn', random.random(), lucky.own.random(), secrets.token_hex(), uuid.uuid4(), uuid.uuid1().hex)\n\
     big = bytearray(80 << 20)\n\
     say('WHERE', 'grows', len(big) >> 20)\n";

#[test]
fn a_page_and_its_worker_start_with_their_packages_in_memory() {
    let config = "<py-config>packages = ['rich', 'heavy', 'lucky']</py-config>";
    let own = r#"worker config='{"packages": ["lucky", "rich", "heavy"]}'"#;
    let on = Interpreter::Pyodide;
    let body = format!(
        "{config}{}{}",
        on.script(&CODE.replace("WHERE", "page")),
        on.script_with(own, &CODE.replace("WHERE", "worker"))
    );
    let site = locked(Site::page(&body), &[("heavy", HEAVY), ("lucky", LUCKY)]);
    let host = Host::build(site.folder(), &["--snapshot"]);
    let snapshots = snapshots(&host.out());
    assert_eq!(snapshots.len(), 1, "both ask for the same: {snapshots:?}");
    let server = host.serve();
    let visit = |restored: bool| {
        let page = server.open_in(Browser::fresh(), "/");
        let mut drawn = Vec::new();
        for place in ["page", "worker"] {
            let there = if restored { "True True True True" } else { "False False False False" };
            page.wait_for_line(&format!("{place} there {there}"));
            page.wait_for_line(&format!(
                "{place} works hello 48 heavy 15.0.0 /lib/python3.14/site-packages/rich/pretty.py 331 42"
            ));
            drawn.push(told(&page, &format!("{place}-drawn")));
            page.wait_for_line(&format!("{place} grows 80"));
        }
        page.wait_for_all_done();
        page.assert_no_errors();
        // It comes with the page, which asks for it once.
        let asked = page.text_of(
            "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/snapshot-')).map(({ initiatorType }) => initiatorType).join()",
        );
        assert_eq!(asked, "link");
        if restored {
            assert_restored(&page);
        } else {
            page.wait("a line that says why", |seen| seen.warnings().iter().any(|line| line.contains(WITHOUT)));
        }
        drawn
    };
    let mut drawn = visit(true);
    drawn.extend(visit(true));
    // Two visits, on the page and in a worker: all are different.
    for which in 0..5 {
        let mut all: Vec<&String> = drawn.iter().map(|one| &one[which]).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4, "{drawn:?}");
    }
    // One that is damaged.
    let mut bytes = fs::read(&snapshots[0]).unwrap();
    // Which build of Pyodide it is of stands behind our own words.
    let words = 4 + u32::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    bytes[words + 16] ^= 1;
    fs::write(&snapshots[0], bytes).unwrap();
    visit(false);
}

#[test]
fn what_cannot_be_kept_is_left_out_and_told() {
    let code = "import sys\n\
         names = 'decimal', 'xml.dom.minidom', 'secretive', 'holding', 'writing', 'words', 'sqlite3', 'csv'\n\
         there = [name for name in names if name in sys.modules]\n\
         import words, decimal, secretive, holding, writing\n\
         from xml.dom import minidom\n\
         def later():\n    import sqlite3\n\
         print(there, words.HELLO, len(secretive.TOKEN), holding.held is not None)\n\
         import broken";
    let config = r#"config='{"packages": ["secretive", "holding", "writing", "broken"], "files": {"./words.py": ""}}'"#;
    let site =
        Site::page(&Interpreter::Pyodide.script_with(config, code)).file("words.py", "import csv\nHELLO = 'Hello'");
    // A page without a configuration has one, too.
    let plain = "import sys\nprint('there', 'fractions' in sys.modules, 'csv' in sys.modules)\nimport fractions, numpy";
    let site = site.file("plain.html", format!("{HEAD}{}", Interpreter::Pyodide.script(plain)));
    let wheels = [("secretive", SECRETIVE), ("holding", HOLDING), ("writing", WRITING), ("broken", BROKEN)];
    let host = Host::build(locked(site, &wheels).folder(), &["--snapshot", "--report"]);
    for line in [
        "Not in the snapshot: `import secretive` (it asks the system for random bytes, which would be the same on each visit).",
        "Not in the snapshot: `import holding` (it holds objects of JavaScript).",
        "Not in the snapshot: `import writing` (it writes files).",
        "Not in the snapshot: `import broken` (RuntimeError: never here).",
        "Not in the snapshot: `import numpy` (ModuleNotFoundError: No module named 'numpy').",
        "Not in the snapshot: `import words` (it is a file of the site).",
    ] {
        let expected = !line.contains("words");
        assert_eq!(host.said().lines().any(|told| told == line), expected, "{line}\n{}", host.said());
    }
    let report = fs::read_to_string(host.out().join(".pyrite/report.html")).unwrap();
    assert_eq!(report.matches("<td>pyodide/snapshot-").count(), 2, "each page has one");
    let server = host.serve();
    let page = server.open("/");
    page.wait_for_line("['decimal', 'xml.dom.minidom', 'csv'] Hello 8 True");
    page.wait_for_banner("never here");
    let restored = |page: &Page| {
        let seen = page.seen();
        assert!(!seen.warnings().iter().any(|line| line.contains(WITHOUT)), "{}", seen.report());
    };
    restored(&page);
    // Before the next one: there is one browser for both.
    drop(page);
    let plain = server.open("/plain.html");
    plain.wait_for_line("there True False");
    plain.wait_for_banner("numpy");
    restored(&plain);
}
