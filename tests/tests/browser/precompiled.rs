//! `pyrite build --precompile`: packages and modules of the site come as the page's own Python has compiled them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use pyrite_tests::{Host, Interpreter, Site, paths};

const CONFIG: &str = r#"config='{"packages": ["rich"], "files": {"./words.py": ""}}'"#;
const WORDS: &str = "HELLO = 'Hello'\n\ndef fail():\n    from rich.color import Color\n    Color.parse('no colour')\n";

/// Writes the lock file, from the wheels of the tests.
#[track_caller]
fn locked(site: Site) -> Site {
    let output = Command::new(paths::pyrite())
        .args(["lock", "--offline", "--find-links"])
        .arg(paths::root().join("target/test-wheels"))
        .arg(site.folder())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    site
}

fn site(attributes: &str, code: &str) -> Site {
    locked(Site::page(&Interpreter::Pyodide.script_with(attributes, code)).file("words.py", WORDS))
}

/// The runtime's folder in a build.
fn runtime(out: &Path) -> std::path::PathBuf {
    let entries = fs::read_dir(out).unwrap().flatten().map(|entry| entry.path());
    entries.into_iter().find(|path| path.join("core.js").is_file()).unwrap()
}

// A worker prints to a console of its own.
const LOOK: &str = "from pyscript import window\n\
     import rich\n\
     window.console.log('package', rich.__file__)\n\
     flags = open('__pycache__/words.cpython-314.pyc', 'rb').read(8)[4]\n\
     import words\n\
     window.console.log('module', flags, words.__file__, words.HELLO)\n\
     import inspect\n\
     window.console.log('text', inspect.getsource(rich.get_console).splitlines()[0])";

#[test]
fn packages_and_modules_come_compiled_and_keep_their_lines() {
    let code = format!("{LOOK}\nwords.fail()");
    for place in ["", "worker "] {
        let page = site(&format!("{place}{CONFIG}"), &code).build(&["--precompile"]).serve().open("/");
        page.wait_for_line("package /lib/python3.14/site-packages/rich/__init__.pyc");
        // Three: by its hash, and Python looks whether that is right.
        page.wait_for_line("module 3 /home/pyodide/words.py Hello");
        page.wait_for_line("text def get_console() -> \"Console\":");
        // With the text of a package's line, which is fetched for that.
        for line in [
            "File \"/home/pyodide/words.py\", line 5, in fail",
            "    Color.parse('no colour')",
            "File \"/lib/python3.14/site-packages/rich/color.py\", line ",
            "    raise ColorParseError(f\"{original_color!r} is not a valid color\")",
        ] {
            page.wait_for_error(line);
        }
    }
}

#[test]
fn a_module_that_is_not_the_one_that_was_compiled_runs_as_it_is() {
    let host = site(CONFIG, "import words\nprint('it says', words.HELLO)").build(&["--precompile"]);
    fs::write(host.out().join("words.py"), "HELLO = 'something else'\n").unwrap();
    let page = host.serve().open("/");
    page.wait_for_line("it says something else");
    page.wait_for_all_done();
    page.assert_no_errors();
}

#[test]
fn a_compiled_package_with_a_library_runs_under_a_strict_policy() {
    let code = "import pydantic\nclass P(pydantic.BaseModel):\n    x: int\nprint(P(x='41').x + 1, pydantic.__file__)\n\
                import importlib.metadata as m\nprint(m.version('pydantic'), all(one.locate().exists() for one in m.files('pydantic')))";
    let site =
        locked(Site::page(&Interpreter::Pyodide.script_with(r#"config='{"packages": ["pydantic>=2.13"]}'"#, code)));
    let page = site.build(&["--precompile", "--target", "netlify"]).with_its_headers().serve().open("/");
    page.wait_for_line("42 /lib/python3.14/site-packages/pydantic/__init__.pyc");
    page.wait_for_line("2.14.3 True");
    page.wait_for_all_done();
    page.assert_no_errors();
}

#[test]
fn the_same_site_gives_the_same_build() {
    let site = site(CONFIG, "import rich");
    let names =
        [0, 1].map(|_| runtime(&Host::build(site.folder(), &["--precompile"]).out()).file_name().unwrap().to_owned());
    assert_eq!(names[0], names[1]);
}

/// Words for MicroPython, whose traceback names this line.
const SMALL: &str = "HELLO = 'Hello'\n\n\ndef fail():\n    raise ValueError('no such word')\n";

const SMALL_CONFIG: &str = r#"config='{"files": {"./words.py": "", "./words.py?again": "./more/words.py"}}'"#;

// It says the name of no file, which would be a reason to leave that as it is.
const SMALL_LOOK: &str = "from pyscript import window\n\
     import io, os, sys, words\n\
     from more import words as other\n\
     window.console.log('files', str(sorted(name for name in os.listdir() + os.listdir('more') if name.startswith('words'))))\n\
     window.console.log('module', words.HELLO, words.__file__, other.__file__)\n\
     try:\n    other.fail()\n\
     except ValueError as error:\n\
     \x20   text = io.StringIO()\n    sys.print_exception(error, text)\n    window.console.log('told', text.getvalue().split('\\n')[-3].strip())\n\
     words.fail()";

fn small(place: &str) -> Site {
    let script = Interpreter::MicroPython.script_with(&format!("{place} {SMALL_CONFIG}"), SMALL_LOOK);
    Site::page(&script).file("words.py", SMALL)
}

#[test]
fn modules_of_micropython_come_compiled_and_keep_their_lines() {
    for place in ["", "worker"] {
        let host = small(place).build(&["--precompile"]);
        assert!(!host.said().contains("stays in source"), "{}", host.said());
        let page = host.serve().open("/");
        page.wait_for_line("files ['words.mpy', 'words.mpy']");
        page.wait_for_line("module Hello words.mpy more/words.mpy");
        page.wait_for_line("told File \"more/words.py\", line 5, in fail");
        page.wait_for_error("File \"words.py\", line 5, in fail");
    }
}

#[test]
fn micropythons_of_other_versions_get_their_modules_in_source() {
    let own = |name: &str| fs::read(paths::root().join("target/dist/micropython").join(name)).unwrap();
    let config = r#"config='{"interpreter": "./own/micropython.mjs", "files": {"./words.py": ""}}'"#;
    let code =
        "import os, words\nprint('has', [name for name in os.listdir() if name.startswith('words')], words.HELLO)";
    let host = Site::page(&Interpreter::MicroPython.script_with(config, code))
        .file("words.py", SMALL)
        .file("own/micropython.mjs", own("micropython.mjs"))
        .file("own/micropython.wasm", own("micropython.wasm"))
        .build(&["--precompile"]);
    let said = "`words.py` stays in source for MicroPython: a page asks for another version of it.";
    assert!(host.said().contains(said), "{}", host.said());
    let page = host.serve().open("/");
    page.wait_for_line("has ['words.py'] Hello");
    page.wait_for_all_done();
    page.assert_no_errors();
}

#[test]
fn a_module_that_somebody_reads_as_text_stays_text() {
    let code = "import words\nprint(words.HELLO, open('words.py').read(5))";
    let host = Site::page(&Interpreter::MicroPython.script_with(r#"config='{"files": {"./words.py": ""}}'"#, code))
        .file("words.py", SMALL)
        .build(&["--precompile"]);
    let said = "`words.py` stays in source for MicroPython: `index.html` names it, too.";
    assert!(host.said().contains(said), "{}", host.said());
    let page = host.serve().open("/");
    page.wait_for_line("Hello HELLO");
    page.wait_for_all_done();
    page.assert_no_errors();
}

/// A script that is worth compiling beforehand, and the line on which `code` begins.
fn long(code: &str) -> (String, usize) {
    let before: String = (0..400).map(|n| format!("def word_{n}():\n    return 'the word of number {n}'\n")).collect();
    let lines = before.lines().count();
    (before + code, lines + 1)
}

/// Prints which files of the page Python compiles from now on.
const HEAR: &str = "import sys\ndef hear(event, args):\n    \
     if event == 'compile' and str(args[1]).startswith(('main', 'short', 'index')):\n        print('compiles', args[1])\n\
     sys.addaudithook(hear)";

/// Prints whether the code of a file came compiled.
const HAS: &str = "import _imp, _pyrite, ast, linecache\n\
     from pyscript import window\n\
     made = [cell.cell_contents for cell in _pyrite.compile.__closure__ if isinstance(cell.cell_contents, dict)][0]\n\
     text = ''.join(linecache.getlines('main.py'))\n\
     key = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, _imp.source_hash(0, text.encode())\n\
     window.console.log('has it', key in made)\n";

const FAIL: &str = "import asyncio, inspect\nfrom pyscript import window\nawait asyncio.sleep(0)\n\
     def fail():\n    raise ValueError('no such word')  # here\n\
     window.console.log('text', inspect.getsource(fail).splitlines()[1].strip())\nfail()\n";

#[test]
fn long_scripts_come_compiled_and_keep_their_lines() {
    let (main, line) = long(FAIL);
    let script = |attributes: &str, code: &str| Interpreter::Pyodide.script_with(attributes, code);
    let body = script("", HEAR) + &script("src=main.py", "") + &script("src=short.py", "");
    for options in [["--precompile"].as_slice(), &["--precompile", "--snapshot"]] {
        let site = Site::page(&body).file("main.py", &main).file("short.py", "print('short ran')\n");
        let page = site.build(options).serve().open("/");
        page.wait_for_line("short ran");
        page.wait_for_line("text raise ValueError('no such word')  # here");
        page.wait_for_error(&format!("File \"main.py\", line {}, in fail", line + 4));
        page.wait_for_error("    raise ValueError('no such word')  # here");
        page.wait_for_banner("no such word");
        page.wait_for_all_done();
        let seen = page.seen();
        assert_eq!((seen.printed("compiles main.py"), seen.printed("compiles short.py")), (0, 1));
        assert!(!seen.logged().iter().any(|line| line.contains("without its snapshot")), "{:?}", seen.logged());
    }
}

#[test]
fn long_scripts_of_workers_come_compiled_and_keep_their_lines() {
    let (main, line) = long(&format!("{HAS}{FAIL}"));
    let script = Interpreter::Pyodide.script_with("worker src=main.py", "");
    let page = Site::page(&script).file("main.py", main).build(&["--precompile"]).serve().open("/");
    page.wait_for_line("has it true");
    page.wait_for_line("text raise ValueError('no such word')  # here");
    page.wait_for_error(&format!("File \"main.py\", line {}, in fail", line + 10));
}

#[test]
fn long_scripts_in_pages_come_compiled_below_a_strict_policy() {
    let script = |attributes: &str, code: &str| Interpreter::Pyodide.script_with(attributes, code);
    let inline = |print: &str| long(&format!("print('{print}', word_7())\n")).0;
    let body = script("", HEAR)
        + &script("", &inline("first"))
        + &script("async=false", &inline("second"))
        + &script("", "print('third')");
    let host = Site::page(&body).build(&["--precompile", "--target", "netlify"]).with_its_headers();
    let page = host.serve().open("/");
    page.wait_for_line("first the word of number 7");
    page.wait_for_line("second the word of number 7");
    page.wait_for_line("third");
    page.wait_for_all_done();
    let seen = page.seen();
    let compiled: Vec<_> = seen.logged().into_iter().filter(|line| line.starts_with("compiles")).collect();
    assert_eq!(compiled, ["compiles index.html (script 4)"]);
    page.assert_no_errors();
}

#[test]
fn a_script_that_is_not_the_one_that_was_compiled_runs_as_it_is() {
    let script = Interpreter::Pyodide.script_with("src=main.py", "");
    let host = Site::page(&script).file("main.py", long("print('first')\n").0).build(&["--precompile"]);
    fs::write(host.out().join("main.py"), "print('second')\n").unwrap();
    let page = host.serve().open("/");
    page.wait_for_line("second");
    page.wait_for_all_done();
    assert_eq!(page.seen().printed("first"), 0);
    page.assert_no_errors();
}

/// Whether a process has that text among its arguments.
fn runs(text: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes.into_iter().any(|process| {
        fs::read(process.path().join("cmdline")).is_ok_and(|line| String::from_utf8_lossy(&line).contains(text))
    })
}

#[test]
fn an_interruption_leaves_no_browser_and_no_folder() {
    let site = site(CONFIG, "import rich");
    let place = tempfile::tempdir().unwrap();
    let mut build = Command::new(paths::pyrite())
        .args(["build", "--precompile", "-o"])
        .arg(place.path().join("out"))
        .arg(site.folder())
        .env("TMPDIR", place.path())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let profile = format!("--user-data-dir={}", place.path().display());
    while !runs(&profile) {
        assert!(build.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    let killed = Command::new("kill").args(["-INT", &build.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(build.wait().unwrap().code(), Some(130));
    while runs(&profile) {
        std::thread::yield_now();
    }
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(!left.iter().any(|path| path.is_dir() && path.to_string_lossy().contains("pyrite-")), "{left:?}");
    assert!(!place.path().join("out").exists());
}
