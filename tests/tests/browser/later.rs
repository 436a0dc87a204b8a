//! Scripts that were not in the page when it was loaded.

use pyrite_tests::{Site, on_both_interpreters};

on_both_interpreters! {
    fn scripts_that_javascript_adds_run_once(on) {
        let tag = on.tag();
        let page = Site::page("<div id=\"box\"></div>").open();
        page.wait_for_all_done();
        page.run(&format!("const s = document.createElement('script'); s.type = '{tag}'; s.textContent = 'print(\"one\")'; document.body.append(s);"));
        page.wait_for_line("one");
        page.run(&format!("box.innerHTML = '<p><script type=\"{tag}\">print(\"two\")</' + 'script></p><{tag}-script>print(\"three\")</{tag}-script>';"));
        page.wait_for_line("two");
        page.wait_for_line("three");
        // Moved around, they do not run again; the one that comes after them tells when they would have.
        page.run(&format!(
            "document.body.prepend(box, ...document.querySelectorAll('script[type={tag}]'));
             const s = document.createElement('{tag}-script'); s.textContent = 'print(\"last\")'; document.body.append(s);"
        ));
        let seen = page.wait_for_line("last");
        for line in ["one", "two", "three", "last"] {
            assert_eq!(seen.printed(line), 1, "{line}");
        }
        page.wait_for_events(&on.event("done"), 4);
        page.assert_no_errors();
    }

    fn scripts_in_open_and_closed_shadow_roots_run_and_display_there(on) {
        let tag = on.tag();
        let page = Site::page("<div id=\"open\"></div><div id=\"closed\"></div>").open();
        page.wait_for_all_done();
        page.run(&format!(
            "const code = 'from pyscript import display\\nprint(\"in a shadow\")\\ndisplay(\"shown\")';
             for (const mode of ['open', 'closed']) {{
                 const root = document.getElementById(mode).attachShadow({{mode}});
                 root.innerHTML = '<p id=\"out\"></p><script type=\"{tag}\" target=\"out\">' + code + '</' + 'script>';
                 window[mode + 'Root'] = root;
             }}"
        ));
        page.wait("both", |seen| seen.printed("in a shadow") == 2);
        page.wait_until("openRoot.getElementById('out').textContent === 'shown' && closedRoot.getElementById('out').textContent === 'shown'");
        page.assert_no_errors();
    }

    fn scripts_in_shadow_roots_that_came_as_html_run(on) {
        let tag = on.tag();
        let root = |inner: &str| format!("<div><template shadowrootmode=\"open\">{inner}</template></div>");
        let page = Site::page(&root(&format!("{}{}", on.script("print('parsed')"), root(&on.script("print('within')"))))).open();
        let seen = page.wait_for_all_done();
        assert_eq!((seen.printed("parsed"), seen.printed("within")), (1, 1));
        page.run(&format!("const host = document.createElement('p'); host.setHTMLUnsafe(`{}`); document.body.append(host); window.root = host.firstChild.shadowRoot",
            root(&on.script("print('set')")).replace('\n', "\\n")));
        page.wait_for_line("set");
        page.run(&format!("const s = document.createElement('script'); s.type = '{tag}'; s.textContent = 'print(\"added\")'; root.append(s)"));
        let seen = page.wait_for_line("added");
        assert_eq!(seen.printed("set"), 1);
        page.assert_no_errors();
    }

    fn python_can_add_scripts_of_either_type(on) {
        let add = |tag: &str, line: &str| {
            format!("child = document.createElement('script')\nchild.type = '{tag}'\nchild.textContent = 'print(\"{line}\")'\ndocument.body.append(child)\n")
        };
        let code = format!("from pyscript import document\n{}{}", add(on.tag(), "same"), add(on.other().tag(), "other"));
        let page = Site::page(&on.script(&code)).open();
        page.wait_for_line("same");
        let seen = page.wait_for_line("other");
        assert_eq!((seen.printed("same"), seen.printed("other")), (1, 1));
        page.assert_no_errors();
    }

    fn a_script_taken_away_before_its_interpreter_is_there_does_no_harm(on) {
        let page = Site::page(&format!("{}{}", on.script_with("id=\"gone\"", "print('gone')"), on.script("print('stays')"))
            .replacen("<script type", "<script>addEventListener('DOMContentLoaded', () => gone.remove())</script><script type", 1)).open();
        page.wait_for_line("stays");
        page.wait_for_all_done();
    }
}
