//! A page that runs a script which was there before.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use pyrite_check::{File, Level, Options, Project as _, Tree, check, imported_modules};
use pyrite_core::Code;

use super::{NewFile, escaped};
use crate::check::distribution;
use crate::stop::Stop;
use crate::terminal::Terminal;

const PAGE: &str = include_str!("../../templates/script/index.html");

/// The files of a page for a script. It runs in a worker if it would keep the page from living.
pub(crate) fn files(from: &Path, name: &str, terminal: Terminal) -> Result<Vec<NewFile>, Stop> {
    let distribution = distribution()?;
    let code = read(from)?;
    let folder = from.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));

    // What it imports: files beside it, which import others, and packages.
    let mut siblings: Vec<(String, String)> = Vec::new();
    let mut packages = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut left = vec![code.clone()];
    while let Some(code) = left.pop() {
        for module in imported_modules(&code) {
            if !seen.insert(module.clone()) {
                continue;
            }
            let path = folder.join(format!("{module}.py"));
            if path.is_file() {
                let text = read(&path)?;
                left.push(text.clone());
                siblings.push((format!("{module}.py"), text));
            } else if let Some(package) = distribution.package_for(&module) {
                packages.insert(package.to_owned());
            }
        }
    }
    siblings.sort();

    let config = config(&packages, &siblings);
    let page = |attributes: &str| {
        let element = if config.is_empty() { "" } else { "  <py-config src=\"./pyscript.toml\"></py-config>\n" };
        PAGE.replace("CONFIG", element).replace("ATTRIBUTES", attributes).replace("NAME", &escaped(name))
    };
    let tree = |page: &str| {
        let tree = Tree::default().text("index.html", page).text("main.py", &code).text("pyscript.toml", &config);
        siblings.iter().fold(tree, |tree, (name, text)| tree.text(name, text))
    };
    let on_the_page = tree(&page(" terminal"));
    let blocks = check(&on_the_page, &distribution, Options::default()).iter().any(|one| one.code == Code::Blocking);
    let tree = if blocks { tree(&page(" worker terminal")) } else { on_the_page };
    if blocks {
        terminal.say("The script waits for something, so it runs in a worker.");
    }
    let found = check(&tree, &distribution, Options::default());
    for finding in found.iter().filter(|finding| finding.level < Level::Note) {
        terminal.warn(&format!("{}: {}", finding.file, finding.message));
    }
    if !found.is_empty() {
        terminal.say("`pyrite check` says more about that.");
    }

    let mut files: Vec<NewFile> = Vec::new();
    let names = ["index.html", "main.py"].into_iter().chain(siblings.iter().map(|(name, _)| name.as_str()));
    for name in names.chain((!config.is_empty()).then_some("pyscript.toml")) {
        if let File::Text(text) = tree.read(name) {
            files.push((name.to_owned(), text.into_bytes()));
        }
    }
    Ok(files)
}

/// The configuration; empty where none is needed.
fn config(packages: &BTreeSet<String>, siblings: &[(String, String)]) -> String {
    let mut text = String::new();
    if !packages.is_empty() {
        let names: Vec<String> = packages.iter().map(|name| format!("\"{name}\"")).collect();
        text.push_str(&format!("packages = [{}]\n", names.join(", ")));
    }
    if !siblings.is_empty() {
        text.push_str(if text.is_empty() { "[files]\n" } else { "\n[files]\n" });
        siblings.iter().for_each(|(name, _)| text.push_str(&format!("\"./{name}\" = \"\"\n")));
    }
    text
}

fn read(path: &Path) -> Result<String, Stop> {
    let bytes = fs::read(path).map_err(|error| {
        let shown = path.display();
        match error.kind() {
            io::ErrorKind::NotFound => {
                Stop::new(format!("There is no script `{shown}`.")).hint("look at its spelling.")
            }
            _ => Stop::new(format!("`{shown}` cannot be read: {error}.")).hint("look at its permissions."),
        }
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Stop::new(format!("`{}` is not in UTF-8: byte {at} cannot be.", path.display()))
            .hint("save it as UTF-8 in your editor.")
    })
}
