"""Fetches the module of this name when it is imported: few pages install anything while they run."""

import _pyscript
from pyodide.http import open_url

exec(open_url(_pyscript.keyed(_pyscript.base + "python/micropip.py")).read())
