"""Where code runs: the page, its configuration, its place for output."""

import json

import _pyscript
import js

from pyscript.util import NotSupported

#: True in a worker, False on the main thread of a page.
RUNNING_IN_WORKER = not hasattr(js, "document")

#: The page's configuration, with "type": "py" or "mpy".
config = json.loads(_pyscript.config)

if RUNNING_IN_WORKER:
    def _shared(name):
        # Nothing where a worker cannot wait for its page.
        return getattr(_pyscript, name, None) or NotSupported("pyscript." + name, _pyscript.unable)

    window = _shared("window")
    document = _shared("document")
    #: Functions that the page and this worker give each other.
    sync = _shared("sync")
    if not isinstance(document, NotSupported):
        # `import js` and then `js.document` works as on the main thread.
        js.document = document
else:
    sync = NotSupported(
        "pyscript.sync",
        "pyscript.sync works only when running in a worker; here, use the `sync` of the worker that you made",
    )
    #: The page's global object.
    window = js
    #: The page's document.
    document = js.document


def current_target():
    """Gives the id of the element that shows what the running script displays."""
    target = _pyscript.target() if hasattr(_pyscript, "target") else None
    return target.id if target else ""


def __getattr__(name):
    # What PyScript has here and Pyrite elsewhere: `PyWorker`, `js_import`, `js_modules`, `py_import`.
    import pyscript

    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(pyscript, name)
