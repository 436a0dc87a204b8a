//! Decides: one version of each package, so that all that is asked for is there.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::rc::Rc;
use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{ExtraName, MarkerEnvironment, MarkerEnvironmentBuilder, Requirement, VerbatimUrl, VersionOrUrl};
use pubgrub::{
    DefaultStringReporter, Dependencies, DependencyProvider, PackageResolutionStatistics, PubGrubError, Ranges,
    Reporter as _,
};

use super::candidates::{Candidate, Distribution, Found, find, fits};
use super::client::Client;
use super::file::{Lock, Package};
use super::metadata::{Metadata, file_in};
use super::places::Places;
use super::store;
use super::wanted::AllWanted;
use super::wheel::{Platform, plain};
use crate::stop::Stop;
use crate::terminal::{Terminal, doing};

/// What is decided about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node {
    /// The pages themselves.
    Pages,
    Package(String),
    /// A package with what one of its extras needs.
    Extra(String, String),
}

impl fmt::Display for Node {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages => out.write_str("this project"),
            Self::Package(name) => out.write_str(name),
            Self::Extra(name, extra) => write!(out, "{name}[{extra}]"),
        }
    }
}

/// A place that cannot be asked.
#[derive(Debug)]
struct Trouble(String);

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

/// Finds wheels for everything.
pub(crate) fn resolve(wanted: &AllWanted, places: &Places, client: &Client, terminal: Terminal) -> Result<Lock, Stop> {
    let distribution =
        Distribution::own().map_err(|error| Stop::new(format!("The interpreter's list cannot be read: {error}.")))?;
    let platform = distribution.platform();
    let environment = environment(&platform).ok_or_else(|| Stop::new("The interpreter's version cannot be read."))?;
    let world = World {
        wanted,
        places,
        client,
        terminal,
        distribution,
        platform: platform.clone(),
        environment,
        found: RefCell::default(),
        metadata: RefCell::default(),
    };
    let root = Version::new([0]);
    let decided = match pubgrub::resolve(&world, Node::Pages, root) {
        Ok(decided) => decided,
        Err(PubGrubError::NoSolution(mut tree)) => {
            tree.collapse_no_versions();
            // The pages have no versions, but the resolver wants one.
            let mut text = DefaultStringReporter::report(&tree)
                .replace("this project 0", "this project")
                .replace("this project is forbidden", "nothing fits this project");
            for line in world.remarks() {
                text.push_str(&format!("\nnote: {line}"));
            }
            return Err(Stop::new(format!("The packages do not fit together.\n{text}"))
                .hint("ask for other versions, or name another place to look: --index-url, --find-links"));
        }
        Err(
            PubGrubError::ErrorRetrievingDependencies { source, .. }
            | PubGrubError::ErrorChoosingVersion { source, .. },
        ) => {
            return Err(Stop::new(format!("{source}."))
                .hint("look at the network and at pip's configuration; --offline asks no network."));
        }
        Err(error) => return Err(Stop::new(format!("The packages could not be resolved: {error}."))),
    };
    let versions: BTreeMap<String, Version> = decided
        .iter()
        .filter_map(|(node, version)| match node {
            Node::Package(name) => Some((name.clone(), version.clone())),
            _ => None,
        })
        .collect();
    let extras: Vec<(String, String)> = decided
        .iter()
        .filter_map(|(node, _)| match node {
            Node::Extra(name, extra) => Some((name.clone(), extra.clone())),
            _ => None,
        })
        .collect();
    let mut packages = Vec::new();
    for (name, version) in &versions {
        packages.push(world.locked(name, version, &extras).map_err(|trouble| Stop::new(format!("{trouble}.")))?);
    }
    let asked: Vec<(String, Vec<String>)> =
        packages.iter().map(|one| (one.name.clone(), one.depends.clone())).collect();
    for package in &mut packages {
        let mut by: BTreeSet<String> =
            asked.iter().filter(|(_, needs)| needs.contains(&package.name)).map(|(name, _)| name.clone()).collect();
        by.extend(
            wanted
                .packages
                .iter()
                .filter(|one| plain(one.requirement.name.as_ref()) == package.name)
                .map(|one| one.by.clone()),
        );
        package.by = by.into_iter().collect();
    }
    Ok(Lock::new(platform.python, platform.tag, wanted.texts(), packages))
}

/// What the interpreter answers to markers.
fn environment(platform: &Platform) -> Option<MarkerEnvironment> {
    let short: Vec<&str> = platform.python.split('.').take(2).collect();
    let release = platform.emscripten.trim_start_matches("emscripten_").replace('_', ".");
    MarkerEnvironment::try_from(MarkerEnvironmentBuilder {
        implementation_name: "cpython",
        implementation_version: &platform.python,
        os_name: "posix",
        platform_machine: "wasm32",
        platform_python_implementation: "CPython",
        platform_release: &release,
        platform_system: "Emscripten",
        platform_version: "#1",
        python_full_version: &platform.python,
        python_version: &short.join("."),
        sys_platform: "emscripten",
    })
    .ok()
}

struct World<'a> {
    wanted: &'a AllWanted,
    places: &'a Places,
    client: &'a Client,
    terminal: Terminal,
    distribution: Distribution,
    platform: Platform,
    environment: MarkerEnvironment,
    found: RefCell<HashMap<String, Rc<Found>>>,
    metadata: RefCell<HashMap<(String, Version), Rc<Metadata>>>,
}

impl World<'_> {
    fn found(&self, name: &str) -> Result<Rc<Found>, Trouble> {
        if let Some(found) = self.found.borrow().get(name) {
            return Ok(Rc::clone(found));
        }
        self.terminal.detail(&format!("Looking for {name}"));
        doing(name);
        let found = Rc::new(find(name, &self.distribution, self.places, self.client).map_err(Trouble)?);
        self.found.borrow_mut().insert(name.to_owned(), Rc::clone(&found));
        Ok(found)
    }

    /// The wheel of that version.
    fn wheel(&self, name: &str, version: &Version) -> Result<Candidate, Trouble> {
        let found = self.found(name)?;
        let wheel = found.usable.iter().find(|candidate| candidate.version == *version);
        wheel.cloned().ok_or_else(|| Trouble(format!("{name} {version} is gone")))
    }

    fn metadata(&self, name: &str, version: &Version) -> Result<Rc<Metadata>, Trouble> {
        let key = (name.to_owned(), version.clone());
        if let Some(known) = self.metadata.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let wheel = self.wheel(name, version)?;
        doing(&format!("{name} {version}"));
        let metadata = match &wheel.depends {
            Some(names) => {
                let requires = names.iter().filter_map(|name| Requirement::from_str(name).ok()).collect();
                Metadata { requires, requires_python: None }
            }
            None => Metadata::parse(&self.text(&wheel)?),
        };
        let metadata = Rc::new(metadata);
        self.metadata.borrow_mut().insert(key, Rc::clone(&metadata));
        Ok(metadata)
    }

    fn bytes(&self, wheel: &Candidate) -> Result<Vec<u8>, Trouble> {
        let mut ask = |url: &str| self.client.bytes(url);
        store::wheel(&wheel.url, wheel.sha256.as_deref(), &mut ask).map_err(|problem| Trouble(problem.to_string()))
    }

    /// The METADATA of a wheel: alone, where the index has it (PEP 658), or else out of the wheel.
    fn text(&self, wheel: &Candidate) -> Result<String, Trouble> {
        if wheel.has_metadata
            && let Some(answer) = self.client.get(&format!("{}.metadata", wheel.url), "*/*").map_err(Trouble)?
        {
            return String::from_utf8(answer.body)
                .map_err(|_| Trouble(format!("the metadata of {} is not UTF-8", wheel.file)));
        }
        let bytes = self.bytes(wheel)?;
        file_in(&bytes, ".dist-info/METADATA").map_err(|reason| Trouble(format!("{} is broken: {reason}", wheel.file)))
    }

    /// The wheel as it is written down.
    fn locked(&self, name: &str, version: &Version, extras: &[(String, String)]) -> Result<Package, Trouble> {
        let wheel = self.wheel(name, version)?;
        let sha256 = match &wheel.sha256 {
            Some(hash) => hash.to_ascii_lowercase(),
            None => store::hash_of(&self.bytes(&wheel)?),
        };
        let extras: Vec<ExtraName> = extras
            .iter()
            .filter(|(of, _)| of == name)
            .filter_map(|(_, extra)| ExtraName::from_str(extra).ok())
            .collect();
        let metadata = self.metadata(name, version)?;
        let needed = metadata.requires.iter().filter(|one| one.evaluate_markers(&self.environment, &extras));
        let depends: BTreeSet<String> =
            needed.map(|one| plain(one.name.as_ref())).filter(|other| other != name).collect();
        Ok(Package {
            name: name.to_owned(),
            version: version.to_string(),
            file: wheel.file,
            sha256,
            url: super::client::without_secret(&wheel.url),
            depends: depends.into_iter().collect(),
            by: Vec::new(),
            origin: wheel.origin,
        })
    }

    /// What was met on the way that explains why something is not to be had.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for (name, found) in self.found.borrow().iter() {
            remarks.extend(found.trouble.clone());
            if !found.usable.is_empty() {
                continue;
            }
            remarks.push(if !found.known {
                let why = match &self.places.no_index {
                    _ if self.client.is_offline() => " and no network is asked".to_owned(),
                    Some(by) => format!(" and no index is asked: {by}"),
                    None => String::new(),
                };
                format!("{name} is in none of the places that were looked in{why}")
            } else if found.unusable.is_empty() {
                format!("{name} has no wheel that can be had for Pyodide {}", env!("PYRITE_PYODIDE"))
            } else {
                let tags: Vec<&str> = found.unusable.iter().rev().take(3).map(String::as_str).collect();
                format!(
                    "{name} has wheels for other machines only ({}); Pyodide needs {} or pure Python",
                    tags.join(", "),
                    self.platform.tag
                )
            });
        }
        remarks.sort();
        remarks
    }

    /// The requirements that count here, as what is decided about.
    fn constraints<'r>(
        &self,
        requirements: impl Iterator<Item = &'r Requirement<VerbatimUrl>>,
        extras: &[ExtraName],
    ) -> Result<BTreeMap<Node, Ranges<Version>>, String> {
        let mut all: BTreeMap<Node, Ranges<Version>> = BTreeMap::new();
        for one in requirements.filter(|one| one.evaluate_markers(&self.environment, extras)) {
            let range = match &one.version_or_url {
                None => Ranges::full(),
                Some(VersionOrUrl::VersionSpecifier(specifiers)) => range(specifiers),
                Some(VersionOrUrl::Url(_)) => {
                    return Err(format!("it needs {} from an address, which is not locked", one.name));
                }
            };
            let name = plain(one.name.as_ref());
            let mut add = |node: Node| {
                let before = all.remove(&node).unwrap_or_else(Ranges::full);
                all.insert(node, before.intersection(&range));
            };
            for extra in &one.extras {
                add(Node::Extra(name.clone(), extra.to_string()));
            }
            add(Node::Package(name));
        }
        Ok(all)
    }
}

/// Two versions are one to `==` also when the other has a local part.
fn range(specifiers: &VersionSpecifiers) -> Ranges<Version> {
    Ranges::from(specifiers.clone())
}

impl DependencyProvider for World<'_> {
    type P = Node;
    type V = Version;
    type VS = Ranges<Version>;
    type Priority = (u32, Reverse<usize>);
    type M = String;
    type Err = Trouble;

    fn prioritize(
        &self,
        node: &Node,
        range: &Ranges<Version>,
        conflicts: &PackageResolutionStatistics,
    ) -> Self::Priority {
        let count = match node {
            Node::Pages => 0,
            Node::Package(name) | Node::Extra(name, _) => self
                .found(name)
                .map_or(0, |found| found.usable.iter().filter(|one| range.contains(&one.version)).count()),
        };
        (conflicts.conflict_count(), Reverse(count))
    }

    fn choose_version(&self, node: &Node, range: &Ranges<Version>) -> Result<Option<Version>, Trouble> {
        let name = match node {
            Node::Pages => return Ok(Some(Version::new([0]))),
            Node::Package(name) | Node::Extra(name, _) => name,
        };
        let found = self.found(name)?;
        let fitting: Vec<&Version> =
            found.usable.iter().map(|one| &one.version).filter(|version| range.contains(version)).collect();
        // One that is not finished only where nothing else fits.
        let best = fitting.iter().find(|version| !version.any_prerelease()).or(fitting.first());
        Ok(best.map(|version| (*version).clone()))
    }

    fn get_dependencies(
        &self,
        node: &Node,
        version: &Version,
    ) -> Result<Dependencies<Node, Ranges<Version>, String>, Trouble> {
        let (name, extra) = match node {
            Node::Pages => {
                let asked = self.wanted.packages.iter().map(|wanted| &wanted.requirement);
                return Ok(match self.constraints(asked, &[]) {
                    Ok(constraints) => Dependencies::Available(constraints.into_iter().collect()),
                    Err(reason) => Dependencies::Unavailable(reason),
                });
            }
            Node::Package(name) => (name, None),
            Node::Extra(name, extra) => (name, Some(extra)),
        };
        let metadata = self.metadata(name, version)?;
        if !fits(metadata.requires_python.as_deref(), &self.platform) {
            let wanted = metadata.requires_python.clone().unwrap_or_default();
            return Ok(Dependencies::Unavailable(format!(
                "it needs Python {wanted}, and Pyodide has {}",
                self.platform.python
            )));
        }
        let extras: Vec<ExtraName> = extra.and_then(|extra| ExtraName::from_str(extra).ok()).into_iter().collect();
        Ok(match self.constraints(metadata.requires.iter(), &extras) {
            Ok(mut constraints) => {
                if extra.is_some() {
                    constraints.insert(Node::Package(name.clone()), Ranges::singleton(version.clone()));
                }
                Dependencies::Available(constraints.into_iter().collect())
            }
            Err(reason) => Dependencies::Unavailable(reason),
        })
    }
}
