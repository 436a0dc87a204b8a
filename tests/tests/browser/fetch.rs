//! `fetch`: data as Python values.

use pyrite_tests::{Fault, Site, on_both_interpreters};

on_both_interpreters! {
    fn content_comes_as_python_values(on) {
        let page = Site::page(&on.script(
            "from pyscript import fetch\n\
             response = await fetch('./data.json')\n\
             print(response.ok, response.status, response.headers.get('content-type').split(';')[0])\n\
             print((await response.json())['list'][1])\n\
             print(await fetch('data.json').json() == {'list': [1, 'zwö', None, True]})\n\
             print(await fetch('/text.txt').text())\n\
             data = await fetch('bytes.bin').bytearray()\n\
             print(type(data).__name__, list(data))\n\
             view = await fetch('bytes.bin').arrayBuffer()\n\
             print(type(view).__name__, bytes(view) == bytes(data))\n\
             blob = await fetch('bytes.bin').blob()\n\
             print(blob.size)"
        ))
        .file("data.json", "{\"list\": [1, \"zwö\", null, true]}")
        .file("text.txt", "grüße")
        .file("bytes.bin", [0, 255, 128])
        .open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(
            seen.logged(),
            ["True 200 application/json", "zwö", "True", "grüße", "bytearray [0, 255, 128]", "memoryview True", "3"],
            "{:?}", seen.errors()
        );
        page.assert_no_errors();
    }

    fn an_error_status_is_a_response_and_a_failure_an_exception(on) {
        let page = Site::page(&on.script(
            "from pyscript import fetch\n\
             response = await fetch('nope.txt')\n\
             print(response.ok, response.status)\n\
             try:\n    await fetch('refused.txt')\nexcept Exception as error:\n    print('failed', 'Failed to fetch' in str(error))"
        )).fault("refused.txt", Fault::Refuse).open();
        let seen = page.wait_for_event(&on.event("done"));
        assert_eq!(seen.logged(), ["False 404", "failed True"], "{:?}", seen.errors());
    }

    fn options_reach_the_request(on) {
        let page = Site::page(&on.script(
            "from pyscript import fetch\n\
             response = await fetch('text.txt', method='HEAD', headers={'Range': 'bytes=0-1'})\n\
             print(response.status, repr(await response.text()))\n\
             response = await fetch('text.txt', headers={'Range': 'bytes=0-1'})\n\
             print(response.status, await response.text())\n\
             response = await fetch('text.txt', method='POST', body='{}')\n\
             print(response.status)"
        )).file("text.txt", "abcdef").open();
        let seen = page.wait_for_event(&on.event("done"));
        let lines = seen.logged();
        assert!(lines[0].ends_with(" ''"), "{lines:?}");
        assert_eq!(lines[1..], ["206 ab", "405"], "{:?}", seen.errors());
    }
}
