//! Wheels and indexes that tests make themselves, in the forms that the packaging standards describe.

use std::io::Write as _;

use pyrite_tests::Site;

/// A wheel to be made.
pub(crate) struct Wheel<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    /// `py3-none-any` for pure Python.
    pub(crate) tag: &'a str,
    /// What it asks for.
    pub(crate) requires: &'a [&'a str],
}

impl<'a> Wheel<'a> {
    /// One of pure Python.
    pub(crate) fn pure(name: &'a str, version: &'a str, requires: &'a [&'a str]) -> Self {
        Self { name, version, tag: "py3-none-any", requires }
    }

    /// Its file name.
    pub(crate) fn file(&self) -> String {
        format!("{}-{}-{}.whl", self.name, self.version, self.tag)
    }

    /// The file: one module with the name and version of the package.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.with_module(&format!("NAME = '{}'\nVERSION = '{}'\n", self.name, self.version))
    }

    /// The file, with this module.
    pub(crate) fn with_module(&self, module: &str) -> Vec<u8> {
        let Self { name, version, tag, requires } = self;
        let info = format!("{name}-{version}.dist-info");
        let requires: String = requires.iter().map(|one| format!("Requires-Dist: {one}\n")).collect();
        let files = [
            (format!("{name}.py"), module.to_owned()),
            (
                format!("{info}/METADATA"),
                format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}"),
            ),
            (
                format!("{info}/WHEEL"),
                format!("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"),
            ),
            (format!("{info}/RECORD"), format!("{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")),
        ];
        zip(&files)
    }
}

/// A zip archive, made by Python.
fn zip(files: &[(String, String)]) -> Vec<u8> {
    const MAKE: &str = "import os, sys, zipfile
os.chdir(sys.argv[1])
with zipfile.ZipFile(os.path.join(sys.argv[2], 'made'), 'w', zipfile.ZIP_DEFLATED) as archive:
    for folder, _, names in os.walk('.'):
        for name in names:
            archive.write(os.path.join(folder, name))
";
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }
    let out = tempfile::tempdir().unwrap();
    let mut python = std::process::Command::new("python3");
    let made = python.args(["-c", MAKE]).arg(folder.path()).arg(out.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(out.path().join("made")).unwrap()
}

/// Adds wheels below `wheels/`, and an index of them (PEP 503) below `simple/`.
pub(crate) fn with_index(mut site: Site, wheels: &[Wheel<'_>]) -> Site {
    let mut names: Vec<&str> = wheels.iter().map(|wheel| wheel.name).collect();
    names.dedup();
    for wheel in wheels {
        site = site.file(&format!("wheels/{}", wheel.file()), wheel.bytes());
    }
    for name in names {
        let files: Vec<String> = wheels.iter().filter(|wheel| wheel.name == name).map(Wheel::file).collect();
        site = with_page(site, name, &files);
    }
    site
}

/// Adds an index page that lists files below `wheels/`.
pub(crate) fn with_page(site: Site, name: &str, files: &[String]) -> Site {
    let links: String = files.iter().map(|file| format!("<a href=\"/wheels/{file}\">{file}</a><br>")).collect();
    site.file(&format!("simple/{name}/index.html"), format!("<!doctype html><html><body>{links}</body></html>"))
}

/// What the server was asked for below these folders, in order, whether the browser had it already or not.
pub(crate) fn asked(log: &[String], folders: &[&str]) -> Vec<String> {
    let paths = log.iter().filter_map(|line| line.strip_prefix("GET "));
    let paths = paths.filter_map(|line| line.split(' ').next());
    paths.filter(|path| folders.iter().any(|folder| path.starts_with(folder))).map(str::to_owned).collect()
}
