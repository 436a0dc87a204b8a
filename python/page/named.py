"""Workers by their names, on the main thread; `workers.js` brings it to the pages that ask for one."""

import builtins
import json

import js
from pyscript.util import MICROPYTHON

if MICROPYTHON:
    from jsffi import JsProxy

    def to_python(value):
        """Makes Python values of plain data; all else stays JavaScript's."""
        if value is None or not isinstance(value, JsProxy):
            return None if value is getattr(js, "undefined", None) else value
        if js.Array.isArray(value):
            return [to_python(item) for item in value]
        tag = js.Object.prototype.toString.call(value)
        if tag == "[object Object]":
            return {key: to_python(value[key]) for key in js.Object.keys(value)}
        if tag == "[object Map]":
            return {to_python(pair[0]): to_python(pair[1]) for pair in getattr(js.Array, "from")(value)}
        if tag == "[object Set]":
            return {to_python(item) for item in getattr(js.Array, "from")(value)}
        if tag in ("[object Uint8Array]", "[object ArrayBuffer]"):
            return bytes(js.Uint8Array.new(value))
        return value

else:
    from pyodide import ffi
    from pyodide.ffi import JsProxy

    # Older Pyodides give None in its place.
    jsnull = getattr(ffi, "jsnull", None)

    def to_python(value):
        """Makes Python values of plain data; all else stays JavaScript's."""
        return _finish(value.to_py() if isinstance(value, JsProxy) else value)

    def _finish(value):
        if value is jsnull:
            return None
        if isinstance(value, memoryview) and value.format == "B":
            return bytes(value)
        if isinstance(value, list):
            value[:] = [_finish(item) for item in value]
        elif isinstance(value, dict):
            for key in value:
                value[key] = _finish(value[key])
        return value


class WorkerTraceback(Exception):
    """Where in the worker an exception was raised."""

    def __str__(self):
        return self.args[0]


def _error(name, text):
    """Gives an exception of the type that it had in the worker, where this is one of Python's own."""
    kind = getattr(builtins, name, None)
    is_ours = text.startswith("Traceback (most recent call last)")
    message = text.rstrip()
    if is_ours:
        # A traceback ends with the type and the message.
        found = message.rfind("\n" + name)
        message = message[found + 1 + len(name) :] if found >= 0 else ""
        message = message[2:] if message.startswith(": ") else message
        if name == "KeyError" and message[:1] == message[-1:] == "'":
            message = message[1:-1]
    try:
        error = kind(message)
        if not isinstance(error, BaseException):
            raise TypeError
    except TypeError:
        error = RuntimeError(message if name == "Error" else name + ": " + message)
    if is_ours and not MICROPYTHON:
        error.__cause__ = WorkerTraceback(text)
    return error


def _value(settled):
    if settled.failed:
        raise _error(settled.name, settled.message)
    return settled.value


class _Call:
    """A call on its way: await it for what the worker's function gives."""

    def __init__(self, later):
        self._later = later

    def __getattr__(self, name):
        # `then` and its like, for JavaScript.
        return getattr(self._later.promise, name)

    async def _result(self):
        return to_python(_value(await self._later.settled()))

    def __await__(self):
        return self._result().__await__()

    # MicroPython awaits whatever can be iterated.
    def __iter__(self):
        return self._result()


class _Named:
    """A worker that has a name: its attributes are the functions that it exports."""

    def __init__(self, page, life):
        self._page = page
        self._life = life

    def __getattr__(self, name):
        return lambda *args: _Call(self._page.ask(self._life, name, *args))


async def find(page, name, script):
    """Gives the worker of this name when its code has run."""
    return _Named(page, _value(await page.find(name, script).settled()))


async def create(page, src, name, config=None, type="py"):
    """Adds a worker to the page that runs a file, and gives it as `find` does."""
    script = js.document.createElement("script")
    script.type = {"pyodide": "py", "micropython": "mpy"}.get(type, type)
    script.src = src
    script.setAttribute("worker", "")
    script.setAttribute("name", name)
    if config:
        script.setAttribute("config", config if isinstance(config, str) else json.dumps(config))
    js.document.body.append(script)
    return await find(page, name, js.document.currentScript)
