"""Where code runs: the page, its configuration, its place for output."""

import json

import _pyscript
import js

#: True in a worker, False on the main thread of a page.
RUNNING_IN_WORKER = not hasattr(js, "document")

#: The page's configuration, with "type": "py" or "mpy".
config = json.loads(_pyscript.config)

if RUNNING_IN_WORKER:
    from pyscript.util import NotSupported

    _WHY = (
        "Unable to use `window` or `document` in worker. This requires SharedArrayBuffer support. "
        "See: https://docs.pyscript.net/latest/faq/#sharedarraybuffer"
    )
    window = NotSupported("pyscript.window", _WHY)
    document = NotSupported("pyscript.document", _WHY)
else:
    #: The page's global object.
    window = js
    #: The page's document.
    document = js.document


def current_target():
    """Gives the id of the element that shows what the running script displays."""
    target = _pyscript.target()
    return target.id if target else ""
