//! Archives: what is in one, and whether that is safe. The caller decompresses.
//!
//! A request is four bytes with the length of a question, little-endian, then the question as JSON, then bytes. There are
//! four questions, in the order of [`pyrite_core::archive`]; `name` is what messages call the archive:
//!
//! ```json
//! {"do": "growth", "name": "./m.tgz", "compressed": 1000, "size": 65536}
//! {"do": "broken", "name": "./m.tgz"}
//! {"do": "plan", "name": "./m.tgz", "kind": "tar.gz"}
//! {"do": "verify", "name": "./m.zip", "path": "a.py", "size": 12, "crc32": 907060870}
//! ```
//!
//! `growth` is asked while a gzip file is decompressed, with the number of bytes so far. `plan` comes with the bytes of
//! the zip or tar file, `verify` with those of one unpacked file. The answer is `{}`, `{"diagnostic": {…}}`, or the plan:
//!
//! ```json
//! {"directories": ["lib"], "files": [{"path": "lib/a.py", "deflate": true, "start": 41, "end": 52, "size": 12, "crc32": 9}]}
//! ```

use alloc::string::{String, ToString};

use pyrite_core::archive::{ArchiveError, Entry, Growth, Kind, Limits, Method, plan, verify};
use pyrite_core::json;
use pyrite_core::value::{Table, Value, Writer};

use crate::config::{list, write_diagnostic};

/// Answers a request.
#[must_use]
pub fn answer(request: &[u8]) -> String {
    let mut out = Writer::default();
    out.open('{');
    if let Some((question, bytes)) = question(request)
        && let Err(error) = ask(&question, bytes, &mut out)
    {
        out.key("diagnostic");
        out.open('{');
        write_diagnostic(&error.diagnose(text(&question, "name")), &mut out);
        out.close('}');
    }
    out.close('}');
    out.finish()
}

/// Takes a request apart.
fn question(request: &[u8]) -> Option<(Table, &[u8])> {
    let (length, rest) = request.split_first_chunk::<4>()?;
    let (text, bytes) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    match json::parse(core::str::from_utf8(text).ok()?) {
        Ok(Value::Table(question)) => Some((question, bytes)),
        _ => None,
    }
}

fn text<'a>(question: &'a Table, key: &str) -> &'a str {
    question.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn ask(question: &Table, bytes: &[u8], out: &mut Writer) -> Result<(), ArchiveError> {
    let number = |key: &str| match question.get(key) {
        Some(Value::Integer(number)) => usize::try_from(*number).ok(),
        _ => None,
    };
    let limits = Limits::default();
    match text(question, "do") {
        "growth" => Growth::new(number("compressed").unwrap_or(0), &limits).push(number("size").unwrap_or(usize::MAX)),
        "broken" => Err(Growth::damaged()),
        "plan" => {
            if let Some(kind) = Kind::from_name(&["x.", text(question, "kind")].concat()) {
                let plan = plan(kind, bytes, &limits)?;
                out.texts("directories", &plan.directories);
                list("files", &plan.files, write_entry, out);
            }
            Ok(())
        }
        "verify" => verified(text(question, "path"), number("size"), number("crc32"), bytes),
        _ => Ok(()),
    }
}

fn write_entry(entry: &Entry, out: &mut Writer) {
    let number = |number: usize| i64::try_from(number).ok();
    out.pair("path", Some(&entry.path));
    out.flag("deflate", entry.method == Method::Deflate);
    out.number("start", number(entry.data.start));
    out.number("end", number(entry.data.end));
    out.number("size", number(entry.size));
    out.number("crc32", entry.crc32.map(Into::into));
}

fn verified(path: &str, size: Option<usize>, crc32: Option<usize>, bytes: &[u8]) -> Result<(), ArchiveError> {
    let entry = Entry {
        path: path.to_string(),
        method: Method::Stored,
        data: 0..0,
        size: size.unwrap_or(usize::MAX),
        crc32: crc32.and_then(|sum| u32::try_from(sum).ok()),
        mode: None,
    };
    verify(&entry, bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    fn asked(question: &str, bytes: &[u8]) -> String {
        let length = u32::try_from(question.len()).unwrap().to_le_bytes();
        answer(&[&length, question.as_bytes(), bytes].concat())
    }

    /// A tar file with one entry, as POSIX describes it.
    fn tar(path: &str, content: &[u8]) -> Vec<u8> {
        let mut header = [0; 512];
        header[..path.len()].copy_from_slice(path.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(alloc::format!("{:011o}", content.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..155].copy_from_slice(alloc::format!("{sum:06o}\0").as_bytes());
        let mut out = header.to_vec();
        out.extend_from_slice(content);
        out.resize(out.len().next_multiple_of(512) + 1024, 0);
        out
    }

    #[test]
    fn an_archive_is_listed() {
        let listed = asked(r#"{"do": "plan", "name": "m.tar", "kind": "tar"}"#, &tar("lib/a.py", b"x = 1\n"));
        assert!(listed.contains(r#""directories":["lib"]"#), "{listed}");
        assert!(listed.contains(r#""path":"lib/a.py""#) && listed.contains(r#""start":512,"end":518"#), "{listed}");
    }

    #[test]
    fn what_is_wrong_is_said_with_the_archives_name() {
        let refused = asked(r#"{"do": "plan", "name": "./m.tar", "kind": "tar"}"#, &tar("../a.py", b""));
        assert!(refused.contains("PY3010") && refused.contains("./m.tar") && refused.contains("../a.py"), "{refused}");
        assert!(asked(r#"{"do": "broken", "name": "m.tgz"}"#, b"").contains("PY3010"));
        assert!(asked(r#"{"do": "growth", "name": "m", "compressed": 10, "size": 99999999}"#, b"").contains("PY3010"));
        assert_eq!(asked(r#"{"do": "growth", "name": "m", "compressed": 10, "size": 9}"#, b""), "{}");
    }

    #[test]
    fn unpacked_files_are_checked() {
        let question = |size: u32, sum: u32| {
            alloc::format!(r#"{{"do": "verify", "name": "m", "path": "a", "size": {size}, "crc32": {sum}}}"#)
        };
        assert_eq!(asked(&question(9, 0xcbf4_3926), b"123456789"), "{}");
        for wrong in [question(8, 0xcbf4_3926), question(9, 1)] {
            assert!(asked(&wrong, b"123456789").contains("PY3010"));
        }
    }

    #[test]
    fn odd_requests_do_no_harm() {
        for request in [vec![], vec![1, 0, 0, 0], vec![0xff; 9], vec![2, 0, 0, 0, b'{', b'}']] {
            assert_eq!(answer(&request), "{}");
        }
    }
}
