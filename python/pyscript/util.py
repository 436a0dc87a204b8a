"""Small things that several modules share."""

import sys

import _pyscript
import js

# Both sides can read it: a way for data of any size.
_FILE = "/tmp/pyrite"
MICROPYTHON = sys.implementation.name == "micropython"


def as_bytearray(buffer):
    """Copies a JavaScript ArrayBuffer or typed array into a bytearray."""
    part = (buffer.buffer, buffer.byteOffset, buffer.byteLength) if hasattr(buffer, "buffer") else (buffer,)
    view = js.Uint8Array.new(*part)
    if not MICROPYTHON:
        return bytearray(view.to_bytes())
    # Item by item would take a second per megabyte.
    files = _pyscript.interpreter.FS
    files.writeFile(_FILE, view)
    data = bytearray(view.length)
    with open(_FILE, "rb") as file:
        file.readinto(data)
    files.unlink(_FILE)
    return data


def as_uint8_array(data):
    """Copies bytes, a bytearray or a memoryview into a JavaScript Uint8Array."""
    if MICROPYTHON:
        with open(_FILE, "wb") as file:
            file.write(data)
        files = _pyscript.interpreter.FS
        array = files.readFile(_FILE)
        files.unlink(_FILE)
        return array
    from pyodide.ffi import to_js

    return to_js(data)


def is_awaitable(value):
    """Tells whether calling a function gives something to await."""
    from _pyrite import is_coroutine_function

    return is_coroutine_function(value)


class NotSupported:
    """Takes the place of what does not exist here, and says so as soon as it is used."""

    def __init__(self, name, error):
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "error", error)

    def __repr__(self):
        return "<NotSupported " + self.name + " [" + self.error + "]>"

    def __getattr__(self, name):
        raise AttributeError(self.error)

    def __setattr__(self, name, value):
        raise AttributeError(self.error)

    def __call__(self, *args, **options):
        raise TypeError(self.error)
