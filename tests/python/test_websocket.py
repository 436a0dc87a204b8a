"""`pyscript.websocket`, with a server that sends everything back and closes when it is told `close`."""

from harness import equal, raises, until, window
from pyscript import WebSocket
from pyscript.websocket import WebSocketEvent


def _address():
    return str(window.ECHO)


async def test_texts_go_there_and_back():
    heard = []
    socket = WebSocket(
        _address(),
        onopen=lambda event: heard.append(event.type),
        onmessage=lambda event: heard.append(event.data),
    )
    equal(socket.readyState, WebSocket.CONNECTING)
    await until(lambda: heard)
    equal(socket.readyState, WebSocket.OPEN)
    socket.send("hällo")
    await until(lambda: len(heard) == 2)
    equal(heard, ["open", "hällo"])
    socket.close()
    equal(socket.readyState, WebSocket.CLOSING)
    await until(lambda: socket.readyState == WebSocket.CLOSED)


async def test_bytes_go_there_and_back():
    heard = []

    def opened(event):
        for data in (b"\x00\xff", bytearray(b"ab"), memoryview(b"cd")):
            socket.send(data)

    socket = WebSocket(_address(), onopen=opened)
    socket.onmessage = lambda event: heard.append(event.data)
    await until(lambda: len(heard) == 3)
    for data in heard:
        assert isinstance(data, memoryview), data
    equal([bytes(data) for data in heard], [b"\x00\xff", b"ab", b"cd"])
    socket.close()


async def test_handlers_may_be_async_and_methods():
    heard = []

    class Client:
        async def onopen(self, event):
            assert isinstance(event, WebSocketEvent)
            self.socket.send("close")

        async def onclose(self, event):
            heard.append((event.code, event.reason, event.wasClean))

    client = Client()
    client.socket = WebSocket(_address(), onopen=client.onopen, onclose=client.onclose)
    await until(lambda: heard)
    equal(heard, [(4001, "asked", True)])


async def test_closing_takes_a_code_and_a_reason():
    heard = []

    async def closed(event):
        heard.append((event.code, event.reason))

    socket = WebSocket(_address(), onopen=lambda event: socket.close(4000, "done"), onclose=closed)
    await until(lambda: heard)
    equal(heard, [(4000, "done")])


async def test_protocols_are_offered():
    for protocols in ("echo", ["other", "echo"]):
        heard = []
        socket = WebSocket(_address(), protocols, onopen=heard.append)
        await until(lambda: heard)
        equal(socket.protocol, "echo")
        socket.close()


async def test_a_failed_connection_is_told():
    heard = []
    WebSocket("ws://127.0.0.1:1023/", onerror=lambda event: heard.append(event.type), onclose=lambda event: heard.append(event.code))
    await until(lambda: len(heard) == 2)
    equal(heard, ["error", 1006])


def test_an_unknown_handler_is_an_error():
    with raises(TypeError, "WebSocket has no handler named 'onmesage'"):
        WebSocket(_address(), onmesage=print)


def test_the_states_are_those_of_javascript():
    equal((WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED), (0, 1, 2, 3))
