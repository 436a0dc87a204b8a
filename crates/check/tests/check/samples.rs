//! Pages as PyScript's documentation teaches them, in our own words: nothing is said about any of them.

use pyrite_check::{Level, Tree};

use crate::archives::{tar_gz, zip};
use crate::{HEAD, found, page, shown};

macro_rules! silent {
    ($($name:ident: $tree:expr;)*) => {
        $(#[test]
        fn $name() {
            let tree: Tree = $tree;
            // A note is no fault: `https://esm.run/d3` has no version, and works.
            let mut findings = found(&tree, None);
            findings.retain(|finding| finding.level != Level::Note);
            assert_eq!(shown(&tree, &findings), "nothing");
        })*
    };
}

fn py(code: &str) -> Tree {
    page(&format!("<script type=\"py\">\n{code}\n</script>\n"))
}

fn both(code: &str) -> Tree {
    page(&format!("<script type=\"py\">\n{code}\n</script>\n<script type=\"mpy\">\n{code}\n</script>\n"))
}

fn released(body: &str) -> Tree {
    Tree::default().text(
        "index.html",
        &format!(
            "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\" />\n<meta name=\"viewport\" content=\"width=device-width\" />\n\
             <link rel=\"stylesheet\" href=\"https://pyscript.net/releases/2025.11.2/core.css\" />\n\
             <script type=\"module\" src=\"https://pyscript.net/releases/2025.11.2/core.js\"></script>\n</head>\n<body>\n{body}\n</body>\n</html>"
        ),
    )
}

silent! {
    a_translator: released(
        "<h1>Parrot</h1>\n<input type=\"text\" id=\"english\" placeholder=\"Say something\" />\n\
         <button py-click=\"translate\">Translate</button>\n<div id=\"output\"></div>\n\
         <script type=\"py\" src=\"./main.py\" config=\"./pyscript.json\"></script>"
    )
    .text("main.py", "import arrr\nfrom pyscript import document\n\ndef translate(event):\n    text = document.querySelector('#english').value\n    document.querySelector('#output').innerText = arrr.translate(text)\n")
    .text("pyscript.json", "{\"packages\": [\"arrr\"]}");
    a_clock: released(
        "<div id=\"now\"></div>\n<script type=\"mpy\">\n  import asyncio, datetime\n  from pyscript import display\n\n  while True:\n      display(datetime.datetime.now(), target=\"now\", append=False)\n      await asyncio.sleep(1)\n</script>"
    );
    old_elements_that_still_run: page(
        "<py-config type=\"toml\">\npackages = [\"numpy\", \"matplotlib\"]\n</py-config>\n<py-script>\n  import matplotlib.pyplot as plt\n  import numpy as np\n  plt.plot(np.arange(3))\n  display(plt, target=\"plot\")\n</py-script><div id=\"plot\"></div>"
    );
    a_worker_with_events: page(
        "<script>addEventListener('py:ready', () => { document.getElementById('status').textContent = 'running' })</script>\n\
         <div id=\"status\">booting</div>\n<script type=\"py\" worker>\n  from pyscript import document\n\n  status = document.getElementById(\"status\")\n  status.textContent = \"done\"\n</script>"
    );
    all_done: page(
        "<dialog id=\"loading\" closedby=\"none\"><h1>Loading…</h1></dialog>\n\
         <script type=\"module\">const d = document.getElementById('loading'); d.showModal(); addEventListener('py:all-done', () => d.close(), { once: true });</script>\n\
         <script type=\"mpy\">print('first')</script><script type=\"py\" async>print('second')</script>"
    );
    a_callback_by_itself: both("import js\njs.setTimeout(lambda msg: print(msg), 1000, 'FAIL')");
    a_callback_in_a_worker: page(
        "<py-config>\nexperimental_create_proxy = \"manual\"\n</py-config>\n<script type=\"py\" worker>\nfrom pyscript import window\nwindow.setTimeout(lambda x: print(x), 1000, 'OK')\n</script>"
    );
    a_callback_by_hand: page(
        "<py-config>\nexperimental_create_proxy = \"manual\"\n</py-config>\n<script type=\"py\">\nfrom pyscript import ffi, window\nfrom pyodide.ffi import create_proxy\n\n\
         @create_proxy\ndef f(event):\n    print(event)\n\nwindow.setTimeout(ffi.create_proxy(print), 100, 'print')\nwindow.addEventListener('click', f, ffi.to_js({'once': True}))\nwindow.Object().no_create = lambda: 'ok'\n</script>"
    );
    proxies_by_table: page("<py-config>\n[experimental_create_proxy]\nauto = true\n</py-config>\n<script type=\"py\">\nimport js\njs.addEventListener('custom:event', lambda e: print(e.type))\n</script>");
    javascript_modules: page(
        "<mpy-config>\n[js_modules.main]\n\"https://esm.run/d3\" = \"d3\"\n\"https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist/leaflet-src.esm.js\" = \"leaflet\"\n\
         \"https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist/leaflet.css\" = \"leaflet\"\n</mpy-config>\n\
         <script type=\"mpy\">\n  from pyscript.js_modules import d3, leaflet\n  from pyscript.js_modules.leaflet import map\n  from pyscript.js_modules import d3 as D\n</script>"
    );
    workers_from_javascript: page(
        "<script type=\"module\">\n  import {\n    PyWorker, // Pyodide\n    MPWorker  // MicroPython\n  } from '@pyscript/core';\n\n  const worker = await MPWorker(\n    // the code\n    './micro.py',\n    { config: { sync_main_only: true } }\n  );\n  await worker.sync.doStuff();\n  worker.terminate();\n</script>"
    )
    .text("micro.py", "from pyscript import sync\n\ndef do_stuff():\n  print('computing')\n\nsync.doStuff = do_stuff\n");
    a_worker_that_is_not_waited_for: page(
        "<script type=\"mpy\">\nfrom pyscript import window, PyWorker\n\nasync def main_task():\n    window.Promise.resolve(pw.sync.worker_task())\n\npw = PyWorker(\"./worker.py\", {\"type\": \"pyodide\"})\npw.sync.main_task = main_task\n</script>"
    )
    .text("worker.py", "from pyscript import sync\n\nsync.worker_task = lambda: print('fine')\nsync.main_task()\n");
    named_workers: page(
        "<script type=\"py\" worker name=\"far\" src=\"./far.py\" config='{\"packages\": [\"pandas\"]}'></script>\n\
         <script type=\"mpy\">\nfrom pyscript import workers, create_named_worker\nfar = await workers[\"far\"]\nprint(await far.average([1, 2]))\nother = await create_named_worker('./far.py', name='other', config={'packages': ['pandas']})\n</script>"
    )
    .text("far.py", "import pandas as pd\n__export__ = ['average']\n\ndef average(numbers):\n    return float(pd.Series(numbers).mean())\n");
    packaging_pointers: page(
        "<mpy-config>\n[files]\n\"{FROM}\" = \"https://example.com\"\n\"{FROM}/bisect.py\" = \"./bisect.py\"\n\"./my_module.zip\" = \"./*\"\n\"./more.tar.gz\" = \"./*\"\n</mpy-config>\n\
         <script type=\"mpy\">\n  import bisect\n  from my_module import my_class\n  import anything_of_more\n</script>"
    )
    .with("my_module.zip", zip(&[("my_module/__init__.py", "class my_class: pass\n")]))
    .with("more.tar.gz", tar_gz(&[("anything_of_more.py", "")]));
    mip: page("<script type=\"mpy\">\nimport mip\nmip.install('keyword')\nimport keyword\nmip.install('github:jeffersglass/some-project/foo.py')\nimport foo\n</script>");
    micropip: py("import micropip\nawait micropip.install('pillow')\nfrom PIL import Image\nimport cowsay");
    lazy_imports: both("from pyscript import py_import, js_import\nmatplotlib, regex = await py_import('matplotlib', 'regex')\nescaper, = await js_import('https://esm.run/html-escaper')\nimport matplotlib.pyplot");
    files_in_memory: both("with open('./test.txt', 'w') as dest:\n    dest.write('hello')\nwith open('./test.txt') as source:\n    print(source.read())\nfrom pyscript import fetch, window\nwith open('./a.png', 'wb') as dest:\n    dest.write(await fetch(window.location.href).bytearray())");
    uploads: page(
        "<input type=\"file\" id=\"upload\">\n<script type=\"mpy\">\nfrom pyscript import document, fetch, window\n\nasync def on_change(event):\n    for file in input.files:\n        tmp = window.URL.createObjectURL(file)\n        with open(f'./{file.name}', 'wb') as dest:\n            dest.write(await fetch(tmp).bytearray())\n        window.URL.revokeObjectURL(tmp)\n\ninput = document.querySelector('#upload')\ninput.onchange = on_change\n</script>"
    );
    downloads: both("from pyscript import document, ffi, window\n\ndef download(path, mime):\n    name = path.split('/')[-1]\n    with open(path, 'rb') as source:\n        data = source.read()\n        view = window.Uint8Array.new(len(data))\n        for index, byte in enumerate(data):\n            view[index] = byte\n        details = ffi.to_js({'type': mime})\n        file = window.File.new([view], name, details)\n        tmp = window.URL.createObjectURL(file)\n        dest = document.createElement('a')\n        dest.setAttribute('download', name)\n        dest.setAttribute('href', tmp)\n        dest.click()\n        window.setTimeout(ffi.create_proxy(lambda: window.URL.revokeObjectURL(tmp)), 500)");
    classes_with_new: both("from pyscript import window\nfrom js import Map, Set, Object, Date, Array, String\nMap.new()\nwindow.Set.new([1])\nObject()\nDate.now()\nArray(3)\nString(3)\nwindow.Date.new()\nwindow.Intl.NumberFormat('de')");
    a_class_of_ones_own: both("class Map:\n    pass\nfrom js import Set as JsSet\nEvent = list\nMap()\nEvent()");
    a_proxy_that_lives_long_enough: py("from pyscript import document, ffi\nimport asyncio\nproxy = ffi.create_proxy(print)\ndocument.body.addEventListener('click', proxy)\nawait asyncio.sleep(1)\ndocument.body.removeEventListener('click', proxy)\nproxy.destroy()\nother = ffi.create_proxy(print)\ndocument.forEach(other)\nother.destroy()");
    files_opened_by_other_ways: both("open('data.csv', 'w').write('x')\nprint(open('data.csv').read())\ntry:\n    open('index.html')\nexcept OSError:\n    pass\nopen('/etc/x')\nopen(name)");
    events_of_ones_own: both("from pyscript import Event, when\nhi = Event()\n\n@when(hi)\ndef greet(message):\n    print(message)\n\nhi.trigger('hello')");
    elements_of_the_web_module: page(
        "<div id=\"list\"></div><script type=\"mpy\">\nfrom pyscript import when\nfrom pyscript.web import page, div, button, ul, li, Element\n\npage['list'].append(button('Add', id='add'))\n\n@when('click', '#add')\ndef add(event):\n    page['#list'].append(li('more'))\n</script>"
    );
    storage_and_sockets: both("from pyscript import storage, Storage, WebSocket\n\nclass My(Storage):\n    pass\n\nstore = await storage('my-storage', storage_class=My)\nstore['a'] = 1\nawait store.sync()\nws = WebSocket(url='ws://localhost:5037/')\n\ndef onopen(event):\n    ws.send('hi')\n\nws.onopen = onopen");
    a_terminal: page("<script type=\"py\" worker terminal>\nname = input('What is your name? ')\nprint(name)\nimport code\ncode.interact()\n</script>\n<script id=\"repl\" type=\"mpy\" terminal>\nimport code\ncode.interact()\n</script>");
    editors: page(
        "<script type=\"py-editor\" env=\"a\" setup config='{\"packages\": [\"cowsay\"]}'>\nx = 1\n</script>\n<script type=\"py-editor\" env=\"a\">\nimport cowsay\nprint(x)\n</script>\n\
         <script type=\"mpy-editor\" target=\"there\" output=\"here\" rows=\"6\">print(1)</script><div id=\"there\"></div><div id=\"here\"></div>"
    );
    a_game: page("<canvas id=\"canvas\"></canvas>\n<script type=\"py-game\" src=\"./game.py\" config=\"./game.toml\"></script>")
        .text("game.py", "import asyncio\nimport sys, pygame\npygame.init()\nwhile True:\n    for event in pygame.event.get():\n        if event.type == pygame.QUIT:\n            sys.exit()\n    pygame.display.flip()\n    await asyncio.sleep(1 / 60)\n")
        .text("game.toml", "[files]\n\"./ball.gif\" = \"\"\n").text("ball.gif", "");
    optional_imports: both("try:\n    import numpy\nexcept ImportError:\n    numpy = None\nimport sys\nif sys.implementation.name == 'micropython':\n    import framebuf\nelse:\n    import pandas");
    typing_only: py("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import something_for_types");
    settings_of_ones_own: page("<py-config>\nname = \"My app\"\ndescription = \"…\"\nversion = \"1.0\"\n[app]\ncolour = \"red\"\n</py-config>\n<script type=\"py\">\nfrom pyscript import config\nprint(config['app'])\n</script>");
    an_older_fetch: page("<py-config>\n[[fetch]]\nfrom = \"./data/\"\nto_folder = \"./data/\"\nfiles = [\"a.csv\", \"lib.py\"]\n</py-config>\n<script type=\"py\">\nimport sys\nsys.path.append('./data')\nimport lib\n</script>")
        .text("data/a.csv", "").text("data/lib.py", "");
    a_source_with_a_remark: page("<script type=\"py\" src=\"./main.py\"> # the code is in main.py\n</script>").text("main.py", "");
    remote_sources: page("<script type=\"py\" src=\"https://example.com/main.py\"></script><py-config src=\"https://example.com/a.toml\"></py-config><script type=\"py\">import anything</script>");
    a_template_of_a_server: Tree::default().text("index.html",
        "{% load static %}<script type=\"module\" src=\"{% static 'core.js' %}\"></script><script type=\"py\" src=\"{% static 'main.py' %}\"></script><script type=\"py\">\nx = {{ value|safe }}\n</script>");
    elements_of_others: Tree::default().text("index.html", &format!(
        "{HEAD}<my-script foo></my-script><p-script></p-script><py-chart data-x aria-y></py-chart><sl-button varaint=x></sl-button>\n\
         <script type=\"py\" data-confg=\"1\" aria-labl=\"x\" x-data=\"y\" :bind=\"z\" onload=\"f()\" class=\"a\" defer>print(1)</script>\
         <script type=\"text/typescript\">x</script><script type=\"application/ld+json\">{{}}</script><script type=\"importmap\">{{}}</script>"));
    another_python: Tree::default().text("index.html", "<script src=\"brython.js\"></script><script type=\"text/python\">print(1)</script>");
    a_page_without_python: Tree::default().text("index.html", "<link href=\"https://cdn.jsdelivr.net/npm/bootstrap/dist/css/bootstrap.css\"><script src=\"https://unpkg.com/react\"></script><py-scripts>x</py-scripts>");
    a_page_whose_javascript_loads_the_runtime: Tree::default().text("index.html", "<script type=\"module\">await import('./start.js')</script><script type=\"py\">print(1)</script>");
    a_page_below_another_folder: Tree::default()
        .text("app/index.html", &format!("{HEAD}<base href=\"../shared/\"><script type=\"py\" src=\"main.py\"></script>"))
        .text("shared/main.py", "print(1)");
    modern_python: py("type X = int\ndef f[T](a: T, /, *b, c=1, **d) -> T:\n    match a:\n        case {'x': [1, *rest]}: return a\n    try: pass\n    except ValueError, KeyError: pass\nprint(f\"{'a'!r:>{10}} {f(1)=}\", t'{1}')\nasync for x in y(): print(x)\nasync with z() as w: pass\nprint([x async for x in y()])");
    loops_that_end: py("import asyncio, time\nwhile True:\n    if x(): break\nwhile True:\n    await asyncio.sleep(1)\ndef f():\n    while True:\n        yield 1\ntry:\n    while True: g()\nexcept StopIteration: pass\nprint(time.time())");
    sleeping_in_a_worker: page("<script type=\"py\" worker config='{\"packages\": [\"requests\"]}'>\nimport time, requests\ntime.sleep(1)\nrequests.get('https://example.com')\n</script>");
}
