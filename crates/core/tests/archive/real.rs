//! Archives made by the tools that people use, each compared with the folder that it was made from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use pyrite_core::archive::{ArchiveError, Problem};

use crate::unpack::{Unpacked, unpack};

/// A folder that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("pyrite-archive-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.0.join(path)).unwrap()
    }

    /// Runs a line of shell here and gives what it printed.
    fn sh(&self, line: &str) -> Vec<u8> {
        let output = Command::new("sh")
            .args(["-ec", line])
            .current_dir(&self.0)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether all of these are on this machine; says so if not.
fn have(tools: &[&str]) -> bool {
    for tool in tools {
        let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).stdout(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            eprintln!("skipped: {tool} is not on this machine");
            return false;
        }
    }
    true
}

/// A package as people write them, with all that makes names and sizes interesting.
fn package() -> Folder {
    let folder = Folder::new();
    folder.write("tree/my_package/__init__.py", "from .words import greeting\n");
    folder.write("tree/my_package/words.py", "greeting = 'hello'\n".repeat(300));
    folder.write("tree/my_package/data/größe ✓.csv", "a,b\n1,2\n");
    folder.write("tree/my_package/data/nothing.txt", "");
    folder.write("tree/my_package/data/noise.bin", noise(70_000));
    let deep = format!("tree/{}/{}/deep.txt", "d".repeat(90), "e".repeat(120));
    folder.write(&deep, "deep");
    folder.write("tree/run.sh", "#!/bin/sh\n");
    folder.sh("chmod 755 tree/run.sh && mkdir tree/empty tree/my_package/data/empty");
    folder
}

fn noise(count: usize) -> Vec<u8> {
    let mut state: u32 = 1;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

/// What is in a folder, links followed.
fn on_disk(root: &Path) -> (Vec<String>, BTreeMap<String, Vec<u8>>) {
    let (mut directories, mut files) = (Vec::new(), BTreeMap::new());
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                directories.push(name);
                open.push(path);
            } else {
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    directories.sort();
    (directories, files)
}

/// Unpacks and compares with `tree`.
fn same(folder: &Folder, archive: &str) -> Unpacked {
    let unpacked = unpack(archive, &folder.read(archive)).unwrap_or_else(|error| panic!("{archive}: {error:?}"));
    let (directories, files) = on_disk(&folder.0.join("tree"));
    let mut found = unpacked.directories.clone();
    found.sort();
    assert_eq!(found, directories, "{archive}");
    assert!(unpacked.files == files, "{archive}: {:?}", unpacked.paths());
    for (at, directory) in unpacked.directories.iter().enumerate() {
        if let Some((parent, _)) = directory.rsplit_once('/') {
            assert!(unpacked.directories[..at].iter().any(|before| before == parent), "{archive}: {directory}");
        }
    }
    unpacked
}

#[test]
fn zip_files_of_info_zip() {
    if !have(&["zip"]) {
        return;
    }
    let folder = package();
    for (name, options) in [
        ("plain", "-qr"),
        ("best", "-qr9"),
        ("stored", "-qr0"),
        ("without-directories", "-qrD"),
        ("zip64", "-qr -fz"),
        ("without-extra-fields", "-qrX"),
    ] {
        folder.sh(&format!("cd tree && zip {options} ../{name}.zip ."));
        if name == "without-directories" {
            folder.sh("cp -r tree whole && rmdir tree/empty tree/my_package/data/empty");
            same(&folder, "without-directories.zip");
            folder.sh("rm -r tree && mv whole tree");
        } else {
            let unpacked = same(&folder, &format!("{name}.zip"));
            assert_eq!(unpacked.modes["run.sh"], Some(0o755), "{name}");
        }
    }
}

#[test]
fn a_zip_file_written_to_a_pipe_has_its_sizes_behind_the_data() {
    if !have(&["zip"]) {
        return;
    }
    let folder = package();
    folder.sh("cd tree && zip -qr - . | cat > ../piped.zip");
    assert_ne!(folder.read("piped.zip")[6] & 8, 0, "the tool has not used a data descriptor");
    same(&folder, "piped.zip");

    // From a pipe as well: the tool then says that the entry itself is a pipe, and uses ZIP64.
    let piped = folder.sh("printf 'from a pipe' | zip -q - -");
    assert_eq!(unpack("m.zip", &piped).unwrap().text("-"), "from a pipe");
}

#[test]
fn bytes_around_a_zip_file_do_not_matter() {
    if !have(&["zip"]) {
        return;
    }
    let folder = package();
    folder.sh("cd tree && zip -qr ../m.zip . && zip -qr -fz ../m64.zip .");
    folder.sh("for name in m m64; do printf '#!/bin/sh\\nexit 0\\n' | cat - $name.zip > before-$name.zip; done");
    folder.sh("cp before-m.zip adjusted.zip && zip -qA adjusted.zip");
    folder.sh("cp m.zip comment.zip && printf 'PK\\005\\006 is how the end begins' | zip -qz comment.zip");
    folder.sh("cp m.zip behind.zip && printf '\\n\\n' >> behind.zip");
    for name in ["before-m.zip", "before-m64.zip", "adjusted.zip", "comment.zip", "behind.zip"] {
        same(&folder, name);
    }
}

#[test]
fn links_in_zip_files_become_copies() {
    if !have(&["zip"]) {
        return;
    }
    let folder = package();
    folder.sh("cd tree && ln -s my_package/words.py link.py && ln -s ../../run.sh my_package/data/up.sh");
    folder.sh("cd tree && ln -s link.py again.py && zip -qry ../links.zip .");
    same(&folder, "links.zip");

    folder.sh("cd tree && ln -s my_package all && zip -qry ../directory.zip .");
    let error = unpack("m.zip", &folder.read("directory.zip")).unwrap_err();
    assert_eq!(error, ArchiveError::of(Problem::LinkLost, "all -> my_package"));
    folder.sh("cd tree && rm all && ln -s /etc/hostname out && zip -qry ../out.zip .");
    let error = unpack("m.zip", &folder.read("out.zip")).unwrap_err();
    assert_eq!(error, ArchiveError::of(Problem::LinkLeaves, "out -> /etc/hostname"));
}

#[test]
fn zip_files_that_no_browser_reads_are_explained() {
    if !have(&["zip"]) {
        return;
    }
    let folder = package();
    folder.sh("cd tree && zip -qr -P secret ../secret.zip my_package && zip -qr -Z bzip2 ../bzip2.zip my_package");
    folder.sh("zip -qr0 -s 64k parts.zip tree");
    let message = |name: &str| unpack(name, &folder.read(name)).unwrap_err().diagnose(name).to_text();
    let text = message("secret.zip");
    assert!(text.starts_with("(PY3010): The archive secret.zip cannot be unpacked: \"my_package/"), "{text}");
    assert!(text.contains("\" is encrypted.\nhint: make the archive again without a password"), "{text}");
    let text = message("bzip2.zip");
    assert!(text.contains("is compressed in a way that browsers do not know (method 12)"), "{text}");
    let text = message("parts.zip");
    assert!(text.contains("it is one part of several"), "{text}");
}

#[test]
fn zip_files_of_python() {
    if !have(&["python3"]) {
        return;
    }
    let folder = package();
    folder.sh("cd tree && python3 -m zipfile -c ../m.zip * && cd .. && python3 -m zipapp -p '/usr/bin/env python3' \
               -m my_package:main -o app.pyz tree && mv app.pyz app.zip");
    same(&folder, "m.zip");
    let app = unpack("app.zip", &folder.read("app.zip")).unwrap();
    assert_eq!(app.text("my_package/__init__.py"), "from .words import greeting\n");
    assert!(app.text("__main__.py").contains("my_package"));

    // More entries than two bytes can count, and one whose size does not fit into four.
    folder.write(
        "many.py",
        "import zipfile\n\
         with zipfile.ZipFile('many.zip', 'w') as many:\n\
         \x20   for number in range(70_000): many.writestr(f'{number % 100}/{number}.txt', str(number))\n\
         with zipfile.ZipFile('forced.zip', 'w', zipfile.ZIP_DEFLATED) as forced:\n\
         \x20   with forced.open('a.txt', 'w', force_zip64=True) as file: file.write(b'forced')\n",
    );
    folder.sh("python3 many.py");
    let many = unpack("many.zip", &folder.read("many.zip")).unwrap();
    assert_eq!((many.files.len(), many.directories.len()), (70_000, 100));
    assert_eq!(many.text("99/69999.txt"), "69999");
    assert_eq!(unpack("forced.zip", &folder.read("forced.zip")).unwrap().text("a.txt"), "forced");
}

#[test]
fn wheels_of_pip() {
    if !have(&["python3"]) {
        return;
    }
    let folder = Folder::new();
    if !Command::new("python3").args(["-m", "pip", "--version"]).output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: python3 has no pip");
        return;
    }
    // A build backend of its own, so that nothing has to be downloaded.
    folder.write("source/pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n[project]\nname = 'friendly'\nversion = '1.0'\n");
    folder.write(
        "source/backend.py",
        "import zipfile\n\
         def build_wheel(directory, config_settings=None, metadata_directory=None):\n\
         \x20   name = 'friendly-1.0-py3-none-any.whl'\n\
         \x20   with zipfile.ZipFile(f'{directory}/{name}', 'w', zipfile.ZIP_DEFLATED) as wheel:\n\
         \x20       wheel.writestr('friendly/__init__.py', 'greeting = \"hello\"\\n')\n\
         \x20       wheel.writestr('friendly-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: friendly\\nVersion: 1.0\\n')\n\
         \x20       wheel.writestr('friendly-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n\
         \x20       wheel.writestr('friendly-1.0.dist-info/RECORD', '')\n\
         \x20   return name\n",
    );
    folder.sh("python3 -m pip wheel --quiet --no-deps --no-index --disable-pip-version-check -w . ./source");
    let name = "friendly-1.0-py3-none-any.whl";
    let wheel = unpack(name, &folder.read(name)).unwrap();
    assert_eq!(wheel.text("friendly/__init__.py"), "greeting = \"hello\"\n");
    assert_eq!(wheel.directories, ["friendly", "friendly-1.0.dist-info"]);
}

#[test]
fn tar_files_of_gnu_tar() {
    if !have(&["tar", "gzip"]) {
        return;
    }
    let folder = package();
    folder.sh("cd tree && ln -s my_package/words.py link.py && ln my_package/words.py hard.py");
    let long = "l".repeat(150);
    folder.sh(&format!("cd tree && ln -s {}/{}/deep.txt {long}", "d".repeat(90), "e".repeat(120)));
    folder.sh(&format!("cd tree && ln {}/{}/deep.txt {long}.hard", "d".repeat(90), "e".repeat(120)));
    for format in ["gnu", "oldgnu", "posix"] {
        folder.sh(&format!("tar --format={format} -C tree -cf {format}.tar . && gzip -k {format}.tar"));
        folder.sh(&format!("cp {format}.tar.gz {format}.tgz && mv {format}.tar.gz {format}-gz.tar.gz"));
        for name in [format!("{format}.tar"), format!("{format}.tgz"), format!("{format}-gz.tar.gz")] {
            let unpacked = same(&folder, &name);
            assert_eq!(unpacked.modes["run.sh"], Some(0o755), "{name}");
        }
    }
    // The oldest formats have no room for long names.
    folder.sh(&format!(
        "rm tree/{long}* && mv tree/{}/{} tree/e && mv tree/e tree/{0}/e",
        "d".repeat(90),
        "e".repeat(120)
    ));
    folder.sh("tar --format=ustar -C tree -cf ustar.tar . && tar czf named.tar.gz -C tree .");
    same(&folder, "ustar.tar");
    same(&folder, "named.tar.gz");
    folder.sh(&format!("rm -r tree/{} && tar --format=v7 -C tree -cf v7.tar .", "d".repeat(90)));
    same(&folder, "v7.tar");
    // As if the browser had decompressed it on the way.
    folder.sh("cp v7.tar sent-decompressed.tar.gz");
    same(&folder, "sent-decompressed.tar.gz");
}

#[test]
fn a_tar_file_that_grew_has_the_newest_of_each_file() {
    if !have(&["tar"]) {
        return;
    }
    let folder = package();
    folder.sh("tar -C tree -cf m.tar . && echo new > tree/run.sh && tar -C tree -rf m.tar ./run.sh");
    assert_eq!(same(&folder, "m.tar").text("run.sh"), "new\n");
}

#[test]
fn tar_files_of_python() {
    if !have(&["python3"]) {
        return;
    }
    let folder = package();
    folder.write(
        "make.py",
        "import tarfile\n\
         for name, format in ('pax', tarfile.PAX_FORMAT), ('gnu', tarfile.GNU_FORMAT):\n\
         \x20   with tarfile.open(f'{name}.tgz', 'w:gz', format=format) as tar: tar.add('tree', '.')\n",
    );
    folder.sh("python3 make.py");
    same(&folder, "pax.tgz");
    same(&folder, "gnu.tgz");
}

#[test]
fn archives_of_git() {
    if !have(&["git", "gzip"]) {
        return;
    }
    let folder = package();
    folder.sh("cd tree && rmdir empty my_package/data/empty && ln -s run.sh link.sh && git init -q . && git add . && \
               git -c user.name=A -c user.email=a@example.com commit -qm first && for kind in zip tar tar.gz; do \
               git archive -o ../m.$kind HEAD; done && rm -rf .git");
    for name in ["m.zip", "m.tar", "m.tar.gz"] {
        same(&folder, name);
    }
}

#[test]
fn things_that_are_no_files_are_refused() {
    if !have(&["tar", "mkfifo", "truncate"]) {
        return;
    }
    let folder = Folder::new();
    folder.sh("mkdir tree && mkfifo tree/pipe && tar -C tree -cf pipe.tar .");
    assert_eq!(unpack("m.tar", &folder.read("pipe.tar")), Err(ArchiveError::of(Problem::Special, "./pipe")));
    folder.sh("rm tree/pipe && truncate -s 10M tree/holes");
    for format in ["gnu", "posix"] {
        folder.sh(&format!("tar --format={format} --sparse -C tree -cf {format}.tar holes"));
        let error = unpack("m.tar", &folder.read(&format!("{format}.tar"))).unwrap_err();
        assert_eq!(error.problem, Problem::Sparse, "{format}");
        assert!(error.entry.is_some_and(|entry| entry.contains("holes")), "{format}");
    }
    folder.sh("truncate -s 30k tree/big && tar -C tree -cM -L 20 -f first.tar -f second.tar big");
    assert!(unpack("m.tar", &folder.read("first.tar")).is_err());
    assert_eq!(unpack("m.tar", &folder.read("second.tar")).unwrap_err().problem, Problem::Split);
}

#[test]
fn an_archive_cut_off_anywhere_is_refused() {
    if !have(&["zip", "tar", "gzip"]) {
        return;
    }
    let folder = Folder::new();
    folder.write("tree/a/b.py", "print('hello')\n".repeat(20));
    folder.write("tree/c.txt", "c".repeat(600));
    folder.sh("cd tree && zip -qr ../m.zip . && zip -qr -fz ../m64.zip . && zip -qr0 ../stored.zip . && cd .. && \
               tar -C tree -b1 -cf m.tar . && gzip -k m.tar && zip -q0 outer.zip m.zip c.txt 2>&1 || true");
    folder.sh("rm -f outer.zip && cp tree/c.txt . && zip -q0 outer.zip m.zip c.txt");
    for name in ["m.zip", "m64.zip", "stored.zip", "outer.zip", "m.tar.gz"] {
        let whole = folder.read(name);
        assert!(unpack(name, &whole).is_ok(), "{name}");
        for end in 0..whole.len() {
            assert!(unpack(name, &whole[..end]).is_err(), "{name}, {end} of {} bytes", whole.len());
        }
    }
    let whole = folder.read("m.tar");
    let unpacked = unpack("m.tar", &whole).unwrap();
    for end in 0..whole.len() {
        match unpack("m.tar", &whole[..end]) {
            Ok(part) => assert!(part == unpacked && whole[end..].iter().all(|&byte| byte == 0), "{end}"),
            Err(_) => assert!(end < whole.len() - 512, "{end}"),
        }
    }
}

#[test]
fn a_damaged_archive_never_gives_other_bytes() {
    if !have(&["zip"]) {
        return;
    }
    let folder = Folder::new();
    folder.write("tree/a.py", "print('hello')\n".repeat(20));
    folder.write("tree/b.py", "pass\n");
    folder.sh("cd tree && zip -qr ../m.zip .");
    let whole = folder.read("m.zip");
    let right = unpack("m.zip", &whole).unwrap();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            if let Ok(unpacked) = unpack("m.zip", &bytes) {
                // A name can change, and its letters are not protected by any sum; what is in a file cannot.
                for content in unpacked.files.values() {
                    assert!(right.files.values().any(|other| other == content), "byte {at}, bit {bit}");
                }
            }
        }
    }
}
