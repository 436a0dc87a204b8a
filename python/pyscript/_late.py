"""Fetches the modules of this package that few pages import: what is in their place only asks for them."""

import _pyscript
import js


def code(name):
    """Gives the compiled code of a module."""
    path = name.replace(".", "/") + ".py"
    request = js.XMLHttpRequest.new()
    # An import cannot wait.
    request.open("GET", _pyscript.keyed(_pyscript.base + "python/" + path), False)
    try:
        request.send()
    except Exception:
        # The status says it.
        pass
    if request.status != 200:
        raise ImportError(name + " could not be fetched: status " + str(request.status))
    return compile(request.responseText, "/lib/pyrite/" + path, "exec")
