//! `pyscript.fs`: folders that outlive the page. In the place of a folder that a visitor chooses stands one of the
//! browser's own for the site, which is the same to JavaScript.

use pyrite_tests::{Interpreter, Page, Site, on_both_interpreters};
use serde_json::json;

/// Lines for all scripts: in a worker, too, they are told by the page's console.
const HEAD: &str = "\
import os
from pyscript import window, fs
def show(*values):
    window.console.log(' '.join(str(value) for value in values))
def read(path):
    with open(path) as file:
        return file.read()
def write(path, text):
    with open(path, 'w') as file:
        file.write(text)
async def fails(what):
    try:
        await what
    except Exception as error:
        show(type(error).__name__, error.args[0] if isinstance(error, KeyError) else error)
";

fn script(on: Interpreter, attributes: &str, code: &str) -> String {
    on.script_with(attributes, &format!("{HEAD}{code}"))
}

/// The content of a file that the browser keeps for the folder `/data`.
fn kept(page: &Page, name: &str) -> String {
    page.text_of(&format!(
        "(async () => {{ try {{ \
           let folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('pyrite'); \
           folder = await folder.getDirectoryHandle(encodeURIComponent('/data')); \
           const parts = '{name}'.split('/'); \
           for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part); \
           return await (await (await folder.getFileHandle(parts.at(-1))).getFile()).text(); \
         }} catch (error) {{ return error.name }} }})()"
    ))
}

on_both_interpreters! {
    fn a_kept_folder_is_there_again_after_a_reload(on) {
        for attributes in ["", "worker"] {
            let page = Site::page(&script(on, attributes,
                "await fs.persist('/data/')\n\
                 if 'count' in os.listdir('/data'):\n    show('found', read('/data/count'), read('/data/deep/er/text'), sorted(os.listdir('/data')))\n    os.remove('/data/gone')\n\
                 else:\n    write('/data/count', '1')\n    os.mkdir('/data/deep')\n    os.mkdir('/data/deep/er')\n    write('/data/deep/er/text', 'grüße')\n    write('/data/gone', 'x')\n\
                 await fs.sync('/data')\n\
                 show('synced', sorted(os.listdir('/data')))"
            )).open();
            page.wait_for_line("synced ['count', 'deep', 'gone']");
            page.reload();
            page.wait_for_line("synced ['count', 'deep']");
            assert_eq!(page.seen().logged()[0], "found 1 grüße ['count', 'deep', 'gone']");
            assert_eq!(kept(&page, "gone"), "NotFoundError");
            page.assert_no_errors();
            page.run("return navigator.storage.getDirectory().then(root => root.removeEntry('pyrite', { recursive: true }))");
        }
    }

    fn files_are_kept_without_being_asked_for(on) {
        for attributes in ["", "worker"] {
            let page = Site::page(&script(on, attributes,
                "await fs.persist('/data')\n\
                 write('/data/note', 'by itself')\n\
                 import asyncio\n\
                 await asyncio.sleep(0.2)\n\
                 write('/data/sub', 'x')\n\
                 os.rename('/data/sub', '/data/renamed')"
            )).open();
            page.wait("the file to be kept", |_| kept(&page, "note") == "by itself" && kept(&page, "renamed") == "x");
            assert_eq!(kept(&page, "sub"), "NotFoundError");
            page.assert_no_errors();
            page.run("return navigator.storage.getDirectory().then(root => root.removeEntry('pyrite', { recursive: true }))");
        }
    }

    fn pages_and_workers_share_a_kept_folder(on) {
        let other = format!("{}{}", pyrite_tests::HEAD, script(on, "",
            "await fs.persist('/data')\nwrite('/data/frame', 'of the frame')\nawait fs.sync('/data')\nwindow.parent.console.log('frame done')"));
        let page = Site::page(&[
            script(on, "",
                "import asyncio\n\
                 await fs.persist('/data')\n\
                 write('/data/page', 'of the page')\n\
                 await fs.sync('/data')\n\
                 show('page done')\n\
                 while len(os.listdir('/data')) < 3:\n    await asyncio.sleep(0.01)\n\
                 show('page sees', read('/data/worker'), '|', read('/data/frame'))"),
            script(on, "worker", "await fs.persist('/data')\nwrite('/data/worker', 'of the worker')\nawait fs.sync('/data')\nshow('worker done')"),
            "<iframe src=\"other.html\"></iframe>".to_owned(),
        ].concat()).file("other.html", other).open();
        for line in ["page done", "worker done", "frame done", "page sees of the worker | of the frame"] {
            page.wait_for_line(line);
        }
        for name in ["page", "worker", "frame"] {
            assert_eq!(kept(&page, name), format!("of the {name}"));
        }
        page.assert_no_errors();
    }

    fn a_folder_of_the_visitor_is_mounted_and_written_by_sync(on) {
        for attributes in ["", "worker"] {
            let page = Site::page(&format!("<script>showDirectoryPicker = async (wish) => {{ globalThis.wish = wish; return (await navigator.storage.getDirectory()).getDirectoryHandle('picked', {{ create: true }}) }}</script>{}", script(on, attributes,
                "directory = await (await window.navigator.storage.getDirectory()).getDirectoryHandle('picked', window.JSON.parse('{\"create\":true}'))\n\
                 async def content(name):\n    if name not in list(await window.Array.fromAsync(directory.keys())):\n        return 'not there'\n    return await (await (await directory.getFileHandle(name)).getFile()).text()\n\
                 await fs.mount('/local', root='downloads', id='mine')\n\
                 show('mounted', fs.mounted, os.listdir('/local'))\n\
                 await fs.mount('/local', id='mine')\n\
                 await fails(fs.mount('/local', id='other'))\n\
                 write('/local/a', 'text')\n\
                 show(await content('a'))\n\
                 await fs.sync('/local')\n\
                 show(await content('a'))\n\
                 write('/local/b', 'more')\n\
                 await fs.unmount('/local')\n\
                 show(await content('b'), os.listdir('/local'), fs.mounted)\n\
                 await fails(fs.unmount('/local'))\n\
                 await fails(fs.sync('/local'))\n\
                 await fs.mount('/local', id='mine')\n\
                 show(read('/local/b'))\n\
                 show(await fs.revoke('/local', 'mine'), await fs.revoke('/local', 'mine'), fs.mounted)\n\
                 write('/file', '')\n\
                 await fails(fs.mount('/file'))\n\
                 write('/local/c', '')\n\
                 await fails(fs.mount('/local'))\n\
                 os.remove('/local/c')\n\
                 show('end')"
            ))).open();
            page.wait("the question", |_| page.text_of("document.querySelector('dialog.pyscript-fs')?.open") == "true");
            assert_eq!(page.text_of("document.querySelector('dialog.pyscript-fs').textContent"),
                "ℹ️ Persistent FileSystemPyScript would like to access a local folder.✅ Authorize ❌");
            page.run("document.querySelector('dialog.pyscript-fs button').click()");
            page.wait_for_line("end");
            assert_eq!(page.text_of("JSON.stringify(wish)"), "{\"mode\":\"readwrite\",\"id\":\"mine\",\"startIn\":\"downloads\"}");
            assert_eq!(page.seen().logged(), [
                "mounted {'/local': 'mine'} []",
                "ValueError Path '/local' is already mounted with a different ID. Unmount it first or use a different path.",
                "not there",
                "text",
                "more [] {}",
                "KeyError Path '/local' is not mounted. Cannot unmount.",
                "KeyError Path '/local' is not mounted. Use fs.mount() to mount it first.",
                "more",
                "True False {}",
                "OSError path '/file' points to a file not a directory",
                "OSError directory '/local' is not empty",
                "end",
            ]);
            assert_eq!(page.text_of("document.querySelector('dialog')"), "null");
            page.run("return navigator.storage.getDirectory().then(root => root.removeEntry('picked', { recursive: true }))");
            page.assert_no_errors();
        }
    }

    fn a_visitor_may_say_no(on) {
        let page = Site::page(&script(on, "", "await fails(fs.mount('/no'))\nwindow.eval('delete window.showDirectoryPicker')\nawait fails(fs.mount('/no'))\nshow('end')")).open();
        page.wait("the question", |_| page.text_of("document.querySelector('dialog.pyscript-fs')?.open") == "true");
        page.run("document.querySelectorAll('dialog.pyscript-fs button')[1].click()");
        page.wait_for_line("end");
        assert_eq!(page.seen().logged()[..2], ["RuntimeError storage permissions not granted", "OSError showDirectoryPicker is not supported"]);
    }

    fn a_folder_that_does_not_fit_says_so(on) {
        let mut page = Site::page(&format!("<script>ready = new Promise((go) => globalThis.go = go)</script>{}", script(on, "",
            "await window.ready\nawait fs.persist('/data')\nwrite('/data/large', 'x' * 300000)\nawait fails(fs.sync('/data'))\nshow('end')"
        ))).open();
        let origin = page.text_of("location.origin");
        page.browser().devtools("Storage.overrideQuotaForOrigin", &json!({ "origin": origin, "quotaSize": 100_000 })).unwrap();
        page.run("go()");
        page.wait_for_line("end");
        page.browser().devtools("Storage.overrideQuotaForOrigin", &json!({ "origin": origin })).unwrap();
        assert_eq!(page.seen().logged()[0], "OSError /data/large could not be kept: the browser has no room left for this site");
    }
}
