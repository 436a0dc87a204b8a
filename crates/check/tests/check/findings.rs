//! Each finding, as it is told.

use pyrite_check::{File, Host, Tree};

use crate::{found, page, shown};

macro_rules! findings {
    ($($name:ident: $tree:expr;)*) => {
        $(#[test]
        fn $name() {
            let tree: Tree = $tree;
            insta::assert_snapshot!(stringify!($name), shown(&tree, &found(&tree, None)));
        })*
    };
}

fn py(code: &str) -> Tree {
    page(&format!("<script type=\"py\">\n{code}\n</script>\n"))
}

fn mpy(code: &str) -> Tree {
    page(&format!("<script type=\"mpy\">\n{code}\n</script>\n"))
}

fn configured(config: &str, code: &str) -> Tree {
    page(&format!("<py-config>\n{config}\n</py-config>\n<script type=\"py\">\n{code}\n</script>\n"))
}

findings! {
    syntax_inline: page("<script type=\"py\">\n    if True:\n        print('a'\n</script>\n");
    syntax_in_a_file: page("<script type=\"py\" src=\"./main.py\"></script>").text("main.py", "def async main():\n    pass\n");
    syntax_in_a_module: configured("[files]\n\"./lib.py\" = \"\"", "import lib").text("lib.py", "x = = 1\n");
    syntax_that_is_javascript: py("const a = 1");
    syntax_out_of_place: py("return 1\nbreak\n[(yield 1)]");
    await_in_a_sync_script: page("<script type=\"py\" async=\"false\">\nawait f()\n</script>");
    await_at_the_top_of_a_module:
        configured("[files]\n\"./lib.py\" = \"\"", "import lib").text("lib.py", "async def f(): pass\nawait f()\n");
    not_in_micropython: mpy(
        "match 1:\n  case 1: pass\ntype X = int\ndef f[T](a, /): pass\nx = [*a, 1]\ny = {**a}\nz = '\\N{BULLET}'\n\
         try: pass\nexcept* E: pass\nwith (open('a') as b, open('c') as d): pass\n@(lambda f: f)\ndef g(): pass\n"
    );
    modules_that_micropython_lacks: mpy("import dataclasses\nfrom pyodide.ffi import to_js\nimport numpy\nimport keyword\nimport nothing");
    unknown_elements: page(
        "<py-scirpt>x</py-scirpt>\n<pyscript>x</pyscript>\n<mpy-confg>x</mpy-confg>\n<py-repl></py-repl>\n<py-script>1</py-script>"
    );
    unknown_types: page("<script type=\"python\">1</script><script type=\"py \">1</script><script type=\"mppy\">1</script>");
    unknown_attributes: page(
        "<script type=\"py\" workers confg=\"./a.toml\" packages=\"numpy\" output=\"x\"></script><py-config scr=\"./a.toml\"></py-config>"
    );
    unclosed_elements: page("<script type=\"py\" src=\"./a.py\" />\n<p>").text("a.py", "");
    unclosed_at_the_end: page("<mpy-script>\nprint(1)\n");
    code_read_as_html: page("<py-script>\nprint('<b>x</b>')\n</py-script>");
    contradicting_attributes: page(
        "<script type=\"py\" src=\"./a.py\">print(1)</script><script type=\"mpy\" worker=\"./a.py\"></script>"
    ).text("a.py", "");
    contradicting_configurations: page(
        "<py-config>name = 'a'</py-config><py-config>name = 'b'</py-config>\n\
         <mpy-config>name = 'a'</mpy-config><script type=\"mpy\" config=\"{}\"></script>"
    );
    different_configurations: page("<script type=\"py\" config='{}'></script><script type=\"py\" config='{ }'></script>");
    broken_toml: configured("packages = [numpy]", "");
    broken_json: page("<script type=\"py\" config='{\"packages\": [}'></script>");
    wrong_address_of_a_configuration: page("<py-config src=\"./conf.yaml\"></py-config><script type=\"py\">1</script>");
    missing_configuration: page("<mpy-config src=\"./pyscript.toml\"></mpy-config><script type=\"mpy\">1</script>")
        .text("pyscrip.toml", "");
    wrong_values: configured("packages = 1\nsync_main_only = 'x'\npackages_cache = 'al'", "");
    unknown_keys: configured("pakages = []\n[js_modules.mian]\n[files]\nplugins = []", "");
    configuration_in_a_file: page("<py-config src=\"./conf/py.toml\"></py-config><script type=\"py\">import lib</script>")
        .text("conf/py.toml", "name = 'x'\npackges = []\n\n[files]\n\"./lib.py\" = \"\"\n").text("lib.py", "");
    missing_files: configured("[files]\n\"./dta.csv\" = \"\"\n\"/far/x.csv\" = \"\"\n\"./folder\" = \"\"", "")
        .text("data.csv", "").text("folder/a", "");
    missing_sources: page("<script type=\"py\" src=\"./man.py\"></script>").text("main.py", "");
    missing_modules_of_javascript: configured("[js_modules.main]\n\"./a.js\" = \"a\"", "").text("b.js", "export {}");
    missing_wheels: configured("packages = [\"./x-1.0-py3-none-any.whl\", \"./y.toml\"]", "");
    files_the_wrong_way_round: configured(
        "[files]\n\"a.py\" = \"https://example.com/a.py\"\n\"./lib/b.py\" = \"./b.py\"", ""
    ).text("b.py", "");
    templates_and_archives: configured("[files]\n\"{A}/x.py\" = \"\"\n\"./x.rar\" = \"./*\"", "").text("x.rar", "");
    imports_that_nothing_provides: py("import numpy as np\nimport nothing\nfrom maths import pi\nimport tkinter\nimport helper")
        .text("helper.py", "");
    imports_of_a_json_configuration: page("<py-config>{}</py-config><script type=\"py\">import numpy, helper</script>")
        .text("helper.py", "");
    names_of_pyscript: py(
        "from pyscript import dispaly, create_proxy, nothing\nimport pyscript.wbe\nfrom pyscript.js_modules import d3"
    );
    names_of_javascript_modules: configured("[js_modules.main]\n\"./d3.js\" = \"d3\"", "from pyscript.js_modules import d33, chart")
        .text("d3.js", "export default 1");
    packages_that_cannot_be_had: configured(
        "packages = [\"numpy==1.0\", \"sklearn\", \"torch\", \"matplotlb\", \"./a-1.0-cp314-cp314-manylinux_2_17_x86_64.whl\"]", ""
    ).with("a-1.0-cp314-cp314-manylinux_2_17_x86_64.whl", File::Bytes(vec![0xff]));
    packages_that_are_none: configured("packages = [\"a b\"]", "");
    files_whose_sides_are_both_local: configured("[files]\n\"./lib/b.py\" = \"./b.py\"", "").text("b.py", "");
    packages_that_micropython_cannot_load: page("<mpy-config>packages = [\"numpy\", \"pillow\"]</mpy-config><script type=\"mpy\">1</script>");
    bare_callbacks: configured(
        "experimental_create_proxy = \"manual\"",
        "import js\nfrom pyscript import document, window\ndef f(e): pass\njs.setTimeout(lambda msg: print(msg), 1000, 'FAIL')\n\
         document.body.addEventListener('click', f)\nwindow.requestAnimationFrame(f)",
    );
    proxies_that_are_destroyed_at_once: py(
        "from pyscript import document, ffi\ndef f(event): pass\nproxy = ffi.create_proxy(f)\n\
         document.body.addEventListener('click', proxy, ffi.to_js({'once': True}))\nproxy.destroy()"
    );
    files_that_nobody_brings: configured("[files]\n\"./a.csv\" = \"\"", "open('a.csv')\nopen('./b.csv')\nopen('c.csv', 'w')\nopen('c.csv')")
        .text("a.csv", "").text("b.csv", "").text("c.csv", "");
    classes_without_new: py("import js\nfrom js import Blob\nfrom pyscript import window\njs.Uint8Array(8)\nBlob([])\nwindow.Map()");
    circular_waits: page(
        "<script type=\"mpy\">\nfrom pyscript import PyWorker\n\nasync def main_task():\n    await pw.sync.worker_task()\n\n\
         pw = PyWorker(\"./worker.py\", {\"type\": \"pyodide\"})\npw.sync.main_task = main_task\n</script>\n"
    ).text("worker.py", "from pyscript import sync\n\nsync.worker_task = lambda: print('fine')\n\nsync.main_task()\n");
    unpinned_addresses: Tree::default().text("index.html",
        "<link rel=\"stylesheet\" href=\"https://pyscript.net/latest/core.css\">\n\
         <script type=\"module\" src=\"https://cdn.jsdelivr.net/npm/@pyscript/core/dist/core.js\"></script>\n\
         <py-config>\ninterpreter = \"latest\"\n[js_modules.main]\n\"https://esm.run/d3\" = \"d3\"\n\"https://esm.run/x@latest\" = \"x\"\n</py-config>\n\
         <script type=\"py\">1</script>"
    );
    not_a_module: configured(
        "[js_modules.main]\n\"./library.js\" = \"library\"\n\"./plain.js\" = \"plain\"\n\"https://unpkg.com/leaflet@1/dist/leaflet.umd.js\" = \"leaflet\"",
        ""
    ).text("library.js", "module.exports = { util: 1 };\n").text("plain.js", "globalThis.util = {};\n");
    blocking_on_the_main_thread: configured("packages = [\"requests\"]",
        "import time, requests\nfrom time import sleep\nfrom urllib.request import urlopen\ntime.sleep(1)\nasync def f():\n    sleep(2)\n\
         requests.get('https://example.com')\nurlopen('https://example.com')\ninput('?')\nwhile True:\n    print(1)"
    );
    nothing_runs: Tree::default().text("index.html", "<p>\n<script type=\"py\">\nprint(1)\n</script>");
    core_is_no_module: Tree::default().text("index.html", "<script src=\"/_pyrite/core.js\"></script><script type=\"py\">1</script>");
    missing_elements: page(
        "<div id=\"output\"></div><script type=\"py\">\nfrom pyscript import display, when\n@when('click', '#buton')\ndef f(): display(1, target='outpt')\n</script>"
    );
    encodings: page("<script type=\"py\" src=\"./main.py\"></script>").with("main.py", File::Bytes(b"x = '\xff'".to_vec()));
    unreadable_files: page("<script type=\"py\" src=\"./main.py\"></script><py-config src=\"./a.toml\"></py-config>")
        .with("main.py", File::Unreadable("Permission denied".into()))
        .with("a.toml", File::Unreadable("Too many levels of symbolic links".into()));
    broken_markup: Tree::default().text("index.html", "<script type='py' <!-- <p <script src=\"/_pyrite/core.js\"> </scr");
    workers_are_checked: page(
        "<script type=\"module\">\nimport { PyWorker, MPWorker } from '/_pyrite/core.js';\nconst worker = await MPWorker(\n  // code\n  './micro.py',\n);\n\
         new PyWorker(\"./gone.py\");\n</script>\n<script type=\"mpy-editor\">\nmatch 1:\n  case 1: pass\n</script>"
    ).text("micro.py", "import dataclasses\ndef f(:\n");
}

#[test]
fn headers_of_each_host() {
    let tree = page("<script type=\"mpy\" worker>\nprint(1)\n</script>");
    let mut all = String::new();
    for host in Host::ALL {
        all.push_str(&format!("# {}\n{}", host.as_str(), shown(&tree, &found(&tree, Some(host)))));
    }
    let headers = "/*\n  Cross-Origin-Opener-Policy: same-origin\n  Cross-Origin-Embedder-Policy: require-corp\n";
    let with = tree.text("_headers", headers);
    assert_eq!(shown(&with, &found(&with, Some(Host::Netlify))), "nothing");
    insta::assert_snapshot!("headers_of_each_host", all);
}
