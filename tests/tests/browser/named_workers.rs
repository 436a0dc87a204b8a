//! Workers by their names: `workers["name"]`, `create_named_worker` and `__export__`.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

/// A worker of the other interpreter that exports what tests ask for.
fn exporting(on: Interpreter) -> String {
    on.script_with(
        "worker name=\"far\"",
        "__export__ = ['add', 'data', 'echo', 'fail', 'missing_key', 'odd', 'nothing', 'raw', 'slow']\n\
         import asyncio\n\
         def add(a, b):\n    return a + b\n\
         def data():\n    return {'list': [1, 2.5, 'x', None, True], 'dict': {'a': [{}]}, 'tuple': (1, 2)}\n\
         def echo(value):\n    return value\n\
         def fail():\n    raise ValueError('so bad')\n\
         def missing_key():\n    return {}['nope']\n\
         class Thing:\n    pass\n\
         def odd():\n    return Thing()\n\
         def nothing():\n    pass\n\
         def raw():\n    return b'\\x00\\xff'\n\
         async def slow():\n    await asyncio.sleep(0.01)\n    return 'slow'\n",
    )
}

on_both_interpreters! {
    fn functions_of_a_named_worker_give_python_values(on) {
        for worker in [on, on.other()] {
            let code = "from pyscript import workers\n\
                        far = await workers['far']\n\
                        assert await far.add(1, 2) == 3\n\
                        assert await far.add('a', 'b') == 'ab'\n\
                        data = await far.data()\n\
                        assert data == {'list': [1, 2.5, 'x', None, True], 'dict': {'a': [{}]}, 'tuple': [1, 2]}, data\n\
                        assert type(data) is dict and type(data['list']) is list\n\
                        assert await far.nothing() is None\n\
                        assert await far.slow() == 'slow'\n\
                        raw = await far.raw()\n\
                        assert raw == b'\\x00\\xff', raw\n\
                        assert type(raw) is bytes\n\
                        assert await (await workers.far).echo({'a': 1}) is not None\n\
                        print('all good')";
            let page = Site::page(&(exporting(worker) + &on.script(code))).open();
            page.wait_for_line("all good");
            page.assert_no_errors();
        }
    }

    fn exceptions_of_a_named_worker_keep_their_type(on) {
        for worker in [on, on.other()] {
            let code = "from pyscript import workers\n\
                        far = await workers['far']\n\
                        try:\n    await far.fail()\nexcept ValueError as error:\n    assert str(error) == 'so bad', str(error)\nelse:\n    raise Exception('ValueError')\n\
                        try:\n    await far.missing_key()\nexcept KeyError as error:\n    pass\nelse:\n    raise Exception('KeyError')\n\
                        try:\n    await far.odd()\nexcept TypeError as error:\n    assert 'Thing' in str(error), str(error)\nelse:\n    raise Exception('TypeError')\n\
                        try:\n    await far.unknown()\nexcept TypeError as error:\n    assert 'unknown' in str(error), str(error)\nelse:\n    raise Exception('unknown')\n\
                        print('all caught')";
            let page = Site::page(&(exporting(worker) + &on.script(code))).open();
            page.wait_for_line("all caught");
            page.assert_no_errors();
        }
    }

    fn an_exception_of_a_named_worker_that_nobody_catches_is_told_with_its_place(on) {
        let code = "from pyscript import workers\nawait (await workers['far']).fail()";
        let page = Site::page(&(exporting(on) + &on.script(code))).open();
        page.wait_for_all_done();
        let banner = page.wait_for_banner("ValueError");
        assert!(banner.text.contains("so bad"), "{}", banner.text);
    }

    fn a_named_worker_is_made_by_python(on) {
        let code = format!(
            "from pyscript import create_named_worker, workers\n\
             made = await create_named_worker('./far.py', 'made', type='{}')\n\
             print('made', await made.add(20, 22), await (await workers['made']).add(1, 1))\n\
             again = await create_named_worker('./other.py', 'made', type='{}')\n\
             print('again', await again.other())",
            on.tag(),
            on.tag(),
        );
        let page = Site::page(&on.script(&code))
            .file("far.py", "__export__ = ['add']\ndef add(a, b):\n    return a + b\n")
            .file("other.py", "__export__ = ['other']\ndef other():\n    return 'the new one'\n")
            .open();
        page.wait_for_line("made 42 2");
        page.wait_for_line("again the new one");
        page.assert_no_errors();
    }

    fn a_worker_of_javascript_can_have_a_name(on) {
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let body = format!(
            "<script type=\"module\">import {{ {factory} }} from '/_pyrite/core.js'; {factory}('./far.py', {{ name: 'js' }});</script>{}",
            on.script("from pyscript import workers\nprint(await (await workers['js']).one())")
        );
        let page = Site::page(&body).file("far.py", "__export__ = ['one']\none = lambda: 'one'\n").open();
        page.wait_for_line("one");
        page.assert_no_errors();
    }

    fn a_name_in_export_that_is_not_there_is_pythons_name_error(on) {
        let code = "from pyscript import workers\n\
                    try:\n    await workers['far']\nexcept NameError as error:\n    print('caught', 'nope' in str(error))";
        let page = Site::page(&(on.script_with("worker name=\"far\"", "__export__ = ['nope']") + &on.script(code))).open();
        page.wait_for_line("caught True");
        page.wait_for_banner("name 'nope' is not defined");
    }

    fn waiting_for_a_name_ends_when_it_cannot_come(on) {
        let code = "from pyscript import workers\n\
                    for name in ('missing', 'failing', 'gone'):\n    \
                        try:\n        await workers[name]\n    except Exception as error:\n        print(name, type(error).__name__, str(error))";
        let body = on.script_with("worker name=\"failing\"", "1 / 0")
            + &on.script_with("worker name=\"gone\" src=\"nope.py\"", "")
            + &on.script_with("worker name=\"good\"", "x = 1")
            + &on.script(code);
        let page = Site::page(&body).open();
        let seen = page.wait_for_all_done();
        let said = |name: &str| {
            let lines = seen.logged();
            let line = lines.iter().find(|line| line.starts_with(&format!("{name} ")));
            (*line.unwrap_or_else(|| panic!("{name}: {lines:?}"))).to_owned()
        };
        assert!(said("missing").contains("no worker has the name \"missing\"") && said("missing").contains("\"good\""));
        assert!(said("failing").contains("ZeroDivisionError"));
        assert!(said("gone").contains("could not be started"));
    }

    fn a_name_that_comes_late_is_waited_for(on) {
        let code = "import asyncio\nfrom pyscript import create_named_worker, workers\n\
                    async def ask():\n    print('asked', await (await workers['late']).one())\n\
                    task = asyncio.create_task(ask())\n\
                    await asyncio.sleep(0.5)\n\
                    await create_named_worker('./far.py', 'late', type='mpy')\nawait task";
        let page = Site::page(&on.script(code)).file("far.py", "__export__ = ['one']\none = lambda: 'one'\n").open();
        page.wait_for_line("asked one");
        page.assert_no_errors();
    }

    fn names_of_workers_are_for_the_main_thread(on) {
        let code = "from pyscript import workers, create_named_worker\n\
                    try:\n    workers.far\nexcept AttributeError as error:\n    print(error)\n\
                    try:\n    create_named_worker('a', 'b')\nexcept TypeError as error:\n    print(error)";
        let page = Site::page(&on.script_with("worker", code)).open();
        page.wait_for_all_done();
        page.assert_no_errors();
    }
}
