"""Calls functions of the page's scripts by name, for attributes such as `py-click="name"`."""

import __main__
from pyscript.events import _caller


def call(path, event):
    """Calls the function at a path such as `name` or `module.name` with an event."""
    first, *rest = path.strip().split(".")
    try:
        found = getattr(__main__, first)
    except AttributeError:
        raise NameError("name '" + first + "' is not defined") from None
    for name in rest:
        found = getattr(found, name)
    _caller(found)(event)
