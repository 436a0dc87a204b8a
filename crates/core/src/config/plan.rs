//! What has to be done for a configuration, with the package descriptions it names merged in.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::files::{self, Download};
use super::model::{Config, Pair};
use super::packages::{self, Kind, Package};
use super::place::Origin;
use super::{address, interpreter};
use crate::diagnostic::{Code, Diagnostic};
use crate::script::Language;
use crate::value::Table;

/// A package description that was fetched.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its address, as [`Plan::needs`] gave it.
    pub address: String,
    /// What it says.
    pub config: Config,
}

/// A JavaScript module or style sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its address.
    pub source: String,
    /// The name that Python imports it by.
    pub name: String,
    /// Whether it is a style sheet.
    pub css: bool,
}

/// What has to be done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Addresses of package descriptions that have to be fetched before the rest of the plan is complete.
    pub needs: Vec<String>,
    /// The interpreter, if not the one beside `core.js`.
    pub interpreter: Option<interpreter::Interpreter>,
    /// Whether MicroPython's variant with `ulab` is needed.
    pub ulab: bool,
    /// What to download into the virtual file system.
    pub downloads: Vec<Download>,
    /// What to install; no descriptions among them.
    pub packages: Vec<Package>,
    /// Modules for the main thread.
    pub main_modules: Vec<Module>,
    /// Modules for the worker.
    pub worker_modules: Vec<Module>,
    /// The indexes to look for packages in.
    pub index_urls: Vec<String>,
}

/// Plans what a configuration asks for. Called again with more descriptions until nothing is needed any more; those
/// that are not needed do no harm.
///
/// # Errors
/// The first thing that cannot be done as it is written.
pub fn plan(
    language: Language,
    worker: bool,
    config: &Config,
    base: &str,
    origin: &Origin<'_>,
    descriptions: &[Description],
) -> Result<Plan, Diagnostic> {
    let mut planner =
        Planner { language, origin, descriptions, plan: Plan::default(), chain: Vec::new(), done: Vec::new() };
    planner.add(config, base, 0)?;
    let mut plan = planner.plan;
    plan.interpreter = interpreter::wanted(config, worker, base);
    plan.index_urls = config.index_urls.iter().map(|url| index_url(base, url)).collect();
    Ok(plan)
}

/// Indexes are told by address; micropip puts `{package_name}` in itself, and knows some by name.
fn index_url(base: &str, url: &str) -> String {
    if url.starts_with(['.', '/']) { address::join(base, url) } else { url.into() }
}

struct Planner<'a> {
    language: Language,
    origin: &'a Origin<'a>,
    descriptions: &'a [Description],
    plan: Plan,
    /// The descriptions that led here: address and name.
    chain: Vec<(String, Option<String>)>,
    done: Vec<String>,
}

impl Planner<'_> {
    /// Adds what a configuration or description asks for. `line` is that of the page's entry that led here; zero when
    /// the configuration is the page's own, whose entries have lines of their own.
    fn add(&mut self, config: &Config, base: &str, line: u32) -> Result<(), Diagnostic> {
        // Inside a description, lines are those of another text.
        let inside = !self.chain.is_empty();
        let nowhere = Origin::default();
        let origin = if inside { &nowhere } else { self.origin };
        let mut downloads =
            files::plan(&config.files, &config.fetch, base, origin).map_err(|error| self.within(error, line))?;
        if inside {
            downloads.iter_mut().for_each(|download| download.line = line);
            downloads.retain(|download| !self.plan.downloads.contains(download));
            for download in &downloads {
                if self.plan.downloads.iter().any(|other| other.source == download.source) {
                    return Err(self.duplicate(&download.source, line));
                }
                if self.plan.downloads.iter().any(|other| same_file(other, download)) {
                    let files::Target::File(path) = &download.target else { continue };
                    let message = ["Duplicated destination: ", path].concat();
                    return Err(self.within(self.origin.error(Code::BadFiles, line, &message), line));
                }
            }
        }
        self.plan.downloads.append(&mut downloads);
        self.modules(&config.main_modules, base, line, false)?;
        self.modules(&config.worker_modules, base, line, true)?;
        for entry in &config.packages {
            let mut package =
                packages::classify(self.language, entry, base, origin).map_err(|error| self.within(error, line))?;
            package.line = if inside { line } else { package.line };
            self.package(package)?;
        }
        Ok(())
    }

    fn package(&mut self, package: Package) -> Result<(), Diagnostic> {
        match &package.kind {
            Kind::Description(address) => {
                let address = address.clone();
                self.describe(&address, package)
            }
            Kind::BuiltIn(_) => {
                self.plan.ulab = true;
                Ok(())
            }
            kind => {
                if !self.plan.packages.iter().any(|other| other.kind == *kind) {
                    self.plan.packages.push(package);
                }
                Ok(())
            }
        }
    }

    fn describe(&mut self, address: &str, package: Package) -> Result<(), Diagnostic> {
        let descriptions = self.descriptions;
        let Some(found) = descriptions.iter().find(|description| description.address == address) else {
            if !self.plan.needs.iter().any(|needed| needed == address) {
                self.plan.needs.push(address.into());
            }
            return Ok(());
        };
        if self.language == Language::MicroPython && is_mip(&found.config.value) {
            let kind = Kind::Mip { address: address.into(), version: None };
            return self.package(Package { kind, ..package });
        }
        let name = &found.config.name;
        let again = |(known, other): &(String, Option<String>)| known == address || name.is_some() && other == name;
        if self.chain.iter().any(again) {
            let shown = name.as_deref().unwrap_or(&package.written);
            let message = ["Unable to process ", shown, " @ ", address].concat();
            let mut way: Vec<&str> = self.chain.iter().map(|(address, _)| address.as_str()).collect();
            way.push(address);
            let hint = ["it asks for itself: ", &way.join(" → ")].concat();
            return Err(self.origin.error(Code::BadPackages, package.line, &message).with_hint(hint));
        }
        if self.done.iter().any(|done| done == address) {
            return Ok(());
        }
        self.chain.push((address.into(), name.clone()));
        self.add(&found.config, address, package.line)?;
        self.chain.pop();
        self.done.push(address.into());
        Ok(())
    }

    fn modules(&mut self, pairs: &[Pair], base: &str, line: u32, worker: bool) -> Result<(), Diagnostic> {
        for pair in pairs {
            let source = address::join(base, &pair.from);
            let css = address::has_extension(&source, "css");
            let module = Module { source, name: pair.to.clone(), css };
            let known = if worker { &mut self.plan.worker_modules } else { &mut self.plan.main_modules };
            if known.contains(&module) {
                continue;
            }
            // One address may have two names on a page; between a page and a description that is a clash.
            if !self.chain.is_empty() && known.iter().any(|other| other.source == module.source) {
                return Err(self.duplicate(&module.source, line));
            }
            known.push(module);
        }
        Ok(())
    }

    fn duplicate(&self, key: &str, line: u32) -> Diagnostic {
        let message = ["Duplicated path: ", key].concat();
        self.within(self.origin.error(Code::BadPackages, line, &message), line)
    }

    /// Names the description in which an error was found.
    fn within(&self, error: Diagnostic, line: u32) -> Diagnostic {
        let Some((address, _)) = self.chain.last() else { return error };
        let mut error = error.at(self.origin.place(line));
        let said = error.hint.take().map(|hint| ["; ", &hint].concat()).unwrap_or_default();
        error.with_hint(["the package description ", address, " asks for it", &said].concat())
    }
}

fn same_file(one: &Download, other: &Download) -> bool {
    matches!((&one.target, &other.target), (files::Target::File(a), files::Target::File(b)) if files::plain(a) == files::plain(b))
}

/// Whether a `.json` is a manifest of MicroPython's own package manager.
fn is_mip(value: &Table) -> bool {
    ["urls", "hashes", "deps"].iter().any(|key| value.get(key).is_some())
}

/// The text behind `pyscript.config`: the configuration with `type`.
#[must_use]
pub fn shown(language: Language, config: &Config) -> Table {
    let mut value = config.value.clone();
    value.insert("type", language.prefix().to_string());
    value
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::config::{Format, read};
    use crate::toml;

    const PAGE: &str = "https://x.org/app/index.html";

    fn config(text: &str) -> Config {
        read(&toml::parse(text).unwrap(), Format::Toml, &Origin::default()).0
    }

    fn of(text: &str, descriptions: &[(&str, &str)]) -> Result<Plan, Diagnostic> {
        let descriptions: Vec<_> = descriptions
            .iter()
            .map(|(address, text)| Description { address: (*address).into(), config: config(text) })
            .collect();
        let origin = Origin { file: "index.html", line: 1, text };
        plan(Language::Pyodide, false, &config(text), PAGE, &origin, &descriptions)
    }

    fn fails(text: &str, descriptions: &[(&str, &str)]) -> (String, String) {
        let error = of(text, descriptions).unwrap_err();
        (error.message, error.hint.unwrap_or_default().into())
    }

    #[test]
    fn a_description_is_asked_for_and_then_merged() {
        let page = "packages = ['numpy', '../p/a.toml']\n[files]\n'./own.py' = ''";
        let first = of(page, &[]).unwrap();
        assert_eq!(first.needs, ["https://x.org/p/a.toml"]);

        let a = "name = 'a'\npackages = ['numpy', 'sympy', './b.toml']\n[files]\n'./a.py' = './lib/'";
        let second = of(page, &[("https://x.org/p/a.toml", a)]).unwrap();
        assert_eq!(second.needs, ["https://x.org/p/b.toml"]);

        let b = "name = 'b'\n[js_modules.main]\n'./b.js' = 'b'\n'./b.css' = 'b'";
        let last = of(page, &[("https://x.org/p/a.toml", a), ("https://x.org/p/b.toml", b)]).unwrap();
        assert_eq!(last.needs, [""; 0]);
        let sources: Vec<_> = last.downloads.iter().map(|download| download.source.as_str()).collect();
        assert_eq!(sources, ["https://x.org/app/own.py", "https://x.org/p/a.py"]);
        let names: Vec<_> = last.packages.iter().map(|package| package.written.as_str()).collect();
        assert_eq!(names, ["numpy", "sympy"]);
        let module = |source: &str, css| Module { source: source.into(), name: "b".into(), css };
        assert_eq!(last.main_modules, [module("https://x.org/p/b.js", false), module("https://x.org/p/b.css", true)]);
    }

    #[test]
    fn a_circle_is_named() {
        let (a, b) = ("https://x.org/app/a.toml", "https://x.org/app/b.toml");
        let texts = [(a, "name = 'A'\npackages = ['./b.toml']"), (b, "name = 'B'\npackages = ['./a.toml']")];
        let (message, hint) = fails("packages = ['./a.toml']", &texts);
        assert_eq!(message, "(PY3102): Unable to process A @ https://x.org/app/a.toml");
        assert!(hint.ends_with("a.toml → https://x.org/app/b.toml → https://x.org/app/a.toml"), "{hint}");

        let texts = [(a, "name = 'A'\npackages = ['./b.toml']"), (b, "name = 'A'")];
        assert_eq!(
            fails("packages = ['./a.toml']", &texts).0,
            "(PY3102): Unable to process A @ https://x.org/app/b.toml"
        );

        let nameless = [(a, "packages = ['./a.toml']")];
        let message = fails("packages = ['./a.toml']", &nameless).0;
        assert_eq!(message, "(PY3102): Unable to process ./a.toml @ https://x.org/app/a.toml");
    }

    #[test]
    fn what_two_descriptions_share_is_merged_once() {
        let (a, b, c) = ("https://x.org/app/a.toml", "https://x.org/app/b.toml", "https://x.org/app/c.toml");
        let texts = [(a, "packages = ['./c.toml']"), (b, "packages = ['./c.toml']"), (c, "files = {'./c.py' = ''}")];
        let plan = of("packages = ['./a.toml', './b.toml']", &texts).unwrap();
        assert_eq!(plan.downloads.len(), 1);
    }

    #[test]
    fn clashes_name_the_path_and_the_description() {
        let a = "https://x.org/p/a.toml";
        let page = "packages = ['../p/a.toml']\n[files]\n'../p/x.py' = 'y.py'";
        let (message, hint) = fails(page, &[(a, "files = {'./x.py' = 'z.py'}")]);
        assert_eq!(message, "(PY3102): Duplicated path: https://x.org/p/x.py");
        assert!(hint.contains(a), "{hint}");

        let (message, _) = fails(page, &[(a, "files = {'./other.py' = './y.py'}")]);
        assert_eq!(message, "(PY3101): Duplicated destination: ./y.py");

        let page = "packages = ['../p/a.toml']\n[js_modules.main]\n'../p/x.js' = 'x'";
        let (message, _) = fails(page, &[(a, "js_modules.main = {'./x.js' = 'y'}")]);
        assert_eq!(message, "(PY3102): Duplicated path: https://x.org/p/x.js");
        assert!(of(page, &[(a, "js_modules.main = {'./x.js' = 'x'}")]).is_ok());
    }

    #[test]
    fn errors_in_a_description_show_the_line_of_the_page() {
        let page = "name = 'page'\npackages = ['./a.toml']";
        let error = of(page, &[("https://x.org/app/a.toml", "\n\n\nfiles = {'{X}/a' = ''}")]).unwrap_err();
        assert_eq!(error.message, "(PY3101): Invalid template: {X}");
        assert_eq!(error.place.and_then(|place| place.line), Some(2));
    }

    #[test]
    fn micropythons_manifests_are_left_to_mip() {
        let page = config("packages = ['./package.json', 'ulab']");
        let manifest = config("urls = []");
        let descriptions = [Description { address: "https://x.org/app/package.json".into(), config: manifest }];
        let of = |language| plan(language, false, &page, PAGE, &Origin::default(), &descriptions).unwrap();
        let plan = of(Language::MicroPython);
        assert_eq!(
            plan.packages[0].kind,
            Kind::Mip { address: "https://x.org/app/package.json".into(), version: None }
        );
        assert!(plan.ulab);
        assert_eq!(of(Language::Pyodide).packages[0].written, "ulab");
    }

    #[test]
    fn indexes_may_be_relative() {
        let plan = of("index_urls = ['./simple/{package_name}/', 'https://i.org/{package_name}/json']", &[]).unwrap();
        assert_eq!(
            plan.index_urls,
            vec!["https://x.org/app/simple/{package_name}/", "https://i.org/{package_name}/json"]
        );
    }

    #[test]
    fn the_shown_configuration_has_the_language_as_type() {
        let shown = shown(Language::MicroPython, &config("type = 'app'\nown = {a = 1}"));
        assert_eq!(crate::value::Value::from(shown).to_json(), r#"{"type":"mpy","own":{"a":1}}"#);
    }
}
