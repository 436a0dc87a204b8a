"""Imports modules while Python runs, of JavaScript and of packages that are not installed yet."""

import _pyscript

from pyscript.context import RUNNING_IN_WORKER, document, sync, window
from pyscript.util import NotSupported


def _of_page(url):
    # The page waits for the module, and the worker for the page.
    module = sync.__pyrite_import__(window.URL.new(url, document.baseURI).href, url)
    if isinstance(module, str):
        raise ImportError(module)
    return module


async def js_import(*urls):
    """Imports JavaScript modules and gives a list of them: `d3, = await js_import("https://esm.run/d3")`.

    Addresses are relative to the page. In a worker the modules are those of the page, so that they find its document;
    where the worker cannot wait for its page, they are imported in the worker.
    """
    if RUNNING_IN_WORKER and not isinstance(document, NotSupported):
        return [_of_page(url) for url in urls]
    # All are asked for before the first one is waited for.
    coming = [_pyscript.js_import(url) for url in urls]
    modules = []
    for module in coming:
        modules.append(await module)
    return modules


async def py_import(*names):
    """Installs packages, imports them and gives a list of them: `numpy, = await py_import("numpy")`.

    What is there already is only imported. Pyodide installs from PyPI, MicroPython from its own index.
    """
    await _pyscript.install(*names)
    return [__import__(name, None, None, ["*"]) for name in names]
