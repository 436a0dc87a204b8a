"""Where code runs: the page, its configuration, its place for output."""

import _pyscript
import js

#: True in a worker, False on the main thread of a page.
RUNNING_IN_WORKER = not hasattr(js, "document")


def _unsupported(name, why):
    from pyscript.util import NotSupported

    return NotSupported("pyscript." + name, why)


if RUNNING_IN_WORKER:
    def _shared(name):
        # Nothing where a worker cannot wait for its page.
        return getattr(_pyscript, name, None) or _unsupported(name, _pyscript.unable)

    window = _shared("window")
    document = _shared("document")
    #: Functions that the page and this worker give each other.
    sync = _shared("sync")
    if getattr(_pyscript, "document", None):
        # `import js` and then `js.document` works as on the main thread.
        js.document = document
else:
    #: The page's global object.
    window = js
    #: The page's document.
    document = js.document


def current_target():
    """Gives the id of the element that shows what the running script displays."""
    target = _pyscript.target() if hasattr(_pyscript, "target") else None
    return target.id if target else ""


def __getattr__(name):
    # What few pages ask for is made when they do.
    if name == "config":
        import json

        # With "type": "py" or "mpy".
        value = json.loads(_pyscript.config)
    elif name == "sync":
        why = "pyscript.sync works only when running in a worker; here, use the `sync` of the worker that you made"
        value = _unsupported(name, why)
    elif name.startswith("_"):
        raise AttributeError(name)
    else:
        # What PyScript has here and Pyrite elsewhere: `PyWorker`, `js_import`, `js_modules`, `py_import`.
        import pyscript

        return getattr(pyscript, name)
    globals()[name] = value
    return value
