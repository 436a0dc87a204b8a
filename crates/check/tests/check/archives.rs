//! Wheels and archives, as small as they can be; and what is found in them.

use std::io::Write as _;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use pyrite_check::{File, Tree};

use crate::{LOCK, found, found_with, page, shown};

/// A zip archive of compressed files.
pub(crate) fn zip(files: &[(&str, &str)]) -> File {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = Crc::new();
        crc.update(content.as_bytes());
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content.as_bytes()).unwrap();
        let data = encoder.finish().unwrap();
        let mut common = Vec::new();
        // Version 2.0, no flags, deflate, 1 January 1980.
        for field in [20_u16, 0, 8, 0, 0x21] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        let number = |size: usize| u32::try_from(size).unwrap().to_le_bytes();
        common.extend_from_slice(&crc.sum().to_le_bytes());
        common.extend_from_slice(&number(data.len()));
        common.extend_from_slice(&number(content.len()));
        common.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend_from_slice(&0_u16.to_le_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&number(out.len()));
        directory.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&data);
    }
    let (start, count) = (u32::try_from(out.len()).unwrap(), u16::try_from(files.len()).unwrap().to_le_bytes());
    let size = u32::try_from(directory.len()).unwrap();
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&[count, count].concat());
    out.extend_from_slice(&[size.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend_from_slice(&[0; 2]);
    File::Bytes(out)
}

/// A compressed tar archive.
pub(crate) fn tar_gz(files: &[(&str, &str)]) -> File {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    for (name, content) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        encoder.write_all(&header).unwrap();
        encoder.write_all(content.as_bytes()).unwrap();
        encoder.write_all(&vec![0; content.len().next_multiple_of(512) - content.len()]).unwrap();
    }
    encoder.write_all(&[0; 1024]).unwrap();
    File::Bytes(encoder.finish().unwrap())
}

/// A wheel with one module, and what it says about itself.
fn wheel(module: &str, about: &str) -> File {
    zip(&[(&format!("{module}.py"), "x = 1\n"), (&format!("{module}-1.0.dist-info/METADATA"), &format!("{about}\n"))])
}

/// The same bytes with another one in the middle of them.
fn spoilt(file: File) -> File {
    let File::Bytes(mut bytes) = file else { panic!("an archive has bytes") };
    // In the compressed data of the first file, behind its header and name.
    let at = 30 + usize::from(bytes[26]) + 2;
    bytes[at] ^= 0x55;
    File::Bytes(bytes)
}

fn cut(file: File) -> File {
    let File::Bytes(bytes) = file else { panic!("an archive has bytes") };
    File::Bytes(bytes[..bytes.len() / 2].to_vec())
}

fn configured(config: &str, code: &str) -> Tree {
    page(&format!("<py-config>\n{config}\n</py-config>\n<script type=\"py\">\n{code}\n</script>\n"))
}

const CONTENT: &str = "name,price\ntea,2\ncoffee,3\ncake,4\nbread,1\nmilk,1\nhoney,5\n";

macro_rules! findings {
    ($($name:ident: $tree:expr;)*) => {
        $(#[test]
        fn $name() {
            let tree: Tree = $tree;
            // Of this Pyodide the version of Python is known.
            let lock = LOCK.replacen('{', "{\"info\": {\"python\": \"3.14.2\", \"abi_version\": \"2026_0\", \"platform\": \"emscripten_5_0_3\"}, ", 1);
            insta::assert_snapshot!(stringify!($name), shown(&tree, &found_with(&tree, &lock)));
        })*
    };
}

findings! {
    wheels_that_are_broken: configured(
        "packages = [\"./text-1.0-py3-none-any.whl\", \"./cut-1.0-py3-none-any.whl\", \"./spoilt-1.0-py3-none-any.whl\",\n\
         \"./plain-1.0-py3-none-any.whl\", \"./folder-1.0-py3-none-any.whl\", \"./page-1.0-py3-none-any.whl\"]", ""
    ).text("text-1.0-py3-none-any.whl", "no zip").with("cut-1.0-py3-none-any.whl", cut(wheel("cut", "")))
        .with("spoilt-1.0-py3-none-any.whl", spoilt(wheel("spoilt", ""))).with("plain-1.0-py3-none-any.whl", zip(&[("plain.py", "")]))
        .text("folder-1.0-py3-none-any.whl/x", "").text("page-1.0-py3-none-any.whl", "<!doctype html>Not found");
    wheels_for_others: configured(
        "packages = [\"./a-1.0-cp312-cp312-manylinux_2_17_x86_64.whl\", \"./b-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl\",\n\
         \"./c-1.0-cp313-cp313-pyemscripten_2026_0_wasm32.whl\", \"./d.whl\", \"./e-1.0-py3-none-any.whl\"]", ""
    ).with("a-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", wheel("a", "")).with("b-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl", wheel("b", ""))
        .with("c-1.0-cp313-cp313-pyemscripten_2026_0_wasm32.whl", wheel("c", "")).with("d.whl", wheel("d", ""))
        .with("e-1.0-py3-none-any.whl", wheel("e", "Requires-Python: >=3.8,<3.12"));
    imports_that_no_wheel_has: configured(
        "packages = [\"./mine-1.0-py3-none-any.whl\"]", "import mine, micropip, numpy, mime"
    ).with("mine-1.0-py3-none-any.whl", wheel("mine", "Requires-Dist: numpy>=2\nRequires-Dist: nothing; extra == 'more'"));
    archives_that_are_broken: configured(
        "[files]\n\"./text.zip\" = \"./*\"\n\"./cut.tar.gz\" = \"./a/*\"\n\"./spoilt.zip\" = \"./b/*\"\n\"./other.tar\" = \"./c/*\"", ""
    ).text("text.zip", "no zip").with("cut.tar.gz", cut(tar_gz(&[("a.csv", CONTENT)]))).with("spoilt.zip", spoilt(zip(&[("a.csv", CONTENT)])))
        .with("other.tar", zip(&[("a.csv", CONTENT)]));
    files_that_no_archive_has: configured(
        "[files]\n\"./data.zip\" = \"./data/*\"\n\"./more.tar.gz\" = \"./more/*\"",
        "open('data/prices.csv')\nopen('more/prics.csv')\nopen('./more/deep/prices.csv')\nopen('data/data/prices.csv')\nopen('more/prices.csv')"
    ).with("data.zip", zip(&[("data/prices.csv", CONTENT), ("data/read.me", "")])).with("more.tar.gz", tar_gz(&[("prices.csv", CONTENT)]));
    files_beside_an_archive_that_has_them_not: configured("[files]\n\"./data.zip\" = \"./*\"", "open('a.csv')\nopen('b.csv')\nimport lib, bil")
        .with("data.zip", zip(&[("a.csv", CONTENT), ("lib/__init__.py", "")])).text("a.csv", CONTENT).text("b.csv", CONTENT);
}

#[test]
fn nothing_is_said_of_wheels_and_archives_that_are_as_they_should_be() {
    let all = configured(
        "packages = [\"./mine-1.0-py3-none-any.whl\", \"other @ https://example.com/other-1.0-py3-none-any.whl\"]\n\
         [files]\n\"./data.zip\" = \"./data/*\"\n\"./lib.tar.gz\" = \"./*\"\n\"./plain.zip\" = \"\"",
        "import mine, pandas, lib, other, whatever\nopen('data/a.csv')\nopen('./data/../data/a.csv')",
    )
    .with("mine-1.0-py3-none-any.whl", wheel("mine", "Requires-Python: >=3.9\nRequires-Dist: pandas"))
    .with("data.zip", zip(&[("a.csv", CONTENT)]))
    .with("lib.tar.gz", tar_gz(&[("lib.py", "x = 1\n")]))
    .text("plain.zip", "whatever it is, nobody unpacks it");
    assert_eq!(shown(&all, &found(&all, None)), "nothing");
    // What code writes itself is there, wherever it came from.
    for code in [
        "open('data/b.csv', 'w')\nopen('data/b.csv')",
        "open(name, 'w')\nopen('data/b.csv')",
        "import os\nos.chdir('data')\nopen('data/b.csv')",
    ] {
        let tree =
            configured("[files]\n\"./data.zip\" = \"./data/*\"", code).with("data.zip", zip(&[("a.csv", CONTENT)]));
        assert_eq!(shown(&tree, &found(&tree, None)), "nothing", "{code}");
    }
    // A wheel whose needs nobody knows may bring anything.
    let tree = configured("packages = [\"./mine-1.0-py3-none-any.whl\"]", "import mine, anything")
        .with("mine-1.0-py3-none-any.whl", wheel("mine", "Requires-Dist: nobody-knows"));
    assert_eq!(shown(&tree, &found(&tree, None)), "nothing");
    // Another interpreter has another Python.
    let tree = configured(
        "interpreter = \"0.27.0\"\npackages = [\"./b-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl\"]",
        "import b",
    )
    .with("b-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl", wheel("b", "Requires-Python: <3.13"));
    assert_eq!(shown(&tree, &found(&tree, None)), "nothing");
    // MicroPython unpacks them, whatever they are called.
    let tree =
        page("<mpy-config>\npackages = [\"./mine.whl\"]\n</mpy-config>\n<script type=\"mpy\">\nimport mine\n</script>")
            .with("mine.whl", zip(&[("mine.py", "")]));
    assert_eq!(shown(&tree, &found(&tree, None)), "nothing");
}
