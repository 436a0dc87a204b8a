"""The samples of PyScript's FAQ about functions, conversions and files, as they stand there."""

import os

from harness import equal, place, until
from pyscript import document, fetch, ffi, window

printed = []


def print(*values):
    printed.append(" ".join(str(value) for value in values))


async def test_contexts_of_create_proxy():
    printed.clear()
    # fmt: off
    window.setTimeout(
      ffi.create_proxy(print),
      100,
      "print"
    )

    window.setTimeout(
      ffi.create_proxy(
        lambda x: print(x)
      ),
      100,
      "lambda"
    )

    def print_type(event):
        print(event.type)

    window.addEventListener(
      "some:event",
      ffi.create_proxy(print_type),
      ffi.to_js({"once": True})
    )

    window.Object().no_create_function = lambda: print("ok")
    # fmt: on
    window.dispatchEvent(window.Event.new("some:event"))
    await until(lambda: len(printed) == 3)
    equal(sorted(printed), ["lambda", "print", "some:event"])


async def test_contexts_without_create_proxy():
    printed.clear()
    # fmt: off
    window.setTimeout(print, 100, "print")

    window.setTimeout(lambda x: print(x), 100, "lambda")

    def print_type(event):
        print(event.type)

    window.addEventListener(
      "some:event",
      print_type,
      ffi.to_js({"once": True})
    )
    # fmt: on
    window.dispatchEvent(window.Event.new("some:event"))
    await until(lambda: len(printed) == 3)
    equal(sorted(printed), ["lambda", "print", "some:event"])


async def test_a_sticky_lambda():
    printed.clear()
    document.onclick = lambda e: print(e.type)
    document.body.click()
    await until(lambda: printed)
    equal(printed, ["click"])
    document.onclick = None


async def test_a_custom_event():
    printed.clear()
    window.addEventListener("custom:event", lambda e: print(e.type))
    window.dispatchEvent(window.Event.new("custom:event"))
    await until(lambda: printed)


async def test_destroying_a_proxy():
    printed.clear()
    proxy = ffi.create_proxy(lambda event: print(event.type))
    window.addEventListener("once:event", proxy, ffi.to_js({"once": True}))
    window.dispatchEvent(window.Event.new("once:event"))
    await until(lambda: printed)
    if hasattr(proxy, "destroy"):
        proxy.destroy()


def test_conversion_detaches():
    python_dict = {"some": "thing"}
    js_object = ffi.to_js(python_dict)
    js_object.some = "else"
    equal(python_dict["some"], "thing")
    equal(window.JSON.stringify(ffi.to_js({"a": [1, {"b": 2}]})), '{"a":[1,{"b":2}]}')


def test_text_files():
    with open("./test.txt", "w") as dest:
        dest.write("hello vFS")
    with open("./test.txt", "r") as source:
        equal(source.read(), "hello vFS")
    os.remove("./test.txt")


async def test_binary_files():
    with open("./page.bin", "wb") as dest:
        dest.write(await fetch("python/harness.py").bytearray())
    with open("./page.bin", "rb") as source:
        equal(source.read()[:3], b'"""')
    os.remove("./page.bin")


async def test_upload():
    out = place('<input type="file">')
    input = out.querySelector("input")
    done = []

    async def on_change(event):
        for file in input.files:
            tmp = window.URL.createObjectURL(file)
            with open(f"./{file.name}", "wb") as dest:
                dest.write(await fetch(tmp).bytearray())
            window.URL.revokeObjectURL(tmp)
        done.append(1)

    input.onchange = on_change
    # The visitor's choice.
    chosen = window.DataTransfer.new()
    chosen.items.add(window.File.new(ffi.to_js(["uploaded"]), "upload.txt"))
    input.files = chosen.files
    input.dispatchEvent(window.Event.new("change"))
    await until(lambda: done)
    with open("./upload.txt") as source:
        equal(source.read(), "uploaded")
    os.remove("./upload.txt")


async def test_download_by_a_loop():
    data = b"\x00\xff text"
    buffer = window.Uint8Array.new(len(data))
    for pos, b in enumerate(data):
        buffer[pos] = b
    details = ffi.to_js({"type": "a/b"})
    file = window.File.new([buffer], "name", details)
    equal((file.name, file.type, file.size), ("name", "a/b", len(data)))
    equal((await file.text())[2:], " text")


async def test_download_by_from():
    data = b"\x00 text"
    buffer = window.Uint8Array.from_(data)
    file = window.File.new([buffer], "name", ffi.to_js({"type": "a/b"}))
    equal(await file.text(), "\x00 text")


async def test_download_by_a_blob():
    content = "some text"
    blob = window.Blob.new([content], ffi.to_js({"type": "text/plain"}))
    url = window.URL.createObjectURL(blob)
    link = document.createElement("a")
    link.href = url
    link.download = "name.txt"
    equal(await fetch(url).text(), "some text")
    window.URL.revokeObjectURL(url)
