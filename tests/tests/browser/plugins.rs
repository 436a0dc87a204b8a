//! Plugins as people have written them for PyScript: modules of their own that add hooks.

use pyrite_tests::{Entry, Seen, Site, on_both_interpreters};

/// Every line of the console that begins with `@`, without it.
fn told(seen: &Seen) -> Vec<String> {
    let line = |entry: &Entry| match entry {
        Entry::Console { text, .. } => text.strip_prefix('@').map(str::to_owned),
        _ => None,
    };
    seen.entries.iter().filter_map(line).collect()
}

/// A page that loads a plugin from a file, before the runtime's own tag.
fn with_plugin(plugin: &str, body: &str) -> Site {
    Site::new().file("plugin.js", plugin).file(
        "index.html",
        format!(
            "<!doctype html><title>Test</title><link rel=\"icon\" href=\"data:,\"><script type=\"module\" src=\"./plugin.js\"></script>
             <link rel=\"stylesheet\" href=\"https://pyscript.net/releases/2025.11.2/core.css\">
             <script type=\"module\" src=\"https://pyscript.net/releases/2025.11.2/core.js\"></script>\n{body}"
        ),
    )
}

/// How plugins import the hooks; the server leads it to Pyrite.
const IMPORT: &str = "import { hooks } from 'https://pyscript.net/releases/2025.11.2/core.js';\n";

on_both_interpreters! {
    fn one_that_logs_the_life_of_scripts(on) {
        let mut plugin = IMPORT.to_owned();
        for name in ["onReady", "onBeforeRun", "onAfterRun", "onBeforeRunAsync", "onAfterRunAsync"] {
            plugin += &format!("hooks.main.{name}.add((wrap, element) => console.log('@{name}', wrap.type, element.id));\n");
        }
        for name in ["codeBeforeRun", "codeAfterRun", "codeBeforeRunAsync", "codeAfterRunAsync"] {
            plugin += &format!("hooks.main.{name}.add('print(\"@{name}\")');\n");
        }
        let body = on.script_with("id=\"first\"", "print('@code')") + &on.script_with("id=\"second\" async=\"false\"", "print('@sync')");
        let tag = on.tag();
        let page = with_plugin(&plugin, &body).open();
        let seen = page.wait_for_all_done();
        // Scripts that wait may go on in between; each has its own in order.
        let of = |mode: &str, id: &str, code: &str| vec![
            format!("onBeforeRun{mode} {tag} {id}"), format!("codeBeforeRun{mode}"), code.to_owned(), format!("codeAfterRun{mode}"), format!("onAfterRun{mode} {tag} {id}"),
        ];
        for expected in [of("Async", "first", "code"), of("", "second", "sync")] {
            let lines: Vec<_> = told(&seen).into_iter().filter(|line| expected.contains(line)).collect();
            assert_eq!(lines, expected);
        }
        for id in ["first", "second"] {
            assert_eq!(seen.printed(&format!("@onReady {tag} {id}")), 1);
        }
        page.assert_no_errors();
    }

    fn one_that_takes_a_splash_away_and_itself_with_it(on) {
        let plugin = format!("{IMPORT}hooks.main.onReady.add(function once() {{
            hooks.main.onReady.delete(once);
            document.querySelector('#splash').hidden = true;
            console.log('@hidden');
        }});
        hooks.main.onReady.add(() => console.log('@' + hooks.main.onReady.size));");
        let page = with_plugin(&plugin, &format!("<p id=\"splash\">Starting</p>{}{}", on.script("print('one')"), on.script("print('two')"))).open();
        let seen = page.wait_for_all_done();
        assert_eq!(told(&seen), ["hidden", "1", "1"]);
        assert_eq!(page.run("return splash.hidden"), true);
    }

    fn one_that_gives_the_interpreter_to_the_page(on) {
        let plugin = format!("{IMPORT}hooks.main.onReady.add(({{ interpreter, run, type }}) => {{
            interpreter.registerJsModule('shop', {{ price: (what) => what.length * 2 }});
            interpreter.globals.set('currency', 'EUR');
            run('import shop; prices = [shop.price(\"tea\")]');
            Object.assign(window, {{ interpreter, type }});
        }})");
        let page = with_plugin(&plugin, &on.script("print(prices[0], shop.price('coffee'), currency)")).open();
        page.wait_for_line("6 12 EUR");
        page.wait_for_all_done();
        assert_eq!(page.run("return window.interpreter.runPython('1 + 1') ?? window.type"), if on.tag() == "py" { serde_json::json!(2) } else { serde_json::json!("mpy") });
        page.assert_no_errors();
    }

    fn one_that_shows_output_and_errors_elsewhere(on) {
        let plugin = format!("{IMPORT}hooks.main.onReady.add(function once({{ io }}) {{
            hooks.main.onReady.delete(once);
            const {{ stdout, stderr }} = io;
            io.stdout = (line) => {{ document.querySelector('#out').textContent += `[${{line}}]`; stdout(line) }};
            io.stderr = (line) => {{ document.querySelector('#out').textContent += `(${{line.trim().split('\\n').pop()}})`; stderr(line) }};
            const lines = io.buffered((line) => console.log('@' + line), 10);
            for (const byte of new TextEncoder().encode('näh\\nno end')) lines(byte);
        }})");
        let page = with_plugin(&plugin, &format!("<p id=\"out\"></p>{}", on.script("import sys\nprint('said')\nprint('complained', file=sys.stderr)"))).open();
        page.wait_for_line("said");
        page.wait_for_line("@näh");
        page.wait_until("out.textContent === '[said](complained)'");
        page.wait_for_banner("complained");
    }

    fn one_for_workers(on) {
        let plugin = format!("{IMPORT}
        hooks.main.onWorker.add((_, xworker) => {{
            xworker.sync.log = (...all) => console.log('@' + all.join(' '));
            xworker.addEventListener('message', ({{ data }}) => data?.[0] === 'plugin' && console.log('@posted ' + data[1]));
        }});
        hooks.worker.onReady.add(({{ interpreter, io, run, type }}, {{ sync, postMessage }}) => {{
            interpreter.registerJsModule('server', {{ port: 8080 }});
            run(['from server import port', 'def twice(n): return n * 2'].join(';').replace(';def', '\\ndef'));
            const {{ stdout }} = io;
            io.stdout = (line) => {{ sync.log('printed', line); stdout(line) }};
            sync.log('ready', type);
            postMessage(['plugin', 42]);
        }});");
        let page = with_plugin(&plugin, &on.script_with("worker", "print(twice(port))")).open();
        page.wait_for_line("@printed 16160");
        page.wait_for_line(&format!("@ready {}", on.tag()));
        page.wait_for_line("@posted 42");
        page.wait_for_all_done();
        page.assert_no_errors();
    }

    fn one_that_comes_with_a_script_while_the_page_lives(on) {
        let page = Site::page("").open();
        page.wait_for_all_done();
        page.run(&format!("return import('/_pyrite/core.js').then(({{ hooks }}) => {{
            hooks.main.codeBeforeRunAsync.add('word = \"given\"');
            const script = document.createElement('script');
            script.type = '{}'; script.textContent = 'print(word)';
            document.body.append(script);
        }})", on.tag()));
        page.wait_for_line("given");
    }

    fn the_wrapper_is_the_same_wherever_it_is_got(on) {
        let page = Site::page(&format!("{}<script>const over = new Promise((done) => addEventListener('py:all-done', done))</script>
            <script type=\"module\">import {{ whenDefined }} from '/_pyrite/core.js';
            const wrap = await whenDefined('{}');
            // By then the script has run.
            await over;
            console.log('@' + ['type', 'interpreter', 'XWorker', 'io', 'config', 'run', 'runAsync', 'runEvent'].filter((name) => !(name in wrap)).join() + Object.keys(wrap.io).sort().join());
            console.log('@' + (await wrap.runAsync('x = 1'), wrap.run('y = 2'), wrap.run('1 / 0'), await wrap.runAsync('int(\"x\")'), await wrap.runEvent('hear', new Event('ping')), 'lives'))</script>",
            on.script("def hear(event):\n    print('@heard', event.type)"), on.tag())).open();
        page.wait_for_line("@buffered,stderr,stdout");
        page.wait_for_line("@heard ping");
        page.wait_for_line("@lives");
        page.wait_for_banner("ZeroDivisionError");
        page.wait_for_banner("ValueError");
    }

    fn every_hook_of_the_page_may_fail(on) {
        for (async_, mode) in [("", "Async"), ("async=\"false\"", "")] {
            let (before, after) = (format!("onBeforeRun{mode}"), format!("onAfterRun{mode}"));
            let (code_before, code_after) = (format!("codeBeforeRun{mode}"), format!("codeAfterRun{mode}"));
            let plugin = format!("{IMPORT}
                hooks.main.onReady.add(() => {{ throw new Error('A') }});
                hooks.main.onReady.add(async () => {{ throw new Error('B') }});
                hooks.main.{before}.add(() => {{ throw new Error('C') }});
                hooks.main.{before}.add(() => Promise.reject(new Error('D')));
                hooks.main.{code_before}.add('raise ValueError(\"E\")');
                hooks.main.{code_before}.add('no python at all');
                hooks.main.{code_after}.add('raise ValueError(\"F\")');
                hooks.main.{after}.add(() => {{ throw 'G' }});
                hooks.main.{after}.add(() => console.log('@end'));");
            let page = with_plugin(&plugin, &on.script_with(async_, "print('ran')")).open();
            let seen = page.wait_for_all_done();
            assert_eq!((seen.printed("ran"), seen.printed("@end")), (1, 1));
            for text in [
                "The hook main.onReady failed: A".to_owned(), "The hook main.onReady failed: B".to_owned(),
                format!("The hook main.{before} failed: C"), format!("The hook main.{before} failed: D"), format!("The hook main.{after} failed: G"),
            ] {
                page.wait_for_banner(&format!("(PY4002): {text}"));
            }
            for (text, name) in [("ValueError: E", &code_before), ("SyntaxError", &code_before), ("ValueError: F", &code_after)] {
                let banner = page.wait_for_banner(text);
                assert!(banner.text.contains(&format!("hooks.main.{name}")), "{}", banner.text);
            }
        }
    }

    fn every_hook_of_a_worker_may_fail(on) {
        for (async_, mode) in [("worker", "Async"), ("worker async=\"false\"", "")] {
            let (before, after) = (format!("onBeforeRun{mode}"), format!("onAfterRun{mode}"));
            let (code_before, code_after) = (format!("codeBeforeRun{mode}"), format!("codeAfterRun{mode}"));
            let plugin = format!("{IMPORT}
                hooks.main.onWorker.add(() => {{ throw new Error('A') }});
                hooks.main.onWorker.add(async (_, worker) => {{ worker.sync.end = () => console.log('@end'); throw new Error('B') }});
                hooks.worker.onReady.add(() => {{ throw new Error('C') }});
                hooks.worker.onReady.add(async () => {{ throw new Error('D') }});
                hooks.worker.onReady.add(() => outside);
                hooks.worker.{before}.add(() => Promise.reject(new Error('E')));
                hooks.worker.{code_before}.add('raise ValueError(\"F\")');
                hooks.worker.{code_after}.add('raise ValueError(\"G\")');
                hooks.worker.{after}.add(() => {{ throw 'H' }});
                hooks.worker.{after}.add((_, xworker) => xworker.sync.end());");
            let page = with_plugin(&plugin, &on.script_with(async_, "from pyscript import window\nwindow.console.log('ran')")).open();
            page.wait_for_line("ran");
            page.wait_for_line("@end");
            for text in [
                "main.onWorker failed: A".to_owned(), "main.onWorker failed: B".to_owned(), "worker.onReady failed: C".to_owned(), "worker.onReady failed: D".to_owned(),
                "worker.onReady failed: outside is not defined".to_owned(), format!("worker.{before} failed: E"), format!("worker.{after} failed: H"),
            ] {
                page.wait_for_banner(&format!("(PY4002): The hook {text}"));
            }
            for (text, name) in [("ValueError: F", &code_before), ("ValueError: G", &code_after)] {
                let banner = page.wait_for_banner(text);
                assert!(banner.text.contains(&format!("hooks.worker.{name}")), "{}", banner.text);
            }
        }
    }
}
