//! Archives that mean harm, or were made wrong.

use pyrite_core::archive::{ArchiveError, Kind, Limits, Look, Method, Problem, plan};

use crate::build::{self, Zipped, file, header, pax, tar, tarred, zip};
use crate::unpack::{Unpacked, unpack, unpack_within};

fn zip_error(entries: &[Zipped]) -> ArchiveError {
    unpack("m.zip", &zip(entries)).unwrap_err()
}

fn tar_error(entries: &[Vec<u8>]) -> ArchiveError {
    unpack("m.tar", &tar(entries)).unwrap_err()
}

fn of_tar(entries: &[Vec<u8>]) -> Unpacked {
    unpack("m.tar", &tar(entries)).unwrap()
}

#[test]
fn no_path_leaves_the_folder() {
    for name in ["../a.py", "a/../../b.py", "a/../b.py", "/etc/passwd", "//host/share", "C:/a.py", "c:a.py", ".."] {
        let expected = ArchiveError::of(Problem::Leaves, name);
        assert_eq!(zip_error(&[Zipped::stored("ok.py", b""), Zipped::stored(name, b"x")]), expected);
        assert_eq!(tar_error(&[file("ok.py", b""), file(name, b"x")]), expected);
        assert_eq!(tar_error(&[pax(&[("path", name)]), file("ok.py", b"x")]), expected);
        assert_eq!(tar_error(&[tarred("././@LongLink", b'L', "", name.as_bytes()), file("ok.py", b"x")]), expected);
    }
    for name in ["../a/", "/a/"] {
        assert_eq!(zip_error(&[Zipped::stored(name, b"")]), ArchiveError::of(Problem::Leaves, name));
        assert_eq!(tar_error(&[tarred(name, b'5', "", b"")]), ArchiveError::of(Problem::Leaves, name));
    }
    for name in ["..\\a.py", "a\\b.py", "\\a.py"] {
        assert_eq!(zip_error(&[Zipped::stored(name, b"")]), ArchiveError::of(Problem::Name, name));
        assert_eq!(tar_error(&[file(name, b"")]), ArchiveError::of(Problem::Name, name));
    }
    assert_eq!(zip_error(&[Zipped::stored("a\0.py", b"")]).problem, Problem::Name);
    assert_eq!(tar_error(&[pax(&[("path", "a\0.py")]), file("b", b"")]).problem, Problem::Name);
    assert_eq!(zip_error(&[Zipped::stored("", b"")]).problem, Problem::Name);
    assert_eq!(zip_error(&[Zipped::stored("./.", b"")]).problem, Problem::Name);
    assert_eq!(zip_error(&[Zipped::stored("a/".repeat(600), b"")]).problem, Problem::LongName);
}

#[test]
fn the_prefix_of_a_ustar_path_counts_and_that_of_gnu_does_not() {
    let mut entry = file("b.py", b"x");
    entry[345..347].copy_from_slice(b"..");
    build::seal(&mut entry);
    assert_eq!(tar_error(&[entry.clone()]), ArchiveError::of(Problem::Leaves, "../b.py"));
    entry[257..265].copy_from_slice(b"ustar  \0");
    build::seal(&mut entry);
    assert_eq!(of_tar(&[entry]).text("b.py"), "x");
}

#[test]
fn no_link_leaves_the_folder() {
    for target in ["/etc/passwd", "../a", "b/../../a", "..", "/"] {
        let expected = ArchiveError::of(Problem::LinkLeaves, &format!("l -> {target}"));
        assert_eq!(zip_error(&[Zipped::link("l", target)]), expected);
        assert_eq!(tar_error(&[tarred("l", b'2', target, b"")]), expected);
        assert_eq!(tar_error(&[tarred("l", b'1', target, b"")]), expected);
        assert_eq!(tar_error(&[pax(&[("linkpath", target)]), tarred("l", b'2', "ok", b"")]), expected);
        assert_eq!(
            tar_error(&[tarred("././@LongLink", b'K', "", target.as_bytes()), tarred("l", b'1', "", b"")]),
            expected
        );
    }
}

#[test]
fn nothing_is_written_through_a_link() {
    // The classic: a link to a directory, then a file "in" it.
    let error = tar_error(&[tarred("l", b'2', "..", b""), file("l/evil.py", b"x")]);
    assert_eq!(error, ArchiveError::of(Problem::Clash, "l"));
    let error = tar_error(&[file("d/x", b""), tarred("l", b'2', "d", b""), file("l/evil.py", b"x")]);
    assert_eq!(error, ArchiveError::of(Problem::Clash, "l"));
    let error = zip_error(&[Zipped::stored("a", b""), Zipped::link("l", "a"), Zipped::stored("l/evil.py", b"x")]);
    assert_eq!(error, ArchiveError::of(Problem::Clash, "l"));
}

#[test]
fn links_lead_to_files_in_the_archive() {
    let unpacked = of_tar(&[
        tarred("one", b'2', "deep/two", b""),
        tarred("deep/two", b'2', ".././three", b""),
        tarred("three", b'1', "./file", b""),
        file("file", b"content"),
    ]);
    for name in ["one", "deep/two", "three", "file"] {
        assert_eq!(unpacked.text(name), "content");
    }
    for target in ["missing", "d", "d/", "./", "one/two", "a\\b"] {
        let entries = [file("d/x", b""), tarred("l", b'2', target, b"")];
        assert_eq!(tar_error(&entries), ArchiveError::of(Problem::LinkLost, &format!("l -> {target}")));
    }
    let ring = [tarred("a", b'2', "b", b""), tarred("b", b'2', "a", b"")];
    assert_eq!(tar_error(&ring), ArchiveError::of(Problem::LinkLoop, "a"));
    assert_eq!(tar_error(&[tarred("a", b'1', "a", b"")]), ArchiveError::of(Problem::LinkLoop, "a"));
    assert_eq!(zip_error(&[Zipped::link("l", &"a/".repeat(600))]), ArchiveError::of(Problem::LongName, "l"));
    let packed = Zipped { mode: 0o120_777, ..Zipped::deflated("l", b"a/a/a/a/a/a/a/a/a/a/a/a/a") };
    assert_eq!(zip_error(&[packed]), ArchiveError::of(Problem::LinkPacked, "l"));
}

#[test]
fn a_path_is_one_thing_only() {
    for entries in [
        [file("a", b""), tarred("a/", b'5', "", b"")],
        [tarred("a", b'5', "", b""), file("./a", b"")],
        [file("a", b""), file("a/b", b"")],
        [file("a/b", b""), file("a", b"")],
        [file("a/b/c/d", b""), file("a", b"")],
    ] {
        let error = unpack("m.tar", &tar(&[entries[0].clone(), file("a-c", b""), entries[1].clone()])).unwrap_err();
        assert_eq!(error, ArchiveError::of(Problem::Clash, "a"));
    }
    // The same twice is no contradiction: the later one counts.
    assert_eq!(of_tar(&[file("a", b"old"), file("b", b""), file("./a", b"new")]).text("a"), "new");
    let twice = [Zipped::stored("a", b"old"), Zipped::deflated("a", b"new")];
    assert_eq!(unpack("m.zip", &zip(&twice)).unwrap().text("a"), "new");
    assert_eq!(of_tar(&[tarred("a", b'5', "", b""), tarred("a/", b'5', "", b"")]).directories, ["a"]);
}

#[test]
fn directories_come_before_what_is_in_them() {
    let unpacked = of_tar(&[file("b/c/d", b""), file("b-c/d", b""), tarred("a/", b'5', "", b""), file("b/c.d/e", b"")]);
    assert_eq!(unpacked.directories, ["a", "b", "b/c", "b/c.d", "b-c"]);
    assert_eq!(of_tar(&[tarred("./", b'5', "", b"")]), Unpacked::default());
    assert_eq!(of_tar(&[]), Unpacked::default());
    assert_eq!(unpack("m.zip", &zip(&[])).unwrap(), Unpacked::default());
}

#[test]
fn too_much_is_refused_before_anything_is_decompressed() {
    let limits = Limits { entries: 4, file: 100, total: 150 };
    let many: Vec<_> = (0..5).map(|number| Zipped::stored(number.to_string(), b"")).collect();
    let error = |bytes: &[u8]| plan(Kind::Zip, bytes, &limits).unwrap_err();
    assert_eq!(error(&zip(&many)), Problem::Many(4).into());
    // Directories that are only implied count as well.
    assert_eq!(error(&zip(&[Zipped::stored("a/b/c/d/e", b"")])), Problem::Many(4).into());
    assert_eq!(error(&zip(&[Zipped::stored("a", &[0; 101])])), ArchiveError::of(Problem::Large(100), "a"));
    let two = [Zipped::stored("a", &[0; 100]), Zipped::stored("b", &[0; 51])];
    assert_eq!(error(&zip(&two)), Problem::Total(150).into());

    let error = |bytes: &[u8]| plan(Kind::Tar, bytes, &limits).unwrap_err();
    assert_eq!(error(&tar(&vec![file("a", b""); 5])), Problem::Many(4).into());
    assert_eq!(error(&tar(&[file("a", &[0; 101])])), ArchiveError::of(Problem::Large(100), "a"));
    // Copies of links count.
    let links = [file("a", &[0; 76]), tarred("b", b'1', "a", b"")];
    assert_eq!(error(&tar(&links)), Problem::Total(150).into());
}

#[test]
fn bombs_are_refused() {
    let zeros = vec![0; 20 << 20];
    let bomb = Zipped::deflated("zeros", &zeros);
    assert_eq!(zip_error(&[bomb]), ArchiveError::of(Problem::Bomb, "zeros"));
    // Less than ten megabytes do no harm.
    let small = Zipped::deflated("zeros", &zeros[..9 << 20]);
    assert_eq!(unpack("m.zip", &zip(std::slice::from_ref(&small))).unwrap().files["zeros"].len(), 9 << 20);

    // A hundred names for the same packed bytes, none of them suspicious alone.
    let mut bytes = zip(std::slice::from_ref(&small));
    bytes.truncate(bytes.len() - 22 - 46 - 5);
    let start = bytes.len();
    for number in 0..100 {
        build::central(&mut bytes, &Zipped { name: format!("{number:05}").into(), ..small.clone() }, 0);
    }
    build::end(&mut bytes, start, 100);
    assert_eq!(unpack("m.zip", &bytes).unwrap_err(), Problem::Bomb.into());

    let packed = build::gzip(&tar(&[file("zeros", &vec![0; 64 << 20])]));
    assert_eq!(unpack("m.tgz", &packed).unwrap_err(), Problem::Bomb.into());
    let limits = Limits { entries: 10, file: 1 << 30, total: 1 << 20 };
    let packed = build::gzip(&tar(&[file("zeros", &zeros)]));
    assert_eq!(unpack_within("m.tgz", &packed, &limits).unwrap_err(), Problem::Total(1 << 20).into());
}

#[test]
fn a_size_that_lies_is_found_while_unpacking() {
    let liar = Zipped { size: 10, ..Zipped::deflated("liar", &vec![7; 1 << 20]) };
    assert_eq!(zip_error(&[liar]), ArchiveError::of(Problem::Damaged, "liar"));
    let short = Zipped { size: 11, ..Zipped::deflated("short", &[7; 10]) };
    assert_eq!(zip_error(&[short]), ArchiveError::of(Problem::Damaged, "short"));
    let stored = Zipped { size: 11, ..Zipped::stored("stored", &[7; 10]) };
    assert_eq!(zip_error(&[stored]), ArchiveError::of(Problem::Broken, "stored"));
    let sum = Zipped { crc32: 1, ..Zipped::stored("sum", b"x") };
    assert_eq!(zip_error(&[sum]), ArchiveError::of(Problem::Damaged, "sum"));
    let noise = Zipped { packed: b"\xff\xff\xff".to_vec(), ..Zipped::deflated("noise", b"x") };
    assert_eq!(zip_error(&[noise]), ArchiveError::of(Problem::Damaged, "noise"));
}

#[test]
fn what_browsers_cannot_read_is_named() {
    for flags in [0x801, 0x841, 0x2800] {
        let entry = Zipped { flags, ..Zipped::stored("a", b"x") };
        assert_eq!(zip_error(&[entry]), ArchiveError::of(Problem::Encrypted, "a"));
    }
    let entry = Zipped { method: 99, ..Zipped::stored("a", b"x") };
    assert_eq!(zip_error(&[entry]), ArchiveError::of(Problem::Encrypted, "a"));
    for method in [1, 9, 12, 14, 93, 95] {
        let entry = Zipped { method, ..Zipped::stored("a", b"x") };
        assert_eq!(zip_error(&[entry]), ArchiveError::of(Problem::Method(method), "a"));
    }
    for mode in [0o020_644, 0o060_644, 0o140_644] {
        let entry = Zipped { mode, ..Zipped::stored("a", b"x") };
        assert_eq!(zip_error(&[entry]), ArchiveError::of(Problem::Special, "a"));
    }
    for kind in *b"346AQ" {
        assert_eq!(tar_error(&[tarred("a", kind, "", b"")]), ArchiveError::of(Problem::Special, "a"));
    }
    let sparse = [pax(&[("GNU.sparse.major", "1"), ("GNU.sparse.name", "a")]), file("GNUSparseFile.0/a", b"x")];
    assert_eq!(tar_error(&sparse).problem, Problem::Sparse);
}

#[test]
fn bytes_that_are_no_archive_are_recognised() {
    for (bytes, look) in [
        (b"".as_slice(), Look::Empty),
        (b"<!DOCTYPE html><title>Not found</title>", Look::Page),
        (b"Rar!\x1a\x07\x01\x00", Look::Foreign),
        (b"hello", Look::Unknown),
    ] {
        for name in ["m.zip", "m.whl", "m.tar", "m.tar.gz"] {
            assert_eq!(unpack(name, bytes).unwrap_err(), Problem::Other(look).into(), "{name}");
            let long = [bytes, &[b' '; 2000]].concat();
            if look != Look::Empty {
                assert_eq!(unpack(name, &long).unwrap_err(), Problem::Other(look).into(), "{name}");
            }
        }
    }
    let zip = zip(&[Zipped::stored("a", &[7; 1000])]);
    assert_eq!(unpack("m.tar", &zip).unwrap_err(), Problem::Other(Look::Zip).into());
    let tgz = build::gzip(&tar(&[file("a", b"")]));
    assert_eq!(unpack("m.zip", &tgz).unwrap_err(), Problem::Other(Look::Gzip).into());
    let text = unpack("m.zip", &tgz).unwrap_err().diagnose("m.zip").to_text();
    assert!(text.contains("give it a name that ends with .tar.gz"), "{text}");
    assert_eq!(unpack("m.tgz", b"\x1f\x8b\x08 and nonsense").unwrap_err(), Problem::Broken.into());
}

#[test]
fn names_without_the_utf8_flag_are_read_as_they_were_meant() {
    let named = |name: &[u8], flags, extra: &[u8]| {
        let entry = Zipped { flags, extra: extra.to_vec(), ..Zipped::stored(name, b"") };
        unpack("m.zip", &zip(&[entry])).map(|unpacked| unpacked.paths()[0].to_owned())
    };
    assert_eq!(named(b"gr\x94\xe1e.txt", 0, b"").unwrap(), "größe.txt");
    assert_eq!(named("größe.txt".as_bytes(), 0, b"").unwrap(), "größe.txt");
    assert_eq!(named("größe.txt".as_bytes(), 0x800, b"").unwrap(), "größe.txt");
    assert_eq!(named(b"gr\x94\xe1e.txt", 0x800, b""), Err(ArchiveError::of(Problem::Name, "größe.txt")));

    // Info-ZIP's field counts for the name that it was made for only, and cannot smuggle a path out.
    let field = |for_name: &[u8], name: &str| {
        let mut crc = flate2::Crc::new();
        crc.update(for_name);
        let mut field = b"UT\x01\x00\x00up".to_vec();
        field.extend((name.len() as u16 + 5).to_le_bytes());
        field.push(1);
        field.extend(crc.sum().to_le_bytes());
        field.extend(name.as_bytes());
        field
    };
    assert_eq!(named(b"gr__e.txt", 0, &field(b"gr__e.txt", "größe.txt")).unwrap(), "größe.txt");
    assert_eq!(named(b"other.txt", 0, &field(b"gr__e.txt", "größe.txt")).unwrap(), "other.txt");
    assert_eq!(named(b"ok", 0, &field(b"ok", "../evil")), Err(ArchiveError::of(Problem::Leaves, "../evil")));

    let mut entry = file("a", b"");
    entry[..2].copy_from_slice(b"\xe1b");
    build::seal(&mut entry);
    assert_eq!(tar_error(&[entry]), ArchiveError::of(Problem::Name, "ßb"));
}

#[test]
fn zip_directories_that_lie_are_broken() {
    let whole = zip(&[Zipped::stored("a", b"x"), Zipped::stored("b", b"y")]);
    let end = whole.len() - 22;
    let changed = |at: usize, bytes: &[u8]| {
        let mut archive = whole.clone();
        archive[at..at + bytes.len()].copy_from_slice(bytes);
        unpack("m.zip", &archive).unwrap_err().problem
    };
    assert_eq!(changed(end + 10, &[1, 0]), Problem::Broken, "fewer entries than there are");
    assert_eq!(changed(end + 10, &[3, 0]), Problem::Broken, "more entries than there are");
    assert_eq!(changed(end + 12, &[0xff; 4]), Problem::Broken, "a directory larger than the file");
    assert_eq!(changed(end + 16, &[0xff; 4]), Problem::Broken, "a directory behind the end");
    assert_eq!(changed(end + 4, &[1, 0]), Problem::Split);
    assert_eq!(changed(end, b"PK\x05\x07"), Problem::Truncated);
    let central = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    assert_eq!(changed(central + 42, &[0xfe; 4]), Problem::Broken, "an entry behind the end");
    assert_eq!(changed(central + 42, &[1, 0, 0, 0]), Problem::Broken, "an entry without header");
    assert_eq!(changed(central + 20, &[0xff; 3]), Problem::Broken, "data beyond the directory");
    assert_eq!(changed(central + 42, &[0xff; 4]), Problem::Broken, "ZIP64 without its field");
    assert_eq!(changed(central + 28, &[0xff; 2]), Problem::Broken, "a name beyond the end");
}

#[test]
fn a_comment_that_looks_like_an_end_is_none() {
    let mut bytes = zip(&[Zipped::stored("a", b"x")]);
    let comment = [b"about the format: PK\x05\x06".as_slice(), &[0; 30]].concat();
    let length = bytes.len();
    bytes[length - 2..].copy_from_slice(&(comment.len() as u16).to_le_bytes());
    bytes.extend(comment);
    assert_eq!(unpack("m.zip", &bytes).unwrap().text("a"), "x");
}

#[test]
fn an_empty_line_before_an_archive_does_no_harm() {
    // As careless scripts on a server send it.
    let bytes = [b"\r\n".as_slice(), &zip(&[Zipped::stored("a", b"x")])].concat();
    assert_eq!(unpack("m.zip", &bytes).unwrap().text("a"), "x");
}

#[test]
fn a_zip64_size_beyond_all_memory_is_too_large() {
    let mut extra = vec![1, 0, 16, 0];
    extra.extend([0xff; 16]);
    let mut bytes = zip(&[Zipped { extra, size: u32::MAX, ..Zipped::stored("huge", b"x") }]);
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[central + 20..central + 24].fill(0xff);
    assert_eq!(unpack("m.zip", &bytes).unwrap_err(), ArchiveError::of(Problem::Large(Limits::default().file), "huge"));
}

#[test]
fn tar_sizes_beyond_all_memory_are_refused() {
    let huge = ArchiveError::of(Problem::Large(Limits::default().file), "a");
    for size in
        [b"77777777777\0".as_slice(), b"\x80\0\0\0\0\0\0\x01\0\0\0\0", b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"]
    {
        assert_eq!(tar_error(&[header("a", b'0', "", size).to_vec()]), huge);
    }
    assert_eq!(tar_error(&[pax(&[("size", "18446744073709551615")]), file("a", b"")]), huge);
    for size in
        [b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff".as_slice(), b"\x80\x01\0\0\0\0\0\0\0\0\0\0", b"9\0"]
    {
        assert_eq!(tar_error(&[header("a", b'0', "", size).to_vec()]).problem, Problem::Broken);
    }
    assert_eq!(tar_error(&[pax(&[("size", "18446744073709551616")]), file("a", b"")]).problem, Problem::Broken);
    let error = tar_error(&[header("a", b'0', "", b"00000010000\0").to_vec()]);
    assert_eq!(error, ArchiveError::of(Problem::Truncated, "a"));
    assert_eq!(tar_error(&[header("L", b'L', "", b"77777777777\0").to_vec()]), Problem::Truncated.into());
    assert_eq!(tar_error(&[header("x", b'x', "", b"77777777777\0").to_vec()]), Problem::Truncated.into());
}

#[test]
fn extended_headers_say_more_than_the_entry() {
    let long = "d/".repeat(200) + "a";
    let unpacked = of_tar(&[pax(&[("mtime", "1.5"), ("path", &long), ("comment", "a=b\n\nc")]), file("short", b"x")]);
    assert_eq!(unpacked.text(&long), "x");
    assert_eq!(unpacked.directories.len(), 200);
    // The size counts that does not fit into the header.
    let unpacked = of_tar(&[pax(&[("size", "3")]), {
        let mut entry = header("a", b'0', "", b"00000000000\0").to_vec();
        entry.extend(b"abc");
        entry.resize(1024, 0);
        entry
    }]);
    assert_eq!(unpacked.text("a"), "abc");
    // It says something about the next entry only, and nothing if it is empty.
    let unpacked = of_tar(&[pax(&[("path", "named"), ("path", "")]), file("a", b""), file("b", b"")]);
    assert_eq!(unpacked.paths(), ["a", "b"]);
    for data in [
        b"".as_slice(),
        b"5 a=b\n",
        b"99 a=b\n",
        b"0 a=b\n",
        b"2 \n",
        b"x a=b\n",
        b"5 a=b",
        b" \n",
        b"6 abc\n",
        b"99999999999999999999 a=b\n",
    ] {
        let result = unpack("m.tar", &tar(&[tarred("x", b'x', "", data), file("a", b"")]));
        assert_eq!(result.is_ok(), data.is_empty(), "{:?}", String::from_utf8_lossy(data));
    }
    // What holds for all entries is of no interest here.
    assert_eq!(of_tar(&[tarred("g", b'g', "", b"52 comment=0123"), file("a", b"")]).paths(), ["a"]);
    assert_eq!(of_tar(&[tarred("label", b'V', "", b""), file("a", b"")]).paths(), ["a"]);
}

#[test]
fn a_tar_header_needs_its_sum() {
    let mut bytes = tar(&[file("a", b"x"), file("b", b"y")]);
    bytes[1024] ^= 1;
    assert_eq!(unpack("m.tar", &bytes).unwrap_err(), Problem::Broken.into());
    bytes[0] ^= 1;
    assert_eq!(unpack("m.tar", &bytes).unwrap_err(), Problem::Other(Look::Unknown).into());
    // Without the mark at the end something may be missing.
    assert_eq!(unpack("m.tar", &file("a", b"x")).unwrap_err(), Problem::Truncated.into());
}

#[test]
fn an_empty_file_may_say_that_it_is_compressed() {
    let empty = Zipped { method: 8, ..Zipped::stored("empty", b"") };
    let bytes = zip(&[empty]);
    assert_eq!(plan(Kind::Zip, &bytes, &Limits::default()).unwrap().files[0].method, Method::Stored);
    assert_eq!(unpack("m.zip", &bytes).unwrap().text("empty"), "");
}

#[test]
fn names_made_to_be_slow_are_not() {
    let start = std::time::Instant::now();
    let mut state: u32 = 7;
    let mut entries = Vec::new();
    for number in 0..60_000_u32 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let name = match number % 3 {
            0 => format!("{:06}", 99_999 - number),
            1 => format!("{state:08x}"),
            _ => format!("d{:05}/{:05}", number % 7, 99_999 - number),
        };
        entries.push(Zipped::stored(name, b""));
    }
    assert_eq!(unpack("m.zip", &zip(&entries)).unwrap().files.len(), 60_000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    // One path with all the directories that fit, for each of many names.
    let deep: Vec<_> =
        (0..1000).map(|number| Zipped::stored(format!("{number:04}/{}", "d/".repeat(500)), b"")).collect();
    assert_eq!(zip_error(&deep), Problem::Many(100_000).into());
}

#[test]
fn a_message_cannot_be_abused() {
    let error = zip_error(&[Zipped::stored("../\u{1b}[2J\r\nhint: trust me", b"")]);
    let diagnostic = error.diagnose("m.zip");
    assert_eq!(diagnostic.code.as_str(), "PY3010");
    assert!(!diagnostic.message.chars().any(char::is_control), "{:?}", diagnostic.message);
    assert!(diagnostic.message.contains("would be written outside the target folder"));
}
