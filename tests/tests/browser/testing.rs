//! `pyrite test`: the real command, with a browser of its own, and all that it says.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use pyrite_tests::{HEAD, paths};
use tempfile::TempDir;

/// What tests are about: a page, and a module behind it.
const GREETING: &str = "def text(name):\n    return 'Hello, ' + (name or 'you') + '!'\n";
const MAIN: &str = "from greeting import text\nfrom pyscript import document, when\n\n\
                    @when('click', '#greet')\ndef greet():\n    \
                    document.querySelector('#greeting').textContent = text(document.querySelector('#name').value)\n";

fn project(files: &[(&str, &str)]) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    let page = format!(
        "{HEAD}<input id=\"name\"><button id=\"greet\">Greet</button><p id=\"greeting\"></p>\n\
         <script type=\"mpy\" src=\"./main.py\" config='{{\"files\": {{\"./greeting.py\": \"\"}}}}'></script>"
    );
    for (name, text) in [("index.html", page.as_str()), ("main.py", MAIN), ("greeting.py", GREETING)] {
        write(place.path(), name, text);
    }
    files.iter().for_each(|(name, text)| write(place.path(), name, text));
    place
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn command(place: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(paths::pyrite());
    command.current_dir(place.path()).arg("test").args(arguments);
    command.env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
    command
}

fn run(place: &TempDir, arguments: &[&str]) -> Output {
    command(place, arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Exit code and output, without how long it took.
#[track_caller]
fn assert_says(output: &Output, code: i32, expected: &str) {
    let said: String = out(output)
        .lines()
        .map(|line| match line.rsplit_once(" in ") {
            Some((before, took)) if took.ends_with(" s") && took.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("{before} in TIME\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    assert_eq!(said, expected, "stderr: {}", error(output));
    assert_eq!(output.status.code(), Some(code), "{}", error(output));
}

const PASSING: &str = r##"
import asyncio

import pytest
from greeting import text
from pyscript import RUNNING_IN_WORKER, document

ends = []


@pytest.fixture
def names(kind):
    yield ["Ada", "Grace"]
    ends.append(kind)


@pytest.fixture(scope="module")
async def slowly():
    await asyncio.sleep(0)
    return "slowly"


def setup_module():
    ends.append("module")


def test_fixtures(names, slowly):
    assert text(names[0]) == "Hello, Ada!" and slowly == "slowly"


def test_their_ends():
    assert ends == ["module", "kind of conftest"]


@pytest.mark.parametrize("name, expected", [("", "Hello, you!"), pytest.param("x", "Hello, x!", id="one")])
async def test_sets(name, expected):
    await asyncio.sleep(0)
    assert text(name) == expected


async def test_page(page):
    site = await page.open()
    site.fill("#name", "Ada")
    site.click("#greet")
    await site.wait_for("#greeting", "Hello, Ada!")
    assert site.errors == []


def test_html(page):
    page.html("<p class=a>one</p><p class=a>two</p>")
    assert [element.textContent for element in page.find_all(".a")] == ["one", "two"]
    assert page.text(".a") == "one"


def test_html_is_gone():
    assert not document.querySelector(".a")
    assert not document.querySelector("iframe")


class TestAll:
    def setup_method(self, method):
        self.items = [1]

    def test_patched(self, monkeypatch):
        import greeting

        monkeypatch.setattr(greeting, "text", len)
        assert greeting.text(self.items) == 1

    def test_raises(self):
        import greeting

        assert greeting.text is text
        with pytest.raises(ValueError) as caught:
            int("x")
        assert isinstance(caught.value, ValueError)
        assert 0.1 + 0.2 == pytest.approx(0.3)


@pytest.mark.skipif(RUNNING_IN_WORKER, reason="needs the page")
def test_on_the_page():
    pass


@pytest.mark.skipif(not RUNNING_IN_WORKER, reason="needs a worker")
def test_in_a_worker():
    pass
"##;

const CONFTEST: &str =
    "import pytest\n\n@pytest.fixture(scope='session')\ndef kind():\n    return 'kind of conftest'\n";

#[track_caller]
fn passes_on(place: &str) {
    let project = project(&[("test_all.py", PASSING), ("conftest.py", CONFTEST)]);
    let skipped = if place.ends_with("worker") { "s." } else { ".s" };
    assert_says(
        &run(&project, &["--on", place]),
        0,
        &format!("{place} test_all.py .........{skipped}\n\n10 passed, 1 skipped in TIME\n"),
    );
    assert!(!project.path().join(".pyrite").exists(), "there is nothing to photograph");
}

#[test]
fn tests_run_with_pyodide() {
    passes_on("py");
}

#[test]
fn tests_run_with_micropython() {
    passes_on("mpy");
}

#[test]
fn tests_run_with_pyodide_in_a_worker() {
    passes_on("py-worker");
}

#[test]
fn tests_run_with_micropython_in_a_worker() {
    passes_on("mpy-worker");
}

const FAILING: &str = r#"import pytest
from greeting import text


def test_sides():
    names = ["Ada"]
    assert text(names[0]) == "Hello, Bob!"


def test_error():
    text(1)


def test_unknown(nothing):
    pass


@pytest.fixture
def broken():
    yield 1
    raise ValueError("at the end")


def test_end(broken):
    assert broken == 1


def test_passes():
    pass
"#;

#[test]
fn failures_say_what_was_compared() {
    let project = project(&[("test_failing.py", FAILING)]);
    let output = run(&project, &["--on", "py,mpy", "--junit", "report.xml"]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1), "{text}{}", error(&output));
    for expected in [
        "py test_failing.py FFFF.\nmpy test_failing.py FFFF.\n",
        "failed: py test_failing.py::test_sides\n  Traceback (most recent call last):\n    \
         File \"test_failing.py\", line 7, in test_sides\n      assert text(names[0]) == \"Hello, Bob!\"\n",
        "failed: mpy test_failing.py::test_sides\n  Traceback (most recent call last):\n    \
         File \"test_failing.py\", line 7, in test_sides\n",
        "  AssertionError: assert text(names[0]) == \"Hello, Bob!\"\n    text(names[0]) = 'Hello, Ada!'\n    \
         names[0] = 'Ada'\n    names = ['Ada']\n",
        "    File \"greeting.py\", line 2, in text\n",
        "  LookupError: there is no fixture named 'nothing'; it needs @pytest.fixture, here or in conftest.py\n",
        "  ValueError: at the end\n",
        "8 failed, 2 passed in ",
    ] {
        assert!(text.contains(expected), "{expected}\nis not in\n{text}");
    }
    assert!(!text.contains("_pyrite_"), "nothing of the machinery is shown: {text}");
    // Pictures are of those that failed while the page was as they left it.
    let picture = fs::read(project.path().join(".pyrite/failures/mpy-test_failing-test_sides.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    assert!(text.contains("  picture: ./.pyrite/failures/mpy-test_failing-test_sides.png\n"), "{text}");
    let report = fs::read_to_string(project.path().join("report.xml")).unwrap();
    assert!(
        report.contains("<testsuite name=\"mpy\" tests=\"5\" failures=\"4\" errors=\"0\" skipped=\"0\""),
        "{report}"
    );
    assert!(report.contains("<testcase classname=\"test_failing\" name=\"test_passes\""), "{report}");
    assert!(report.contains("<failure message=\"AssertionError: assert text(names[0]) == "), "{report}");
}

#[test]
fn the_first_failure_may_be_the_last() {
    let project = project(&[("test_failing.py", FAILING)]);
    let output = run(&project, &["--on", "mpy,py", "-x", "--no-screenshots", "-k", "sides or passes"]);
    let text = out(&output);
    assert!(text.starts_with("mpy test_failing.py F\n\nfailed: mpy test_failing.py::test_sides\n"), "{text}");
    assert!(!text.contains("\npy ") && !text.contains("picture"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_test_that_hangs_fails_and_the_others_go_on() {
    let tests = "def test_a():\n    pass\n\ndef test_b():\n    while True:\n        pass\n\ndef test_c():\n    pass\n";
    let project = project(&[("test_hang.py", tests)]);
    assert_says(
        &run(&project, &["--on", "mpy", "--timeout", "20"]),
        1,
        "mpy test_hang.py .F\nmpy test_hang.py .\n\nfailed: mpy test_hang.py::test_b\n  did not end in TIME\n\n\
         1 failed, 2 passed in TIME\n",
    );
}

/// The processes that a process has begun, and those that they have.
fn below(id: u32) -> Vec<u32> {
    let text = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let text = text.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> =
        text.flat_map(|text| text.split(' ').filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect();
    children.iter().flat_map(|&child| std::iter::once(child).chain(below(child))).collect()
}

/// Whether a browser or its driver has this number.
fn is_browser(id: u32) -> bool {
    fs::read_to_string(format!("/proc/{id}/cmdline")).is_ok_and(|line| line.contains("chrom"))
}

#[test]
fn an_interruption_ends_with_two_and_leaves_no_browser() {
    let tests = "import asyncio\n\ndef test_a():\n    pass\n\nasync def test_b():\n    await asyncio.sleep(3600)\n";
    let project = project(&[("test_wait.py", tests)]);
    let mut child = command(&project, &["--on", "mpy", "--timeout", "3600"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    let mut stdout = child.stdout.take().unwrap();
    while !said.ends_with(b"test_wait.py .") {
        let mut byte = [0];
        assert_eq!(stdout.read(&mut byte).unwrap(), 1, "it ended: {}", String::from_utf8_lossy(&said));
        said.extend(byte);
    }
    let begun: Vec<u32> = below(child.id()).into_iter().filter(|&id| is_browser(id)).collect();
    assert!(begun.len() > 2, "driver, browser and page: {begun:?}");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", error(&output));
    assert_eq!(error(&output), "error: Interrupted.\n");
    assert!(rest.contains("\n1 passed in "), "{rest}");
    let end = Instant::now() + Duration::from_secs(60);
    while begun.iter().any(|&id| is_browser(id)) {
        assert!(Instant::now() < end, "a browser is left");
        std::thread::yield_now();
    }
}

#[test]
fn a_file_that_is_no_python_fails() {
    let project = project(&[("test_a.py", "def test_a(:\n"), ("sub/test_b.py", "def test_b():\n    pass\n")]);
    let output = run(&project, &["--on", "py", "-v"]);
    let text = out(&output);
    assert!(text.contains("py sub/test_b.py::test_b passed\n") && text.contains("SyntaxError"), "{text}");
    assert_eq!(output.status.code(), Some(2), "{text}{}", error(&output));
}

#[test]
fn a_configuration_that_cannot_be_had_is_told() {
    let project =
        project(&[("test_a.py", "def test_a():\n    pass\n"), ("pyscript.toml", "[files]\n\"./gone.txt\" = \"\"\n")]);
    let output = run(&project, &["--on", "mpy"]);
    assert!(error(&output).contains("error: The tests could not be started (mpy).\n"), "{}", error(&output));
    assert!(error(&output).contains("gone.txt"), "{}", error(&output));
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn the_places_are_those_of_the_project() {
    let project = project(&[("test_a.py", "def test_a():\n    pass\n")]);
    let listed = |arguments: &[&str]| {
        let output = run(&project, arguments);
        assert_eq!(output.status.code(), Some(0), "{}", error(&output));
        out(&output) + &error(&output)
    };
    assert_eq!(listed(&["--collect-only"]), "test_a.py::test_a\n1 test in mpy\n");
    write(project.path(), "pyproject.toml", "[tool.pyrite.test]\non = [\"py\", \"mpy-worker\"]\n");
    assert_eq!(listed(&["--collect-only"]), "test_a.py::test_a\n1 test in py, mpy-worker\n");
    assert_eq!(listed(&["--co", "--on", "py-worker"]), "test_a.py::test_a\n1 test in py-worker\n");
}

#[test]
fn wrong_usage_is_told_with_the_codes_of_pytest() {
    let project = project(&[("test_a.py", "def test_a():\n    pass\n")]);
    let says = |arguments: &[&str], code: i32, expected: &str| {
        let output = run(&project, arguments);
        assert!(error(&output).contains(expected), "{arguments:?}: {}", error(&output));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    };
    says(&["-k", "no_such"], 5, "error: None of 1 tests fits `-k`.\nhint: ");
    says(&["-k", "a and"], 4, "error: `-k a and` is no expression: it ends too early.\nhint: ");
    says(&["gone"], 4, "error: There is no folder `gone`.\nhint: ");
    says(&["--on", "perl"], 4, "invalid value 'perl'");
    says(&["--config", "gone.toml"], 4, "error: There is no configuration `gone.toml`");
    let without = command(&project, &[]).env("PATH", project.path()).output().unwrap();
    assert!(error(&without).starts_with("error: There is no browser with its driver on PATH.\nhint: install Chromium"));
    assert_eq!(without.status.code(), Some(4));
    write(project.path(), "pyproject.toml", "[tool.pyrite.test]\nmode = 1\n");
    says(&[], 4, "pyproject.toml`, line 2: unknown field `mode`");
    fs::remove_file(project.path().join("test_a.py")).unwrap();
    fs::remove_file(project.path().join("pyproject.toml")).unwrap();
    says(&[], 5, "error: There are no tests in `");
}

#[test]
fn a_new_page_has_a_test_that_passes() {
    let place = tempfile::tempdir().unwrap();
    let made = Command::new(paths::pyrite()).current_dir(place.path()).args(["new", "page"]).output().unwrap();
    assert!(made.status.success(), "{}", error(&made));
    assert_says(&run(&place, &["page"]), 0, "mpy test_page.py .\n\n1 passed in TIME\n");
}
