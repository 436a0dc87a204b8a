//! What `pyrite check` knows of the interpreters is what they are: their modules, and MicroPython's grammar.

use pyrite_tests::{Site, paths};

/// A list of modules of `crates/check`.
fn modules(name: &str) -> Vec<String> {
    let path = paths::root().join("crates/check/src/modules").join(name);
    std::fs::read_to_string(path).unwrap().split_ascii_whitespace().map(str::to_owned).collect()
}

#[test]
fn pyodide_has_the_modules_that_are_listed_and_none_that_are_said_to_be_absent() {
    // `antigravity` opens a page, `this` prints a poem.
    let (known, absent) = (modules("pyodide.txt").join(" "), modules("absent.txt").join(" "));
    let code = format!(
        "import importlib, sys\n\
         known, absent = set('{known}'.split()), set('{absent}'.split())\n\
         def fails(name):\n    try: importlib.import_module(name)\n    except ModuleNotFoundError: return True\n    except BaseException as error: print(name, error)\n\
         print('missing:', *sorted(name for name in known - {{'antigravity', 'this', '__main__', '_pyscript'}} if fails(name)))\n\
         print('there:', *sorted(name for name in absent if not fails(name)))\n\
         rest = set(sys.stdlib_module_names) - known - absent - {{'idlelib', 'turtledemo'}}\n\
         print('unlisted:', *sorted(name for name in rest if not name.startswith('_') and not fails(name)))\n\
         print('done')"
    );
    let page = Site::page(&format!("<script type=\"py\">\n{code}\n</script>")).open();
    let seen = page.wait_for_line("done");
    for line in ["missing:", "there:", "unlisted:"] {
        assert!(seen.logged().contains(&line), "{:?}", seen.logged());
    }
}

#[test]
fn micropython_has_the_modules_that_are_listed() {
    let known = modules("micropython.txt").join(" ");
    let lacking = "dataclasses typing contextlib threading decimal csv urllib argparse sqlite3 xml enum statistics";
    let code = format!(
        "def fails(name):\n    try: __import__(name)\n    except ImportError: return True\n\
         print('missing:', *sorted(name for name in '{known}'.split() if name not in ('__main__', '__future__') and fails(name)))\n\
         print('there:', *sorted(name for name in '{lacking}'.split() if not fails(name)))\n\
         print('done')"
    );
    let page = Site::page(&format!("<script type=\"mpy\">\n{code}\n</script>")).open();
    let seen = page.wait_for_line("done");
    for line in ["missing:", "there:"] {
        assert!(seen.logged().contains(&line), "{:?}", seen.logged());
    }
}

#[test]
fn micropython_does_not_understand_what_is_said_of_it() {
    // What `dialect.rs` finds, each by itself; then what is nearly the same, and fine.
    let code = r##"
foreign = ["match 1:\n  case 1: pass\n", "try:\n  pass\nexcept* E:\n  pass\n", "type X = int\n", "def f[T](x): pass\n",
    "class A[T]: pass\n", "def f(a, /): pass\n", "x = [*a]\n", "x = *a, 1\n", "x = {*a}\n", "x = {**a}\n", "'\\N{BULLET}'\n",
    "with (open('a') as b, open('c') as d): pass\n", "@(lambda f: f)\ndef g(): pass\n", "try:\n  pass\nexcept A, B:\n  pass\n",
    "async def f():\n  return [x async for x in y]\n"]
fine = ["f(*a, **b)\n", "a, *b = c\n", "def f(a, *, b): pass\n", "with open('a') as b, open('c') as d: pass\n",
    "with (open('a')) as b: pass\n", "@a.b(1)\ndef g(): pass\n", "try:\n  pass\nexcept (A, B):\n  pass\n", "(a := 1)\n",
    "f'{1!r:>3}'\n", "x: int = 1\n", "async def f():\n  async for x in y: pass\n", "r'\\N{x'\n"]
def understood(text):
    try:
        compile(text, "x", "exec")
        return True
    except (SyntaxError, NotImplementedError):
        return False
print("understood:", *[text for text in foreign if understood(text)])
print("foreign:", *[text for text in fine if not understood(text)])
print("done")
"##;
    let page = Site::new()
        .file("main.py", code)
        .file("index.html", format!("{}<script type=\"mpy\" src=\"./main.py\"></script>", pyrite_tests::HEAD))
        .open();
    let seen = page.wait_for_line("done");
    for line in ["understood:", "foreign:"] {
        assert!(seen.logged().contains(&line), "{:?}", seen.logged());
    }
}
