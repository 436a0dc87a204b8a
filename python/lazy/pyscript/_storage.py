"""Dicts that stay in the browser from one visit to the next."""

import _pyscript

from pyscript.flatted import parse, stringify
from pyscript.util import MICROPYTHON

if MICROPYTHON:

    class _Memory:
        # Not a dict: MicroPython's `|=` would make a plain one of it, which nobody keeps.
        def __init__(self):
            self._values = {}

        def __getitem__(self, key):
            return self._values[key]

        def __setitem__(self, key, value):
            self._values[key] = value

        def __delitem__(self, key):
            del self._values[key]

        def __contains__(self, key):
            return key in self._values

        def __iter__(self):
            return iter(self._values)

        def __len__(self):
            return len(self._values)

        def __eq__(self, other):
            return self._values == getattr(other, "_values", other)

        def __or__(self, other):
            # MicroPython asks for this also when `|=` is written, and there is no way to tell.
            self.update(other)
            return self

        def __repr__(self):
            return repr(self._values)

        def __getattr__(self, name):
            if name in ("get", "keys", "values", "items", "copy"):
                return getattr(self._values, name)
            raise AttributeError(name)

        def clear(self):
            self._values.clear()

else:
    _Memory = dict

_NOTHING = object()


def _encode(value):
    if value is None:
        return stringify(["null", 0])
    if isinstance(value, (bool, int, float, str, list, dict, tuple)):
        return stringify(["generic", value])
    if isinstance(value, (bytearray, memoryview)):
        return stringify(["bytearray" if isinstance(value, bytearray) else "memoryview", list(value)])
    raise TypeError("Cannot serialize type " + str(type(value)) + " for storage.")


def _decode(text):
    kind, value = parse(text)
    if kind == "null":
        return None
    if kind == "bytearray":
        return bytearray(value)
    if kind == "memoryview":
        return memoryview(bytearray(value))
    return value


class Storage(_Memory):
    """A dict whose items stay in the browser: whatever changes it is written there, too.

    `storage` makes them. Keys are texts or numbers; values are None, booleans, numbers, texts, and lists, tuples and
    dicts of those, or a bytearray or memoryview alone. A tuple comes back as a list. What is changed inside a value
    has to be assigned again to be kept. A subclass may give `__setitem__` and others a body of its own: all ways to
    set an item go by it.

    On MicroPython it is not a `dict`, and `|` changes it as `|=` does.
    """

    def __init__(self, store):
        super().__init__()
        self._store = store
        for entry in store.entries:
            super().__setitem__(entry[0], _decode(entry[1]))

    def __setitem__(self, key, value):
        """Sets an item. Raises `TypeError` for what cannot be kept, and leaves everything as it was."""
        if isinstance(key, bool) or not isinstance(key, (str, int, float)):
            raise TypeError("Keys of a storage are texts or numbers, not " + str(type(key)))
        text = _encode(value)
        super().__setitem__(key, value)
        self._store.put(key, text)

    def __delitem__(self, key):
        """Removes an item; a `KeyError` when there is none."""
        super().__delitem__(key)
        self._store.remove(key)

    def __ior__(self, other):
        self.update(other)
        return self

    def clear(self):
        """Removes all items."""
        super().clear()
        self._store.clear()

    def update(self, other=(), **more):
        """Sets all items of a dict or of pairs, and those given by keyword."""
        pairs = other.items() if hasattr(other, "keys") else other
        for key, value in pairs:
            self[key] = value
        for key in more:
            self[key] = more[key]

    def setdefault(self, key, default=None):
        """Gives an item, which is set to `default` when there is none."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key, default=_NOTHING):
        """Removes an item and gives it; `default`, or a `KeyError`, when there is none."""
        if key not in self and default is not _NOTHING:
            return default
        value = self[key]
        del self[key]
        return value

    def popitem(self):
        """Removes an item, the last one where there is an order, and gives its key and value."""
        keys = list(self)
        if not keys:
            raise KeyError("popitem(): storage is empty")
        return keys[-1], self.pop(keys[-1])

    async def sync(self):
        """Waits until all changes are written. Raises an error when the browser has refused one."""
        await self._store.sync()


async def storage(name="", storage_class=Storage):
    """Opens the storage of this name, with what earlier visits left in it.

    All pages of a site share it, and so do the main thread and workers; each has what was there when it opened it.
    `storage_class` may be a subclass of `Storage`. Raises `ValueError` without a name.
    """
    if not name or not isinstance(name, str):
        raise ValueError("Storage name must be a non-empty string")
    module = await _pyscript.js_import(_pyscript.base + "storage.js")
    return storage_class(await module.openStore(name))
