"""A program with mistakes, each marked: type checkers must find these and no others."""

from pyscript import Event, WebSocket, display, document, fetch, storage, web

display("x", target=3)  # error
display("x", into="out")  # error
number: int = document.title  # error
socket = WebSocket()  # error
socket2 = WebSocket("ws://localhost/", onmessage=3)  # error
Event().add_listener(3)  # error
Event().fire()  # error
web.page.append_all()  # error


async def main() -> None:
    (await fetch("x")).json().keys()  # error
    content: str = await fetch("x").bytearray()  # error
    kept = await storage(1)  # error
    kept.flush()  # error
