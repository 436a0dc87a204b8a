"""Requests, with the response as Python values."""

import _pyscript
import js

from pyscript.ffi import to_js
from pyscript.util import as_bytearray, as_uint8_array


class _Response:
    """A response; what Python has no form for is asked of the JavaScript one."""

    def __init__(self, response):
        self._response = response

    def __getattr__(self, name):
        return getattr(self._response, name)

    async def text(self):
        return await self._response.text()

    async def json(self):
        import json

        return json.loads(await self._response.text())

    async def arrayBuffer(self):
        return memoryview(as_bytearray(await self._response.arrayBuffer()))

    async def bytearray(self):
        return as_bytearray(await self._response.arrayBuffer())

    async def blob(self):
        return await self._response.blob()


class _Request:
    """A request on its way: await it for the response, or one of its methods for the content at once."""

    def __init__(self, promise):
        self._promise = promise

    def __getattr__(self, name):
        # `then` and its like, for JavaScript.
        return getattr(self._promise, name)

    async def _response(self):
        return _Response(await self._promise)

    def __await__(self):
        return self._response().__await__()

    # MicroPython awaits whatever can be iterated.
    def __iter__(self):
        return self._response()

    async def text(self):
        return await (await self._response()).text()

    async def json(self):
        return await (await self._response()).json()

    async def arrayBuffer(self):
        return await (await self._response()).arrayBuffer()

    async def bytearray(self):
        return await (await self._response()).bytearray()

    async def blob(self):
        return await (await self._response()).blob()


def _option(value):
    return as_uint8_array(value) if isinstance(value, (bytes, bytearray, memoryview)) else to_js(value)


def _address(url):
    # What is relative is relative to the page, and a worker has another address.
    return js.URL.new(url, _pyscript.page).href if isinstance(url, str) and hasattr(_pyscript, "page") else url


def _settings(options):
    body = options.get("body")
    if isinstance(body, (dict, list)):
        import json

        options["body"] = json.dumps(body)
        if options.get("headers") is None:
            options["headers"] = {"Content-Type": "application/json"}
    settings = js.Object.new()
    for name, value in options.items():
        setattr(settings, name, _option(value))
    return settings


def fetch(url, **options):
    """Requests an address. Options are those of JavaScript's `fetch`; a body may be text, bytes, a dict or list, which
    is sent as JSON, or any JavaScript one.

    `await fetch(url)` gives the response, `await fetch(url).text()` (or `json`, `bytearray`, `arrayBuffer`, `blob`)
    its content. A response with an error status is a response: look at its `ok`.
    """
    return _Request(js.fetch(_address(url), _settings(options)))
