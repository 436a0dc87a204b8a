//! What has to be done for a configuration, with the package descriptions it names merged in.

use alloc::string::String;
use alloc::vec::Vec;

use super::files::{self, Download};
use super::model::{Config, Pair};
use super::packages::{self, Kind, Package};
use super::report::Report;
use super::{address, interpreter};
use crate::cut;
use crate::diagnostic::Code;
use crate::script::Language;
use crate::text::find;
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

/// What a CDN has in front of a package's name.
const CDNS: [&str; 5] = ["/npm/", "unpkg.com/", "esm.sh/", "esm.run/", "cdnjs.cloudflare.com/ajax/libs/"];

impl Module {
    /// Where a build of the same package is that is an ES module. Its name is taken from the address if that is one of
    /// a CDN.
    #[must_use]
    pub fn esm(&self) -> String {
        let source = self.source.as_str();
        let after = CDNS.iter().find_map(|cdn| find(source, cdn).and_then(|at| source.get(at + cdn.len()..)));
        let name = after.map_or("", |rest| {
            let end = |from: usize| {
                let rest = rest.as_bytes().iter().skip(from);
                from + rest.take_while(|byte| !matches!(byte, b'/' | b'@' | b'?' | b'#')).count()
            };
            // `@scope/name`
            let first = end(usize::from(cut::begins(rest, b"@")));
            let scoped = cut::begins(rest, b"@") && rest.as_bytes().get(first) == Some(&b'/');
            rest.get(..if scoped { end(first + 1) } else { first }).unwrap_or_default()
        });
        ["https://esm.run/", if name.is_empty() { &self.name } else { name }].concat()
    }
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
/// that are not needed do no harm. `None` if something cannot be done as it is written.
pub fn plan(
    language: Language,
    worker: bool,
    config: &Config,
    base: &str,
    descriptions: &[Description],
    report: &mut Report<'_>,
) -> Option<Plan> {
    let mut planner =
        Planner { language, report, descriptions, plan: Plan::default(), chain: Vec::new(), done: Vec::new() };
    let added = planner.add(config, base);
    let mut plan = planner.plan;
    report.within = None;
    added?;
    plan.interpreter = interpreter::wanted(config, worker, base);
    for url in &config.index_urls {
        // micropip puts `{package_name}` in itself, and knows some indexes by name.
        plan.index_urls.push(if cut::begins(url, b"./") { address::join(base, url) } else { url.clone() });
    }
    Some(plan)
}

struct Planner<'a, 'r> {
    language: Language,
    report: &'a mut Report<'r>,
    descriptions: &'a [Description],
    plan: Plan,
    /// The descriptions that led here.
    chain: Vec<&'a Description>,
    done: Vec<&'a str>,
}

impl Planner<'_, '_> {
    /// Adds what a configuration or description asks for.
    fn add(&mut self, config: &Config, base: &str) -> Option<()> {
        for mut download in files::plan(&config.files, &config.fetch, base, self.report)? {
            if let Some((_, line)) = self.report.within {
                download.line = line;
                let others = &self.plan.downloads;
                if others.iter().any(|other| other.source == download.source && other.target == download.target) {
                    continue;
                }
                if others.iter().any(|other| other.source == download.source) {
                    return self.duplicate(&download.source);
                }
                if others.iter().any(|other| other.target.is_same_file(&download.target)) {
                    return files::duplicate(&download.target, line, self.report);
                }
            }
            self.plan.downloads.push(download);
        }
        self.modules(&config.main_modules, base, false)?;
        self.modules(&config.worker_modules, base, true)?;
        for entry in &config.packages {
            let mut package = packages::classify(self.language, entry, base, self.report)?;
            if let Some((_, line)) = self.report.within {
                package.line = line;
            }
            self.package(package)?;
        }
        Some(())
    }

    fn package(&mut self, package: Package) -> Option<()> {
        match &package.kind {
            Kind::Description(_) => return self.describe(package),
            Kind::BuiltIn(_) => self.plan.ulab = true,
            kind if self.plan.packages.iter().any(|other| other.kind == *kind) => {}
            _ => self.plan.packages.push(package),
        }
        Some(())
    }

    fn describe(&mut self, package: Package) -> Option<()> {
        let Kind::Description(address) = &package.kind else { return None };
        let descriptions = self.descriptions;
        let Some(found) = descriptions.iter().find(|description| description.address == *address) else {
            if !self.plan.needs.contains(address) {
                self.plan.needs.push(address.clone());
            }
            return Some(());
        };
        if is_mip(&found.config.value) && self.language == Language::Pyodide {
            let message = [address, " is a package for MicroPython's mip, which Pyodide cannot install."];
            let hint = "name a wheel or a package of Pyodide, or run the script as `mpy`";
            return self.report.error(Code::BadPackages, package.line, &message, &[hint]);
        }
        if is_mip(&found.config.value) {
            self.plan.packages.push(Package { kind: Kind::Mip { address: address.clone(), version: None }, ..package });
            return Some(());
        }
        let name = found.config.name.as_deref();
        let again = |other: &&Description| {
            other.address == found.address || name.is_some() && other.config.name.as_deref() == name
        };
        if self.chain.iter().any(again) {
            let mut way = String::new();
            for description in &self.chain {
                way.push_str(&description.address);
                way.push_str(" → ");
            }
            let message = ["Unable to process ", name.unwrap_or(&package.written), " @ ", address];
            return self.report.error(
                Code::BadPackages,
                package.line,
                &message,
                &["it asks for itself: ", &way, address],
            );
        }
        if self.done.contains(&found.address.as_str()) {
            return Some(());
        }
        let outer = self.report.within.replace((address.clone(), package.line));
        self.chain.push(found);
        self.add(&found.config, address)?;
        self.chain.pop();
        self.report.within = outer;
        self.done.push(&found.address);
        Some(())
    }

    fn modules(&mut self, pairs: &[Pair], base: &str, worker: bool) -> Option<()> {
        for pair in pairs {
            let source = address::join(base, &pair.from);
            let css = address::has_extension(&source, "css");
            let known = if worker { &mut self.plan.worker_modules } else { &mut self.plan.main_modules };
            let mut same_source = known.iter().filter(|other| other.source == source).peekable();
            // One address may have two names on a page; between a page and a description that is a clash.
            let clash = same_source.peek().is_some() && self.report.within.is_some();
            if same_source.any(|other| other.name == pair.to) {
                continue;
            }
            if clash {
                return self.duplicate(&source);
            }
            known.push(Module { source, name: pair.to.clone(), css });
        }
        Some(())
    }

    fn duplicate(&mut self, key: &str) -> Option<()> {
        self.report.error(Code::BadPackages, 0, &["Duplicated path: ", key], &[])
    }
}

/// Whether a `.json` is a manifest of MicroPython's own package manager.
fn is_mip(value: &Table) -> bool {
    ["urls", "hashes", "deps"].iter().any(|key| value.get(key).is_some())
}

/// What is behind `pyscript.config`: the configuration with `type`.
#[must_use]
pub fn shown(language: Language, config: Config) -> Table {
    let mut value = config.value;
    value.insert("type", language.prefix());
    value
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::config::{Format, Origin, read};
    use crate::diagnostic::Diagnostic;
    use crate::toml;

    const PAGE: &str = "https://x.org/app/index.html";

    fn config(text: &str) -> Config {
        read(toml::parse(text).unwrap(), Format::Toml, &mut Report::default())
    }

    fn of(text: &str, descriptions: &[(&str, &str)]) -> Result<Plan, Diagnostic> {
        let descriptions: Vec<_> = descriptions
            .iter()
            .map(|(address, text)| Description { address: (*address).into(), config: config(text) })
            .collect();
        let mut report = Report::new(Origin { file: "index.html", line: 1, text });
        let plan = plan(Language::Pyodide, false, &config(text), PAGE, &descriptions, &mut report);
        plan.ok_or_else(|| report.diagnostics.remove(0))
    }

    fn fails(text: &str, descriptions: &[(&str, &str)]) -> (String, String) {
        let error = of(text, descriptions).unwrap_err();
        (error.message, error.hint.unwrap_or_default().into())
    }

    #[test]
    fn a_module_has_an_address_where_it_is_an_es_module() {
        for (source, esm) in [
            ("https://x.org/d3.js", "own"),
            ("https://cdn.jsdelivr.net/npm/d3@7/dist/d3.min.js", "d3"),
            ("https://cdn.jsdelivr.net/npm/@scope/name@7/x.js", "@scope/name"),
            ("https://unpkg.com/leaflet", "leaflet"),
            ("https://unpkg.com/leaflet?module", "leaflet"),
            ("https://cdnjs.cloudflare.com/ajax/libs/three.js/r83/three.js", "three.js"),
            ("https://unpkg.com/@", "@"),
            ("https://unpkg.com/", "own"),
        ] {
            let module = Module { source: source.into(), name: "own".into(), css: false };
            assert_eq!(module.esm(), ["https://esm.run/", esm].concat(), "{source}");
        }
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
        assert!(
            hint.ends_with(
                "it asks for itself: https://x.org/app/a.toml → https://x.org/app/b.toml → https://x.org/app/a.toml"
            ),
            "{hint}"
        );

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
        assert_eq!(message, "(PY3101): Duplicated destination: y.py");

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
        let mut report = Report::default();
        let plan = super::plan(Language::MicroPython, false, &page, PAGE, &descriptions, &mut report).unwrap();
        assert_eq!(
            plan.packages[0].kind,
            Kind::Mip { address: "https://x.org/app/package.json".into(), version: None }
        );
        assert!(plan.ulab);
        assert_eq!(super::plan(Language::Pyodide, false, &page, PAGE, &descriptions, &mut report), None);
        assert!(report.only().0.contains("package.json is a package for MicroPython's mip"));
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
        let shown = shown(Language::MicroPython, config("type = 'app'\nown = {a = 1}"));
        assert_eq!(crate::value::Value::from(shown).to_json(), r#"{"type":"mpy","own":{"a":1}}"#);
    }
}
