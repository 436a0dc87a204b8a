//! Ctrl-C while a command writes: what was there before is whole, or what is new, and nothing else is left.

use std::fs;
use std::io::Write as _;
use std::process::Command;

use crate::bad_input::files;
use crate::helpers::Place;
use crate::interrupt::{begin, interrupt, was_interrupted};

#[test]
fn a_new_page_while_its_script_is_read() {
    let place = Place::with(&[]);
    let script = place.join("slow.py");
    assert!(Command::new("mkfifo").arg(&script).status().unwrap().success());
    let mut child = begin(&mut place.command(&["new", "page", "--from", "slow.py"]));
    // This waits until somebody reads; as long as it is open, there may be more to come.
    let mut pipe = fs::OpenOptions::new().write(true).open(&script).unwrap();
    pipe.write_all(b"print(1)\n").unwrap();
    interrupt(&child);
    let status = child.wait().unwrap();
    assert!(was_interrupted(status), "{status}");
    assert_eq!(place.names(), ["slow.py"]);
}

/// Text that takes long to compress: letters that look like chance, the same each time.
fn slow(seed: u64) -> String {
    let mut state = seed;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    };
    (0..1 << 20).map(letter).collect()
}

#[test]
fn a_build_while_its_files_are_written() {
    let head = "<!doctype html>\n<script type=\"module\" src=\"/_pyrite/core.js\"></script>\n";
    let place = Place::with(&[("site/index.html", &format!("{head}<script type=\"mpy\">1</script>"))]);
    assert!(place.output(&["build", "site", "-o", "out"]).status.success());
    let texts: Vec<(String, String)> = (1..9).map(|seed| (format!("deep/{seed}/{seed}.txt"), slow(seed))).collect();
    for (name, text) in &texts {
        place.write(&format!("site/{name}"), text);
    }
    for _ in 0..5 {
        let before = files(place.path());
        let mut child = begin(&mut place.command(&["build", "site", "-o", "out"]));
        // The folder that is being written is beside the output, and has a dot in front.
        let has_begun = || {
            let staged = place.names().into_iter().find(|name| name.starts_with('.'));
            staged.is_some_and(|name| fs::read_dir(place.join(&name)).into_iter().flatten().next().is_some())
        };
        while !has_begun() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        if child.try_wait().unwrap().is_none() {
            interrupt(&child);
        }
        let status = child.wait().unwrap();
        if status.success() {
            // It was done before it heard of it: then it is all there.
            assert!(texts.iter().all(|(name, text)| place.read(&format!("out/{name}")) == *text));
            assert_eq!(place.names(), ["out", "site"]);
        } else {
            assert_eq!(status.code(), Some(130));
            assert!(before == files(place.path()), "{:?}", files(place.path()).keys());
            assert_eq!(place.names(), ["out", "site"]);
        }
    }
}
