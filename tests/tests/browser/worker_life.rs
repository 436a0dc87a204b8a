//! The life of a worker: how it begins, is interrupted, breaks down, ends; and that nobody waits for it in vain.

use std::time::Duration;

use pyrite_tests::{Fault, HEAD, Interpreter, Page, Site, on_both_interpreters};

fn factory(on: Interpreter) -> &'static str {
    match on {
        Interpreter::Pyodide => "PyWorker",
        Interpreter::MicroPython => "MPWorker",
    }
}

/// A page whose JavaScript has `Python`, the factory of this interpreter.
fn module(on: Interpreter, code: &str) -> String {
    format!("<script type=\"module\">import {{ {} as Python }} from '/_pyrite/core.js';\n{code}</script>", factory(on))
}

fn line_with(page: &Page, text: &str) -> String {
    let seen = page.wait(&format!("a line with {text:?}"), |seen| seen.logged().iter().any(|line| line.contains(text)));
    let lines = seen.logged();
    (*lines.iter().find(|line| line.contains(text)).expect("the line that was waited for")).to_owned()
}

const MICRO: &str = "from pyscript import sync\n\ndef do_stuff():\n  print(\"heavy computation\")\n\n# Note: this reference is awaited in the JavaScript code.\nsync.doStuff = do_stuff\n";

#[test]
fn the_faqs_worker_of_javascript_runs_as_it_is_written() {
    let sample = "<script type=\"module\">
  // use sourceMap for @pyscript/core or change to a CDN
  import {
    PyWorker, // Pyodide Worker
    MPWorker  // MicroPython Worker
  } from '@pyscript/core';

  const worker = await MPWorker(
    // Python code to execute
    './micro.py',
    // optional details or config with flags
    { config: { sync_main_only: true } }
    //          ^ just as example ^
  );

  // \"heavy computation\"
  await worker.sync.doStuff();

  // kill the worker when/if needed
  worker.terminate();
</script>";
    // The bare name is what an import map is for.
    let map = "<script type=\"importmap\">{\"imports\": {\"@pyscript/core\": \"/_pyrite/core.js\"}}</script>";
    let html = format!("<!doctype html><title>t</title><link rel=\"icon\" href=\"data:,\">{map}{sample}<script>window.ended = false</script>")
        .replace("worker.terminate();", "worker.terminate();\n  window.ended = true;");
    let page = Site::new().file("index.html", html).file("micro.py", MICRO).open();
    page.wait_until("window.ended");
    page.assert_no_errors();
}

#[test]
fn the_faqs_worker_with_new_runs_as_it_is_written() {
    let sample = "<script type=\"module\">
import { PyWorker } from \"https://pyscript.net/releases/2025.11.2/core.js\";

const worker = new PyWorker(\"./worker.py\", {type: \"pyodide\"});

// Call Python functions from JavaScript.
await worker.sync.python_function();
</script>";
    // `pyrite serve` leads the released address to its own.
    let html = format!("{HEAD}{}", sample.replace("await worker", "window.found = await worker"));
    let page = Site::new()
        .file("index.html", html)
        .file("worker.py", "from pyscript import sync\nsync.python_function = lambda: 'from python'\n")
        .open();
    page.wait_until("window.found === 'from python'");
    page.assert_no_errors();
}

on_both_interpreters! {
    fn what_is_asked_of_a_worker_before_it_has_run_waits_for_it(on) {
        let body = module(on, "
            const worker = new Python('./worker.py');
            console.log('early', await worker.sync.early(), await worker.sync.nothing().catch((error) => error.message));");
        let page = Site::page(&body).file("worker.py", "from pyscript import sync\nsync.early = lambda: 'given'\n").open();
        let line = line_with(&page, "early");
        assert!(line.starts_with("early given sync.nothing is not a function"), "{line}");
    }

    fn a_file_that_is_not_there_settles_all_that_waits(on) {
        let body = module(on, "
            const worker = new Python('./nope.py');
            console.log('call:', await worker.sync.f().catch((error) => error.message));
            console.log('ready:', await worker.ready.catch((error) => error.message));
            console.log('awaited:', await Python('./nope.py').catch((error) => error.message));");
        let page = Site::page(&body).open();
        for what in ["call:", "ready:", "awaited:"] {
            assert!(line_with(&page, what).contains("nope.py"), "{what}");
        }
        page.wait_for_banner("PY0404");
    }

    fn a_worker_that_cannot_be_loaded_is_told_also_when_it_is_first_to_know(on) {
        // Who looks after workers comes later than the browser's word that there is none.
        let page = Site::page(&on.script_with("worker", "print('never')"))
            .fault("/worker.js", Fault::Status(404))
            .fault("/workers.js", Fault::Late(Duration::from_secs(1)))
            .open();
        let banner = page.wait_for_banner("A worker could not be started");
        assert_eq!(banner.code.as_deref(), Some("PY3004"));
        page.wait_for_all_done();
    }

    fn ready_gives_the_first_error_and_onerror_hears_it(on) {
        let body = module(on, "
            const worker = new Python('./worker.py');
            worker.onerror = (event) => console.log('heard', event.message.trimEnd().split('\\n').pop());
            console.log('ready:', await worker.ready.catch((error) => error.message));
            console.log('still', await worker.sync.one());");
        let page = Site::page(&body).file("worker.py", "from pyscript import sync\nsync.one = lambda: 1\n1 / 0\n").open();
        assert!(line_with(&page, "heard").contains("ZeroDivisionError"));
        assert!(line_with(&page, "ready:").contains("ZeroDivisionError"));
        page.wait_for_line("still 1");
        let banner = page.wait_for_banner("ZeroDivisionError");
        assert!(banner.text.contains("worker.py\", line 3"), "{}", banner.text);
    }

    fn a_worker_that_is_terminated_settles_all_that_waits(on) {
        let body = on.script_with("worker id=\"it\"", "from pyscript import sync, window\nwindow.begun = True\nwhile True: pass")
            + &module(on, "
            const worker = new Python('./worker.py');
            const call = worker.sync.spin().catch((error) => console.log('call:', error.message));
            worker.ready.catch((error) => console.log('ready:', error.message));
            window.worker = worker;");
        let page = Site::page(&body)
            .file("worker.py", "from pyscript import sync, window\nwindow.spinning = True\nwhile True: pass\n")
            .open();
        page.wait_until("window.begun && window.spinning");
        page.run("it.xworker.terminate(); worker.terminate()");
        assert!(line_with(&page, "call:").contains("terminated"));
        assert!(line_with(&page, "ready:").contains("terminated"));
        // The script has ended, so all have.
        page.wait_for_all_done();
    }

    fn a_worker_that_ends_itself_is_told_and_settles_all_that_waits(on) {
        let body = module(on, "
            const worker = await Python('./worker.py');
            console.log('call:', await worker.sync.leave().catch((error) => error.message));
            console.log('after:', await worker.sync.leave().catch((error) => error.message));");
        let page = Site::page(&body)
            .file("worker.py", "import js\nfrom pyscript import sync\nasync def leave():\n    js.close()\n    await js.Promise.new(lambda ok, no: None)\nsync.leave = leave\n".replace("lambda ok, no: None", if on.tag() == "py" { "__import__('pyscript').ffi.create_proxy(lambda ok, no: None)" } else { "lambda ok, no: None" }))
            .open();
        assert!(line_with(&page, "call:").contains("ended"));
        assert!(line_with(&page, "after:").contains("ended"));
        assert_eq!(page.wait_for_banner("a worker").code.as_deref(), Some("PY3004"));
    }

    fn unstuck_is_seen_by_a_loop_that_asks(on) {
        let body = module(on, "
            const worker = new Python('./worker.py');
            worker.ready.then(() => console.log('free'));
            window.worker = worker;");
        let page = Site::page(&body)
            .file("worker.py", "from pyscript import sync, window\nassert not sync.isStuck()\nwindow.looping = True\nwhile not sync.isStuck():\n    pass\n")
            .open();
        page.wait_until("window.looping");
        page.run("worker.unstuck()");
        page.wait_for_line("free");
        page.assert_no_errors();
    }

    fn interrupting_ends_a_wait_for_the_page(on) {
        let code = "from pyscript import sync, window\n\
            window.waiting = True\n\
            try:\n    sync.for_ever()\n    x = 1\nexcept KeyboardInterrupt:\n    print('interrupted')\n\
            assert window.document.title == 'Test'\nsync.after = lambda: 'after'\n";
        let body = module(on, "
            const worker = new Python('./worker.py');
            worker.sync.for_ever = () => new Promise(() => {});
            window.worker = worker;");
        let page = Site::page(&body).file("worker.py", code).open();
        page.wait_until("window.waiting");
        page.run("worker.interrupt()");
        assert_eq!(page.run("return worker.sync.after()"), "after");
        page.assert_no_errors();
    }

    fn interrupting_ends_a_computation(on) {
        let code = "from pyscript import sync, window\n\
            def spin():\n    \
                window.spinning = True\n    x = 0\n    \
                try:\n        while True:\n            x += 1\n    except KeyboardInterrupt:\n        return 'interrupted'\n\
            sync.spin = spin\nsync.idle = lambda: 'goes on'\n";
        let body = module(on, "
            const worker = new Python('./worker.py');
            console.log('spin:', await (window.worker = worker).sync.spin());
            // Nothing runs: this must not hit the next call.
            worker.interrupt();
            console.log('idle:', await worker.sync.idle());");
        let page = Site::page(&body).file("worker.py", code).open();
        page.wait_until("window.spinning");
        page.run("worker.interrupt()");
        page.wait_for_line("spin: interrupted");
        page.wait_for_line("idle: goes on");
        page.assert_no_errors();
    }

    fn without_shared_memory_interrupting_says_that_it_cannot(on) {
        let body = module(on, "const worker = await Python('./worker.py'); try { worker.interrupt() } catch (error) { console.log('no:', error.message) }");
        let page = Site::page(&body).file("worker.py", "x = 1\n").flag("--no-isolation").open();
        assert!(line_with(&page, "no:").contains("terminate()"));
    }

    fn without_shared_memory_workers_tell_their_events_and_names_work(on) {
        let body = on.script_with("worker id=\"it\" name=\"far\"", "__export__ = ['one']\none = lambda: 'one'")
            + &on.script("from pyscript import workers\nprint(await (await workers['far']).one())");
        let page = Site::page(&body).flag("--no-isolation").open();
        page.wait_for_line("one");
        let seen = page.wait_for_all_done();
        for what in ["ready", "done"] {
            let name = on.event(what);
            assert!(seen.events(&name).iter().any(|event| event.target == "it" && event.worker == Some(true)), "{name}");
        }
        assert!(!seen.events(&on.event("progress")).is_empty());
    }

    fn a_listener_of_a_worker_prevents_and_stops(on) {
        let code = "from pyscript import document, when, window\n\
            @when('click', '#link', invoke='preventDefault')\ndef click(event):\n    window.console.log('link', event.type)\n\
            @when('click', '#inner', invoke=['stopPropagation', 'preventDefault'])\ndef inner(event):\n    window.console.log('inner', event.type)\n\
            window.listening = True\n";
        let html = "<a id=\"link\" href=\"#gone\">link</a><div id=\"outer\"><a id=\"inner\" href=\"#away\">inner</a></div>";
        let page = Site::page(&(html.to_owned() + &on.script_with("worker", code))).open();
        page.wait_until("window.listening");
        page.run("outer.onclick = () => console.log('outer'); link.click(); inner.click()");
        page.wait_for_line("link click");
        let seen = page.wait_for_line("inner click");
        assert_eq!(seen.printed("outer"), 0, "stopped");
        assert_eq!(page.text_of("location.hash"), "", "prevented");
    }
}

/// Writes down the names of threads that are made, and of those that are ended.
const THREADS: &str = "<script>
    window.made = [], window.ended = [];
    window.Worker = class extends Worker {
        constructor(address, options) { super(address, options); made.push(this.own = options.name); }
        terminate() { ended.push(this.own); super.terminate(); }
    };
</script>";

on_both_interpreters! {
    fn the_thread_that_begins_before_the_runtime_is_that_of_the_first_script(on) {
        let tag = on.tag();
        for (attributes, names) in [("worker", format!("{tag}-w0")), ("worker name=\"one\"", "one".into()), ("worker id=\"two\"", "two".into())] {
            let code = "import js\nfrom pyscript import window\nwindow.console.log('thread', js.self.name)";
            let body = format!("{THREADS}{}{}", on.script_with(attributes, code), on.script_with("worker name=\"last\"", code));
            let page = Site::page(&body).open();
            page.wait_for_line(&format!("thread {names}"));
            page.wait_for_line("thread last");
            page.wait_for_all_done();
            page.assert_no_errors();
            assert_eq!(page.run("return made.join() + '/' + ended.join()"), format!("{names},last/"), "{attributes}");
        }
    }

    fn a_thread_whose_script_has_no_code_is_ended(on) {
        let page = Site::page(&format!("{THREADS}{}", on.script_with("worker name=\"gone\" src=\"none.py\"", ""))).open();
        page.wait_for_all_done();
        page.wait_for_banner("none.py");
        assert_eq!(page.run("return made.join() + '/' + ended.join()"), "gone/gone");
        // A later one of the same name has a thread of its own.
        page.run(&format!(
            "const code = 'from pyscript import window\\nwindow.console.log(\"later\")';
            const late = Object.assign(document.createElement('script'), {{ type: '{}', textContent: code }});
            late.setAttribute('worker', '');
            late.setAttribute('name', 'gone');
            document.body.append(late)",
            on.tag()
        ));
        page.wait_for_line("later");
        assert_eq!(page.run("return made.join() + '/' + ended.join()"), "gone,gone/gone");
    }
}
