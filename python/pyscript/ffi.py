"""Conversions between Python and JavaScript, the same on both interpreters."""

import js

from pyscript.util import MICROPYTHON

if MICROPYTHON:
    from jsffi import JsException, create_proxy
    from jsffi import to_js as _to_js

    jsnull = None

    def to_js(value, **options):
        """Converts a Python value to JavaScript: dicts to objects, lists and tuples to arrays, copies both."""
        return _to_js(value)

else:
    from pyodide.ffi import JsException, jsnull
    from pyodide.ffi import create_proxy as _create_proxy
    from pyodide.ffi import to_js as _to_js

    def create_proxy(value):
        """Makes a proxy that JavaScript may keep; `destroy()` on it gives the memory back."""
        return _create_proxy(value)

    def to_js(value, **options):
        """Converts a Python value to JavaScript: dicts to objects, lists and tuples to arrays, copies both.

        Options are those of `pyodide.ffi.to_js`.
        """
        if "dict_converter" not in options:
            options["dict_converter"] = js.Object.fromEntries
        return _to_js(value, **options)


def is_none(value):
    """Tells whether a value is None or JavaScript's null."""
    return value is None or value is jsnull


def assign(target, *sources):
    """Copies the properties of JavaScript objects or dicts into a JavaScript object, and gives that back."""
    for source in sources:
        js.Object.assign(target, to_js(source))
    return target


def direct(value):
    """Gives back the value itself: on the main thread everything is direct."""
    return value
