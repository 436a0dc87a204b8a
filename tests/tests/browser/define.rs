//! Types of scripts that a page defines itself.

use pyrite_tests::{Interpreter, Site, on_both_interpreters};

fn name(on: Interpreter) -> &'static str {
    if on.tag() == "py" { "pyodide" } else { "micropython" }
}

fn with_module(module: &str, body: &str) -> Site {
    Site::page(&format!(
        "<script type=\"module\">import {{ define, whenDefined }} from '/_pyrite/core.js';\n{module}</script>{body}"
    ))
}

on_both_interpreters! {
    fn a_type_runs_its_scripts_with_hooks(on) {
        // A page has one MicroPython, with the page's configuration.
        let (config, beside) = if on.tag() == "py" {
            ("config: { colour: 'red' },", on.script("try:\n    word\nexcept NameError:\n    print('@apart')"))
        } else {
            ("", "<mpy-config type=\"json\">{\"colour\": \"red\"}</mpy-config>".to_owned())
        };
        let module = format!("
            await define('mine', {{ interpreter: '{}', {config} hooks: {{ main: {{
              onReady: (wrap, element) => {{ console.log('@ready ' + element.id + ' ' + wrap.config.colour); wrap.run(element.textContent) }},
              onBeforeRun: () => console.log('@before'),
              codeBeforeRun: () => 'word = \"given\"',
              onAfterRun: () => console.log('@after'),
            }} }} }});
            console.log('@defined ' + (await whenDefined('mine')).type);", name(on));
        let page = with_module(&module, &format!("<script type=\"mine\" id=\"one\">print('@' + word)</script>{beside}<button id=\"b\" mine-click=\"pressed\">b</button>")).open();
        if on.tag() == "py" {
            page.wait_for_line("@apart");
        }
        page.wait_for_line("@defined mine");
        let seen = page.wait_for_line("@after");
        let told: Vec<_> = seen.logged().into_iter().filter(|line| line.starts_with('@') && *line != "@apart" && !line.starts_with("@defined")).collect();
        assert_eq!(told, ["@ready one red", "@before", "@given", "@after"]);
        page.run("const s = document.createElement('script'); s.type = 'mine'; s.id = 'two'; s.textContent = 'def pressed(event):\\n    print(\"@pressed\")'; document.body.append(s)");
        page.wait("the second script", |seen| seen.printed("@after") == 2);
        page.run("b.click()");
        page.wait_for_line("@pressed");
    }

    fn a_type_runs_in_workers(on) {
        let module = format!("await define('mine', {{ interpreter: '{}', hooks: {{ main: {{ onWorker: (wrap, worker) => {{ worker.sync.tell = (text) => console.log('@' + text) }} }} }} }})", name(on));
        let page = with_module(&module, "<script type=\"mine\" worker>from pyscript import sync\nsync.tell('worked')</script>").open();
        page.wait_for_line("@worked");
    }

    fn errors_go_to_onerror_or_to_the_page(on) {
        let module = format!("
            await define('quiet', {{ interpreter: '{0}', onerror: (error) => console.log('@' + String(error.message).includes('ZeroDivisionError')), hooks: {{ main: {{ onReady: (wrap, element) => wrap.run(element.textContent) }} }} }});
            await define('loud', {{ interpreter: '{0}', hooks: {{ main: {{ onReady: (wrap, element) => {{ wrap.run(element.textContent); throw new Error('a bad hook') }} }} }} }});", name(on));
        let page = with_module(&module, "<script type=\"quiet\">1 / 0</script><script type=\"loud\">int('x')</script>").open();
        page.wait_for_line("@true");
        page.wait_for_banner("ValueError");
        page.wait_for_banner("The hook loud.onReady failed: a bad hook");
    }
}

#[test]
fn types_with_the_same_env_share_an_interpreter_that_others_can_ask_for() {
    let module = "
        const hooks = { main: { onReady: (wrap, element) => wrap.run(element.textContent) } };
        await define('first', { interpreter: 'micropython', env: 'shared', hooks });
        await define('second', { interpreter: 'micropython', env: 'shared', hooks });";
    let page = with_module(
        module,
        "<script type=\"first\">def pressed(event):\n    print('@shared')\n    if event:\n        event.target.dataset.pressed = 'yes'</script><script type=\"second\">pressed(None)</script>
         <p id=\"p\" mpy-env=\"shared\" mpy-click=\"pressed\">p</p>",
    )
    .open();
    page.wait_for_line("@shared");
    // The chunk that looks after the attribute may still be on its way.
    page.wait_until("(p.click(), p.dataset.pressed)");
    page.assert_no_errors();
}

#[test]
fn a_type_without_a_name_starts_at_once_and_what_cannot_be_defined_says_so() {
    let module = "
        await define(null, { interpreter: 'micropython', hooks: { main: { onReady: (wrap) => wrap.run('print(\"@at once\")') } } });
        await define('twice', { interpreter: 'micropython' });
        await define('set', { interpreter: 'micropython', config: {} }).catch((error) => console.log('@' + error.message));
        for (const args of [['twice', { interpreter: 'micropython' }], ['odd', {}], ['odd', { interpreter: 'cobol' }], ['py', { interpreter: 'pyodide' }]])
          await define(...args).catch((error) => console.log('@' + error.message));
        console.log('@end')";
    let page = with_module(module, "").open();
    page.wait_for_line("@end");
    for line in [
        "@at once",
        "@<script type=\"twice\"> already registered",
        "@a page has one MicroPython, which its types share: configure it with <mpy-config>, or define a type of Pyodide",
        "@Unspecified interpreter",
        "@The interpreter \"cobol\" is not known: use \"pyodide\" or \"micropython\"",
        "@<script type=\"py\"> already registered",
    ] {
        page.wait_for_line(line);
    }
}
