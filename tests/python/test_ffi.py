"""`pyscript.ffi`."""

import js
from harness import PYODIDE, equal, skip_if, window
from pyscript import ffi


def _json(value):
    return window.JSON.stringify(value)


def test_dicts_become_objects_and_lists_arrays():
    equal(_json(ffi.to_js({"a": [1, (2, None), {"b": "c"}], "d": True})), '{"a":[1,[2,null],{"b":"c"}],"d":true}')
    equal(ffi.to_js({"a": 1}).a, 1)
    equal(ffi.to_js([1, 2]).length, 2)


def test_what_is_converted_is_a_copy():
    value = {"key": "value"}
    copy = ffi.to_js(value)
    copy.key = "other"
    equal(value["key"], "value")


def test_pyodides_options_can_be_given():
    skip_if(not PYODIDE, "only Pyodide has them")
    equal(ffi.to_js({"a": 1}, dict_converter=js.Map.new).size, 1)


def test_null_and_none_are_none():
    assert ffi.is_none(None)
    assert ffi.is_none(ffi.jsnull)
    assert ffi.is_none(js.Object.getPrototypeOf(js.Object.prototype))
    assert ffi.is_none(window.document.getElementById("no such id"))
    for value in (0, "", False, [], js.Object.new()):
        assert not ffi.is_none(value), value


def test_assign_copies_properties():
    target = window.Object.new()
    assert ffi.assign(target, {"a": 1, "b": [2]}, {"a": 3}) is not None
    equal((target.a, target.b.length), (3, 1))


def test_a_proxy_can_be_called_by_javascript():
    heard = []
    proxy = ffi.create_proxy(lambda value: heard.append(value))
    js.Array.of(1, 2).forEach(lambda value, *rest: heard.append(value))
    proxy(3)
    equal(heard, [1, 2, 3])


def test_direct_gives_what_can_be_used_as_before():
    made = window.Object.new()
    made.a = 1
    equal(ffi.direct(made).a, 1)
