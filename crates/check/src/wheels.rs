//! Wheels: whether the interpreter can have them, by their names and by what is inside.

use std::ops::Range;

use pyrite_core::archive::{ArchiveError, Kind};
use pyrite_core::config::address;
use pyrite_core::config::packages::Package;
use pyrite_core::install::version;
use pyrite_core::{Code, Language};

use crate::context::Context;
use crate::distribution::{Distribution, Platform};
use crate::finding::{Finding, Level};
use crate::place::{Target, target};
use crate::project::File;
use crate::settings::{Settings, Written};

/// What to do about a wheel that is for others.
const OTHER: &str = "take the wheel that ends in `-none-any.whl`, or one made for Pyodide";

/// A wheel of `packages`.
pub(crate) fn check(
    context: &mut Context<'_>,
    language: Language,
    settings: &Settings,
    package: &Package,
    wheel: &str,
) {
    let written = &settings.text;
    let span = written.quoted(package.line, &package.written);
    let shown = &package.written;
    let add = |context: &mut Context<'_>, level, message: String, hint: &str| {
        let finding = Finding::new(Code::BadPackages, level, &written.file, span.clone(), message);
        context.findings.add(finding.hint(hint));
    };
    let file = target(&written.base, wheel);
    let there = match &file {
        Target::File(path) => context.project.read(path),
        _ => File::Missing,
    };
    if let (Target::File(path), File::Missing) = (&file, &there) {
        context.missing(&written.file, span.clone(), "wheel", shown, path);
    }
    // Another interpreter has another Python.
    let own = settings.plan.interpreter.is_none().then_some(context.distribution);
    if let Some((reason, hint)) = unusable(language, address::file_name(wheel), own) {
        return add(context, Level::Error, format!("`{shown}` is a wheel {reason}."), hint);
    }
    match &there {
        File::Missing => return,
        File::Unreadable(reason) => {
            if let Target::File(path) = &file {
                context.unreadable(path, reason);
            }
            return;
        }
        File::Folder => return add(context, Level::Error, format!("`{shown}` is a folder."), "a wheel is one file"),
        File::Text(_) | File::Bytes(_) => {}
    }
    let Some(inside) = context.inside(wheel, Kind::Zip) else { return };
    let inside = match &*inside {
        Ok(inside) => inside,
        Err(error) => return broken(context, written, span.clone(), shown, error),
    };
    if language == Language::MicroPython {
        return;
    }
    let Some(metadata) = &inside.metadata else {
        let hint = "build it by `python -m build --wheel`; to unpack an archive, name it in `files`";
        return add(context, Level::Error, format!("`{shown}` is no wheel: it has no `.dist-info/METADATA`."), hint);
    };
    if let Some(host) = own.and_then(|own| own.platform.as_ref())
        && let Some(wanted) = metadata.python.as_deref().filter(|wanted| !version::suits(&host.python, wanted))
    {
        let message = format!("`{shown}` says that it is for Python {wanted}; Pyodide has {}.", host.python);
        add(context, Level::Warning, message, "look for a version of it that is for this Python");
    }
}

/// An archive that cannot be unpacked, where it is named.
pub(crate) fn broken(
    context: &mut Context<'_>,
    written: &Written,
    span: Range<usize>,
    shown: &str,
    error: &ArchiveError,
) {
    let said = error.diagnose(shown);
    let prefix = format!("({}): ", Code::Archive.as_str());
    let message = said.message.strip_prefix(&prefix).unwrap_or(&said.message);
    let finding = Finding::new(Code::Archive, Level::Error, &written.file, span, message);
    context.findings.add(finding.hint(said.hint.as_deref().unwrap_or_default()));
}

/// Why a wheel of that name cannot be used, and what to do.
fn unusable(language: Language, name: &str, own: Option<&Distribution>) -> Option<(String, &'static str)> {
    let parts: Vec<&str> = name.strip_suffix(".whl")?.split('-').collect();
    let (python, abi, machine) = match parts.as_slice() {
        [_, _, python, abi, machine] | [_, _, _, python, abi, machine] if parts.iter().all(|part| !part.is_empty()) => {
            (*python, *abi, *machine)
        }
        // Nothing but Pyodide looks at the name.
        _ if language == Language::MicroPython => return None,
        _ => {
            let hint = "give it the name that it was built with, such as `name-1.0-py3-none-any.whl`";
            return Some(("whose name does not say what it is for".to_owned(), hint));
        }
    };
    let any = machine.split('.').any(|machine| machine == "any");
    if any && (abi == "none" || abi == "abi3") && !python.contains("py3") && python.starts_with("py2") {
        return Some(("for Python 2".to_owned(), OTHER));
    }
    if language == Language::MicroPython {
        let pure = any && (abi == "none" || abi == "abi3");
        return (!pure).then(|| ("with compiled code, which MicroPython cannot load".to_owned(), OTHER));
    }
    let browser = ["emscripten", "pyodide", "wasm32"].iter().any(|word| machine.contains(word));
    if !browser && !any {
        return Some((format!("for `{machine}`, not for a browser"), OTHER));
    }
    let host = own.and_then(|own| own.platform.as_ref())?;
    if !any && !machine.split('.').any(|machine| host.is_machine(machine)) {
        return Some((format!("for another Pyodide (`{machine}`)"), OTHER));
    }
    (!fits(python, abi, host))
        .then(|| (format!("for another Python (`{python}-{abi}`); Pyodide has {}", host.python), OTHER))
}

/// Whether the interpreter's Python is one that the tags name.
fn fits(python: &str, abi: &str, host: &Platform) -> bool {
    let minor = host.minor();
    python.split('.').any(|python| {
        let of = |prefix: &str| python.strip_prefix(prefix)?.strip_prefix('3')?.parse::<u64>().ok();
        abi.split('.').any(|abi| match abi {
            "none" => python == "py3" || of("py").is_some_and(|one| one <= minor) || of("cp") == Some(minor),
            "abi3" => of("cp").is_some_and(|one| one <= minor) || python == "py3",
            _ => of("cp") == Some(minor) && abi == python,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wheels_for_this_python_are_told_from_others() {
        let lock = r#"{"info": {"python": "3.14.2", "abi_version": "2026_0", "platform": "emscripten_5_0_3"}, "packages": {}}"#;
        let own = Distribution::from_lock("314.0.7", lock).unwrap();
        let why = |tags: &str| {
            unusable(Language::Pyodide, &format!("a-1.0-{tags}.whl"), Some(&own)).map(|(reason, _)| reason)
        };
        for tags in [
            "py3-none-any",
            "py2.py3-none-any",
            "py310-none-any",
            "cp314-none-any",
            "cp314-cp314-pyemscripten_2026_0_wasm32",
            "cp314-cp314-pyodide_2026_0_wasm32",
            "cp312-abi3-pyodide_2026_0_wasm32",
            "cp314-cp314-emscripten_5_0_3_wasm32",
            "1-py3-none-any",
            "py3-none-pyodide_2026_0_wasm32",
        ] {
            assert_eq!(why(tags), None, "{tags}");
        }
        for (tags, words) in [
            ("py2-none-any", "for Python 2"),
            ("cp312-cp312-manylinux_2_17_x86_64", "for `manylinux_2_17_x86_64`, not for a browser"),
            ("cp314-cp314-win_amd64", "for `win_amd64`, not"),
            ("cp312-cp312-pyodide_2024_0_wasm32", "for another Pyodide (`pyodide_2024_0_wasm32`)"),
            ("cp313-cp313-pyemscripten_2026_0_wasm32", "for another Python (`cp313-cp313`); Pyodide has 3.14.2"),
            ("cp312-none-any", "for another Python"),
            ("py315-none-any", "for another Python"),
            ("any", "whose name does not say"),
        ] {
            assert!(why(tags).is_some_and(|why| why.contains(words)), "{tags}: {:?}", why(tags));
        }
        // Of another interpreter nothing is known.
        assert_eq!(unusable(Language::Pyodide, "a-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl", None), None);
        assert_eq!(unusable(Language::MicroPython, "a.whl", Some(&own)), None);
    }
}
