//! Files of a configuration: every form and every way to go wrong, on the main thread and in workers.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use pyrite_tests::{Fault, Interpreter, Site, on_both_interpreters};

/// Pages with this configuration whose script stands on the main thread or in a worker.
fn everywhere(on: Interpreter, config: &str, code: &str) -> [Site; 2] {
    let config = format!("<{tag}-config>{config}</{tag}-config>\n", tag = on.tag());
    let code = format!("from pyscript import window\nsay = window.console.log\n{code}");
    [Site::page(&(config.clone() + &on.script(&code))), Site::page(&(config + &on.script_with("worker", &code)))]
}

/// The bytes of an archive that Python makes: `code` writes to the path `sys.argv[1]`.
fn made_by_python(name: &str, code: &str) -> Vec<u8> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("pyrite-made-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    let made = Command::new("python3").arg("-c").arg(code).arg(&file).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let bytes = std::fs::read(&file).unwrap();
    let _ = std::fs::remove_dir_all(&folder);
    bytes
}

fn zip(entries: &str) -> Vec<u8> {
    made_by_python(
        "m.zip",
        &format!(
            "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n{entries}\nz.close()"
        ),
    )
}

fn tar(entries: &str) -> Vec<u8> {
    made_by_python(
        "m.tar",
        &format!(
            "import io, sys, tarfile\nt = tarfile.open(sys.argv[1], 'w')\n\
             def add(name, data=b'x', **more):\n    i = tarfile.TarInfo(name)\n    i.size = len(data)\n    [setattr(i, k, v) for k, v in more.items()]\n    t.addfile(i, io.BytesIO(data))\n{entries}\nt.close()"
        ),
    )
}

/// Opens the page and expects that its script does not run, and that a banner says why.
#[track_caller]
fn fails(on: Interpreter, site: Site, code: &str, words: &[&str]) {
    let page = site.open();
    let seen = page.wait_for_all_done();
    let banner = page.wait_for_banner(words[0]);
    assert_eq!(banner.code.as_deref(), Some(code), "{}", banner.text);
    for word in words {
        assert!(banner.text.contains(word), "{word} is not in {}", banner.text);
    }
    assert_eq!(seen.printed("never"), 0);
    assert_eq!(seen.events(&on.event("done")).len(), 1);
}

on_both_interpreters! {
    fn templates_and_the_older_form_do_the_same_everywhere(on) {
        let config = "
[[fetch]]
from = './data'
to_folder = './old'
files = ['a.csv', 'sub/b.csv']
[[fetch]]
from = './data/a.csv?v=1'
to_file = 'one.csv'
[files]
'{DOMAIN}' = './data'
'{PATH}' = '{DOMAIN}/sub'
'{PATH}/b.csv' = './new/{KIND}.csv'
";
        let config = config.replace("'{PATH}/b.csv'", "'{KIND}' = 'made'\n'{PATH}/b.csv'");
        let code = "say(*[open(name).read() for name in ('old/a.csv', 'old/sub/b.csv', 'one.csv', 'new/made.csv')])";
        for site in everywhere(on, &config, code) {
            let page = site.file("data/a.csv", "A").file("data/sub/b.csv", "B").open();
            page.wait_for_line("A B A B");
            page.assert_no_errors();
        }
    }

    fn what_the_author_got_wrong_is_told_with_the_line(on) {
        for (files, words) in [
            ("'{A}' = '{B}'", ["Invalid template: {B}", "'{A}' = '{B}'"].as_slice()),
            ("'./x.csv' = 'a.txt'\n'./y.csv' = './a.txt'", &["Duplicated destination: a.txt", "'./y.csv'"]),
            ("'./m.rar' = './*'", &["Unsupported archive ./m.rar", "'./m.rar'"]),
            ("'x.py' = 'https://example.com/x.py'", &["The destination of `x.py` is an address", "\"https://example.com/x.py\" = \"x.py\""]),
        ] {
            for site in everywhere(on, &format!("\n[files]\n{files}\n"), "say('never')") {
                fails(on, site, "PY3101", words);
            }
        }
        let both = "[[fetch]]\nfrom = './a'\nto_file = 'b'\nfiles = []";
        for site in everywhere(on, both, "say('never')") {
            fails(on, site, "PY3101", &["Cannot use 'to_file' and 'files' parameters together!"]);
        }
        for site in everywhere(on, "[[fetch]]\nfrom = './a/'", "say('never')") {
            fails(on, site, "PY3101", &["Couldn't determine the filename from the path ./a/"]);
        }
    }

    fn a_dropped_connection_is_tried_again(on) {
        for fault in [Fault::Refuse.times(2), Fault::HangUp.times(1)] {
            for site in everywhere(on, "[files]\n'./a.csv' = ''", "say(open('a.csv').read())") {
                let page = site.file("a.csv", "whole").fault("a.csv", fault.clone()).open();
                page.wait_for_line("whole");
                assert!(page.seen().banners.is_empty());
            }
        }
    }

    fn each_bad_archive_is_named_with_its_entry(on) {
        let encrypted = {
            // The bit that says so is enough: nothing is decrypted.
            let mut bytes = zip("z.writestr('secret.txt', 'x')");
            for at in 0..bytes.len() - 10 {
                if bytes[at..].starts_with(b"PK\x03\x04") { bytes[at + 6] |= 1 }
                if bytes[at..].starts_with(b"PK\x01\x02") { bytes[at + 8] |= 1 }
            }
            bytes
        };
        let mut damaged = zip("z.writestr(zipfile.ZipInfo('stored.txt'), 'the right bytes')");
        let at = damaged.windows(5).position(|window| window == b"right").unwrap();
        damaged[at..at + 5].copy_from_slice(b"wrong");
        let mut cut = made_by_python("m.tgz", "import io, sys, tarfile\nt = tarfile.open(sys.argv[1], 'w:gz')\ni = tarfile.TarInfo('a')\ni.size = 9999\nt.addfile(i, io.BytesIO(bytes(range(256)) * 40))\nt.close()");
        cut.truncate(cut.len() / 2);
        for (name, bytes, words) in [
            ("m.zip", zip("z.writestr('good.py', 'x = 1')\nz.writestr('../bad.py', 'x')"), ["../bad.py", "outside the target folder"]),
            ("m.zip", zip("z.writestr('/abs.py', 'x')"), ["/abs.py", "outside the target folder"]),
            ("m.zip", encrypted, ["secret.txt", "encrypted"]),
            ("m.zip", damaged, ["stored.txt", "damaged"]),
            ("m.zip", zip("z.writestr('zeros', bytes(300 << 20))"), ["zeros", "grows more than a thousand times"]),
            ("m.tar", tar("add('good.py')\nadd('link', b'', type=tarfile.SYMTYPE, linkname='../../etc/passwd')"), ["link", "out of the target folder"]),
            ("m.tar", tar("add('pipe', b'', type=tarfile.FIFOTYPE)"), ["pipe", "is not a file"]),
            ("m.tar", tar("add('a/b')\nadd('a')"), ["a", "both a file and a directory"]),
            ("m.tgz", cut, ["m.tgz", "is broken"]),
            ("m.zip", b"Rar!\x1a\x07\x01\x00".to_vec(), ["m.zip", "cannot be unpacked"]),
        ] {
            let config = format!("[files]\n'./good.csv' = ''\n'./{name}' = './out/*'");
            let body = format!("<{tag}-config>{config}</{tag}-config>\n{}", on.script("print('never')"), tag = on.tag());
            let site = Site::page(&body).file("good.csv", "good").file(name, &bytes);
            let page = site.open();
            page.wait_for_all_done();
            let banner = page.wait_for_banner(name);
            assert_eq!(banner.code.as_deref(), Some("PY3010"), "{}", banner.text);
            for word in words {
                assert!(banner.text.contains(word), "{word} is not in {}", banner.text);
            }
        }
    }

    fn every_kind_of_archive_is_unpacked_in_a_worker_too(on) {
        let entries = "add('inside.py', b'VALUE = 7\\n')\nadd('sub/deep.txt', b'deep')";
        let zip = zip("z.writestr('inside.py', 'VALUE = 7\\n')\nz.writestr('sub/deep.txt', 'deep')");
        let tar = tar(entries);
        let mut gzip = Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        gzip.stdin.take().unwrap().write_all(&tar).unwrap();
        let packed = gzip.wait_with_output().unwrap().stdout;
        let code = "import sys\nsys.path.append('/lib/a/b')\nimport inside\nsay(inside.VALUE, open('/lib/a/b/sub/deep.txt').read())";
        for (name, bytes) in [("m.zip", &zip), ("m.whl", &zip), ("m.tar", &tar), ("m.tar.gz", &packed), ("m.tgz", &packed)] {
            let [_, worker] = everywhere(on, &format!("[files]\n'./{name}' = '/lib/a/b/*'"), code);
            let page = worker.file(name, bytes).open();
            page.wait_for_line("7 deep");
            page.assert_no_errors();
        }
    }

    fn progress_tells_names_and_bytes_in_workers_too(on) {
        let mut large = Vec::new();
        write!(large, "{}", "x".repeat(2_345_678)).unwrap();
        for site in everywhere(on, "[files]\n'./large.txt' = ''", "say(len(open('large.txt').read()))") {
            let page = site.file("large.txt", &large).open();
            let seen = page.wait_for_line("2345678");
            let progress: Vec<_> = seen.events(&on.event("progress")).iter().filter_map(|event| event.text.clone()).collect();
            assert!(progress.iter().any(|text| text == "Loaded ./large.txt (2.3 MB)"), "{progress:?}");
        }
    }

    fn one_script_that_cannot_start_stops_no_other_language(on) {
        let config = format!("<{tag}-config>[files]\n'./nope.csv' = ''</{tag}-config>\n", tag = on.tag());
        for attributes in ["", "worker"] {
            let body = config.clone() + &on.script_with(attributes, "print('never')") + &on.other().script_with(attributes, "from pyscript import window\nwindow.console.log('the other runs')");
            let page = Site::page(&body).open();
            let seen = page.wait_for_all_done();
            let banner = page.wait_for_banner("./nope.csv");
            assert_eq!(banner.code.as_deref(), Some("PY0404"));
            assert!(banner.text.contains("Hint: "), "{}", banner.text);
            assert_eq!(seen.printed("the other runs"), 1);
            assert_eq!(seen.printed("never"), 0);
        }
    }

    fn a_file_where_a_folder_is_stops_before_the_code_runs(on) {
        for site in everywhere(on, "[files]\n'./a.csv' = './x'\n'./b.csv' = './x/y.csv'", "say('never')") {
            fails(on, site.file("a.csv", "A").file("b.csv", "B"), "PY3101", &["could not be written", "either a file or a folder"]);
        }
    }
}
