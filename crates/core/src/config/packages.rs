//! What each entry of `packages` asks for.

use alloc::string::{String, ToString};

use super::model::Text;
use super::place::{Origin, quoted};
use super::{address, requirement};
use crate::diagnostic::{Code, Diagnostic};
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
    let version = version.trim();
    if matches!(version, "" | "*" | "latest") {
        name.into()
    } else if version.starts_with(['=', '>', '<', '~', '!']) {
        [name, version].concat()
    } else if version.starts_with(['.', '/']) || address::scheme(version).is_some() {
        version.into()
    } else {
        [name, "==", version].concat()
    }
}

/// Says what an entry asks for. Addresses are joined with `base`.
///
/// # Errors
/// If it is nothing that can be installed.
pub fn classify(language: Language, entry: &Text, base: &str, origin: &Origin<'_>) -> Result<Package, Diagnostic> {
    kind(language, entry.text.trim(), base)
        .map(|kind| Package { written: entry.text.clone(), kind, line: entry.line })
        .map_err(|(reason, hint)| {
            let message = [&quoted(&entry.text), " is not a package: ", &reason, "."].concat();
            origin.error(Code::BadPackages, entry.line, &message).with_hint(hint)
        })
}

type Explained = (String, &'static str);

fn kind(language: Language, text: &str, base: &str) -> Result<Kind, Explained> {
    const NAMES: &str =
        "write a name (`numpy`), a requirement (`numpy>=2`), or the address of a wheel (`./x-1.0-py3-none-any.whl`)";
    if text.is_empty() {
        return Err(("it is empty".into(), NAMES));
    }
    if let Some(scheme) = address::scheme(text) {
        return match (scheme, language) {
            ("emfs", Language::Pyodide) => Ok(Kind::Installed(text.into())),
            ("github" | "gitlab" | "codeberg", Language::MicroPython) => Ok(mip(text)),
            ("github" | "gitlab" | "codeberg", Language::Pyodide) => {
                Err(([scheme, ": addresses are for MicroPython's mip"].concat(), "name a wheel's address instead"))
            }
            ("emfs", Language::MicroPython) => {
                Err(("MicroPython installs no wheels from its own file system".into(), "give the wheel's address"))
            }
            _ => at_address(language, text, base),
        };
    }
    let found = requirement::parse(text);
    let direct = found.as_ref().ok().and_then(|found| found.address);
    if let Some(address) = direct.filter(|address| address::scheme(address).is_some()) {
        return at_address(language, address, base);
    }
    let path = text.starts_with(['.', '/'])
        || ["whl", "toml", "json"].iter().any(|end| address::has_extension(text, end) && text.contains('/'));
    if path || address::has_extension(text, "whl") {
        return at_address(language, text, base);
    }
    // mip writes a version behind an `@`.
    if let (Language::MicroPython, Some((name, version))) = (language, text.split_once('@'))
        && requirement::parse(name).is_ok_and(|found| found.name == name)
        && !version.trim().is_empty()
        && !version.contains(['/', ':', ' '])
    {
        return Ok(Kind::Named { name: name.into(), requirement: name.into(), version: Some(version.into()) });
    }
    let found = found.map_err(|reason| (reason.to_string(), NAMES))?;
    if found.address.is_some() {
        return Err(("what stands behind `@` is no address".into(), NAMES));
    }
    // The one library that is compiled into a variant of MicroPython.
    if language == Language::MicroPython && found.name == "ulab" {
        return Ok(Kind::BuiltIn(found.name.into()));
    }
    let version = found.exact().map(ToString::to_string);
    Ok(Kind::Named { name: found.name.into(), requirement: text.into(), version })
}

fn at_address(language: Language, text: &str, base: &str) -> Result<Kind, Explained> {
    let address = address::join(base, text);
    if address::has_extension(text, "whl") {
        Ok(Kind::Wheel(address))
    } else if address::has_extension(text, "toml") || address::has_extension(text, "json") {
        Ok(Kind::Description(address))
    } else if language == Language::MicroPython {
        Ok(mip(&address))
    } else {
        let hint = "Pyodide installs wheels: build one by `python -m build --wheel`, and name its address";
        Err(("its address is not that of a wheel (.whl) or a package description (.toml, .json)".into(), hint))
    }
}

/// `github:owner/repo/path@tag`, or an address, in which an `@` means nothing.
fn mip(text: &str) -> Kind {
    match text.rsplit_once('@') {
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
        classify(language, &entry, "https://x.org/a/page.html", &Origin::default())
            .map(|package| package.kind)
            .map_err(|diagnostic| diagnostic.message)
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
