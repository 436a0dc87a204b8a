//! What crosses between Python in workers and the page, both ways, on pages with one interpreter and with both.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

fn kind(on: Interpreter) -> &'static str {
    if on.tag() == "py" { "pyodide" } else { "micropython" }
}

/// Values of Python, and what a worker must see of them.
const MAIN: &str = "import js\nfrom pyscript import PyWorker, window\n\
    def give(what):\n    \
        return {'dict': {'a': [1, {'b': 2}]}, 'list': [1, 'two', None, 3.5], 'tuple': (1, 2), 'none': None, 'text': 'x' * 20000, 'bytes': b'\\x00\\x80\\xff'}[what]\n\
    class Thing:\n    pass\n\
    def odd():\n    return Thing()\n\
    def fail():\n    raise ValueError('of the page')\n\
    async def later(value):\n    return [value]\n";

const WORKER: &str = "from pyscript import sync, window\n\
    def has(value, test):\n    return window.Function.new('value', 'return ' + test)(value)\n\
    def check():\n    \
        found = sync.give('dict')\n    assert found.a[0] == 1 and found.a[1].b == 2\n    \
        found = sync.give('list')\n    assert found.length == 4 and found[1] == 'two' and found[3] == 3.5\n    \
        assert sync.give('tuple')[1] == 2\n    \
        assert sync.give('text') == 'x' * 20000\n    \
        found = sync.give('bytes')\n    assert found.length == 3 and found[1] == 128\n    \
        assert sync.later(5)[0] == 5\n    \
        try:\n        sync.odd()\n        return 'odd'\n    except Exception as error:\n        assert 'Thing' in str(error), str(error)\n    \
        try:\n        sync.fail()\n        return 'fail'\n    except Exception as error:\n        assert 'of the page' in str(error), str(error)\n    \
        return 'good'\n\
    def values():\n    return {'a': [1, {'b': (2, 3)}], 'n': None}\n\
    def raw():\n    return b'\\x00\\x80\\xff'\n\
    sync.check = check\nsync.values = values\nsync.raw = raw\n";

on_both_interpreters! {
    fn python_on_both_sides_gives_and_takes(on) {
        for worker in [on, on.other()] {
            let code = format!("{MAIN}worker = PyWorker('./worker.py', type='{}')\n\
                for function in (give, odd, fail, later):\n    setattr(worker.sync, function.__name__, function)\n\
                print('worker:', await worker.sync.check())\n\
                window.worker = worker", kind(worker));
            let page = Site::page(&on.script(&code)).file("worker.py", WORKER).open();
            page.wait_for_line("worker: good");
            page.wait_until("window.worker");
            // None is `undefined` for Pyodide and `null` for MicroPython.
            let none = "(key, value) => key === 'n' && value === undefined ? null : value";
            let values = page.text_of(&format!("worker.sync.values().then((found) => JSON.stringify(found, {none}))"));
            assert_eq!(values, "{\"a\":[1,{\"b\":[2,3]}],\"n\":null}");
            assert_eq!(page.text_of("worker.sync.raw().then((raw) => raw.constructor.name + raw.join())"), "Uint8Array0,128,255");
            page.assert_no_errors();
        }
    }

    fn any_size_crosses_both_ways(on) {
        let code = "import js\nfrom pyscript import sync, window\n\
            sync.length = lambda value: value.length\n\
            sync.size = lambda text: len(text)\n\
            sync.bytes = lambda count: js.Uint8Array.new(count)\n\
            sync.text = lambda count: 'x' * count\n\
            sync.numbers = lambda count: [index / 2 for index in range(count)]\n\
            sync.total = lambda numbers: sum(numbers[index] for index in range(numbers.length))\n\
            def ask(count):\n    return sync.make(count).length\n\
            sync.ask = ask\n\
            sync.echo = lambda numbers: numbers\n";
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            const worker = await Python('./worker.py', {{ async: true }});
            worker.sync.make = (count) => new Uint8Array(count);
            window.sync = worker.sync;</script>", if on.tag() == "py" { "PyWorker" } else { "MPWorker" });
        let page = Site::page(&body).file("worker.py", code).open();
        page.wait_until("window.sync");
        for size in [0_u64, 1, 1_114_097, 20_000_000, 256 << 20] {
            let found = page.run(&format!("const n = {size}; return [await sync.length(new Uint8Array(n)), (await sync.bytes(n)).length, await sync.ask(n)].join()"));
            assert_eq!(found, format!("{size},{size},{size}"));
        }
        for size in [0, 8193, 300_000] {
            let found = page.run(&format!("return [await sync.size('x'.repeat({size})), (await sync.text({size})).length].join()"));
            assert_eq!(found, format!("{size},{size}"));
        }
        for size in [0, 15, 16, 1000] {
            let found = page.run(&format!(
                "const n = {size}, half = Array.from({{ length: n }}, (_, index) => index / 2);
                 const given = await sync.numbers(n), odd = [-0, NaN, 2 ** 31, -1e300];
                 const same = await sync.echo([...half, ...odd]);
                 return [given.join() === half.join(), await sync.total(half) === half.reduce((sum, one) => sum + one, 0),
                   same.length === n + 4 && [...half, ...odd].every((one, index) => Object.is(one, same[index]))].join()"
            ));
            assert_eq!(found, "true,true,true", "{size} numbers");
        }
        page.assert_no_errors();
    }

    fn files_and_blobs_are_values(on) {
        let code = "import js\nfrom pyscript import sync, window\n\
            async def read(blob):\n    return [blob.size, blob.type, await blob.text()]\n\
            sync.read = read\n\
            sync.make = lambda: js.Blob.new(js.JSON.parse('[\"from python\"]'))\n\
            def put():\n    return sync.take(js.File.new(js.JSON.parse('[\"a\", \"b\"]'), 'a.txt'))\n\
            sync.put = put\n";
        for isolated in [true, false] {
            let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
                const worker = await Python('./worker.py', {{ async: true }});
                worker.sync.take = async (file) => `${{file.constructor.name}} ${{file.name}} ${{await file.text()}}`;
                window.sync = worker.sync;</script>", if on.tag() == "py" { "PyWorker" } else { "MPWorker" });
            let site = Site::page(&body).file("worker.py", code);
            let page = if isolated { site } else { site.flag("--no-isolation") }.open();
            page.wait_until("window.sync");
            assert_eq!(page.text_of("sync.read(new Blob(['blob'], { type: 'text/x' })).then(JSON.stringify)"), "[4,\"text/x\",\"blob\"]");
            assert_eq!(page.text_of("sync.make().then((blob) => blob.text())"), "from python");
            assert_eq!(page.text_of("sync.put()"), "File a.txt ab");
            page.assert_no_errors();
        }
    }

    fn what_contains_itself_crosses_or_says_why_not(on) {
        let code = "import js\nfrom pyscript import sync\nloop = [1]\nloop.append(loop)\nsync.loop = lambda: loop\n";
        let body = format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';
            const worker = await Python('./worker.py');
            console.log('loop:', await worker.sync.loop().then((loop) => loop[1] === loop, (error) => error.message));</script>", if on.tag() == "py" { "PyWorker" } else { "MPWorker" });
        let page = Site::page(&body).file("worker.py", code).open();
        page.wait_for_line(if on.tag() == "py" { "loop: true" } else { "loop: a list or dict that contains itself, or is nested too deep, cannot cross from MicroPython" });
    }
}

#[test]
fn a_page_with_both_interpreters_and_several_workers_of_each_is_as_any_other() {
    let main = |on: Interpreter| {
        let code = format!(
            "{MAIN}made = [PyWorker('./worker.py', type=kind) for kind in ('pyodide', 'micropython')]\n\
            for worker in made:\n    \
                for function in (give, odd, fail, later):\n        setattr(worker.sync, function.__name__, function)\n\
            for worker in made:\n    print('{} checked:', await worker.sync.check())",
            on.tag()
        );
        on.script(&code)
    };
    let body = main(Interpreter::MicroPython)
        + &main(Interpreter::Pyodide)
        + &Interpreter::Pyodide.script_with("worker", "from pyscript import document\ndocument.title += '1'")
        + &Interpreter::MicroPython.script_with("worker", "from pyscript import document\ndocument.title += '2'");
    let page = Site::page(&body).file("worker.py", WORKER).open();
    page.wait_for_all_done();
    let seen = page.seen();
    assert_eq!((seen.printed("py checked: good"), seen.printed("mpy checked: good")), (2, 2));
    let title = page.text_of("document.title");
    assert!(title.contains('1') && title.contains('2'), "{title}");
    page.assert_no_errors();
}
