//! Arbitrary bytes: whatever they are, nothing panics, and a plan that is given can be trusted.
//!
//! Each `cargo test` tries some. For longer:
//! `FUZZ_SECONDS=600 cargo test --release -p pyrite-core --test archive -- --ignored fuzz_archive`.
//! What fails is written beside the corpus, which is in `crates/core/fuzz/corpus/archive/`.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use pyrite_core::archive::{Kind, Limits, Method, Problem, plan};

use crate::build::{self, Zipped, file, pax, tar, tarred, zip};
use crate::unpack::contents;

const LIMITS: Limits = Limits { entries: 12, file: 100_000, total: 200_000 };

fn corpus_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/archive")
}

/// The kept files (real archives, and whatever once failed), and some that are made here.
fn corpus() -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = std::fs::read_dir(corpus_folder())
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(corpus.len() > 5, "the corpus is gone");
    corpus.sort();
    corpus.push(zip(&[Zipped::stored("a/b", b"x"), Zipped::deflated("c", b"yyyyyyyyyyyy"), Zipped::link("l", "a/b")]));
    corpus.push(tar(&[
        pax(&[("path", "a/b/c"), ("size", "1")]),
        file("a", b"x"),
        tarred("././@LongLink", b'L', "", b"long/name"),
        tarred("l", b'2', "../a/b/c", b""),
        tarred("a/b/h", b'1', "a/b/c", b""),
    ]));
    corpus
}

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Bytes that mean something somewhere in an archive.
const WORDS: [&[u8]; 22] = [
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"PK\x07\x08",
    b"\xff\xff",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\x01\0",
    b"up",
    b"../",
    b"/",
    b"\\",
    b"C:",
    b"ustar\0",
    b"ustar  \0",
    b"\x80\0\0\0",
    b"9 size=1\n",
    b"13 path=../a\n",
    b"17 linkpath=a/../b\n",
];

fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(6) {
        let length = bytes.len();
        let at = random.below(length + 1);
        match random.below(11) {
            0 | 1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            2 | 3 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.next() as u8;
                }
            }
            4 => bytes.truncate(at),
            5 => {
                let end = (at + random.below(600)).min(length);
                bytes.drain(at..end);
            }
            6 => {
                let word = WORDS[random.below(WORDS.len())];
                bytes.splice(at..at, word.iter().copied());
            }
            7 => {
                let word = WORDS[random.below(WORDS.len())];
                let end = (at + word.len()).min(length);
                bytes.splice(at..end, word.iter().copied());
            }
            8 => {
                let from = random.below(other.len() + 1);
                let to = (from + random.below(700)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            9 => {
                // A whole block of a tar file, elsewhere.
                let from = random.below(length / 512 + 1) * 512;
                let block = bytes[from..(from + 512).min(length)].to_vec();
                let to = random.below(length / 512 + 1) * 512;
                bytes.splice(to..to, block);
            }
            _ => {
                // A number in a record of a zip file.
                if at + 4 <= length {
                    let small = random.below(length + 8) as u32;
                    bytes[at..at + 4].copy_from_slice(&small.to_le_bytes());
                }
            }
        }
    }
    // Mutated headers of tar files would otherwise never be looked into.
    if random.below(4) != 0 {
        for at in (0..bytes.len()).step_by(512) {
            if let Some(block) = bytes.get_mut(at..at + 512)
                && (block[257..262] == *b"ustar" || block[100..104] == *b"0000")
            {
                build::seal(block);
            }
        }
    }
}

/// Checks everything that a caller relies on, and tells what happened: once for zip, once for tar.
fn inspect(bytes: &[u8]) -> [String; 2] {
    [Kind::Zip, Kind::Tar].map(|kind| {
        let plan = match plan(kind, bytes, &LIMITS) {
            Ok(plan) => plan,
            Err(error) => {
                let diagnostic = error.diagnose("fuzz.zip");
                assert!(diagnostic.message.len() < 600 && diagnostic.hint.is_some());
                if let Problem::Method(_) = error.problem {
                    return format!("{kind:?} Method");
                }
                return format!("{kind:?} {:?}", error.problem);
            }
        };
        assert!(plan.files.len() + plan.directories.len() <= LIMITS.entries);
        let mut made = BTreeSet::from([""]);
        for path in plan.directories.iter().chain(plan.files.iter().map(|entry| &entry.path)) {
            assert!(!path.contains(['\\', '\0']), "{path:?}");
            for part in path.split('/') {
                assert!(!matches!(part, "" | "." | ".."), "{path:?}");
            }
            assert!(path.as_bytes().get(1) != Some(&b':') || !path.as_bytes()[0].is_ascii_alphabetic(), "{path:?}");
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            assert!(made.contains(parent), "{path:?} before {parent:?}");
            assert!(plan.files.iter().all(|entry| entry.path != parent), "{path:?} in a file");
            if plan.directories.contains(path) {
                assert!(made.insert(path), "{path:?} twice");
            }
        }
        let names: BTreeSet<_> = plan.files.iter().map(|entry| &entry.path).collect();
        assert_eq!(names.len(), plan.files.len());
        assert!(names.iter().all(|name| !made.contains(name.as_str())));
        for entry in &plan.files {
            assert!(entry.size <= LIMITS.file);
            assert!(bytes.get(entry.data.clone()).is_some());
            assert!(entry.method == Method::Deflate || entry.data.len() == entry.size);
        }
        assert!(plan.files.iter().map(|entry| entry.size).sum::<usize>() <= LIMITS.total);
        let whole = contents(&plan, bytes).is_ok();
        format!("{kind:?} with {} files, {} directories, whole: {whole}", plan.files.len(), plan.directories.len())
    })
}

/// Tries mutations as long as `more` says, and gives how many there were and what all happened.
fn fuzz(random: &mut Random, mut more: impl FnMut(u64) -> bool) -> (u64, BTreeSet<String>) {
    let corpus = corpus();
    // What led to something new once may lead to more.
    let mut pool = corpus.clone();
    let mut count = 0;
    let mut seen = BTreeSet::new();
    while more(count) {
        let mut bytes = pool[random.below(pool.len())].clone();
        let other = &corpus[random.below(corpus.len())];
        mutate(&mut bytes, other, random);
        count += 1;
        match catch_unwind(|| inspect(&bytes)) {
            Ok(outcomes) => {
                let mut is_new = false;
                for outcome in outcomes {
                    is_new |= seen.insert(outcome);
                }
                if is_new && bytes.len() < 30_000 {
                    pool.push(bytes);
                }
            }
            Err(_) => {
                let path = corpus_folder().join(format!("failed-{count}"));
                std::fs::write(&path, &bytes).unwrap();
                panic!("see above; the bytes are in {}", path.display());
            }
        }
    }
    (count, seen)
}

#[test]
fn the_corpus_holds() {
    for bytes in corpus() {
        inspect(&bytes);
    }
}

#[test]
fn some_thousand_mutations_hold() {
    let (_, seen) = fuzz(&mut Random(42), |count| count < 8000);
    // Mutations that all end the same way would test nothing.
    for expected in [
        "Zip Broken",
        "Zip Truncated",
        "Zip Encrypted",
        "Zip Leaves",
        "Zip LinkLost",
        "Zip Method",
        "Zip Special",
        "Tar Broken",
        "Tar Truncated",
        "Tar Leaves",
        "Tar LinkLost",
        "Tar LinkLeaves",
        "Tar Sparse",
        "Tar Special",
    ] {
        assert!(seen.contains(expected), "{expected} is not among {seen:#?}");
    }
}

#[test]
#[ignore = "takes as long as FUZZ_SECONDS says"]
fn fuzz_archive() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let start = Instant::now();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    eprintln!("seed {seed}");
    let (count, seen) =
        fuzz(&mut Random(seed), |count| count % 256 != 0 || start.elapsed() < Duration::from_secs(seconds));
    eprintln!("{count} archives tried in {seconds} s, which ended in {} different ways", seen.len());
    for outcome in seen.iter().filter(|outcome| !outcome.contains(" files, ")) {
        eprintln!("  {outcome}");
    }
}
