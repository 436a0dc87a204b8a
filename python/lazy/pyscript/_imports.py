"""Imports modules while Python runs, of JavaScript and of packages that are not installed yet."""

import _pyscript


async def js_import(*urls):
    """Imports JavaScript modules and gives a list of them: `d3, = await js_import("https://esm.run/d3")`."""
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
