"""Conversions between Python and JavaScript, the same on both interpreters."""

import _pyscript
import js

from pyscript.util import MICROPYTHON

if MICROPYTHON:
    from jsffi import JsException, create_proxy
    from jsffi import to_js as _to_js

    jsnull = None

    def to_js(value, **options):
        """Converts a Python value to JavaScript: dicts to objects, lists and tuples to arrays, copies both."""
        return _to_js(_with_names(value))

    def _with_names(value):
        # MicroPython leaves out keys that are small numbers.
        if isinstance(value, dict):
            return {key if isinstance(key, str) else str(key): _with_names(item) for key, item in value.items()}
        if not isinstance(value, (list, tuple)):
            return value
        # Most lists have nothing in them that could have names. Only numbers have a sum, which is the quickest look.
        try:
            sum(value)
        except Exception:
            if not set(map(type, value)) <= _PLAIN:
                return [_with_names(item) for item in value]
        return value

    _PLAIN = {int, float, str, bool, type(None)}

else:
    from pyodide import ffi as _own
    from pyodide.ffi import JsException

    # Older Pyodides give None in its place.
    jsnull = getattr(_own, "jsnull", None)

    def create_proxy(value):
        """Makes a proxy that JavaScript may keep; `destroy()` on it gives the memory back."""
        return _own.create_proxy(value)

    def to_js(value, **options):
        """Converts a Python value to JavaScript: dicts to objects, lists and tuples to arrays, copies both.

        Options are those of `pyodide.ffi.to_js`.
        """
        if "dict_converter" not in options:
            options["dict_converter"] = js.Object.fromEntries
        return _own.to_js(value, **options)


def is_none(value):
    """Tells whether a value is None or JavaScript's null."""
    return value is None or value is jsnull


# In a worker, what asks the page for several things in one go.
_page = getattr(_pyscript, "ffi", None)


def _is_of_page(target):
    return _page and _page.isRef(target)


def assign(target, *sources):
    """Copies the properties of JavaScript objects or dicts into a JavaScript object, and gives that back."""
    sources = [to_js(source) for source in sources]
    (_page if _is_of_page(target) else js.Object).assign(target, *sources)
    return target


def gather(target, *names):
    """Gives the values of several properties. In a worker, an object of the page is asked for all of them at once."""
    if _is_of_page(target):
        return list(_page.gather(target, *names))
    return [getattr(target, name, None) for name in names]


def query(target, path):
    """Gives what is at the end of a path: `query(document, "body.children[0].id")`. In a worker, in one go."""
    if _is_of_page(target):
        return _page.query(target, path)
    for key in path.replace("[", ".").replace("]", "").split("."):
        target = js.Reflect.get(target, key)
    return target


def direct(value):
    """Gives back the value itself: on the main thread everything is direct."""
    return value
