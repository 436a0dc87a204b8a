"""WebSockets, with handlers in Python."""

import asyncio

import js

from _pyrite import bind

from pyscript.ffi import to_js
from pyscript.util import as_bytearray, as_uint8_array, is_awaitable


class WebSocketEvent:
    """An event of a socket. `data` is a str or a memoryview; everything else is the event's own."""

    def __init__(self, event):
        self._event = event

    def __getattr__(self, name):
        value = getattr(self._event, name)
        if name == "data" and hasattr(value, "byteLength"):
            value = memoryview(as_bytearray(value))
        return value


def _handler(function):
    if is_awaitable(function):

        def handle(event):
            asyncio.create_task(function(WebSocketEvent(event)))

    else:

        def handle(event):
            function(WebSocketEvent(event))

    return bind(handle)


class WebSocket:
    """A connection to a server that both sides may send on.

    `WebSocket("wss://example.com/", onmessage=print)`. The handlers `onopen`, `onmessage`, `onerror` and `onclose` are
    plain or async functions of one event; they may be given by keyword or assigned later. Everything else is as in
    JavaScript: `readyState`, `url`, `bufferedAmount`. `protocols` is a text or a list of them.
    """

    #: A `readyState`: nothing can be sent yet.
    CONNECTING = 0
    #: A `readyState`: both sides can send.
    OPEN = 1
    #: A `readyState`: one side has begun to end it.
    CLOSING = 2
    #: A `readyState`: it has ended, or never came about.
    CLOSED = 3

    def __init__(self, url, protocols=None, **handlers):
        for name in handlers:
            if name not in ("onopen", "onmessage", "onerror", "onclose"):
                raise TypeError("WebSocket has no handler named '" + name + "'")
        socket = js.WebSocket.new(url) if protocols is None else js.WebSocket.new(url, to_js(protocols))
        socket.binaryType = "arraybuffer"
        object.__setattr__(self, "_js_websocket", socket)
        for name, function in handlers.items():
            setattr(self, name, function)

    def __getattr__(self, name):
        return getattr(self._js_websocket, name)

    def __setattr__(self, name, value):
        if name.startswith("on") and callable(value):
            value = _handler(value)
        setattr(self._js_websocket, name, value)

    def send(self, data):
        """Sends a str as text, and bytes, a bytearray or a memoryview as binary data."""
        self._js_websocket.send(data if isinstance(data, str) else as_uint8_array(data))

    def close(self, code=None, reason=None):
        """Ends the connection. `code` is 1000 or between 3000 and 4999, `reason` a short text."""
        if code is None:
            self._js_websocket.close()
        elif reason is None:
            self._js_websocket.close(code)
        else:
            self._js_websocket.close(code, reason)
