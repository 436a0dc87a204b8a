//! Names of wheels, and whether Pyodide can use one.

use std::str::FromStr as _;

use pep440_rs::Version;

/// What the name of a wheel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WheelName {
    /// As indexes compare it.
    pub(crate) name: String,
    pub(crate) version: Version,
    /// How good it is for the interpreter: two is compiled for it, one is pure Python. `None`: it cannot be used.
    pub(crate) rank: Option<u8>,
    /// What it is for.
    pub(crate) tag: String,
}

/// The interpreter that wheels are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Platform {
    /// `3.14.2`.
    pub(crate) python: String,
    /// `pyemscripten_2026_0_wasm32`.
    pub(crate) tag: String,
    /// `emscripten_5_0_3`, older words for the same machine.
    pub(crate) emscripten: String,
}

impl Platform {
    /// The minor version of Python.
    fn minor(&self) -> u64 {
        self.python.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or_default()
    }
}

/// Reads the name of a file. `None` if it is not one of a wheel.
pub(crate) fn parse(file: &str, platform: &Platform) -> Option<WheelName> {
    let parts: Vec<&str> = file.strip_suffix(".whl")?.split('-').collect();
    let (name, version, [python, abi, machine]) = match parts.as_slice() {
        [name, version, python, abi, machine] | [name, version, _, python, abi, machine] => {
            (name, version, [*python, *abi, *machine])
        }
        _ => return None,
    };
    let rank = rank(python, abi, machine, platform);
    let version = Version::from_str(version).ok()?;
    Some(WheelName { name: plain(name), version, rank, tag: format!("{python}-{abi}-{machine}") })
}

fn rank(python: &str, abi: &str, machine: &str, platform: &Platform) -> Option<u8> {
    let minor = platform.minor();
    let machine_rank = machine.split('.').filter_map(|one| match one {
        one if one == platform.tag || one.strip_prefix("pyodide_") == platform.tag.strip_prefix("pyemscripten_") => {
            Some(2)
        }
        "any" => Some(1),
        _ => None,
    });
    let fits = python.split('.').any(|python| {
        abi.split('.').any(|abi| {
            let of = |prefix: &str| {
                python
                    .strip_prefix(prefix)
                    .and_then(|digits| digits.strip_prefix('3'))
                    .and_then(|digits| digits.parse().ok())
            };
            match abi {
                "none" => python == "py3" || of("py").is_some_and(|one: u64| one <= minor) || of("cp") == Some(minor),
                "abi3" => of("cp").is_some_and(|one: u64| one <= minor),
                _ => of("cp") == Some(minor) && abi == python,
            }
        })
    });
    machine_rank.max().filter(|_| fits)
}

/// A name as indexes compare it.
pub(crate) fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let c = if matches!(c, '_' | '.') { '-' } else { c.to_ascii_lowercase() };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    #[test]
    fn wheels_for_the_interpreter_are_better_than_pure_ones() {
        let platform = Platform {
            python: "3.14.2".into(),
            tag: "pyemscripten_2026_0_wasm32".into(),
            emscripten: "emscripten_5_0_3".into(),
        };
        let rank = |tag: &str| parse(&format!("a_b-1.0-{tag}.whl"), &platform).unwrap().rank;
        assert_eq!(rank("cp314-cp314-pyemscripten_2026_0_wasm32"), Some(2));
        assert_eq!(rank("cp314-cp314-pyodide_2026_0_wasm32"), Some(2));
        assert_eq!(rank("cp311-abi3-pyemscripten_2026_0_wasm32"), Some(2));
        assert_eq!(rank("py3-none-any"), Some(1));
        assert_eq!(rank("py2.py3-none-any"), Some(1));
        assert_eq!(rank("py314-none-any"), Some(1));
        for other in [
            "cp313-cp313-pyemscripten_2026_0_wasm32",
            "cp314-cp314-pyemscripten_2025_0_wasm32",
            "cp314-cp314-pyodide_2025_0_wasm32",
            "cp314-cp314-manylinux_2_17_x86_64",
            "cp314-cp314t-pyemscripten_2026_0_wasm32",
            "py2-none-any",
            "py315-none-any",
        ] {
            assert_eq!(rank(other), None, "{other}");
        }
        assert_eq!(parse("a_b-1.0-1-py3-none-any.whl", &platform).unwrap().name, "a-b");
        assert_eq!(parse("a-1.0.tar.gz", &platform), None);
    }
}
