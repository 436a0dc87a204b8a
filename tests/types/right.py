"""A program that uses the package as it should be used: type checkers must have nothing to say."""

import asyncio

import js
from pyscript import (
    HTML,
    RUNNING_IN_WORKER,
    Event,
    PyWorker,
    Storage,
    WebSocket,
    config,
    create_named_worker,
    current_target,
    display,
    document,
    fetch,
    ffi,
    flatted,
    fs,
    js_import,
    js_modules,
    media,
    py_import,
    storage,
    sync,
    util,
    web,
    when,
    window,
    workers,
)
from pyscript import context as context
from pyscript.ffi import create_proxy, to_js
from pyscript.js_modules import d3
from pyscript.web import Element, button, div, page
from pyscript.websocket import WebSocketEvent

changed = Event()


@when("click", "#go", once=True)
def go(event: object) -> None:
    display("hello", HTML("<b>you</b>"), target="out", append=False)
    changed.trigger(1)


@when(changed)
async def later(result: int) -> None:
    response = await fetch("data.json", method="POST", body=b"x")
    if response.ok:
        data = await response.json()
        display(data["name"])
    text: str = await fetch("data.txt").text()
    content: bytearray = await fetch("data.bin").bytearray()
    display(text, len(content), response.status)


async def main() -> None:
    kept: Storage = await storage("notes")
    kept["a"] = [1, 2]
    await kept.sync()
    worker = PyWorker("./w.py", type="micropython")
    await worker.ready
    worker.terminate()
    (module,) = await js_import("./m.js")
    module.anything()
    (six,) = await py_import("six")
    display(six.__name__)
    named = await create_named_worker("./w.py", "w")
    await named.work()
    await workers["w"].work()
    await fs.mount("/data")
    await fs.persist("/notes")
    for device in await media.list_devices():
        display(device.label, device["id"])


def dom() -> None:
    title: str = document.title
    window.setTimeout(lambda: None, 10)
    window.anything_else("works").too
    js.console.log(title)
    js.setTimeout(lambda: None, 10)
    element = document.querySelector("#x")
    element.classList.add("done")
    for row in document.querySelectorAll("tr"):
        row.remove()
    page.append(div(button("press me", on_click=go), classes="box"))
    first: Element = page.find("p")[0]
    first.style["color"] = "red"
    canvas = web.canvas(width=10)
    canvas.draw(web.video().snap())


def rest(event: WebSocketEvent) -> None:
    display(event.data, current_target(), config["type"], RUNNING_IN_WORKER)
    create_proxy(rest)
    to_js({"a": 1})
    ffi.assign(js.Object.new(), {"a": 1})
    assert flatted.parse(flatted.stringify({"a": 1})) == {"a": 1}
    sync.work(1)
    d3.select("p")
    js_modules.leaflet.map("map")
    util.as_bytearray(js.Uint8Array.new(4))


socket = WebSocket("ws://localhost/", onmessage=rest)
socket.send(b"bytes")
asyncio.create_task(main())
