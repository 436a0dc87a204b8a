//! What each entry of `packages` asks for.

use alloc::string::String;

use super::model::Text;
use super::report::Report;
use super::{address, requirement};
use crate::cut;
use crate::diagnostic::Code;
use crate::script::Language;

/// What has to be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// What the author wrote.
    pub written: String,
    /// How to come by it.
    pub kind: Kind,
    /// Its line in the configuration's text; zero when unknown.
    pub line: u32,
}

/// How to come by a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An index knows it by name.
    Named {
        /// The name.
        name: String,
        /// The whole requirement as the installer takes it.
        requirement: String,
        /// The one version that is asked for.
        version: Option<String>,
    },
    /// A wheel at this address.
    Wheel(String),
    /// A wheel in the virtual file system, at this path (with `emfs:` in front).
    Installed(String),
    /// A package description at this address: files, modules and packages that belong together.
    Description(String),
    /// What MicroPython's `mip` takes: the address of a `.py` or `.mpy` file or of a folder with a `package.json`, or
    /// `github:owner/repo/path`.
    Mip {
        /// The address.
        address: String,
        /// The branch or tag.
        version: Option<String>,
    },
    /// It is part of a variant of MicroPython.
    BuiltIn(String),
}

impl Kind {
    /// The word for it in a plan.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Kind::Named { .. } => "named",
            Kind::Wheel(_) => "wheel",
            Kind::Installed(_) => "emfs",
            Kind::Description(_) => "description",
            Kind::Mip { .. } => "mip",
            Kind::BuiltIn(_) => "built-in",
        }
    }
}

/// The requirement that an entry of a `[packages]` table stands for.
pub(super) fn from_version(name: &str, version: &str) -> String {
    let version = version.trim_ascii();
    if matches!(version, "" | "*" | "latest") {
        name.into()
    } else if cut::begins(version, b"=><~!") {
        [name, version].concat()
    } else if cut::begins(version, b"./") || address::scheme(version).is_some() {
        version.into()
    } else {
        [name, "==", version].concat()
    }
}

/// Says what an entry asks for. Addresses are joined with `base`. `None` if it is nothing that can be installed.
pub fn classify(language: Language, entry: &Text, base: &str, report: &mut Report<'_>) -> Option<Package> {
    match kind(language, entry.text.trim_ascii(), base) {
        Ok(kind) => Some(Package { written: entry.text.clone(), kind, line: entry.line }),
        Err((reason, hint)) => {
            let message = ["`", &entry.text, "` is not a package: ", reason, "."];
            report.error(Code::BadPackages, entry.line, &message, &[hint])
        }
    }
}

/// What is wrong, and what to do.
type Wrong = (&'static str, &'static str);

fn kind(language: Language, text: &str, base: &str) -> Result<Kind, Wrong> {
    const NAMES: &str =
        "write a name (`numpy`), a requirement (`numpy>=2`), or the address of a wheel (`./x-1.0-py3-none-any.whl`)";
    if text.is_empty() {
        return Err(("it is empty", NAMES));
    }
    if let Some(scheme) = address::scheme(text) {
        return match (scheme, language) {
            ("emfs", Language::Pyodide) => Ok(Kind::Installed(text.into())),
            ("emfs", Language::MicroPython) => {
                Err(("MicroPython installs no wheels from its own file system", "give the wheel's address"))
            }
            ("github" | "gitlab" | "codeberg", Language::MicroPython) => Ok(mip(text)),
            ("github" | "gitlab" | "codeberg", Language::Pyodide) => {
                Err(("only MicroPython's mip knows such addresses", "name a wheel's address instead"))
            }
            _ => at_address(language, text, base),
        };
    }
    let found = requirement::parse(text);
    let direct = found.as_ref().ok().and_then(|found| found.address);
    if let Some(address) = direct.filter(|address| address::scheme(address).is_some()) {
        return at_address(language, address, base);
    }
    let is_path = cut::begins(text, b"./")
        || address::has_extension(text, "whl")
        || cut::has(text, b'/') && (address::has_extension(text, "toml") || address::has_extension(text, "json"));
    if is_path {
        return at_address(language, text, base);
    }
    // mip writes a version behind an `@`.
    if let (Language::MicroPython, Some((name, version))) = (language, cut::first(text, b'@'))
        && requirement::parse(name).is_ok_and(|found| found.name == name)
        && cut::all(version, |byte| !matches!(byte, b'/' | b':' | b' '))
    {
        return Ok(Kind::Named { name: name.into(), requirement: name.into(), version: Some(version.into()) });
    }
    let found = found.map_err(|reason| (reason, NAMES))?;
    if found.address.is_some() {
        return Err(("what stands behind `@` is no address", NAMES));
    }
    // The one library that is compiled into a variant of MicroPython.
    if language == Language::MicroPython && found.name == "ulab" {
        return Ok(Kind::BuiltIn(found.name.into()));
    }
    let version = found.exact().map(String::from);
    Ok(Kind::Named { name: found.name.into(), requirement: text.into(), version })
}

fn at_address(language: Language, text: &str, base: &str) -> Result<Kind, Wrong> {
    let address = address::join(base, text);
    if address::has_extension(text, "whl") {
        Ok(Kind::Wheel(address))
    } else if address::has_extension(text, "toml") || address::has_extension(text, "json") {
        Ok(Kind::Description(address))
    } else if language == Language::MicroPython {
        Ok(mip(&address))
    } else {
        let hint = "Pyodide installs wheels: build one by `python -m build --wheel`, and name its address";
        Err(("its address is not that of a wheel (.whl) or a package description (.toml, .json)", hint))
    }
}

/// `github:owner/repo/path@tag`, or an address, in which an `@` means nothing.
fn mip(text: &str) -> Kind {
    match cut::last(text, b'@') {
        Some((address, version)) if !address::is_remote(text) && !version.is_empty() => {
            Kind::Mip { address: address.into(), version: Some(version.into()) }
        }
        _ => Kind::Mip { address: text.into(), version: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(language: Language, text: &str) -> Result<Kind, String> {
        let entry = Text { text: text.into(), line: 0 };
        let mut report = Report::default();
        classify(language, &entry, "https://x.org/a/page.html", &mut report)
            .map(|package| package.kind)
            .ok_or_else(|| report.only().0.into())
    }

    fn named(name: &str, requirement: &str, version: Option<&str>) -> Result<Kind, String> {
        let version = version.map(Into::into);
        Ok(Kind::Named { name: name.into(), requirement: requirement.into(), version })
    }

    #[test]
    fn both_languages_know_names_wheels_and_descriptions() {
        for language in Language::ALL {
            assert_eq!(of(language, "numpy"), named("numpy", "numpy", None));
            assert_eq!(of(language, "umqtt.simple"), named("umqtt.simple", "umqtt.simple", None));
            assert_eq!(of(language, "x==1.2"), named("x", "x==1.2", Some("1.2")));
            assert_eq!(
                of(language, "./w/x-1-py3-none-any.whl"),
                Ok(Kind::Wheel("https://x.org/a/w/x-1-py3-none-any.whl".into()))
            );
            assert_eq!(of(language, "/x.whl?v=1"), Ok(Kind::Wheel("https://x.org/x.whl?v=1".into())));
            assert_eq!(of(language, "w/x.whl"), Ok(Kind::Wheel("https://x.org/a/w/x.whl".into())));
            assert_eq!(of(language, "x@https://y.org/x.whl"), Ok(Kind::Wheel("https://y.org/x.whl".into())));
            assert_eq!(of(language, "x @ https://y.org/x.whl"), Ok(Kind::Wheel("https://y.org/x.whl".into())));
            assert_eq!(of(language, "./p.toml"), Ok(Kind::Description("https://x.org/a/p.toml".into())));
            assert_eq!(of(language, "https://y.org/p.json?x"), Ok(Kind::Description("https://y.org/p.json?x".into())));
        }
    }

    #[test]
    fn pyodide_takes_requirements_and_its_own_files() {
        let py = |text| of(Language::Pyodide, text);
        assert_eq!(py("x[a]>=1; python_version>'3'"), named("x", "x[a]>=1; python_version>'3'", None));
        assert_eq!(py("emfs:/tmp/x.whl"), Ok(Kind::Installed("emfs:/tmp/x.whl".into())));
        assert_eq!(py("ulab"), named("ulab", "ulab", None));
        for wrong in
            ["https://y.org/x.tar.gz", "./x.zip", "github:a/b", "git+https://y.org/x", "x y", "", "./lib", "x @ y"]
        {
            let message = py(wrong).unwrap_err();
            assert!(message.starts_with(&["(PY3102): `", wrong, "` is not a package: "].concat()), "{message}");
        }
    }

    #[test]
    fn micropython_takes_what_mip_takes() {
        let mpy = |text| of(Language::MicroPython, text);
        let mip = |address: &str, version: Option<&str>| {
            Ok(Kind::Mip { address: address.into(), version: version.map(Into::into) })
        };
        assert_eq!(mpy("https://y.org/a@b/bisect.py"), mip("https://y.org/a@b/bisect.py", None));
        assert_eq!(mpy("./bisect.mpy"), mip("https://x.org/a/bisect.mpy", None));
        assert_eq!(mpy("github:o/r/p.py"), mip("github:o/r/p.py", None));
        assert_eq!(mpy("github:o/r@v1"), mip("github:o/r", Some("v1")));
        assert_eq!(mpy("aiohttp@0.0.3"), named("aiohttp", "aiohttp", Some("0.0.3")));
        assert_eq!(mpy("ulab"), Ok(Kind::BuiltIn("ulab".into())));
        assert!(mpy("emfs:/x.whl").is_err());
    }

    #[test]
    fn versions_of_a_table_become_requirements() {
        for (version, requirement) in [
            ("", "x"),
            ("*", "x"),
            (" 1.2 ", "x==1.2"),
            (">=1,<2", "x>=1,<2"),
            ("~=1.4", "x~=1.4"),
            ("==1", "x==1"),
            ("./x.whl", "./x.whl"),
            ("https://y.org/x.whl", "https://y.org/x.whl"),
            ("latest", "x"),
            ("^1", "x==^1"),
        ] {
            assert_eq!(from_version("x", version), requirement, "{version}");
        }
    }
}
