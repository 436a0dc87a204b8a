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
    _WHY = (
        "Unable to use `window` or `document` in worker. This requires SharedArrayBuffer support. "
        "See: https://docs.pyscript.net/latest/faq/#sharedarraybuffer"
    )
    # What the page shares with its workers; nothing where it is not isolated from other sites.
    window = getattr(_pyscript, "window", None) or NotSupported("pyscript.window", _WHY)
    document = getattr(_pyscript, "document", None) or NotSupported("pyscript.document", _WHY)
    #: Functions that the page and this worker give each other.
    sync = getattr(_pyscript, "sync", None) or NotSupported("pyscript.sync", _WHY)
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
