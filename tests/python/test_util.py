"""`pyscript.util`."""

import js
from harness import equal, raises
from pyscript.util import NotSupported, as_bytearray, is_awaitable


def test_buffers_become_a_bytearray():
    array = js.Uint8Array.new(3)
    array.fill(7)
    for buffer in (array, array.buffer):
        result = as_bytearray(buffer)
        assert isinstance(result, bytearray)
        equal(result, bytearray([7, 7, 7]))


def test_a_view_of_a_part_gives_that_part():
    array = js.Uint8Array.new(4)
    array.fill(1)
    array.fill(2, 2)
    equal(as_bytearray(array.subarray(1, 3)), bytearray([1, 2]))
    equal(as_bytearray(js.DataView.new(array.buffer, 2, 1)), bytearray([2]))


def test_what_is_not_supported_says_so():
    thing = NotSupported("pyscript.thing", "things need a browser")
    equal(repr(thing), "<NotSupported pyscript.thing [things need a browser]>")
    with raises(AttributeError, "things need a browser"):
        thing.part
    with raises(AttributeError, "things need a browser"):
        thing.part = 1
    with raises(TypeError, "things need a browser"):
        thing()
    with raises(TypeError, "things need a browser"):
        thing(1, key=2)


class _Asynchronous:
    async def method(self):
        pass

    def plain(self):
        pass


def test_async_functions_are_awaitable():
    async def function():
        pass

    def closure():
        captured = 1

        async def inner():
            return captured

        return inner

    assert is_awaitable(function)
    assert is_awaitable(closure())
    assert is_awaitable(_Asynchronous().method)


def test_plain_functions_and_values_are_not_awaitable():
    def function():
        pass

    def closure():
        captured = 1
        return lambda: captured

    for value in (function, closure(), _Asynchronous().plain, print, _Asynchronous, 1, None, "text"):
        assert not is_awaitable(value), value
