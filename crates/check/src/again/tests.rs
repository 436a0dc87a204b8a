#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::footprint::footprint;
use super::*;
use crate::Tree;

/// What of a script on the main thread cannot be taken back.
fn stuck(code: &str) -> Option<String> {
    footprint(code, Language::Pyodide, false).unwrap().stuck.map(|(what, _)| what)
}

#[test]
fn what_is_python_alone_or_kept_book_of_is_taken_back() {
    for code in [
        "print('x')\ncount = 0\nitems = []\nitems.append(1)",
        "from pyscript import display, HTML\ndisplay(HTML('<b>x</b>'), target='out', append=False)",
        "from pyscript import when\n@when('click', '#b')\ndef f():\n    global n\n    n += 1\n    print(n)",
        "from pyscript import when, document\nout = document.querySelector('#out')\n@when('input', '#name')\ndef f(event):\n    \
         out.textContent = f'Hello {event.target.value.strip().title()}'\n    out.hidden = False\n    event.preventDefault()",
        "from pyscript import when, document\n@when('click', '#b')\ndef add(event):\n    field = document.querySelector('#new')\n    \
         todos.append(field.value)\n    field.value = ''\n    document.getElementById('list').innerHTML = ''.join(todos)\ntodos = []",
        "import asyncio\nimport random\nfrom datetime import datetime\nfrom pyscript import document\nasync def tick():\n    while True:\n        \
         document.getElementById('t').textContent = datetime.now().strftime('%H')\n        await asyncio.sleep(random.random())\n\
         asyncio.create_task(tick())",
        "class Game:\n    def __init__(self):\n        self.cells = [[0] * 3 for _ in range(3)]\n    def play(self, x):\n        \
         self.cells[0][x] = 1\n        self.moves.append(x)\ngame = Game()\ngame.play(1)",
        "from pyscript import when, document\nclass Game:\n    def __init__(self):\n        self.n = 0\n    def play(self, x):\n        \
         self.n += 1\ngame = Game()\n@when('click', '.cell')\ndef f(event):\n    game.play(event.target.id)\n    game.n = 3\n    print(game.n)",
        "import pyscript\npyscript.display('x')",
        "import sys\nprint(sys.version, sys.implementation.name)",
        "from pyscript import document\nitem = document.createElement('li')\nitem.textContent = 'x'\nitem.id = 'a'\n\
         item.classList.add('b')\nitem.style.color = 'red'\nitem.setAttribute('c', 'd')\ndocument.querySelector('ul').append(item)\n\
         for old in document.querySelectorAll('.old'):\n    old.remove()\ndocument.querySelector('#in').focus()",
        "from pyscript import fetch\ndata = await fetch('x.json').json()\nprint(data['a'])",
        "from pyscript import Event, when\nready = Event()\n@when(ready)\ndef f(result):\n    print(result)\nready.trigger(1)",
    ] {
        assert_eq!(stuck(code), None, "{code}");
    }
}

#[test]
fn whatever_may_leave_something_behind_is_told() {
    for (code, what) in [
        ("from pyscript import window", "uses `window`"),
        ("import js", "imports `js`"),
        ("from js import document", "imports `js`"),
        ("from pyscript import storage", "uses `storage`"),
        ("from pyscript.web import page", "imports `pyscript.web`"),
        ("from pyscript.ffi import create_proxy", "imports `pyscript.ffi`"),
        ("import pyscript\npyscript.window.x = 1", "sets `x` of what it has imported"),
        ("import pyscript\nprint(pyscript.window)", "uses `window`"),
        ("pyscript.window", "uses `window`"),
        ("import pyscript as p", "imports `pyscript` under another name"),
        ("p = pyscript", "uses `pyscript`"),
        ("from pyscript import *", "imports `*`"),
        ("import numpy", "imports `numpy`"),
        ("import helpers", "imports `helpers`"),
        ("import os\nos.environ['A'] = 'b'", "imports `os`"),
        ("import json\njson.dumps = None", "sets `dumps` of what it has imported"),
        ("import string\nstring.x[1] = 2", "sets an item of what it has imported"),
        ("open('a.txt', 'w')", "uses `open`"),
        ("import html\nhtml.open('x')", "uses `open`"),
        ("exec('x')", "uses `exec`"),
        ("x.__globals__", "uses `__globals__`"),
        ("import asyncio\nasyncio.get_event_loop()", "uses `asyncio.get_event_loop`"),
        ("class A:\n    def _repr_javascript_(self): ...", "displays JavaScript"),
        ("from pyscript import document\ndocument.title = 'x'", "sets `title` of what it has imported"),
        ("from pyscript import document\ndocument.append('x')", "calls `append()`"),
        ("from pyscript import document\ndocument.querySelector('canvas').getContext('2d')", "calls `getContext()`"),
        ("from pyscript import document\ns = document.querySelector('p').style\ns.color = 'red'", "sets `color`"),
        ("from pyscript import document\ne = document.querySelector('select')\ne.add('x')", "calls `add()`"),
        ("from pyscript import document\ndocument.body.classList.value = 'x'", "sets `value`"),
        ("import sys\nsys.path.append('x')", "uses `sys.path`"),
        ("from pyscript import document\nf = document.querySelector('p').remove\nf()", "uses `remove`"),
        ("from pyscript import document\nitems = [document.body]\nitems[0].click()", "calls `click()`"),
        ("from pyscript import document\ne = document.body\ne['innerHTML'] = 'x'", "sets an item of something"),
        ("from pyscript import document\ngetattr(document.body, 'remove')()", "uses `getattr`"),
        ("from pyscript import document\ndocument.location.reload()", "calls `reload()`"),
        (
            "from pyscript import when\n@when('click', 'p')\ndef f(event):\n    event.target.submit()",
            "calls `submit()`",
        ),
        ("from pyscript import when\nwhen('click', 'p')(lambda e: e.target.click())", "calls `click()`"),
        (
            "from pyscript import document\nclass A:\n    def click(self): ...\ne = document.body\ne.click()",
            "calls `click()`",
        ),
        ("from pyscript import document\nfor document.body.translate in 'ab': ...", "sets `translate`"),
    ] {
        assert_eq!(stuck(code).as_deref(), Some(what), "{code}");
    }
    let worker = |code| footprint(code, Language::Pyodide, true).unwrap().stuck.map(|(what, _)| what);
    assert_eq!(worker("from pyscript import when, display\n@when('click', '#b')\ndef f():\n    display(1)"), None);
    for code in [
        "from pyscript import document",
        "from pyscript import sync",
        "__export__ = ['f']",
        "from pyscript import display\ndisplay(1, target='out')",
        "from pyscript import when\n@when('click', '#b')\ndef f(event):\n    event.target.textContent = 'x'",
        "from pyscript import when\n@when('click', '#b')\ndef f(event):\n    event.target.remove()",
        "from pyscript import when\n@when('click', '#b')\ndef f(event):\n    event.target.style.color = 'red'",
    ] {
        assert!(worker(code).is_some(), "{code}");
    }
}

#[test]
fn code_that_does_not_follow_the_grammar_has_done_nothing() {
    assert_eq!(stuck("import js\ndef f(:"), None);
    let of = |language| footprint("import js\ndef f(:", language, false).unwrap();
    assert!(of(Language::MicroPython).stuck.is_some(), "it takes some of what this parser does not");
}

#[test]
fn the_names_of_a_script_are_those_at_its_top() {
    let code = "import os.path\nfrom a import b as c\nx, (y, *z) = 1\nfor i in []: ...\nwith a as w: ...\n\
        try: ...\nexcept E as e: ...\ndef f(p):\n    global g\n    local = 1\nclass C:\n    member = 1\nl = lambda q: q\nif (n := 1): ...";
    let found = footprint(code, Language::Pyodide, false).unwrap();
    let names: Vec<_> = found.binds.keys().map(String::as_str).collect();
    assert_eq!(names, ["C", "c", "e", "f", "g", "i", "l", "n", "os", "w", "x", "y", "z"]);
    assert_eq!(found.binds["c"].as_deref(), Some("a:b"));
    assert_eq!(found.binds["x"], None);
}

const PAGE: &str = "<!doctype html><title>x</title>\n<link rel=stylesheet href=a.css>\n<p>text</p>\n\
    <script type=\"py\">\nprint(1)\nold = 1\n</script>\n<script type=\"mpy\" src=\"m.py\"></script>\n\
    <script type=\"py\" worker src=\"w.py\"></script>\n";

fn site(page: &str) -> Tree {
    Tree::default().text("index.html", page).text("m.py", "a = 1").text("w.py", "print('w')")
}

fn shown(tree: &Tree) -> Shown {
    let File::Text(text) = tree.read("index.html") else { panic!("no page") };
    Shown::of("index.html", text, tree)
}

/// What a change of this page's files means. The names of files begin with `-` if nobody has asked for them.
fn changed(old: &Tree, new: &Tree, files: &[&str]) -> Update {
    let files = files
        .iter()
        .map(|file| Changed { path: file.trim_start_matches('-').to_owned(), used: !file.starts_with('-') });
    update(&shown(old), &shown(new), &files.collect::<Vec<_>>())
}

fn names(update: &Update) -> Vec<&str> {
    match update {
        Update::Partly { scripts, .. } => scripts.iter().map(|one| one.name.as_str()).collect(),
        Update::Reload(why) => vec!["reload", why],
    }
}

fn reason(update: Update) -> String {
    match update {
        Update::Reload(why) => why,
        Update::Partly { .. } => format!("{update:?}"),
    }
}

#[test]
fn only_the_scripts_that_changed_run_again() {
    let old = site(PAGE);
    let new = site(&PAGE.replace("print(1)", "\nprint(2)").replace("old = 1", "new = 1"));
    let Update::Partly { exchange, scripts, editors } = changed(&old, &new, &["index.html"]) else {
        panic!("a reload")
    };
    assert!(exchange.is_empty() && editors.is_empty());
    assert_eq!(
        scripts,
        [Again {
            index: 0,
            name: "script 1 of index.html".into(),
            before: "\nprint(1)\nold = 1\n".into(),
            code: "\n\nprint(2)\nnew = 1\n".into(),
            line: 4,
            lines: [4, 7],
            names: vec!["old".into()],
        }]
    );
    assert_eq!(names(&changed(&old, &old.clone().text("m.py", "a = 2"), &["m.py"])), ["m.py"]);
    assert_eq!(names(&changed(&old, &old.clone().text("w.py", "print(2)"), &["w.py"])), ["w.py"]);
    assert_eq!(names(&changed(&old, &old, &["index.html"])), <[&str; 0]>::default());
    let both = old.clone().text("w.py", "print(2)").text("m.py", "a = 2");
    assert_eq!(names(&changed(&old, &both, &["m.py", "w.py"])), ["m.py", "w.py"]);
}

#[test]
fn files_that_nobody_asked_for_mean_nothing() {
    let old = site(PAGE);
    assert_eq!(
        changed(&old, &old, &["-notes.txt", "-other.html"]),
        Update::Partly { exchange: vec![], scripts: vec![], editors: vec![] }
    );
    let exchange = vec!["a.css".into(), "i.png".into()];
    let styles = Update::Partly { exchange, scripts: vec![], editors: vec![] };
    assert_eq!(changed(&old, &old, &["a.css", "i.png"]), styles);
    assert_eq!(reason(changed(&old, &old, &["a.css", "data.json"])), "the page uses data.json");
}

#[test]
fn a_page_that_changed_elsewhere_is_loaded_anew() {
    let old = site(PAGE);
    for (from, to) in [
        ("text", "other"),
        ("type=\"mpy\"", "type=\"py\""),
        ("src=\"m.py\"", "src=\"n.py\""),
        ("<script type=\"mpy\" src=\"m.py\"></script>\n", ""),
        ("</p>\n", "</p>\n\n"),
    ] {
        let why = reason(changed(&old, &site(&PAGE.replace(from, to)), &["index.html"]));
        assert!(why.contains("changed outside of the code of its scripts"), "{to}: {why}");
    }
}

#[test]
fn a_script_is_loaded_anew_with_its_page_where_its_traces_stay() {
    let old = site(PAGE);
    let why = |new: &Tree| reason(changed(&old, new, &["index.html", "m.py", "w.py"]));
    assert_eq!(
        why(&old.clone().text("m.py", "a = 1\nimport js")),
        "what this does cannot be taken back: it imports `js` (m.py, line 2)"
    );
    assert_eq!(
        reason(changed(&old.clone().text("m.py", "import js"), &old, &["m.py"])),
        "what this does cannot be taken back: it imports `js` (m.py, line 1)"
    );
    assert!(why(&site(&PAGE.replace("print(1)", "import m\n"))).contains("imports `m`"));
    let gone = Tree::default().text("index.html", PAGE).text("w.py", "print('w')");
    assert_eq!(why(&gone), "m.py cannot be read");
}

#[test]
fn a_script_whose_names_others_have_is_loaded_anew_with_its_page() {
    let page = |one: &str, two: &str| {
        site(&format!(
            "<script type=py>\n{one}\n</script><script type=py>\n{two}\n</script><script type=mpy>f()</script>"
        ))
    };
    let why = |one: &str, other: &str, two: &str| changed(&page(one, two), &page(other, two), &["index.html"]);
    let fine =
        why("from pyscript import when\na = 1", "from pyscript import when\nb = 1", "from pyscript import when\nc = 2");
    assert_eq!(names(&fine), ["script 1 of index.html"]);
    let Update::Partly { scripts, .. } = fine else { panic!("a reload") };
    assert_eq!(scripts[0].names, ["a"], "others have imported the same");
    let used = reason(why("def f(): ...", "def f(): 1", "print(f())"));
    assert_eq!(used, "another script uses `f` of script 1 of index.html");
    let both = reason(why("a = 1", "a = 2", "a = 3"));
    assert_eq!(both, "`a` is a name of script 1 of index.html and of another script");
    let dynamic = reason(why("a = 1", "a = 2", "print(globals())"));
    assert_eq!(dynamic, "another script may use the names of script 1 of index.html");
}

#[test]
fn a_file_that_others_have_too_is_loaded_anew_with_its_page() {
    let page = |more: &str| site(&format!("{PAGE}{more}"));
    for more in [
        "<script type=py>import m</script>",
        "<script>fetch('m.py')</script>",
        "<script type=py>PyWorker('m.py')</script>",
    ] {
        let old = page(more);
        let why = reason(changed(&old, &old.clone().text("m.py", "a = 2"), &["m.py"]));
        assert_eq!(why, "others than its script use m.py", "{more}");
    }
    let old = page("<script>document.querySelector('[worker]').xworker</script>");
    let why = reason(changed(&old, &old.clone().text("w.py", "a = 2"), &["w.py"]));
    assert_eq!(why, "others may call the worker of w.py");
}

#[test]
fn an_editor_gets_the_text_that_its_file_has_now() {
    let page = |inside: &str, more: &str| {
        site(&format!(
            "<script type=py>print(1)</script>\n<script type=py-editor env=a setup src=s.py></script>\n\
             <script type=\"mpy-editor\">{inside}</script><script type=py-editor src=e.py></script>{more}"
        ))
        .text("s.py", "s = 1")
        .text("e.py", "e = 1\n")
    };
    let old = page("\n    a = 1\n      b = 1\n  ", "");
    let new = page("\n    a = 2\r\n    if a:\r\n        b = 2\r\n", "").text("e.py", "\u{feff}e = 2\n\n");
    let Update::Partly { exchange, scripts, editors } = changed(&old, &new, &["index.html", "e.py"]) else {
        panic!("a reload")
    };
    assert!(exchange.is_empty() && scripts.is_empty());
    let retyped = |index, name: &str, before: &str, text: &str| Retyped {
        index,
        name: name.into(),
        before: before.into(),
        text: text.into(),
    };
    let inside = retyped(1, "editor 2 of index.html", "a = 1\n  b = 1", "a = 2\nif a:\n    b = 2");
    assert_eq!(editors, [inside, retyped(2, "e.py", "e = 1", "e = 2")]);
    assert_eq!(shown(&new).editors(), 3);

    let why = |old: &Tree, new: &Tree| reason(changed(old, new, &["index.html", "e.py", "s.py"]));
    assert_eq!(why(&old, &old.clone().text("s.py", "s = 2")), "s.py prepares other editors");
    for more in [
        "<script>fetch('e.py')</script>",
        "<script type=py>import e</script>",
        "<script type=py>open('e.py')</script>",
        "<script type=py src=e.py></script>",
        "<script type=py-editor>import e</script>",
    ] {
        let old = page("", more);
        let why = why(&old, &old.clone().text("e.py", "e = 2"));
        assert!(why.starts_with("others than its") && why.ends_with("use e.py"), "{more}: {why}");
    }
    let old = page("", "<script type=py src=m.py></script><script type=py-editor>open('m.py')</script>");
    assert_eq!(reason(changed(&old, &old.clone().text("m.py", "a = 2"), &["m.py"])), "others than its script use m.py");
}

#[test]
fn a_file_that_was_not_told_of_counts_as_before() {
    let old = site(PAGE);
    let half = site(&PAGE.replace("text", "half")).text("m.py", "a = (").text("w.py", "print(2)");
    let told = [Changed { path: "w.py".into(), used: true }];
    let File::Text(text) = half.read("index.html") else { panic!("no page") };
    let before = shown(&old);
    assert_eq!(names(&update(&before, &before.after(&told, text, &half), &told)), ["w.py"]);
}
