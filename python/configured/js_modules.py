"""JavaScript modules that the configuration names: `from pyscript.js_modules import NAME`."""

# Any other name may be that of a JavaScript module.
import sys as _sys

import _pyscript
import js as _js

from pyscript.util import MICROPYTHON as _MICROPYTHON


def _names(value):
    return list(_js.Object.keys(value))


_modules = getattr(_pyscript, "js_modules", None)
_known = _names(_modules) if _modules else []


def _load(name):
    # In a worker, a module of the page is imported now; why that fails comes as text.
    value = getattr(_modules, name)
    if isinstance(value, str):
        raise ImportError(value)
    globals()[name] = value
    return value


class _Exports:
    """What `from pyscript.js_modules.NAME import …` asks, so that a missing export is explained."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, wanted):
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        module = globals()[self._name] if self._name in globals() else _load(self._name)
        if wanted in _names(module):
            return getattr(module, wanted)
        raise ImportError(_pyscript.missing(self._name, wanted))


for _name in _known:
    _sys.modules["pyscript.js_modules." + _name] = _Exports(_name)


def __getattr__(name):
    if name in _known:
        return _load(name)
    if _MICROPYTHON and name == "__path__":
        # It wants to look for a module in a file, but does not say which.
        name = "that"
    elif name.startswith("__"):
        raise AttributeError(name)
    there = "it has: " + ", ".join(sorted(_known)) if _known else "it has none"
    raise ImportError("`js_modules` of the configuration has no module named '" + name + "'; " + there)


def __dir__():
    return sorted(_known)
