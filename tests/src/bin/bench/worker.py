# What a worker's Python does with the page, timed: the same on both sides and both interpreters.
import js
from pyscript import document, ffi, window

now = js.performance.now
body = document.body
table = document.createElement("table")
body.appendChild(table)
item = document.createElement("p")
item.textContent = "text"
body.appendChild(item)
megabyte = js.Uint8Array.new(1 << 20)
numbers = list(range(1000))


def read():
    return document.title


def write():
    document.title = "written"


def create():
    return document.createElement("p")


def append():
    return body.appendChild(item)


def chain():
    return document.body.lastElementChild.textContent


def bytes_to():
    window.bytesTaken = megabyte


def bytes_from():
    return window.bytesGiven


def list_to():
    window.listTaken = ffi.to_js(numbers)


def list_from():
    return list(window.listGiven)


def row():
    line = document.createElement("tr")
    cell = document.createElement("td")
    cell.textContent = "cell"
    line.appendChild(cell)
    table.appendChild(line)


def check(name, result):
    if name == "chain":
        assert result == "text", result
    elif name == "create":
        assert result.localName == "p"
    elif name == "bytes_from":
        assert result.length == 1 << 20
    elif name == "list_from":
        assert len(result) == 1000 and result[999] == 999


def spend(work, milliseconds, most):
    """Works for so long, or so often, and gives the milliseconds of one time."""
    done, step, start = 0, 1, now()
    while True:
        for _ in range(step):
            work()
        done += step
        spent = now() - start
        if spent > milliseconds or done >= most:
            return spent / done
        # The clock is looked at seldom when the work is quick.
        step = max(1, min(500, done // 8, most - done))


measured = window.measured
for work in (read, write, chain, create, append, bytes_to, bytes_from, list_to, list_from, row):
    name = work.__name__
    check(name, work())
    if name == "row":
        # A thousand, or as many as fit into two seconds.
        setattr(measured, name, spend(work, 2000, 999))
        continue
    # Engines make code that runs often faster, here and on the page.
    spend(work, 100, 20000)
    setattr(measured, name, spend(work, 250, 100000))


def called(value):
    return value + 1


window.called = ffi.create_proxy(called)
assert window.bytesTaken.length == 1 << 20 and window.listTaken.length == 1000
assert document.title == "written"
body.dataset.proof = "42"
