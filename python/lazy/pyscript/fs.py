"""Folders that outlive the page: of the visitor's computer, or kept by the browser."""

import _pyscript

from pyscript.ffi import JsException

#: The folders that are mounted or kept: by path, the id of each, or None for those of `persist`.
mounted = {}


def _path(path):
    return "/" + "/".join(part for part in str(path).split("/") if part not in ("", "."))


async def _do(name, *args):
    """Calls a function of the chunk; its errors are Python's."""
    module = await _pyscript.js_import(_pyscript.base + "fs.js")
    try:
        return await getattr(module, name)(_pyscript.interpreter.FS, *args)
    except JsException as error:
        text = str(getattr(error, "message", None) or error)
    kind = RuntimeError if text == "storage permissions not granted" else OSError
    raise kind(text)


def _free(path, id):
    if path not in mounted:
        return True
    if mounted[path] != id:
        raise ValueError(
            "Path '" + path + "' is already mounted with a different ID. Unmount it first or use a different path."
        )
    return False


async def mount(path, mode="readwrite", root="", id="pyscript"):
    """Lets the visitor choose a folder of their computer, and puts it at `path`.

    The choice is remembered: next time nobody is asked as long as the browser allows it. `mode` is "readwrite" or
    "read", `root` where the dialog begins ("downloads", for example), `id` tells several folders apart. Changes are
    written by `sync`. Only Chromium's browsers have such a dialog.
    """
    path = _path(path)
    if _free(path, id):
        await _do("mount", path, mode, root, id, getattr(_pyscript, "window", None))
        mounted[path] = id


async def persist(path):
    """Keeps the folder `path` in the browser: what is in it is there again on the next visit, in every browser.

    All pages and workers of a site that keep the same path share it. Files are kept soon after they were closed;
    `await sync(path)` returns when they are. When two change the same file at once, the later one counts.
    """
    path = _path(path)
    if _free(path, None):
        await _do("persist", path)
        mounted[path] = None


async def sync(path):
    """Writes what has changed at `path`, and reads what others have changed."""
    path = _path(path)
    if path not in mounted:
        raise KeyError("Path '" + path + "' is not mounted. Use fs.mount() to mount it first.")
    await _do("sync", path)


async def unmount(path):
    """Writes what has changed, and takes the folder away from `path`; what was kept or chosen stays as it is."""
    path = _path(path)
    if path not in mounted:
        raise KeyError("Path '" + path + "' is not mounted. Cannot unmount.")
    await _do("unmount", path)
    del mounted[path]


async def revoke(path, id="pyscript"):
    """Forgets which folder the visitor has chosen for `path`; tells whether there was one."""
    path = _path(path)
    if mounted.get(path) == id:
        await unmount(path)
    return await _do("forget", path + "@" + id)
