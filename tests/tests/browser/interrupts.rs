//! Interruptions: `KeyboardInterrupt` is raised in the code that sleeps, waits or computes, and the rest goes on.

use pyrite_tests::{Interpreter, Page, Site, on_both_interpreters};

use crate::editor::{click, editor, wait_for, wait_for_editors};

/// A page with a worker, which is `window.worker` when its code has begun.
fn open(on: Interpreter, code: &str, then: &str) -> Page {
    let factory = if on == Interpreter::Pyodide { "PyWorker" } else { "MPWorker" };
    let body = format!(
        "<script type=\"module\">import {{ {factory} as Python }} from '/_pyrite/core.js';
        const worker = window.worker = new Python('./worker.py', {{ async: true }});
        worker.sync.forEver = () => {{ window.begun = true; return new Promise(() => {{}}) }};
        {then}</script>"
    );
    Site::page(&body).file("worker.py", code).open()
}

fn editors(on: Interpreter, codes: &[&str]) -> Page {
    let body: String = codes.iter().map(|code| editor(on, "env=one", code)).collect();
    let page = Site::page(&body).open();
    wait_for_editors(&page, codes.len());
    page
}

#[track_caller]
fn wait_for_status(page: &Page, number: usize, text: &str) {
    let status = format!("document.querySelectorAll('[class*=editor-status]')[{number}]?.textContent ?? ''");
    page.wait_until(&format!("({status}) === {}", serde_json::json!(text)));
}

on_both_interpreters! {
    fn a_call_that_sleeps_is_interrupted(on) {
        let code = "import time\nfrom pyscript import sync, window\n\
            def nap():\n    \
                try:\n        window.begun = True\n        time.sleep(600)\n    except KeyboardInterrupt:\n        return 'interrupted'\n\
            sync.nap = nap\nsync.idle = lambda: 'goes on'\n\
            begin = time.time()\ntime.sleep(0.05)\nassert time.time() - begin > 0.045\ntime.sleep(0)\n";
        let page = open(on, code, "console.log('nap:', await worker.sync.nap()); console.log('idle:', await worker.sync.idle());");
        page.wait_until("window.begun");
        page.run("worker.interrupt()");
        page.wait_for_line("nap: interrupted");
        page.wait_for_line("idle: goes on");
        page.assert_no_errors();
    }

    fn code_that_sleeps_at_its_top_is_interrupted_each_time(on) {
        let code = "import time\nfrom pyscript import sync, window\nprint = window.console.log\n\
            for turn in range(3):\n    \
                try:\n        window.turn = turn\n        time.sleep(600)\n    except KeyboardInterrupt:\n        print('interrupted', turn)\n\
            sync.after = lambda: 'after'\n";
        let page = open(on, code, "");
        for turn in 0..3 {
            page.wait_until(&format!("window.turn === {turn}"));
            page.run("worker.interrupt()");
            page.wait_for_line(&format!("interrupted {turn}"));
        }
        assert_eq!(page.run("return worker.sync.after()"), "after");
        page.assert_no_errors();
    }

    fn a_wait_for_a_function_of_the_page_is_interrupted(on) {
        let code = "from pyscript import sync, window\nprint = window.console.log\n\
            try:\n    sync.forEver()\nexcept KeyboardInterrupt:\n    print('interrupted')\n\
            sync.after = lambda: 'after'\n";
        let page = open(on, code, "");
        page.wait_until("window.begun");
        page.run("worker.interrupt()");
        page.wait_for_line("interrupted");
        assert_eq!(page.run("return worker.sync.after()"), "after");
        page.assert_no_errors();
    }

    fn the_stop_button_ends_a_sleep_and_what_was_defined_stays(on) {
        let page = editors(on, &["kept = 42\nprint('on')\nimport time\ntime.sleep(600)", "print('still', kept)"]);
        click(&page, 0);
        wait_for(&page, 0, "on");
        click(&page, 0);
        wait_for_status(&page, 0, "Stopped");
        click(&page, 1);
        wait_for(&page, 1, "still 42");
    }

    fn a_second_press_ends_code_that_does_not_heed_the_first(on) {
        let code = "kept = 42\nimport time\nwords = ['on']\nwhile True:\n    try:\n        while words: print(words.pop())\n        time.sleep(600)\n    except KeyboardInterrupt:\n        print('no')\n";
        let page = editors(on, &[code, "print('kept' in globals())"]);
        click(&page, 0);
        wait_for(&page, 0, "on");
        click(&page, 0);
        wait_for(&page, 0, "no");
        click(&page, 0);
        wait_for(&page, 0, "what was defined before is gone");
        wait_for_status(&page, 0, "Stopped");
        click(&page, 1);
        wait_for(&page, 1, "False");
    }

    fn a_terminal_s_control_c_ends_a_sleep_and_the_prompt_goes_on(on) {
        let page = Site::page(&on.script_with("terminal worker", "import code\ncode.interact()")).open();
        let wait = |text: &str| {
            page.wait_until(&format!(
                "(() => {{
                    const {{ active }} = document.querySelector('[terminal]').terminal?.buffer ?? {{ active: {{ length: 0 }} }}, lines = [];
                    for (let i = 0; i < active.length; i++) lines.push(active.getLine(i).translateToString(true));
                    return lines.join('\\n').includes({});
                }})()",
                serde_json::json!(text)
            ));
        };
        wait(">>>");
        page.run("document.querySelector('[terminal]').terminal.focus()");
        page.type_text("import time; print('sle' + 'eps'); time.sleep(600)\n");
        wait("sleeps");
        page.press("Control+c");
        wait("KeyboardInterrupt");
        page.type_text("print('goes', 'on')\n");
        wait("goes on");
    }
}

#[test]
fn pyodides_event_loop_goes_on_while_the_code_that_sleeps_is_interrupted() {
    let code = "import asyncio, time\nfrom pyscript import sync, window\nprint = window.console.log\n\
        ticks = 0\n\
        async def tick():\n    \
            global ticks\n    \
            while True:\n        await asyncio.sleep(0)\n        ticks += 1\n\
        def sleeps(turn):\n    \
            try:\n        window.turn = turn\n        time.sleep(600)\n    except KeyboardInterrupt:\n        return 'interrupted'\n\
        ticking = asyncio.create_task(tick())\n\
        other = asyncio.create_task(asyncio.sleep(0.2, 'other'))\n\
        found = []\n\
        for turn in range(20):\n    found.append(sleeps(turn))\n\
        before = ticks\n\
        while ticks < before + 10: time.sleep(0.001)\n\
        print(f'found {set(found)} {await other} {ticking.done()}')\n\
        for bad in (-1, 'x', None, float('nan')):\n    \
            try:\n        time.sleep(bad)\n    except (TypeError, ValueError) as error:\n        print(type(error).__name__)\n\
        print('checked')\n";
    let page = open(Interpreter::Pyodide, code, "");
    for turn in 0..20 {
        page.wait_until(&format!("window.turn === {turn}"));
        page.run("worker.interrupt()");
    }
    page.wait_for_line("found {'interrupted'} other False");
    let seen = page.wait_for_line("checked");
    let names: Vec<_> = seen.logged().into_iter().filter(|line| line.ends_with("Error")).collect();
    assert_eq!(names, ["ValueError", "TypeError", "TypeError", "ValueError"]);
    page.assert_no_errors();
}

#[test]
fn pyodides_code_that_waits_for_asyncio_is_stopped() {
    let waits =
        "kept = 42\nimport asyncio\ntry:\n    print('on')\n    await asyncio.sleep(600)\nfinally:\n    print('tidy')\n";
    let page = editors(Interpreter::Pyodide, &[waits, "await asyncio.sleep(0)\nprint('still', kept)"]);
    click(&page, 0);
    wait_for(&page, 0, "on");
    click(&page, 0);
    wait_for_status(&page, 0, "Stopped");
    wait_for(&page, 0, "tidy");
    click(&page, 1);
    wait_for(&page, 1, "still 42");
    wait_for_status(&page, 1, "Done");
}
