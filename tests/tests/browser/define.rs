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
        // Its interpreter is its own.
        let config = "config: { colour: 'red' },";
        let beside = on.script("try:\n    word\nexcept NameError:\n    print('@apart')");
        let module = format!("
            await define('mine', {{ interpreter: '{}', {config} hooks: {{ main: {{
              onReady: (wrap, element) => {{ console.log('@ready ' + element.id + ' ' + wrap.config.colour); wrap.run(element.textContent) }},
              onBeforeRun: () => console.log('@before'),
              codeBeforeRun: () => 'word = \"given\"',
              onAfterRun: () => console.log('@after'),
            }} }} }});
            console.log('@defined ' + (await whenDefined('mine')).type);", name(on));
        let page = with_module(&module, &format!("<script type=\"mine\" id=\"one\">print('@' + word)</script>{beside}<button id=\"b\" mine-click=\"pressed\">b</button>")).open();
        page.wait_for_line("@apart");
        page.wait_for_line("@defined mine");
        let seen = page.wait_for_line("@after");
        let told: Vec<_> = seen.logged().into_iter().filter(|line| line.starts_with('@') && *line != "@apart" && !line.starts_with("@defined")).collect();
        assert_eq!(told, ["@ready one red", "@before", "@given", "@after"]);
        page.run("const s = document.createElement('script'); s.type = 'mine'; s.id = 'two'; s.textContent = 'def pressed(event):\\n    print(\"@pressed\")'; document.body.append(s)");
        page.wait("the second script", |seen| seen.printed("@after") == 2);
        page.run("b.click()");
        page.wait_for_line("@pressed");
    }

    fn types_have_interpreters_apart_from_each_other_and_from_the_page(on) {
        let module = format!("
            const hooks = {{ main: {{ onReady: (wrap, element) => wrap.runAsync(element.textContent) }} }};
            await define('first', {{ interpreter: '{0}', hooks, config: {{ files: {{ './one.txt': '' }} }} }});
            await define('second', {{ interpreter: '{0}', hooks, config: 'colour = \"blue\"' }});", name(on));
        // All wait and call back at the same time; each knows its own names only, and catches what JavaScript throws.
        let code = |me: &str| format!("
import js, asyncio
me = '{me}'
def tick():
    print('@tick', me)
js.setTimeout(tick, 10)
def {me}_function():
    return me
js.{me}_function = {me}_function
await asyncio.sleep(0.05)
try:
    js.JSON.parse('{{')
except Exception as error:
    print('@caught', me)
await js.Promise.resolve(1)
print('@names', me, *sorted(n for n in globals() if n.endswith('_function')))
js.document.documentElement.dataset.{me} = 'ended'
");
        let page = with_module(&module, &format!(
            "<script type=\"first\">{}\nprint('@file', open('one.txt').read())</script><script type=\"second\">{}\nfrom pyscript import config\nprint('@config', config['colour'])</script>{}",
            code("one"), code("two"), on.script(&code("three"))
        )).file("one.txt", "of one").open();
        for me in ["one", "two", "three"] {
            for line in [format!("@tick {me}"), format!("@caught {me}"), format!("@names {me} {me}_function")] {
                page.wait_for_line(&line);
            }
        }
        page.wait_for_line("@file of one");
        page.wait_for_line("@config blue");
        // Functions of one are functions to the others.
        page.wait_until("['one', 'two', 'three'].every((me) => document.documentElement.dataset[me] === 'ended')");
        page.run(&format!("const s = document.createElement('script'); s.type = '{}'; s.textContent = `import js\nprint('@called', js.one_function(), js.two_function(), js.three_function())`; document.body.append(s);
            const f = document.createElement('script'); f.type = 'first'; f.textContent = `import js\nprint('@called first', js.one_function(), js.two_function(), js.three_function())`; document.body.append(f)", on.tag()));
        page.wait_for_line("@called one two three");
        page.wait_for_line("@called first one two three");
        page.assert_no_errors();
    }

    fn a_type_may_share_the_page_s_interpreter(on) {
        let module = format!("
            addEventListener('theirs:done', () => console.log('@done'));
            const hooks = {{ main: {{ onReady: (wrap, element) => wrap.run(element.textContent) }} }};
            await define('ours', {{ interpreter: '{0}', env: '{1}', hooks }});
            await define('theirs', {{ interpreter: '{0}', env: '{1}-script', hooks }});", name(on), on.tag());
        let page = with_module(&module, "<script type=\"ours\">word = 'shared'</script><script type=\"theirs\">both = word + ' twice'</script>").open();
        page.wait_for_line("@done");
        page.run(&format!("const s = document.createElement('script'); s.type = '{}'; s.textContent = 'print(\"@\" + both)'; document.body.append(s)", on.tag()));
        page.wait_for_line("@shared twice");
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

on_both_interpreters! {
    fn scripts_of_an_interpreter_s_own_name_run(on) {
        let name = name(on);
        let script = |attributes: &str, code: &str| format!("<script type=\"{name}\" {attributes}>\n{code}\n</script>");
        let page = Site::page(&format!(
            "{}{}{}{}{}<button id=\"b\" {name}-click=\"pressed\">b</button><button id=\"c\" {name}-env=\"other\" {name}-click=\"pressed\">c</button><p id=\"out\"></p>
             <script>for (const what of ['ready', 'done']) addEventListener('{name}:' + what, ({{ target }}) => console.log('@' + what, target.id))</script>",
            script("id=\"one\"", "import asyncio\nawait asyncio.sleep(0)\nword = 'shared'\ndef pressed(event):\n    print('@pressed', event.target.id)"),
            script("id=\"two\" src=\"two.py\"", ""),
            script("id=\"three\" env=\"other\" config='{\"files\": {\"./of.txt\": \"\"}}'", "print('@apart', 'word' in globals(), open('of.txt').read())\ndef pressed(event):\n    print('@other', event.target.id)"),
            script("id=\"four\" target=\"out\"", "from pyscript import display\ndisplay('shown')\n1 / 0"),
            on.script("print('@page', 'word' in globals())"),
        ))
        .file("two.py", "print('@two', word)")
        .file("of.txt", "other")
        .open();
        for line in ["@two shared", "@apart False other", "@page False", "@ready one", "@done four"] {
            page.wait_for_line(line);
        }
        page.wait_until("out.textContent.trim() === 'shown' && four.target === out");
        page.wait_for_banner("ZeroDivisionError");
        page.wait_until("!b.disabled && !c.disabled");
        page.run("b.click(); c.click()");
        page.wait_for_line("@pressed b");
        page.wait_for_line("@other c");
        // And one that comes later.
        page.run(&format!("const s = document.createElement('script'); s.type = '{name}'; s.textContent = 'print(\"@late\", word)'; document.body.append(s)"));
        page.wait_for_line("@late shared");
    }

    fn scripts_of_an_interpreter_s_own_name_run_in_workers(on) {
        let code = "from pyscript import document\ndocument.documentElement.dataset.";
        let page = Site::page(&format!(
            "<script type=\"{0}\" worker id=\"one\">{code}one = 'ran'</script><script type=\"{0}\" worker=\"two.py\"></script>", name(on)
        ))
        .file("two.py", format!("{code}two = 'ran'"))
        .open();
        page.wait_until("document.documentElement.dataset.one === 'ran' && document.documentElement.dataset.two === 'ran' && one.xworker instanceof Worker");
        page.assert_no_errors();
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
        for (const args of [['twice', { interpreter: 'micropython' }], ['odd', {}], ['odd', { interpreter: 'cobol' }], ['py', { interpreter: 'pyodide' }]])
          await define(...args).catch((error) => console.log('@' + error.message));
        console.log('@end')";
    let page = with_module(module, "").open();
    page.wait_for_line("@end");
    for line in [
        "@at once",
        "@<script type=\"twice\"> already registered",
        "@Unspecified interpreter",
        "@The interpreter \"cobol\" is not known: use \"pyodide\" or \"micropython\"",
        "@<script type=\"py\"> already registered",
    ] {
        page.wait_for_line(line);
    }
}
