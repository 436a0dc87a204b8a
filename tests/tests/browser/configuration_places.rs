//! Messages about a configuration name the line of the page, or of the file, that it is about.

use pyrite_tests::{HEAD, Interpreter, Page, Site, line_of, on_both_interpreters};

/// A page with this body, and its text.
fn open(body: &str) -> (Page, String) {
    let html = format!("{HEAD}<p>\n{body}");
    (Site::new().file("index.html", &html).open(), html)
}

/// The script that needs the configuration, on the main thread and in a worker.
fn scripts(on: Interpreter) -> [String; 2] {
    [on.script("print('runs')"), on.script_with("worker", "print('runs')")]
}

#[track_caller]
fn expect_line(page: &Page, html: &str, words: &str, needle: &str) {
    let banner = page.wait_for_banner(words);
    let place = format!("File \"index.html\", line {}", line_of(html, needle));
    assert!(banner.text.contains(&place) && banner.text.contains(needle), "no {place} in {}", banner.text);
}

on_both_interpreters! {
    fn an_error_in_the_page_has_the_pages_line(on) {
        let tag = on.tag();
        for script in scripts(on) {
            for (config, words, needle) in [
                ("\n  name = 'x'\n  packages = 3\n", "`packages` should be", "packages = 3"),
                ("\nname = 'x'\n\npackages = [\n", "Invalid TOML", "packages = ["),
                ("\n{\n\"name\": \"x\",\n\"packages\": 3}\n", "`packages` should be", "\"packages\": 3}"),
                ("\n[files]\n# &lt;remark&gt;\n'x.py' = 'https://x.org/x.py'\n", "The destination of", "'x.py' = 'https://x.org/x.py'"),
            ] {
                let (page, html) = open(&format!("<p>first</p>\n<{tag}-config>{config}</{tag}-config>\n{script}"));
                expect_line(&page, &html, words, needle);
            }
        }
    }

    fn an_attribute_has_its_line_too(on) {
        for worker in ["", "worker "] {
            let attributes = format!("{worker}id=\"it\"\n  config='{{\n\"name\": \"x\",\n\"packages\": 3}}'");
            let (page, html) = open(&on.script_with(&attributes, "print('never')"));
            expect_line(&page, &html, "`packages` should be", "\"packages\": 3}");
        }
    }

    fn what_fails_while_it_is_carried_out_has_its_line_too(on) {
        let tag = on.tag();
        for script in scripts(on) {
            let (page, html) = open(&format!("<{tag}-config>\n[files]\n'./index.html' = './x'\n'./index.html?2' = './x/y'\n</{tag}-config>\n{script}"));
            expect_line(&page, &html, "could not be written", "'./index.html?2' = './x/y'");
        }
    }

    fn a_warning_has_its_line(on) {
        let (page, html) = open(&format!("<{tag}-config>\nname = 'x'\npakages = []\n</{tag}-config>\n{}", on.script("print('runs')"), tag = on.tag()));
        let seen = page.wait_for_line("runs");
        let place = format!("File \"index.html\", line {}", line_of(&html, "pakages"));
        assert!(seen.warnings().iter().any(|warning| warning.contains(&place)), "no {place} in {:?}", seen.warnings());
    }

    fn in_a_file_lines_are_those_of_the_file(on) {
        for script in scripts(on) {
            let body = format!("<{tag}-config src=\"./conf/it.toml\"></{tag}-config>\n{script}", tag = on.tag());
            let page = Site::page(&body).file("conf/it.toml", "name = 'x'\n\npackages = 3\n").open();
            let banner = page.wait_for_banner("`packages` should be");
            assert!(banner.text.contains("File \"./conf/it.toml\", line 3"), "{}", banner.text);
        }
    }
}
