"""Imports JavaScript modules while Python runs."""

import _pyscript


async def js_import(*urls):
    """Imports JavaScript modules and gives a list of them: `d3, = await js_import("https://esm.run/d3")`."""
    # All are asked for before the first one is waited for.
    coming = [_pyscript.js_import(url) for url in urls]
    modules = []
    for module in coming:
        modules.append(await module)
    return modules
