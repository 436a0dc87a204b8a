"""`fetch`, against the real server."""

import json

import js
from harness import MAIN, equal, window
from pyscript import fetch


def _url(path):
    return str(window.location.origin) + path


async def test_content_comes_in_every_form():
    text = '{"name": "t\xe4st", "list": [1, null]}'
    url = _url("/data/sample.json")
    equal((await fetch(url).text()).strip(), text)
    equal(await fetch(url).json(), {"name": "t\xe4st", "list": [1, None]})
    data = await fetch(url).bytearray()
    assert isinstance(data, bytearray)
    equal(json.loads(bytes(data).decode())["name"], "t\xe4st")
    buffer = await fetch(url).arrayBuffer()
    assert isinstance(buffer, memoryview)
    equal(bytes(buffer), bytes(data))
    blob = await fetch(url).blob()
    equal(blob.size, len(data))


async def test_a_response_has_what_javascripts_has():
    response = await fetch(_url("/data/sample.json"))
    assert response.ok
    equal((response.status, response.statusText), (200, "OK"))
    assert "json" in response.headers.get("content-type")
    equal((await response.json())["list"], [1, None])


async def test_an_error_status_is_a_response():
    response = await fetch(_url("/data/none.json"))
    assert not response.ok
    equal(response.status, 404)


async def test_addresses_may_be_relative_to_the_page():
    equal((await fetch("/data/sample.json").json())["name"], "t\xe4st")
    if MAIN:
        equal((await fetch("./data/sample.json").json())["name"], "t\xe4st")


async def test_options_go_to_javascript():
    response = await fetch(_url("/data/sample.json"), method="HEAD", headers={"X-Own": "1"})
    assert response.ok
    equal(await response.text(), "")


async def test_a_request_can_be_aborted():
    controller = js.AbortController.new()
    controller.abort()
    failed = None
    try:
        await fetch(_url("/data/sample.json"), signal=controller.signal)
    except Exception as error:
        failed = error
    assert failed is not None and "abort" in str(failed).lower(), failed
