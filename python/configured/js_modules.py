"""JavaScript modules that the configuration names: `from pyscript.js_modules import NAME`."""

import sys

import _pyscript
import js

from pyscript.util import MICROPYTHON


def _names(value):
    return list(js.Object.keys(value))


class _Exports:
    """What `from pyscript.js_modules.NAME import …` asks, so that a missing export is explained."""

    def __init__(self, name, module):
        self._name = name
        self._module = module

    def __getattr__(self, wanted):
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        if wanted in _names(self._module):
            return getattr(self._module, wanted)
        raise ImportError(_pyscript.missing(self._name, wanted))


_modules = getattr(_pyscript, "js_modules", None)
_known = _names(_modules) if _modules else []

for _name in _known:
    globals()[_name] = getattr(_modules, _name)
    sys.modules["pyscript.js_modules." + _name] = _Exports(_name, globals()[_name])


def __getattr__(name):
    if MICROPYTHON and name == "__path__":
        # It wants to look for a module in a file, but does not say which.
        name = "that"
    elif name.startswith("__"):
        raise AttributeError(name)
    there = "it has: " + ", ".join(sorted(_known)) if _known else "it has none"
    raise ImportError("`js_modules` of the configuration has no module named '" + name + "'; " + there)


def __dir__():
    return sorted(_known)
