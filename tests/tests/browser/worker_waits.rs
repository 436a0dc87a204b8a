//! A page and its workers that wait for each other: whoever closes the circle gets an error, and the rest goes on.

use pyrite_tests::{Interpreter, Page, Site, on_both_interpreters};

/// A worker that says how its calls of the page ended; `task` is what the page calls.
const CHECKING: &str = "from pyscript import sync\n\
    __export__ = ['task']\n\
    def task():\n    return 'done'\n\
    sync.task = task\n\
    def check(*names):\n    \
        found = []\n    \
        for name in names:\n        \
            try:\n            found.append(getattr(sync, name)())\n        \
            except Exception as error:\n            found.append('deadlock' if 'Possible deadlock' in str(error) else str(error))\n    \
        return '|'.join(found)\n\
    sync.check = check\n";

fn kind(on: Interpreter) -> &'static str {
    if on.tag() == "py" { "pyodide" } else { "micropython" }
}

fn line_with(page: &Page, text: &str) -> String {
    let seen = page.wait(&format!("a line with {text:?}"), |seen| seen.logged().iter().any(|line| line.contains(text)));
    let lines = seen.logged();
    (*lines.iter().find(|line| line.contains(text)).expect("the line that was waited for")).to_owned()
}

on_both_interpreters! {
    fn the_faqs_deadlock_is_raised_and_its_way_out_works(on) {
        let worker = "from pyscript import sync\n\nsync.worker_task = lambda: print('🔥 this is fine 🔥')\n\n# deadlock 💀🔒\nsync.main_task()\n";
        let main = on.script("
from pyscript import PyWorker

async def main_task():
    # deadlock 💀🔒
    await pw.sync.worker_task()

pw = PyWorker(\"./worker.py\", {\"type\": \"pyodide\"})
pw.sync.main_task = main_task
");
        let page = Site::page(&main).file("worker.py", worker).open();
        let banner = page.wait_for_banner("Possible deadlock");
        let words = "💀🔒 - Possible deadlock if proxy.worker_task(...args) is awaited";
        assert!(banner.text.contains(words), "{}", banner.text);
        // Two tests that each hold a browser and ask for another would wait for each other.
        drop(page);

        let way_out = on.script("
from pyscript import window, PyWorker

async def main_task():
    # do not await the worker,
    # just schedule it for later (as resolved)
    window.Promise.resolve(pw.sync.worker_task())

pw = PyWorker(\"./worker.py\", {\"type\": \"pyodide\"})
pw.sync.main_task = main_task
window.pw = pw
");
        let page = Site::page(&way_out).file("worker.py", worker).open();
        page.wait_until("window.pw");
        assert_eq!(page.text_of("pw.ready.then(() => 'ready', (error) => error.message)"), "ready");
        page.assert_no_errors();
    }

    fn a_deadlock_of_python_is_raised_also_after_a_pause(on) {
        for worker in [on, on.other()] {
            let code = format!("import asyncio\nfrom pyscript import PyWorker\n\
                async def at_once():\n    await worker.sync.task()\n\
                async def after_a_pause():\n    await asyncio.sleep(0.05)\n    await worker.sync.task()\n\
                async def inner():\n    return await worker.sync.task()\n\
                async def nested():\n    return [await inner()]\n\
                def given():\n    return worker.sync.task()\n\
                async def caught():\n    \
                    try:\n        await worker.sync.task()\n    except Exception:\n        return 'goes on'\n\
                async def slow():\n    await asyncio.sleep(0.3)\n    return 'slow'\n\
                async def started():\n    asyncio.create_task(other_task())\n    await asyncio.sleep(0.3)\n    return 'started'\n\
                async def other_task():\n    print('other task', await worker.sync.task())\n\
                worker = PyWorker('./worker.py', type='{}')\n\
                for function in (at_once, after_a_pause, nested, given, caught, slow, started):\n    \
                    setattr(worker.sync, function.__name__, function)\n\
                await worker.ready\nprint('found', await worker.sync.seen())", kind(worker));
            let code_of_worker = "from pyscript import sync\n\
                found = []\n\
                sync.task = lambda: 'task'\n\
                sync.seen = lambda: '|'.join(found)\n\
                def tell(call):\n    \
                    try:\n        found.append(call() or 'none')\n    \
                    except Exception as error:\n        \
                        is_it = '💀🔒 - Possible deadlock if proxy.task(...args) is awaited' in str(error)\n        \
                        found.append('deadlock' if is_it else str(error))\n\
                for name in ('at_once', 'after_a_pause', 'nested', 'given', 'caught', 'slow', 'started'):\n    tell(getattr(sync, name))\n";
            let page = Site::page(&on.script(&code)).file("worker.py", code_of_worker).open();
            assert_eq!(line_with(&page, "found "), "found deadlock|deadlock|deadlock|deadlock|goes on|slow|started");
            page.wait_for_line("other task task");
        }
    }

    fn a_deadlock_through_two_workers_of_python_is_raised(on) {
        let code = format!("from pyscript import PyWorker\n\
            first = PyWorker('./first.py', type='{0}')\nsecond = PyWorker('./second.py', type='{1}')\n\
            async def to_second():\n    return await second.sync.middle()\n\
            async def to_first():\n    return await first.sync.last()\n\
            first.sync.to_second = to_second\nsecond.sync.to_first = to_first\n\
            await second.ready\nawait first.ready\nprint('first:', (await first.sync.found()).replace('\\n', ' '))\n\
            print('both go on', await first.sync.last(), await second.sync.free())", kind(on), kind(on.other()));
        let first = "from pyscript import sync\nsync.last = lambda: 1\n\
            def begin():\n    \
                try:\n        return sync.to_second()\n    except Exception as error:\n        return str(error)\n\
            sync.found = begin\n";
        let second = "from pyscript import sync\nsync.middle = lambda: sync.to_first()\nsync.free = lambda: 2\n";
        let page = Site::page(&on.script(&code)).file("first.py", first).file("second.py", second).open();
        let line = line_with(&page, "first:");
        assert!(line.contains("Possible deadlock if proxy.last(...args) is awaited"), "{line}");
        for name in ["to_second", "middle", "to_first"] {
            assert!(line.contains(name), "{name} in {line}");
        }
        page.wait_for_line("both go on 1 2");
    }
}

#[test]
fn pyodides_tasks_are_followed_to_whom_they_are_for() {
    let code = "import asyncio\nfrom pyscript import PyWorker, workers\n\
        worker = PyWorker('./worker.py', name='far')\n\
        async def inner():\n    return await worker.sync.task()\n\
        async def task():\n    return await asyncio.create_task(inner())\n\
        async def gathered():\n    return await asyncio.gather(inner(), asyncio.sleep(0.01))\n\
        async def shielded():\n    return await asyncio.shield(worker.sync.task())\n\
        async def grouped():\n    \
            async with asyncio.TaskGroup() as group:\n        group.create_task(inner())\n\
        async def later():\n    call = worker.sync.task()\n    await asyncio.sleep(0.1)\n    return await call\n\
        async def named():\n    return await (await workers['far']).task()\n\
        async def first():\n    \
            done, _ = await asyncio.wait([asyncio.create_task(inner()), asyncio.create_task(asyncio.sleep(0.1))], return_when='FIRST_COMPLETED')\n    \
            return 'first'\n\
        async def impatient():\n    \
            call = asyncio.create_task(inner())\n    await asyncio.sleep(0.1)\n    call.cancel()\n    return 'impatient'\n\
        names = ('task', 'gathered', 'shielded', 'grouped', 'later', 'first', 'impatient')\n\
        for name in names:\n    setattr(worker.sync, name, globals()[name])\n\
        worker.sync.named = named\n\
        await worker.ready\n\
        print('found', await worker.sync.check(*names), await worker.sync.check('named'))";
    let page = Site::page(&Interpreter::Pyodide.script(code)).file("worker.py", CHECKING).open();
    assert_eq!(
        line_with(&page, "found "),
        "found deadlock|deadlock|deadlock|deadlock|deadlock|first|impatient deadlock"
    );
}

#[test]
fn micropythons_tasks_are_followed_to_whom_they_are_for() {
    let code = "import asyncio\nfrom pyscript import PyWorker, workers\n\
        worker = PyWorker('./worker.py', name='far')\n\
        event = asyncio.Event()\n\
        async def inner():\n    return await worker.sync.task()\n\
        async def nap(seconds):\n    await asyncio.sleep(seconds)\n\
        async def task():\n    return await asyncio.create_task(inner())\n\
        async def deep():\n    return await asyncio.create_task(task())\n\
        async def gathered():\n    return await asyncio.gather(inner(), nap(0.01))\n\
        async def twice():\n    return await asyncio.gather(nap(0), asyncio.gather(nap(0), inner()))\n\
        async def later():\n    call = asyncio.create_task(inner())\n    await asyncio.sleep(0.1)\n    return await call\n\
        async def named():\n    return await asyncio.create_task(far())\n\
        async def far():\n    return await (await workers['far']).task()\n\
        async def caught():\n    \
            try:\n        await asyncio.create_task(inner())\n    \
            except Exception as error:\n        return 'caught ' + str('task()' in str(error) and 'caught()' in str(error))\n\
        async def left():\n    asyncio.create_task(tell('left', inner()))\n    await asyncio.create_task(nap(0.3))\n    return 'left'\n\
        async def tell(name, awaitable):\n    print(name, await awaitable)\n\
        async def given():\n    asyncio.create_task(tell('given', waits(worker.sync.task())))\n    await asyncio.sleep(0.3)\n    return 'given'\n\
        async def waits(call):\n    return await call\n\
        async def impatient():\n    \
            call = asyncio.create_task(inner())\n    await asyncio.sleep(0.1)\n    call.cancel()\n    return 'impatient'\n\
        async def slow():\n    return await asyncio.create_task(slower())\n\
        async def slower():\n    await asyncio.sleep(0.3)\n    return 'slow'\n\
        names = ('task', 'deep', 'gathered', 'twice', 'later', 'caught', 'left', 'given', 'impatient', 'slow')\n\
        for name in names:\n    setattr(worker.sync, name, globals()[name])\n\
        worker.sync.named = named\n\
        await worker.ready\n\
        print('found', await worker.sync.check(*names), await worker.sync.check('named'))";
    for kind in [Interpreter::Pyodide, Interpreter::MicroPython] {
        let code = code.replace("name='far'", &format!("name='far', type='{}'", self::kind(kind)));
        let page = Site::page(&Interpreter::MicroPython.script(&code)).file("worker.py", CHECKING).open();
        assert_eq!(
            line_with(&page, "found "),
            "found deadlock|deadlock|deadlock|deadlock|deadlock|caught True|left|given|impatient|slow deadlock"
        );
        // What nobody waits for goes on when the worker is free.
        page.wait_for_line("left done");
        page.wait_for_line("given done");
    }
}
