"""What Python code needs of the page it runs in.

`window` and `document` are the browser's own. `display` shows values on the page, `when` reacts to events, `fetch`
gets data, `ffi` converts between Python and JavaScript.
"""

import sys

# Which module a name comes from. Modules are imported when their first name is asked for.
_NAMES = {
    "RUNNING_IN_WORKER": "context",
    "config": "context",
    "current_target": "context",
    "document": "context",
    "sync": "context",
    "window": "context",
    "display": "_display",
    "HTML": "_display",
    "PyWorker": "_workers",
    "create_named_worker": "_workers",
    "workers": "_workers",
    "fetch": "_fetch",
    "js_import": "_imports",
    "py_import": "_imports",
    "Storage": "_storage",
    "storage": "_storage",
    "WebSocket": "websocket",
    "Event": "events",
    "when": "events",
}
_MODULES = ("context", "events", "ffi", "flatted", "fs", "js_modules", "media", "util", "web", "websocket")
# What `from pyscript import *` gives: nothing that has to be fetched.
__all__ = [name for name in _NAMES if _NAMES[name] in ("context", "_display", "_fetch", "events")]


class _Module:
    """A submodule that has the name of a function of this package: importing it must not hide the function."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        return getattr(_load(self._name), name)


def _load(name):
    return __import__("pyscript." + name, None, None, ["*"])


for _name in ("display", "fetch", "storage", "workers"):
    sys.modules["pyscript." + _name] = _Module("_" + _name)


def __getattr__(name):
    if name in _NAMES:
        value = getattr(_load(_NAMES[name]), name)
    elif name in _MODULES:
        value = _load(name)
    elif name == "js":
        value = __import__(name)
    else:
        # `from pyscript import …` makes an ImportError of this; MicroPython lets it through as it is, and an
        # ImportError is what people catch.
        kind = ImportError if sys.implementation.name == "micropython" else AttributeError
        raise kind("module 'pyscript' has no attribute '" + name + "'")
    globals()[name] = value
    return value


def __dir__():
    return sorted(list(globals()) + list(_NAMES) + list(_MODULES))
