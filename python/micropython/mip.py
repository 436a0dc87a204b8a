"""Fetches the module of this name when it is imported: few pages install anything while they run."""

import _pyscript
import js

_request = js.XMLHttpRequest.new()
_request.open("GET", _pyscript.keyed(_pyscript.base + "python/mip.py"), False)
_request.send()
exec(_request.responseText)
