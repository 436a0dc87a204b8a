"""Installs micropip when a script imports it, from beside the interpreter, and stands aside."""

import importlib
import io
import site
import sys
import zipfile

import _pyscript
import js
import pyodide_js

_url = js.URL.new(pyodide_js.lockfile.packages.micropip.file_name, pyodide_js.lockfileBaseUrl).href
_request = js.XMLHttpRequest.new()
_request.open("GET", _url, False)
# An import cannot wait, and without waiting the browser gives text only: a character's lower half is the byte.
_request.overrideMimeType("text/plain; charset=x-user-defined")
try:
    _request.send()
except Exception:
    # The status says it.
    pass
if _request.status != 200:
    raise ImportError(f"micropip could not be fetched: the answer of {_url} is {_request.status or 'missing'}")
with zipfile.ZipFile(io.BytesIO(_request.responseText.encode("utf-16-le")[::2])) as _wheel:
    _wheel.extractall(site.getsitepackages()[0])
pyodide_js.loadedPackages.micropip = "default channel"
importlib.invalidate_caches()
del sys.modules[__name__]
# The import that has led here gives what is there at its end.
import micropip  # noqa: E402

# Those of the page's configuration.
_urls = getattr(_pyscript, "index_urls", ())
if len(_urls):
    micropip.set_index_urls(list(_urls))
