"""JavaScript modules: a page without a configuration has none. With one, another file takes the place of this one."""

from pyscript.util import MICROPYTHON


def __getattr__(name):
    # MicroPython looks for a module in a file, but does not say which.
    if name[:2] == "__" and not (MICROPYTHON and name == "__path__"):
        raise AttributeError(name)
    raise ImportError("no such JavaScript module: no configuration has `js_modules`")
