"""`pyscript.fetch`: requests, with addresses relative to the page, also in workers."""

import js
from harness import equal, raises
from pyscript import fetch, ffi, window


async def test_relative_addresses_are_relative_to_the_page():
    for address in ("./python/harness.py", "python/harness.py", "/python/harness.py"):
        equal("def skip_if" in await fetch(address).text(), True)
    equal((await fetch(js.URL.new("/python/harness.py", window.location.href))).ok, True)


async def test_a_response_has_what_javascript_gives_it():
    response = await fetch("python/harness.py")
    equal((response.ok, response.status, response.url.endswith("/python/harness.py")), (True, 200, True))
    equal(response.headers.get("content-type").split(";")[0], "text/x-python")


async def test_content_in_each_form():
    text = await (await fetch("python/harness.py")).text()
    data = await fetch("python/harness.py").bytearray()
    equal(type(data), bytearray)
    equal(data.decode(), text)
    view = await fetch("python/harness.py").arrayBuffer()
    equal(type(view), memoryview)
    equal(bytes(view), bytes(data))
    equal((await fetch("python/harness.py").blob()).size, len(data))


async def test_what_is_not_there_is_a_response():
    response = await fetch("python/nope.py")
    equal((response.ok, response.status), (False, 404))


async def test_a_request_that_fails_raises():
    with raises(ffi.JsException, "Failed to fetch"):
        await fetch("http://127.0.0.1:1/")
    with raises(ffi.JsException, "URL"):
        await fetch("http://")


async def sent(body, **options):
    """What a request with this body sends: its body as text, and its type."""
    from pyscript import _fetch

    options.update({"method": "POST", "body": body})
    request = js.Request.new(window.location.href, _fetch._settings(options))
    kind = request.headers.get("content-type")
    return await request.text(), kind if isinstance(kind, str) else None


async def test_bodies():
    equal(await sent("text"), ("text", "text/plain;charset=UTF-8"))
    equal(await sent(b"bytes"), ("bytes", None))
    equal(await sent(bytearray(b"bytes")), ("bytes", None))
    equal(await sent(memoryview(b"bytes")), ("bytes", None))
    equal(await sent({"a": [1, None]}), ('{"a": [1, null]}', "application/json"))
    equal(await sent([1], headers={"Content-Type": "x/y"}), ("[1]", "x/y"))
    blob = js.Blob.new(ffi.to_js(["blob"]), ffi.to_js({"type": "a/b"}))
    equal(await sent(blob), ("blob", "a/b"))
    form = js.FormData.new()
    form.append("name", "value")
    text, kind = await sent(form)
    equal(('name="name"\r\n\r\nvalue' in text, kind.split(";")[0]), (True, "multipart/form-data"))
    query = js.URLSearchParams.new("a=1")
    equal((await sent(query))[0], "a=1")


async def test_a_request_can_be_aborted():
    controller = js.AbortController.new()
    controller.abort()
    with raises(ffi.JsException, "abort") as raised:
        await fetch("python/harness.py", signal=controller.signal)
    equal(raised.error.name, "AbortError")


async def test_headers_of_javascript():
    headers = js.Headers.new()
    headers.append("Range", "bytes=0-2")
    response = await fetch("python/harness.py", headers=headers)
    equal((response.status, await response.text()), (206, '"""'))


async def test_large_content():
    size = 1_000_000
    blob = js.Blob.new(ffi.to_js([js.Uint8Array.new(size)]))
    address = js.URL.createObjectURL(blob)
    data = await fetch(address).bytearray()
    equal((len(data), data[0], data[-1]), (size, 0, 0))
    js.URL.revokeObjectURL(address)
