//! Changes inputs at random and keeps those that end in a new way.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Checks one input, and says in a few words how it ended. Inputs that end in a new way are worth mutating further.
pub(crate) type Check = fn(&str) -> String;

pub(crate) fn briefly(corpus: &str, words: &[&str], check: Check) {
    run(corpus, words, check, 1, |count| count < 3000);
}

pub(crate) fn for_long(corpus: &str, words: &[&str], check: Check) {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let start = Instant::now();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    eprintln!("seed {seed}");
    let (count, ways) =
        run(corpus, words, check, seed, |count| count % 1024 != 0 || start.elapsed() < Duration::from_secs(seconds));
    eprintln!("{corpus}: {count} inputs in {seconds} s, which ended in {ways} different ways, none of them wrong");
}

fn folder(corpus: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(corpus)
}

fn run(corpus: &str, words: &[&str], check: Check, seed: u64, more: impl Fn(usize) -> bool) -> (usize, usize) {
    let mut kept: Vec<String> = std::fs::read_dir(folder(corpus))
        .expect("the corpus is gone")
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    kept.sort();
    assert!(kept.len() >= 3, "the corpus is gone");
    let mut ways = BTreeSet::new();
    let mut count = 0;
    for input in &kept {
        ways.insert(tried(corpus, input, check));
    }
    let mut random = Random(seed);
    while more(count) {
        count += 1;
        let input = mutated(&kept, words, &mut random);
        if ways.insert(tried(corpus, &input, check)) && kept.len() < 5000 {
            kept.push(input);
        }
    }
    (count, ways.len())
}

/// Checks an input; one that fails is written to the corpus, so that it is tried first from then on.
fn tried(corpus: &str, input: &str, check: Check) -> String {
    let way = catch_unwind(|| check(input)).unwrap_or_else(|cause| {
        let sum = input
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let file = folder(corpus).join(format!("failed-{sum:016x}.txt"));
        std::fs::write(&file, input).unwrap();
        eprintln!("this input fails, and is kept as {}:\n{input}", file.display());
        std::panic::resume_unwind(cause)
    });
    // Long inputs fail in many ways at once; the first few tell enough.
    way.chars().take(60).collect()
}

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Random(u64);

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

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

fn mutated(kept: &[String], words: &[&str], random: &mut Random) -> String {
    let mut bytes = kept[random.below(kept.len())].clone().into_bytes();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(9) {
            0 | 1 => drop(bytes.splice(at..at, random.one(words).bytes())),
            2 => drop(bytes.splice(at..end, random.one(words).bytes())),
            3 => drop(bytes.drain(at..end)),
            4 if at < bytes.len() => bytes[at] = random.next() as u8 & 0x7f,
            5 => {
                let copy = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                drop(bytes.splice(to..to, copy));
            }
            6 => {
                let other = kept[random.below(kept.len())].as_bytes();
                let from = random.below(other.len() + 1);
                drop(bytes.splice(at..end, other[from..(from + random.below(40)).min(other.len())].iter().copied()));
            }
            7 => bytes.truncate(at),
            _ => {
                // A whole line once more, or somewhere else.
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let lines: Vec<_> = text.split_inclusive('\n').collect();
                let line = if lines.is_empty() { "" } else { random.one(&lines) };
                let boundary =
                    text.char_indices().map(|(at, _)| at).nth(random.below(text.chars().count())).unwrap_or(0);
                bytes = [&text[..boundary], line, &text[boundary..]].concat().into_bytes();
            }
        }
    }
    bytes.truncate(4000);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A message without what differs from input to input: names between backquotes, numbers, addresses.
pub(crate) fn shape(message: &str) -> String {
    let mut out = String::new();
    for (index, part) in message.split('`').enumerate() {
        out.extend((index % 2 == 0).then_some(part));
    }
    let out: String = out.chars().filter(|c| !c.is_ascii_digit()).collect();
    out.split_whitespace()
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .collect::<Vec<_>>()
        .join(" ")
}
