//! Files of a configuration: downloads, destinations and archives, the same on both interpreters.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use pyrite_tests::{Fault, Interpreter, Site, on_both_interpreters};

fn page(on: Interpreter, files: &str, code: &str) -> Site {
    Site::page(&format!("<{tag}-config>\n[files]\n{files}\n</{tag}-config>\n{}", on.script(code), tag = on.tag()))
}

/// What a program of the system makes of a folder with `inside.py` and `sub/deep.txt`.
fn packed(name: &str, program: &str, arguments: &[&str]) -> Vec<u8> {
    let folder = std::env::temp_dir().join(format!("pyrite-archive-{}-{name}", std::process::id()));
    let content = folder.join("content");
    std::fs::create_dir_all(content.join("sub")).unwrap();
    std::fs::write(content.join("inside.py"), "VALUE = 'from the archive'\n").unwrap();
    std::fs::write(content.join("sub/deep.txt"), "deep").unwrap();
    let made =
        Command::new(program).args(arguments).arg(folder.join(name)).arg(".").current_dir(&content).output().unwrap();
    assert!(made.status.success(), "{program}: {}", String::from_utf8_lossy(&made.stderr));
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let _ = std::fs::remove_dir_all(Path::new(&folder));
    bytes
}

const USE: &str =
    "import sys\nsys.path.append('/lib/a/b')\nimport inside\nprint(inside.VALUE, open('/lib/a/b/sub/deep.txt').read())";

on_both_interpreters! {
    fn files_go_where_they_are_told(on) {
        let files = "\"{HERE}\" = \"./data\"\n\"{HERE}/a.csv\" = \"\"\n\"{HERE}/b.csv\" = \"./x/y/\"\n\"./c.py\" = \"./lib/d.py\"";
        let code = "from lib.d import NAME\nprint(open('a.csv').read(), open('x/y/b.csv').read(), NAME)";
        let page = page(on, files, code).file("data/a.csv", "A").file("data/b.csv", "B").file("c.py", "NAME = 'C'\n").open();
        let seen = page.wait_for_line("A B C");
        let progress: Vec<_> = seen.events(&on.event("progress")).iter().filter_map(|event| event.text.clone()).collect();
        for said in ["Loading files", "Loaded files", "./data/a.csv (1 bytes)"] {
            assert!(progress.iter().any(|text| text.contains(said)), "{said} is not among {progress:?}");
        }
    }

    fn archives_are_unpacked_at_any_depth(on) {
        for (name, program, arguments) in [
            ("m.tar", "tar", ["-cf"].as_slice()),
            ("m.tar.gz", "tar", ["-czf"].as_slice()),
            ("m.tgz", "tar", ["-czf"].as_slice()),
            ("m.zip", "python3", ["-c", "import os, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:\n    [z.write(os.path.join(d, f)) for d, _, fs in os.walk(sys.argv[2]) for f in fs]"].as_slice()),
        ] {
            let page = page(on, &format!("\"./{name}\" = \"/lib/a/b/*\""), USE).file(name, packed(name, program, arguments)).open();
            page.wait_for_line("from the archive deep");
        }
    }

    fn a_wheel_that_pip_has_built_is_unpacked(on) {
        let name = "pyrite_sample-1.0-py3-none-any.whl";
        let wheel = std::fs::read(pyrite_tests::paths::root().join("target/test-wheels").join(name)).unwrap();
        let code = "import sys\nsys.path.append('./wheels')\nimport pyrite_sample\nprint(pyrite_sample.NAME, open('wheels/pyrite_sample/words.txt').read().strip(), 'Name: pyrite-sample' in open('wheels/pyrite_sample-1.0.dist-info/METADATA').read())";
        let page = page(on, &format!("\"./{name}\" = \"./wheels/*\""), code).file(name, wheel).open();
        page.wait_for_line("sample a text inside of the wheel True");
        page.assert_no_errors();
    }

    fn all_that_is_missing_is_told_at_once_and_nothing_runs(on) {
        let page = page(on, "\"./one.csv\" = \"\"\n\"./two.zip\" = \"./*\"", "print('never')").open();
        let seen = page.wait_for_all_done();
        let banner = page.wait_for_banner("./one.csv");
        assert_eq!(banner.code.as_deref(), Some("PY0404"));
        assert!(banner.text.contains("./two.zip") && banner.text.contains("Hint: "), "{}", banner.text);
        assert_eq!(seen.printed("never"), 0);
    }

    fn what_is_no_archive_is_named(on) {
        let page = page(on, "\"./m.zip\" = \"./*\"", "print('never')").file("m.zip", "<!doctype html>").open();
        page.wait_for_all_done();
        assert_eq!(page.wait_for_banner("./m.zip").code.as_deref(), Some("PY3010"));
    }

    fn a_path_out_of_the_folder_is_refused(on) {
        let evil = packed("m.tar", "tar", &["--transform=s|inside|../inside|", "-P", "-cf"]);
        let page = page(on, "\"./m.tar\" = \"./sub/*\"", "print('never')").file("m.tar", evil).open();
        let seen = page.wait_for_all_done();
        let banner = page.wait_for_banner("inside.py");
        assert_eq!(banner.code.as_deref(), Some("PY3010"));
        assert_eq!(seen.printed("never"), 0);
    }

    fn a_refused_connection_is_tried_again_and_then_told(on) {
        let page = page(on, "\"./a.csv\" = \"\"", "print('never')").fault("a.csv", Fault::Refuse).open();
        page.wait_for_all_done();
        assert_eq!(page.wait_for_banner("./a.csv").code.as_deref(), Some("PY0001"));
    }

    fn a_slow_file_is_waited_for(on) {
        let page = page(on, "\"./a.csv\" = \"\"", "print(open('a.csv').read())")
            .file("a.csv", "late")
            .fault("a.csv", Fault::Late(Duration::from_secs(1)))
            .open();
        page.wait_for_line("late");
    }
}
