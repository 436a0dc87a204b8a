//! Hooks: what plugins have run around scripts.

use pyrite_tests::{Entry, Seen, Site, on_both_interpreters};

/// A page with a module that has `hooks`, and scripts behind it.
fn with_plugin(plugin: &str, body: &str) -> Site {
    Site::page(&format!("<script type=\"module\">import {{ hooks }} from '/_pyrite/core.js';\n{plugin}</script>{body}"))
}

/// Every line of the console that begins with `@`, and the events of scripts.
fn story(seen: &Seen) -> Vec<String> {
    let mut story = Vec::new();
    for entry in &seen.entries {
        match entry {
            Entry::Console { text, .. } => story.extend(text.strip_prefix('@').map(str::to_owned)),
            Entry::Event(event) if event.name.ends_with(":ready") || event.name.ends_with(":done") => {
                story.push(event.name.split_once(':').unwrap().1.to_owned());
            }
            Entry::Event(_) => {}
            #[allow(unreachable_patterns)]
            _ => {}
        }
    }
    story
}

/// Adds every hook of a side; each says its name.
const ALL: &str = "
for (const name of Object.keys(hooks.main)) {
  const hook = name.startsWith('code')
    ? `from pyscript import window\\nwindow.console.log('@${name}')`
    : async (wrap, thing) => { await null; console.log('@' + name) };
  hooks.main[name].add(hook);
}
";

on_both_interpreters! {
    fn hooks_of_a_script_run_in_order(on) {
        let page = with_plugin(ALL, &on.script("from pyscript import window\nwindow.console.log('@code')")).open();
        assert_eq!(
            story(&page.wait_for_all_done()),
            ["onReady", "ready", "onBeforeRunAsync", "codeBeforeRunAsync", "code", "codeAfterRunAsync", "onAfterRunAsync", "done"]
        );
        page.assert_no_errors();
    }

    fn a_script_that_is_not_async_has_hooks_of_its_own(on) {
        let page = with_plugin(ALL, &on.script_with("async=\"false\"", "from pyscript import window\nwindow.console.log('@code')")).open();
        assert_eq!(
            story(&page.wait_for_all_done()),
            ["onReady", "ready", "onBeforeRun", "codeBeforeRun", "code", "codeAfterRun", "onAfterRun", "done"]
        );
    }

    fn code_of_hooks_and_of_the_script_share_their_names(on) {
        let page = with_plugin("hooks.main.codeBeforeRunAsync.add('greeting = \"hello\"'); hooks.main.codeAfterRunAsync.add('print(reply)')", &on.script("reply = greeting + ' you'")).open();
        page.wait_for_line("hello you");
    }

    fn functions_get_the_interpreter_and_the_script(on) {
        let plugin = "hooks.main.onReady.add((wrap, script) => {
          console.log(`@${wrap.type} ${script.id} ${typeof wrap.XWorker} ${typeof wrap.interpreter.runPython} ${typeof wrap.config}`);
          const { stdout } = wrap.io;
          wrap.io.stdout = (line) => stdout('@piped ' + line);
          wrap.run('a = 1');
          document.addEventListener('ping', (event) => wrap.runEvent('answer', event));
        });";
        let code = "def answer(event):\n    print(event.type, a)\n";
        let page = with_plugin(plugin, &on.script_with("id=\"it\"", &format!("{code}print('said')"))).open();
        assert_eq!(story(&page.wait_for_all_done()), [&*format!("{} it function function object", on.tag()), "ready", "piped said", "done"]);
        page.run("document.dispatchEvent(new Event('ping'))");
        page.wait_for_line("@piped ping 1");
    }

    fn a_hook_that_fails_is_named_and_the_page_goes_on(on) {
        let plugin = "hooks.main.onReady.add(() => { throw new Error('no luck') });
          hooks.main.onReady.add(() => console.log('@next'));
          hooks.main.onBeforeRunAsync.add(async () => { throw new TypeError('nor here') });
          hooks.main.codeBeforeRunAsync.add('1 / 0');";
        let page = with_plugin(plugin, &on.script("print('@ran')")).open();
        assert_eq!(story(&page.wait_for_all_done()), ["next", "ready", "ran", "done"]);
        page.wait_for_banner("(PY4002): The hook main.onReady failed: no luck");
        page.wait_for_banner("(PY4002): The hook main.onBeforeRunAsync failed: nor here");
        page.wait_for_banner("ZeroDivisionError");
        page.wait_for_banner("hooks.main.codeBeforeRunAsync");
    }

    fn the_script_may_fail_and_hooks_after_it_run(on) {
        let plugin = "hooks.main.codeAfterRunAsync.add('print(\"@code after\")'); hooks.main.onAfterRunAsync.add(() => console.log('@after'))";
        let page = with_plugin(plugin, &format!("{}{}", on.script("1 / 0"), on.script("print('@second')"))).open();
        let seen = page.wait_for_all_done();
        assert_eq!(seen.printed("@after"), 2);
        assert_eq!(seen.printed("@code after"), 2);
        assert_eq!(seen.printed("@second"), 1);
        page.wait_for_banner("ZeroDivisionError");
    }

    fn hooks_of_a_worker_run_in_order(on) {
        let plugin = "hooks.main.onWorker.add((wrap, xworker) => {
            console.log(`@onWorker ${wrap} ${xworker instanceof Worker}`);
            xworker.sync.tell = (text) => console.log('@' + text);
          });
          hooks.main.onReady.add(() => console.log('@not for workers'));
          for (const mode of ['', 'Async']) {
            hooks.worker[`codeBeforeRun${mode}`].add(`from pyscript import sync\\nsync.tell('codeBeforeRun${mode}')`);
            hooks.worker[`codeAfterRun${mode}`].add(`sync.tell('codeAfterRun${mode}')`);
          }
          hooks.worker.onReady.add((wrap, xworker) => { xworker.sync.tell(`onReady ${wrap.type}`) });
          hooks.worker.onBeforeRun.add((wrap, xworker) => { xworker.sync.tell('onBeforeRun') });
          hooks.worker.onBeforeRunAsync.add((wrap, xworker) => { xworker.sync.tell('onBeforeRunAsync') });
          hooks.worker.onAfterRun.add({ onAfterRun(wrap, xworker) { xworker.sync.tell('onAfterRun') } }.onAfterRun);
          hooks.worker.onAfterRunAsync.add(async (wrap, xworker) => { await xworker.sync.tell('onAfterRunAsync') });";
        for (attributes, mode) in [("worker", "Async"), ("worker async=\"false\"", "")] {
            let page = with_plugin(plugin, &on.script_with(attributes, "from pyscript import sync\nsync.tell('code')")).open();
            let mut story = story(&page.wait_for_all_done());
            // The start of a worker is told beside the bridge.
            story.retain(|line| line != "ready");
            assert_eq!(story, [
                "onWorker null true".to_owned(), format!("onReady {}", on.tag()), format!("onBeforeRun{mode}"), format!("codeBeforeRun{mode}"),
                "code".into(), format!("codeAfterRun{mode}"), format!("onAfterRun{mode}"), "done".into(),
            ]);
            page.assert_no_errors();
        }
    }

    fn a_hook_that_fails_in_a_worker_is_named_and_the_worker_goes_on(on) {
        let plugin = "hooks.main.onWorker.add(() => { throw new Error('outside') });
          hooks.worker.onReady.add(() => { throw new Error('inside') });
          hooks.worker.codeBeforeRunAsync.add('1 / 0')";
        let page = with_plugin(plugin, &on.script_with("worker", "from pyscript import window\nwindow.console.log('went on')")).open();
        page.wait_for_all_done();
        page.wait_for_line("went on");
        page.wait_for_banner("The hook main.onWorker failed: outside");
        page.wait_for_banner("The hook worker.onReady failed: inside");
        page.wait_for_banner("ZeroDivisionError");
    }

    fn workers_from_javascript_have_hooks(on) {
        let factory = if on.tag() == "py" { "PyWorker" } else { "MPWorker" };
        let plugin = format!("import {{ {factory} }} from '/_pyrite/core.js';
          hooks.main.onWorker.add((_, xworker) => {{ xworker.sync.tell = (text) => console.log('@' + text) }});
          hooks.worker.codeBeforeRun.add('from pyscript import sync\\nword = \"given\"');
          await {factory}('./some.py');");
        let page = with_plugin(&plugin, "").file("some.py", "sync.tell(word)").open();
        page.wait_for_line("@given");
    }
}

#[test]
fn only_functions_and_code_are_hooks() {
    let plugin =
        "for (const act of [() => hooks.main.onReady.add('text'), () => hooks.worker.codeBeforeRun.add(() => {})]) {
        try { act() } catch (error) { console.log('@' + error) } }";
    let page = with_plugin(plugin, "").open();
    assert_eq!(
        story(&page.wait_for_line("@TypeError: Invalid function value: expected string")),
        ["TypeError: Invalid string value: expected function", "TypeError: Invalid function value: expected string"]
    );
}
