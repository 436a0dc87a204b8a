from collections.abc import Callable
from typing import Any

class WebSocketEvent:
    #: What came: text as str, bytes as a memoryview.
    data: Any
    def __init__(self, event: Any) -> None: ...
    def __getattr__(self, name: str) -> Any: ...

class WebSocket:
    CONNECTING: int
    OPEN: int
    CLOSING: int
    CLOSED: int
    #: One of the four states below.
    readyState: int
    #: Called when both sides can send; plain or async.
    onopen: Callable[[WebSocketEvent], Any] | None
    #: Called with each message; its `data` is a str or a memoryview.
    onmessage: Callable[[WebSocketEvent], Any] | None
    #: Called when the connection fails.
    onerror: Callable[[WebSocketEvent], Any] | None
    #: Called when it has ended, with `code` and `reason`.
    onclose: Callable[[WebSocketEvent], Any] | None
    def __init__(self, url: str, protocols: Any = None, **handlers: Callable[[WebSocketEvent], Any]) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    def send(self, data: str | bytes | bytearray | memoryview) -> None: ...
    def close(self, code: int | None = None, reason: str | None = None) -> None: ...
