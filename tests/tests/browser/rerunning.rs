//! What a page keeps when one of its files is saved: only the script that changed runs again, where that is safe.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use pyrite_tests::{HEAD, Page, Site, line_of, on_both_interpreters};

use crate::editor;

/// Marks the document, so that a new one in its place is noticed.
const MARK: &str = "window.__first = true";
const IS_MARKED: &str = "window.__first === true";

/// Waits until all scripts have run and the page hears of changes, and marks it.
fn ready(page: &Page) {
    page.wait_for_all_done();
    page.wait_until("performance.getEntriesByType('resource').some(({ name }) => name.includes('/_pyrite/findings'))");
    page.run(MARK);
}

fn save(page: &Page, name: &str, content: &str) {
    // At once, and not empty first: a busy machine may take that for two changes.
    let beside = page.server().folder().with_extension("saved");
    fs::write(&beside, content).unwrap();
    fs::rename(&beside, page.server().path(name)).unwrap();
}

/// Waits until the page has said so to its author.
fn said(page: &Page, text: &str) {
    page.wait_until(&format!("__recorder.some((one) => one.level === 'info' && one.text.includes({text:?}))"));
}

fn is_the_same(page: &Page) {
    assert_eq!(page.text_of(IS_MARKED), "true", "the page was loaded anew");
}

fn click(page: &Page, selector: &str) {
    page.run(&format!("document.querySelector({selector:?}).click()"));
}

const COUNT: &str = "from pyscript import document, when\n\ncount = 0\n\n@when('click', '#count')\ndef more(event):\n    \
    global count\n    count += 1\n    document.querySelector('#total').textContent = f'counted {count}'\n";

/// A script that shows a word, adds it to a text at each click, and prints it.
fn greeting(word: &str) -> String {
    format!(
        "from pyscript import display, document, when\n\n@when('click', '#greet')\ndef greet(event):\n    \
         field = document.querySelector('#said')\n    field.textContent = field.textContent + '{word};'\n    \
         print('clicked {word}')\n\ndisplay('shown {word}')\nprint('ran {word}')\n"
    )
}

const BUTTONS: &str = "<button id=count>count</button><p id=total></p><button id=greet>greet</button><p id=said></p>\
    <input id=field>\n";

on_both_interpreters! {
    fn a_script_runs_again_and_the_others_keep_their_state(on) {
        let body = format!("{BUTTONS}{}{}", on.script_with("src=count.py", ""), on.script_with("src=greet.py", ""));
        let page = Site::page(&body).file("count.py", COUNT).file("greet.py", greeting("one")).reloading().open();
        ready(&page);
        for _ in 0..3 {
            click(&page, "#count");
            click(&page, "#greet");
        }
        page.wait_until("document.querySelector('#total').textContent === 'counted 3'");
        page.wait_until("document.querySelector('#said').textContent === 'one;one;one;'");
        page.run("document.querySelector('#field').value = 'typed'");
        for word in ["two", "three"] {
            save(&page, "greet.py", &greeting(word));
            page.wait_for_line(&format!("ran {word}"));
        }
        said(&page, "greet.py ran again");
        page.wait_for_events(&on.event("done"), 4);
        assert_eq!(page.text_of("document.querySelector('#said').textContent"), "", "what it had written is taken back");
        click(&page, "#greet");
        click(&page, "#count");
        page.wait_until("document.querySelector('#total').textContent === 'counted 4'");
        page.wait_until("document.querySelector('#said').textContent === 'three;'");
        let seen = page.seen();
        assert_eq!(seen.printed("clicked three"), 1, "no listener is there twice");
        assert_eq!((seen.printed("clicked one"), seen.printed("clicked two")), (3, 0), "none of before is left");
        assert!(seen.text.contains("shown three") && !seen.text.contains("shown one"), "{}", seen.text);
        assert_eq!(seen.events(&on.event("ready")).len(), 4, "once for each run");
        assert_eq!(seen.events("py:all-done").len(), 1, "the page was done before");
        assert_eq!(page.text_of("document.querySelector('#field').value"), "typed");
        is_the_same(&page);
        page.assert_no_errors();
    }

    fn only_code_in_the_page_that_changed_runs_again(on) {
        let html = |code: &str| format!("{HEAD}<p>text</p>\n{}{}", on.script("kept = []\nprint('kept')"), on.element("", code));
        let page = Site::new().file("index.html", html("from pyscript import display\ndisplay('shown one')")).reloading().open();
        ready(&page);
        page.wait("what it shows", |seen| seen.text.contains("shown one"));
        save(&page, "index.html", &html("from pyscript import display\ndisplay('shown two')"));
        let seen = page.wait("what it shows now", |seen| seen.text.contains("shown two"));
        assert!(!seen.text.contains("shown one"), "{}", seen.text);
        let failing = html("\n\nprint('fails')\nnothing_of_this_name");
        save(&page, "index.html", &failing);
        let banner = page.wait_for_banner("nothing_of_this_name");
        let line = format!("line {}", line_of(&failing, "nothing_of_this_name"));
        assert!(banner.text.contains(&line), "{} is not in {}", line, banner.text);
        save(&page, "index.html", &html("print('mended')"));
        let seen = page.wait_for_line("mended");
        assert!(seen.banners.is_empty(), "{:?}", seen.banners);
        assert_eq!(seen.printed("kept"), 1);
        is_the_same(&page);

        save(&page, "index.html", &html("print('mended')").replace("text", "other"));
        page.wait("the new text", |seen| seen.text.contains("other"));
        page.wait_for_line("mended");
        said(&page, "loaded anew because index.html changed outside of the code of its scripts");
    }

    fn a_script_in_a_worker_starts_anew(on) {
        let worker = |word: &str| format!(
            "from pyscript import display, when\n@when('click', '#greet')\ndef greet():\n    display('clicked {word}')\n\
             display('shown {word}')\n"
        );
        let body = format!("{BUTTONS}{}{}", on.script_with("src=count.py", ""), on.script_with("worker src=w.py", ""));
        let page = Site::page(&body).file("count.py", COUNT).file("w.py", worker("one")).reloading().open();
        ready(&page);
        page.wait("what it shows", |seen| seen.text.contains("shown one"));
        click(&page, "#count");
        page.wait_until("document.querySelector('#total').textContent === 'counted 1'");
        save(&page, "w.py", &worker("two"));
        page.wait("what it shows now", |seen| seen.text.contains("shown two"));
        page.wait_for_events(&on.event("done"), 3);
        click(&page, "#greet");
        page.wait("the click", |seen| seen.text.contains("clicked two"));
        click(&page, "#count");
        page.wait_until("document.querySelector('#total').textContent === 'counted 2'");
        let seen = page.seen();
        assert!(!seen.text.contains("one"), "{}", seen.text);
        assert_eq!(seen.text.matches("clicked two").count(), 1, "{}", seen.text);
        is_the_same(&page);
        page.assert_no_errors();
    }

    fn what_cannot_be_taken_back_is_loaded_anew_with_its_page(on) {
        let code = |word: &str| format!("from pyscript import window\nwindow.word = '{word}'\nprint('ran {word}')");
        let page = Site::page(&on.script_with("src=main.py", "")).file("main.py", code("one")).reloading().open();
        ready(&page);
        save(&page, "main.py", &code("two"));
        let seen = page.wait_for_line("ran two");
        assert_eq!(seen.printed("ran one"), 0, "the old page is gone");
        said(&page, "loaded anew because what this does cannot be taken back: it uses `window` (main.py, line 1)");
    }

    fn a_mistake_is_shown_and_the_next_save_works_again(on) {
        let body = format!("{BUTTONS}{}{}", on.script_with("src=count.py", ""), on.script_with("src=greet.py", ""));
        let page = Site::page(&body).file("count.py", COUNT).file("greet.py", greeting("one")).reloading().open();
        ready(&page);
        click(&page, "#count");
        save(&page, "greet.py", "def greet(:\n");
        page.wait_for_banner("SyntaxError");
        save(&page, "greet.py", "def greet(again:\n");
        page.wait_for_events(&on.event("done"), 4);
        page.wait("one message", |seen| seen.banners.len() == 1);
        save(&page, "greet.py", &greeting("two"));
        let seen = page.wait_for_line("ran two");
        assert!(seen.banners.is_empty(), "{:?}", seen.banners);
        page.wait_for_events(&on.event("done"), 5);
        click(&page, "#greet");
        click(&page, "#count");
        page.wait_until("document.querySelector('#total').textContent === 'counted 2'");
        page.wait_until("document.querySelector('#said').textContent === 'two;'");
        is_the_same(&page);
    }

    fn fast_saves_end_with_the_last_one(on) {
        let page = Site::page(&format!("{BUTTONS}{}", on.script_with("src=greet.py", "")))
            .file("greet.py", greeting("one"))
            .reloading()
            .open();
        ready(&page);
        for number in 0..20 {
            save(&page, "greet.py", &greeting(&format!("{number}")));
        }
        page.wait_for_line("ran 19");
        page.wait_until("document.body.innerText.includes('shown 19')");
        click(&page, "#greet");
        page.wait_until("document.querySelector('#said').textContent === '19;'");
        let clicked = page.seen().logged().into_iter().filter(|line| line.starts_with("clicked")).count();
        assert_eq!(clicked, 1);
        is_the_same(&page);
    }

    fn tasks_and_names_of_before_are_gone(on) {
        let code = |place: &str, more: &str| format!(
            "import asyncio\nfrom pyscript import document\n\nasync def tick():\n    n = 0\n    while True:\n        \
             n += 1\n        document.querySelector('#{place}').textContent = str(n)\n        await asyncio.sleep(0.01)\n\n\
             asyncio.create_task(tick())\n{more}"
        );
        let page = Site::page(&format!("<p id=total></p><p id=said></p>{}", on.script_with("src=main.py", "")))
            .file("main.py", code("total", "stale = 1\n"))
            .reloading()
            .open();
        ready(&page);
        page.wait_until("Number(document.querySelector('#total').textContent) > 5");
        save(&page, "main.py", &code("said", "try:\n    stale\n    print('seen')\nexcept NameError:\n    print('gone')\n"));
        page.wait_until("Number(document.querySelector('#said').textContent) > 5");
        let seen = page.seen();
        assert_eq!((seen.printed("gone"), seen.printed("seen")), (1, 0));
        assert_eq!(page.text_of("document.querySelector('#total').textContent"), "", "the task has ended");
        is_the_same(&page);
        page.assert_no_errors();
    }

    fn listeners_to_events_of_python_are_not_doubled(on) {
        let heard = |word: &str| format!(
            "from pyscript import when\n@when(happened)\ndef heard(result):\n    print('{word}', result)\nprint('ran {word}')\n"
        );
        let main = "from pyscript import Event, when\nhappened = Event()\n@when('click', '#greet')\ndef tell():\n    \
            happened.trigger(7)\n";
        let page = Site::page(&format!("{BUTTONS}{}{}", on.script(main), on.script_with("src=heard.py", "")))
            .file("heard.py", heard("one"))
            .reloading()
            .open();
        ready(&page);
        save(&page, "heard.py", &heard("two"));
        page.wait_for_line("ran two");
        click(&page, "#greet");
        let seen = page.wait_for_line("two 7");
        assert_eq!((seen.printed("one 7"), seen.printed("two 7")), (0, 1));
        is_the_same(&page);
    }

    fn what_others_have_changed_is_not_taken_back_but_loaded_anew(on) {
        let page = Site::page(&format!("{BUTTONS}{}", on.script_with("src=greet.py", "")))
            .file("greet.py", greeting("one"))
            .reloading()
            .open();
        ready(&page);
        click(&page, "#greet");
        page.wait_until("document.querySelector('#said').textContent === 'one;'");
        page.run("document.querySelector('#said').append('by the page')");
        save(&page, "greet.py", &greeting("two"));
        let seen = page.wait_for_line("ran two");
        assert_eq!(seen.printed("ran one"), 0, "the old page is gone");
        said(&page, "loaded anew because something else has changed what it wrote");
    }

    fn a_page_that_python_has_built_is_built_again(on) {
        let code = |word: &str| format!(
            "from pyscript import document, when\n\nplace = document.querySelector('#place')\n\ndef add(text):\n    \
             item = document.createElement('li')\n    item.textContent = text\n    item.className = 'made'\n    \
             item.style.color = 'red'\n    place.append(item)\n    return item\n\n\
             for number in range(3):\n    add(str(number)).setAttribute('data-number', str(number))\n\
             place.querySelector('.old').remove()\nplace.classList.add('full')\nplace.style.margin = '1px'\n\
             place.setAttribute('aria-label', 'list')\n\
             @when('click', '#greet')\ndef more(event):\n    event.target.title = 'again'\n    add('more')\n    \
             place.firstElementChild.remove()\n    place.classList.toggle('full')\n\nprint('ran {word}')\n"
        );
        let list = "<ul id=place class=list><li class=old>old</li><!-- kept --></ul>";
        let page = Site::page(&format!("{BUTTONS}{list}{}", on.script_with("src=main.py", "")))
            .file("main.py", code("one"))
            .reloading()
            .open();
        ready(&page);
        let shown = "document.querySelector('#place').outerHTML + document.querySelector('#greet').outerHTML";
        let first = page.text_of(shown);
        assert!(first.contains("full") && first.contains("margin") && first.matches("<li").count() == 3, "{first}");
        click(&page, "#greet");
        click(&page, "#greet");
        page.wait_until("document.querySelectorAll('#place li').length === 3 && document.querySelector('#place').innerText.includes('more')");
        save(&page, "main.py", &code("two"));
        page.wait_for_line("ran two");
        page.wait_for_events(&on.event("done"), 2);
        assert_eq!(page.text_of(shown), first, "as if it had run only once");
        is_the_same(&page);
        save(&page, "main.py", "print('nothing')");
        page.wait_for_line("nothing");
        assert_eq!(page.text_of("document.querySelector('#place').innerText"), "old");
        assert_eq!(page.text_of("document.querySelector('#place').className"), "list");
        assert_eq!(page.text_of("document.querySelector('#greet').title"), "");
        is_the_same(&page);
        page.assert_no_errors();
    }

    fn elements_that_others_use_are_not_taken_away(on) {
        let maker = |word: &str| format!(
            "from pyscript import document\ndocument.querySelector('#said').innerHTML = '<button id=made>{word}</button>'\n\
             print('ran {word}')\n"
        );
        let user = "from pyscript import when\n@when('click', '#made')\ndef heard():\n    print('heard')";
        let page = Site::page(&format!("{BUTTONS}{}{}", on.script_with("src=maker.py", ""), on.script(user)))
            .file("maker.py", maker("one"))
            .reloading()
            .open();
        ready(&page);
        save(&page, "maker.py", &maker("two"));
        let seen = page.wait_for_line("ran two");
        assert_eq!(seen.printed("ran one"), 0, "the old page is gone");
        said(&page, "loaded anew because others use the elements that it has made");
        page.wait_for_events(&on.event("done"), 2);
        click(&page, "#made");
        page.wait_for_line("heard");
    }
}

#[test]
fn a_script_of_pyodide_that_waits_for_ever_ends_and_one_of_micropython_is_loaded_anew() {
    let code = |word: &str| {
        format!(
            "import asyncio\nprint('ran {word}')\nwhile True:\n    await asyncio.sleep(0.01)\n    print('{word}')\n"
        )
    };
    let server = Site::page("<script type=py src=main.py></script>")
        .file("other.html", format!("{HEAD}<script type=mpy src=other.py></script>"))
        .file("main.py", code("one"))
        .file("other.py", code("one"))
        .reloading()
        .serve();
    let page = server.open("/");
    let begin = || {
        page.wait_for_line("one");
        page.wait_until(
            "performance.getEntriesByType('resource').some(({ name }) => name.includes('/_pyrite/findings'))",
        );
        page.run(MARK);
    };
    begin();
    save(&page, "main.py", &code("two"));
    page.wait_for_line("two");
    let before = page.seen().printed("one");
    page.wait("more lines", |seen| seen.printed("two") > 5);
    assert_eq!(page.seen().printed("one"), before, "the script of before goes on");
    is_the_same(&page);
    page.assert_no_errors();

    page.goto("/other.html");
    begin();
    save(&page, "other.py", &code("two"));
    let seen = page.wait_for_line("two");
    assert_eq!(seen.printed("one"), 0, "the old page is gone");
    said(&page, "still running");
}

#[test]
fn files_that_the_page_does_not_have_change_nothing() {
    let body = "<link rel=stylesheet href=style.css><img src=dot.svg alt=dot><script type=mpy src=greet.py></script>";
    let dot = |width: u32| format!("<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='9'/>");
    let page = Site::page(&format!("{BUTTONS}{body}<script>fetch('data.json')</script>"))
        .file("greet.py", greeting("one"))
        .file("style.css", "p { color: rgb(1, 2, 3) }")
        .file("dot.svg", dot(10))
        .file("data.json", "{}")
        .file("notes.txt", "")
        .reloading()
        .open();
    ready(&page);
    click(&page, "#greet");
    save(&page, "notes.txt", "more");
    save(&page, "another.html", "<p>more");
    page.wait_until("performance.getEntriesByType('resource').some(({ name }) => name.includes('/_pyrite/change'))");
    save(&page, "style.css", "p { color: rgb(4, 5, 6) }");
    page.wait_until("getComputedStyle(document.querySelector('#said')).color === 'rgb(4, 5, 6)'");
    save(&page, "dot.svg", &dot(20));
    page.wait_until("document.querySelector('img').naturalWidth === 20");
    click(&page, "#greet");
    page.wait_until("document.querySelector('#said').textContent === 'one;one;'");
    is_the_same(&page);
    save(&page, "data.json", "[]");
    said(&page, "loaded anew because the page uses data.json");
}

/// What vim does: a swap file beside it, a try whether it may write there, the old file as a backup, and a new one.
fn save_as_vim(file: &Path, text: &str) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let [swap, probe, backup] =
        [format!(".{name}.swp"), "4913".into(), format!("{name}~")].map(|it| file.with_file_name(it));
    fs::write(&swap, "b0VIM 9.1").unwrap();
    fs::write(&probe, "").unwrap();
    fs::remove_file(&probe).unwrap();
    fs::rename(file, &backup).unwrap();
    fs::write(file, text).unwrap();
    fs::remove_file(&backup).unwrap();
    fs::remove_file(&swap).unwrap();
}

/// What PyCharm and other IDEs of its family do: the new file first, which then takes the place of the old one.
fn save_as_pycharm(file: &Path, text: &str) {
    let [new, old] = ["___jb_tmp___", "___jb_old___"]
        .map(|it| file.with_file_name(format!("{}{it}", file.file_name().unwrap().to_str().unwrap())));
    fs::write(&new, text).unwrap();
    fs::rename(file, &old).unwrap();
    fs::rename(&new, file).unwrap();
    fs::remove_file(&old).unwrap();
}

/// What `sed -i`, GNOME's editors and formatters do: a new file with any name over the old one.
fn save_by_renaming(file: &Path, text: &str) {
    let new = file.with_file_name("sedQx3kPv");
    fs::write(&new, text).unwrap();
    fs::rename(&new, file).unwrap();
}

/// What VS Code does: the file is emptied and written.
fn save_in_place(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
}

on_both_interpreters! {
    fn each_way_to_save_a_file_runs_its_script_once(on) {
        let body = format!("{BUTTONS}{}{}", on.script_with("src=count.py", ""), on.script_with("src=greet.py", ""));
        let page = Site::page(&body).file("count.py", COUNT).file("greet.py", greeting("zero")).reloading().open();
        ready(&page);
        click(&page, "#count");
        let ways: [fn(&Path, &str); 4] = [save_as_vim, save_as_pycharm, save_by_renaming, save_in_place];
        for (number, way) in ways.into_iter().enumerate() {
            way(&page.server().path("greet.py"), &greeting(&format!("way {number}")));
            page.wait_for_line(&format!("ran way {number}"));
            page.wait_for_events(&on.event("done"), 3 + number);
        }
        save(&page, "greet.py", &greeting("last"));
        page.wait_for_line("ran last");
        let seen = page.seen();
        for number in 0..4 {
            assert_eq!(seen.printed(&format!("ran way {number}")), 1, "each save is one change");
        }
        click(&page, "#count");
        page.wait_until("document.querySelector('#total').textContent === 'counted 2'");
        assert!(seen.banners.is_empty(), "{:?}", seen.banners);
        is_the_same(&page);
        page.assert_no_errors();
    }

    fn a_file_that_is_half_written_is_not_run(on) {
        let style = |red: u32| format!("p {{ color: rgb({red}, 2, 3) }}");
        let body = format!("<link rel=stylesheet href=style.css>{BUTTONS}{}", on.script_with("src=greet.py", ""));
        let page = Site::page(&body).file("greet.py", greeting("one")).file("style.css", style(1)).reloading().open();
        ready(&page);
        let text = greeting("two");
        let (first, second) = text.split_at(text.find("field.text").unwrap());
        let mut file = fs::File::create(page.server().path("greet.py")).unwrap();
        file.write_all(first.as_bytes()).unwrap();
        file.sync_all().unwrap();
        // The page follows another change meanwhile.
        save(&page, "style.css", &style(4));
        page.wait_until("getComputedStyle(document.querySelector('#said')).color === 'rgb(4, 2, 3)'");
        file.write_all(second.as_bytes()).unwrap();
        drop(file);
        page.wait_for_line("ran two");
        save(&page, "greet.py", &greeting("three"));
        let seen = page.wait_for_line("ran three");
        assert_eq!(seen.printed("ran two"), 1);
        assert!(seen.banners.is_empty(), "{:?}", seen.banners);
        is_the_same(&page);
        page.assert_no_errors();
    }

    fn an_editor_shows_its_new_text_and_keeps_what_was_typed(on) {
        let html = |text: &str| {
            let more = editor::editor(on, "src=file.py", "") + &on.script("print('kept')");
            format!("{HEAD}<input id=field>\n{}{more}", editor::editor(on, "", text))
        };
        let site = Site::new().file("index.html", html("    n = 41")).file("file.py", "one = 1\n");
        let page = site.reloading().open();
        editor::wait_for_editors(&page, 2);
        ready(&page);
        page.run("document.querySelector('#field').value = 'typed'");
        editor::click(&page, 0);
        editor::wait_for_status(&page, 0, "Done");
        let shows = |number: usize, text: &str| {
            page.wait_until(&format!("document.querySelectorAll('script[type$=active]')[{number}].code === {text:?}"));
        };
        save(&page, "index.html", &html("    print('n is', n + 1)\n    print('still')"));
        shows(0, "print('n is', n + 1)\nprint('still')");
        said(&page, "editor 1 of index.html shows its new text");
        editor::click(&page, 0);
        editor::wait_for(&page, 0, "n is 42\nstill\n");
        save(&page, "file.py", "two = 2\n");
        shows(1, "two = 2");

        page.run("document.querySelector('[class*=editor-input] > div:last-child').shadowRoot.querySelector('.cm-content').focus()");
        page.press("Control+a");
        page.type_text("mine");
        shows(0, "mine");
        save(&page, "index.html", &html("print('other')"));
        said(&page, "editor 1 of index.html keeps what was typed into it");
        save(&page, "file.py", "three = 3\n");
        shows(1, "three = 3");
        shows(0, "mine");
        assert_eq!(page.text_of("document.querySelector('#field').value"), "typed");
        assert_eq!(page.seen().printed("kept"), 1);
        is_the_same(&page);
        page.assert_no_errors();
    }

    fn an_editor_that_prepares_others_is_loaded_anew_with_its_page(on) {
        let html = |text: &str| {
            let one = editor::editor(on, "env=a setup", text) + &editor::editor(on, "env=a", "print(base)");
            format!("{HEAD}{one}{}", on.script("print('ran')"))
        };
        let page = Site::new().file("index.html", html("base = 1")).reloading().open();
        editor::wait_for_editors(&page, 1);
        ready(&page);
        save(&page, "index.html", &html("base = 2"));
        said(&page, "loaded anew because editor 1 of index.html prepares other editors");
        editor::wait_for_editors(&page, 1);
        editor::click(&page, 0);
        editor::wait_for(&page, 0, "2");
    }
}
