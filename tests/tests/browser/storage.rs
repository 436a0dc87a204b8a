//! What stays in the browser from one visit to the next.

use std::fs;

use pyrite_tests::{Site, on_both_interpreters, paths};

/// Counts the visits of a page, and shows the count.
const COUNT: &str = "from pyscript import document, storage\n\
    store = await storage('visits')\n\
    store.update(count=store.get('count', 0) + 1)\n\
    store.setdefault('first', [store['count'], None])\n\
    store.pop('gone', None)\n\
    store['gone'] = True\n\
    store.pop('gone')\n\
    await store.sync()\n\
    document.getElementById('count').textContent = repr((store['count'], store['first'], 'gone' in store))";

on_both_interpreters! {
    fn storage_survives_a_reload_and_is_shared_with_workers(on) {
        let main = "<p id=\"count\"></p>".to_owned() + &on.script(COUNT);
        let worker = "<p id=\"count\"></p>".to_owned() + &on.script_with("worker", COUNT);
        let page = Site::page(&main).file("worker.html", format!("{}{worker}", pyrite_tests::HEAD)).open();
        let count = "document.getElementById('count').textContent";
        page.wait_until(&format!("{count} === '(1, [1, None], False)'"));
        page.reload();
        page.wait_until(&format!("{count} === '(2, [1, None], False)'"));
        page.goto("worker.html");
        page.wait_until(&format!("{count} === '(3, [1, None], False)'"));
        page.assert_no_errors();
    }

    fn storage_reads_what_pyscript_has_stored_and_the_other_way_round(on) {
        let code = "from pyscript import document, storage, window\n\
                    store = await storage('shared')\n\
                    await window.theirs\n\
                    store = await storage('shared')\n\
                    print('theirs', store['text'], repr(store['list']), store['nothing'], store['object']['a']['b'])\n\
                    store.clear()\n\
                    store.update(number=1, text='ours', parts={'list': ['ours', None]})\n\
                    await store.sync()\n\
                    window.check()";
        let body = format!(
            "<script type=\"module\">
               import {{ storage }} from './peer/storage.js';
               window.theirs = storage('shared').then(async (theirs) => {{
                 theirs.text = 'täxt';
                 theirs.list = [1, 'one', [true]];
                 theirs.nothing = null;
                 theirs.object = {{ a: {{ b: 'deep' }} }};
                 await theirs.sync();
               }});
               window.check = async () => {{
                 const theirs = await storage('shared');
                 console.log('ours', theirs.number, theirs.text, JSON.stringify(theirs.parts), 'list' in theirs);
               }};
             </script>{}",
            on.script(code)
        );
        let peer = paths::root().join("web/node_modules/@pyscript/core/dist/storage.js");
        let page = Site::page(&body).file("peer/storage.js", fs::read(peer).unwrap()).open();
        page.wait_for_line("theirs täxt [1, 'one', [True]] None deep");
        page.wait_for_line("ours 1 ours {\"list\":[\"ours\",null]} false");
        page.assert_no_errors();
    }
}

#[test]
fn javascript_uses_the_same_storage() {
    let body = "<script type=\"module\">
      import storage, { storage as named } from '/_pyrite/storage.js';
      console.log('one function', storage === named);
      try { await storage('') } catch (error) { console.log(error.name, error.message) }
      const store = await storage('js');
      const self = { name: 'self' };
      self.self = self;
      Object.assign(store, { a: 1, b: 'two', c: [null, { d: 'two' }], bytes: new Uint8Array([1, 255]), buffer: new Uint8Array([7]).buffer, self });
      try { store.wrong = () => 1 } catch (error) { console.log(error.name, error.message) }
      delete store.a;
      await store.sync();
      const again = await storage('js');
      console.log(Object.keys(again).sort().join(), 'a' in again, 'b' in again, 'wrong' in store);
      console.log(JSON.stringify(again.c), again.bytes.join(), again.buffer instanceof ArrayBuffer, again.self.self.self.name);
      again.clear();
      await again.sync();
      console.log('left', Object.keys(again).length, Object.keys(await storage('js')).length);
    </script>";
    let page = Site::page(body).open();
    let seen = page.wait_for_line("left 0 0");
    assert_eq!(
        seen.logged(),
        [
            "one function true",
            "SyntaxError The storage name must be defined",
            "TypeError Unexpected value: () => 1",
            "b,buffer,bytes,c,self false true false",
            "[null,{\"d\":\"two\"}] 1,255 true self",
            "left 0 0",
        ]
    );
    page.assert_no_errors();
}

#[test]
fn a_storage_that_the_browser_refuses_says_why() {
    let body = "<script type=\"module\">
      const open = IDBFactory.prototype.open;
      // As a browser does that keeps nothing.
      IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError') };
      const { storage } = await import('/_pyrite/storage.js');
      await storage('a').catch((error) => console.log(error.message));
      IDBFactory.prototype.open = open;
      const store = await storage('a');
      IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') };
      store.a = 1;
      await store.sync().catch((error) => console.log(error.message));
      await store.sync();
      console.log('told once');
    </script>";
    let page = Site::page(body).open();
    let seen = page.wait_for_line("told once");
    assert_eq!(
        seen.logged()[..2],
        [
            "The browser keeps no data for this page, so storage \"a\" cannot be opened: SecurityError: denied",
            "Storage \"a\" could not be written: the browser has no room left for this site",
        ]
    );
}
