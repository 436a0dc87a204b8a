"""`pyscript.storage`. What is in a storage opened anew is what the browser has."""

import pyscript
from harness import MICROPYTHON, equal, raises
from pyscript import Storage, storage

_opened = 0


async def _fresh():
    global _opened
    _opened += 1
    name = "test " + str(_opened)
    # The main thread and workers share them, and so do the tests that run there.
    store = await storage(name)
    store.clear()
    return name, store


def _items(store):
    return {key: store[key] for key in store}


async def _kept(name, store):
    await store.sync()
    return _items(await storage(name))


async def test_every_kind_of_value_comes_back():
    name, store = await _fresh()
    values = {
        "none": None,
        "true": True,
        "int": 3,
        "float": 1.5,
        "text": "täxt\n\u2603",
        "list": [1, [None, "two"]],
        "dict": {"a": {"b": [False]}},
        "bytes": bytearray(b"\x00\xff"),
    }
    for key in values:
        store[key] = values[key]
    store["tuple"] = (1, "2")
    store["view"] = memoryview(b"\x01\x02")
    kept = await _kept(name, store)
    view = kept.pop("view")
    assert isinstance(view, memoryview)
    equal(bytes(view), b"\x01\x02")
    equal(kept.pop("tuple"), [1, "2"])
    equal(kept, values)
    assert isinstance(kept["bytes"], bytearray)


async def test_numbers_are_keys_too():
    name, store = await _fresh()
    store[1] = "one"
    store[2.5] = "more"
    equal(await _kept(name, store), {1: "one", 2.5: "more"})


async def test_items_are_removed():
    name, store = await _fresh()
    store.update({"a": 1, "b": 2})
    del store["a"]
    equal(await _kept(name, store), {"b": 2})
    with raises(KeyError):
        del store["a"]
    store.clear()
    equal(await _kept(name, store), {})
    equal(len(store), 0)


async def test_update_is_kept():
    name, store = await _fresh()
    store.update({"a": 1}, b=2)
    store.update([("c", 3)])
    store.update(d=4)
    equal(await _kept(name, store), {"a": 1, "b": 2, "c": 3, "d": 4})


async def test_setdefault_is_kept():
    name, store = await _fresh()
    equal(store.setdefault("a", 1), 1)
    equal(store.setdefault("a", 2), 1)
    equal(store.setdefault("b"), None)
    equal(await _kept(name, store), {"a": 1, "b": None})


async def test_pop_is_kept():
    name, store = await _fresh()
    store.update({"a": 1, "b": 2})
    equal(store.pop("a"), 1)
    equal(store.pop("a", "none"), "none")
    with raises(KeyError):
        store.pop("a")
    equal(await _kept(name, store), {"b": 2})


async def test_popitem_is_kept():
    name, store = await _fresh()
    store["a"] = 1
    equal(store.popitem(), ("a", 1))
    with raises(KeyError, "empty"):
        store.popitem()
    equal(await _kept(name, store), {})


async def test_in_place_union_is_kept():
    name, store = await _fresh()
    before = store
    store |= {"a": 1}
    assert store is before
    equal(await _kept(name, store), {"a": 1})


async def test_it_reads_like_a_dict():
    name, store = await _fresh()
    store.update({"a": 1, "b": 2})
    equal(sorted(store), ["a", "b"])
    equal(sorted(store.keys()), ["a", "b"])
    equal(sorted(store.values()), [1, 2])
    equal(sorted(store.items()), [("a", 1), ("b", 2)])
    equal(store.get("a"), 1)
    equal(store.get("c", "none"), "none")
    assert "a" in store and "c" not in store
    equal(len(store), 2)
    assert store == {"a": 1, "b": 2}
    equal(store.copy(), {"a": 1, "b": 2})
    assert "'a': 1" in repr(store)
    assert MICROPYTHON or isinstance(store, dict)


async def test_what_cannot_be_kept_changes_nothing():
    name, store = await _fresh()
    with raises(TypeError, "Cannot serialize type", "set", "for storage."):
        store["a"] = {1}
    with raises(TypeError, "Keys of a storage are texts or numbers"):
        store[("a", "b")] = 1
    with raises(TypeError, "Keys of a storage are texts or numbers"):
        store[True] = 1
    equal(_items(store), {})
    equal(await _kept(name, store), {})


async def test_a_name_is_needed():
    with raises(ValueError, "Storage name must be a non-empty string"):
        await storage()
    with raises(ValueError, "Storage name must be a non-empty string"):
        await storage(1)


async def test_a_class_of_ones_own_sees_every_assignment():
    seen = []

    class Watched(Storage):
        def __setitem__(self, key, value):
            seen.append((key, value))
            super().__setitem__(key, value)

    name, _ = await _fresh()
    store = await storage(name, storage_class=Watched)
    assert isinstance(store, Watched)
    store["a"] = 1
    store.update(b=2)
    store.setdefault("c", 3)
    equal(seen, [("a", 1), ("b", 2), ("c", 3)])
    equal(await _kept(name, store), {"a": 1, "b": 2, "c": 3})
    # What was there before is no assignment.
    again = await storage(name, storage_class=Watched)
    equal(len(seen), 3)
    equal(_items(again), {"a": 1, "b": 2, "c": 3})


async def test_the_function_is_not_hidden_by_its_module():
    import pyscript.storage
    from pyscript.storage import Storage as other

    assert callable(pyscript.storage)
    assert other is Storage
