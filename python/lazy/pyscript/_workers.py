"""Workers that Python makes on the main thread."""

import _pyscript
import js

from pyscript.context import RUNNING_IN_WORKER, config
from pyscript.ffi import to_js
from pyscript.util import NotSupported


def PyWorker(url, options=None, **more):
    """Runs a file of Python in a worker of its own.

    Options may come as a dict or as keywords: `type` ("pyodide", "micropython", "py" or "mpy"; by default that of the
    caller), `async_` and what else JavaScript's `PyWorker` takes. Gives the worker: `sync` has the functions that both
    sides give each other, `ready` can be awaited, `terminate()` ends it.
    """
    settings = dict(options or {})
    settings.update(more)
    if "async_" in settings:
        settings["async"] = settings.pop("async_")
    kind = settings.pop("type", config["type"])
    if kind not in ("py", "pyodide", "mpy", "micropython"):
        raise ValueError("type of a worker is 'pyodide' or 'micropython', not " + repr(kind))
    # The exports of core.js, under the key that keeps two copies of it from serving one page.
    exports = js.Reflect.get(js.globalThis, getattr(js.Symbol, "for")("@pyscript/core"))
    factory = exports.MPWorker if kind in ("micropython", "mpy") else exports.PyWorker
    return factory.new(url, to_js(settings))


async def _named(what, *values, **options):
    page = await _pyscript.js_import(_pyscript.base + "workers.js")
    if not _brought:
        exec(page.python, _brought)
    return await _brought[what](page, *values, **options)


# What `workers.js` brings.
_brought = {}


class _Workers:
    """The page's workers by their names: `await workers["name"]` gives one when its code has run.

    Its attributes are the functions that it exports. Calls are awaited, and give Python values.
    """

    def __getitem__(self, name):
        return _named("find", name, js.document.currentScript)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]


def create_named_worker(*values, **options):
    """Adds a worker to the page that runs a file: `src, name, config=None, type="py"`.

    It is awaited, and gives what `workers[name]` gives.
    """
    return _named("create", *values, **options)


#: The page's workers by their names: `await workers["name"]` gives one when its code has run, with the functions that it
#: exports as attributes.
workers = _Workers()

if RUNNING_IN_WORKER:
    PyWorker, create_named_worker, workers = [
        NotSupported(
            "pyscript." + name,
            "pyscript." + name + " works only when running in the main thread; start workers from a script without `worker`",
        )
        for name in ("PyWorker", "create_named_worker", "workers")
    ]
