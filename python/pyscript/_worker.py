"""Workers that Python makes on the main thread."""

import js

from pyscript.context import RUNNING_IN_WORKER, config
from pyscript.ffi import to_js
from pyscript.util import NotSupported

if RUNNING_IN_WORKER:
    PyWorker = NotSupported(
        "pyscript.PyWorker",
        "pyscript.PyWorker works only when running in the main thread; start workers from a script without `worker`",
    )
else:

    def PyWorker(url, options=None, **more):
        """Runs a file of Python in a worker of its own.

        Options may come as a dict or as keywords: `type` ("pyodide", "micropython", "py" or "mpy"; by default that of
        the caller), `async_` and what else JavaScript's `PyWorker` takes. Gives the worker: `sync` has the functions
        that both sides give each other, `ready` can be awaited, `terminate()` ends it.
        """
        settings = dict(options or {})
        settings.update(more)
        if "async_" in settings:
            settings["async"] = settings.pop("async_")
        kind = settings.pop("type", config["type"])
        # The exports of core.js, under the key that keeps two copies of it from serving one page.
        exports = js.Reflect.get(js.globalThis, getattr(js.Symbol, "for")("@pyscript/core"))
        factory = exports.MPWorker if kind in ("micropython", "mpy") else exports.PyWorker
        return factory.new(url, to_js(settings))
