//! The tests of a folder, and all that goes to the page with them.

use std::collections::BTreeMap;
use std::fs;

use pyrite_check::testing::{self, Function};
use serde_json::{Value, json};

use super::select::Selection;
use crate::check::folder::{self, Problem};
use crate::serve::root::Root;
use crate::stop::Stop;

/// A test, as the source tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) file: String,
    pub(crate) function: Function,
}

impl Test {
    /// As pytest names it.
    pub(crate) fn name(&self) -> String {
        match &self.function.class {
            Some(class) => format!("{}::{class}::{}", self.file, self.function.name),
            None => format!("{}::{}", self.file, self.function.name),
        }
    }
}

/// All tests, with the Python of the project.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) tests: Vec<Test>,
    /// Test files without tests that still have to be looked at: code that is none, say.
    broken: Vec<String>,
    /// How many were not chosen.
    pub(crate) left_out: usize,
    /// Python files as the page gets them.
    files: BTreeMap<String, String>,
    /// As they were written, where that is something else.
    originals: BTreeMap<String, String>,
    functions: BTreeMap<String, Vec<Function>>,
}

/// The modules that run the tests.
const HARNESS: [(&str, &str); 3] = [
    ("_pyrite_test.py", include_str!("../../../../python/testing/_pyrite_test.py")),
    ("_pyrite_page.py", include_str!("../../../../python/testing/_pyrite_page.py")),
    ("pytest.py", include_str!("../../../../python/testing/pytest.py")),
];

impl Collected {
    /// Looks for them.
    pub(crate) fn find(root: &Root, selection: Option<&Selection>) -> Result<Self, Stop> {
        let mut found = Self::default();
        let (paths, problems) = folder::files(&root.folder, &|name| name.ends_with(".py"));
        if let Some(Problem { path, reason }) = problems.first() {
            return Err(Stop::new(format!("`{path}` cannot be looked into: {reason}."))
                .hint("it may have tests: look at its permissions."));
        }
        for path in paths {
            let place = path.split('/').fold(root.folder.clone(), |place, part| place.join(part));
            let text = match fs::read(&place).map(String::from_utf8) {
                Ok(Ok(text)) => text,
                Ok(Err(_)) if !is_test(&path) => continue,
                Ok(Err(_)) => {
                    return Err(
                        Stop::new(format!("`{path}` is not in UTF-8.")).hint("save it as UTF-8 in your editor.")
                    );
                }
                Err(error) => {
                    return Err(
                        Stop::new(format!("`{path}` cannot be read: {error}.")).hint("look at its permissions.")
                    );
                }
            };
            let functions = testing::functions(&text);
            if is_test(&path) {
                let tests: Vec<Test> = functions
                    .iter()
                    .filter(|function| function.is_test())
                    .map(|function| Test { file: path.clone(), function: function.clone() })
                    .collect();
                let all = tests.len();
                let chosen: Vec<Test> =
                    tests.into_iter().filter(|test| selection.is_none_or(|one| one.fits(&test.name()))).collect();
                found.left_out += all - chosen.len();
                if all == 0 && selection.is_none() {
                    found.broken.push(path.clone());
                }
                found.tests.extend(chosen);
            }
            let explained = if is_test(&path) || is_conftest(&path) { testing::explained(&text) } else { text.clone() };
            if explained != text {
                found.originals.insert(path.clone(), text);
            }
            found.files.insert(path.clone(), explained);
            found.functions.insert(path, functions);
        }
        Ok(found)
    }

    /// Whether there is nothing to run.
    pub(crate) fn is_empty(&self) -> bool {
        self.tests.is_empty() && self.broken.is_empty()
    }

    /// What the page is told, for the tests from that number on.
    pub(crate) fn plan(&self, first: usize, stop: bool, pictures: bool) -> Value {
        let mut order: Vec<(&str, Vec<usize>)> = Vec::new();
        for (number, test) in self.tests.iter().enumerate().skip(first) {
            match order.last_mut() {
                Some((file, numbers)) if *file == test.file => numbers.push(number),
                _ => order.push((&test.file, vec![number])),
            }
        }
        if first == 0 {
            order.extend(self.broken.iter().map(|path| (path.as_str(), Vec::new())));
        }
        let order: Vec<Value> =
            order.into_iter().map(|(file, tests)| json!({ "file": file, "tests": tests })).collect();
        let tests: Vec<Value> = self
            .tests
            .iter()
            .map(|Test { file, function }| {
                json!({
                    "file": file, "class": function.class, "name": function.name,
                    "parameters": function.parameters, "async": function.is_async,
                })
            })
            .collect();
        let functions: BTreeMap<&String, Value> =
            self.functions.iter().map(|(file, functions)| (file, known(functions))).collect();
        let conftests: BTreeMap<&String, Vec<String>> =
            self.files.keys().filter(|path| is_test(path)).map(|path| (path, self.conftests(path))).collect();
        json!({
            "harness": HARNESS, "files": self.files, "originals": self.originals, "order": order, "tests": tests,
            "functions": functions, "conftests": conftests, "stop": stop, "pictures": pictures,
        })
    }

    /// Those that a test file has fixtures of, the nearest first.
    fn conftests(&self, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            found.push(format!("{above}/conftest.py"));
            folder = above;
        }
        found.push("conftest.py".to_owned());
        found.retain(|path| self.files.contains_key(path));
        found
    }
}

fn known(functions: &[Function]) -> Value {
    let all = functions.iter().map(|one| {
        let facts = json!({ "parameters": one.parameters, "async": one.is_async, "generator": one.is_generator });
        let class = one.class.as_ref().map(|class| format!("{class}.")).unwrap_or_default();
        (format!("{class}{}", one.name), facts)
    });
    Value::Object(all.collect())
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn is_test(path: &str) -> bool {
    let name = file_name(path);
    name.starts_with("test_") && name.ends_with(".py")
}

fn is_conftest(path: &str) -> bool {
    file_name(path) == "conftest.py"
}
