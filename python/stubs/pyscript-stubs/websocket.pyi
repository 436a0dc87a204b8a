from collections.abc import Callable
from typing import Any

class WebSocketEvent:
    data: Any
    def __init__(self, event: Any) -> None: ...
    def __getattr__(self, name: str) -> Any: ...

class WebSocket:
    CONNECTING: int
    OPEN: int
    CLOSING: int
    CLOSED: int
    readyState: int
    onopen: Callable[[WebSocketEvent], Any] | None
    onmessage: Callable[[WebSocketEvent], Any] | None
    onerror: Callable[[WebSocketEvent], Any] | None
    onclose: Callable[[WebSocketEvent], Any] | None
    def __init__(self, url: str, protocols: Any = None, **handlers: Callable[[WebSocketEvent], Any]) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    def send(self, data: str | bytes | bytearray | memoryview) -> None: ...
    def close(self, code: int | None = None, reason: str | None = None) -> None: ...
