"""`pyscript.ffi`: between Python and JavaScript."""

import js
from harness import PYODIDE, equal, raises, until
from pyscript import document, ffi, window


def test_to_js_makes_plain_objects_and_arrays():
    value = ffi.to_js({"text": "a", "list": [1, 2.5, True, {"x": (1,)}], "deep": {"er": {}}})
    equal(js.Object.getPrototypeOf(value).constructor.name, "Object")
    equal(value.text, "a")
    equal(js.Array.isArray(value.list), True)
    equal(value.list[3].x[0], 1)
    equal(js.JSON.stringify(value.deep), '{"er":{}}')
    equal(js.JSON.stringify(ffi.to_js(dict(some="thing"))), '{"some":"thing"}')
    equal(js.JSON.stringify(ffi.to_js({1: "one"})), '{"1":"one"}')
    equal(ffi.to_js("text"), "text")
    equal(ffi.to_js(None) is None, True)


def test_to_js_copies():
    python_dict = {"key": "value"}
    js_object = ffi.to_js(python_dict)
    js_object.key = "other"
    equal(python_dict["key"], "value")


def test_what_is_of_javascript_stays_what_it_is():
    date = js.Date.new(0)
    equal(js.Object.is_(ffi.to_js(date), date), True)
    equal(js.Object.is_(ffi.to_js({"date": date}).date, date), True)


def test_names_that_are_keywords_take_an_underscore():
    equal(list(js.Uint8Array.from_([1, 2])), [1, 2])
    equal(list(window.Uint8Array.from_(ffi.to_js([1, 2]))), [1, 2])


def test_create_proxy():
    add = ffi.create_proxy(lambda a, b: a + b)
    equal(js.Reflect.apply(add, None, ffi.to_js([40, 2])), 42)
    if PYODIDE:
        add.destroy()
        with raises(ffi.JsException, "already been destroyed"):
            js.Reflect.apply(add, None, ffi.to_js([40, 2]))
    else:
        equal(hasattr(add, "destroy"), False)


async def test_functions_in_options():
    heard = []
    js.Object.assign(js.globalThis, ffi.to_js({"testCallback": lambda value: heard.append(value)}))
    js.setTimeout(js.testCallback, 1, "late")
    await until(lambda: heard)
    equal(heard, ["late"])


async def test_a_listener_that_is_a_bare_function():
    heard = []

    def listener(event):
        heard.append(event.type)

    window.addEventListener("test:ffi", listener)
    window.dispatchEvent(window.Event.new("test:ffi"))
    await until(lambda: heard)
    window.removeEventListener("test:ffi", listener)
    window.dispatchEvent(window.Event.new("test:ffi"))
    window.addEventListener("test:end", lambda event: heard.append("end"), ffi.to_js({"once": True}))
    window.dispatchEvent(window.Event.new("test:end"))
    await until(lambda: len(heard) > 1)
    equal(heard, ["test:ffi", "end"])


async def test_a_sticky_handler():
    heard = []
    element = document.createElement("button")
    element.onclick = lambda event: heard.append(event.type)
    element.click()
    await until(lambda: heard)
    element.click()
    await until(lambda: len(heard) == 2)


def test_none():
    for value in (None, ffi.jsnull, document.getElementById("nope"), js.JSON.parse("null")):
        equal(ffi.is_none(value), True)
    for value in (0, "", False, [], js.Object.new()):
        equal(ffi.is_none(value), False)


def test_assign():
    target = js.Object.new()
    equal(js.Object.is_(ffi.assign(target, {"a": 1}, ffi.to_js({"b": [2]}), {"a": 3}), target), True)
    equal(js.JSON.stringify(target), '{"a":3,"b":[2]}')


def test_gather_and_query():
    equal(list(ffi.gather(window.location, "protocol", "pathname")), [window.location.protocol, window.location.pathname])
    equal(ffi.query(window, "document.body.localName"), "body")


def test_direct():
    value = js.Object.new()
    equal(js.Object.is_(ffi.direct(value), value), True)
    equal(ffi.direct(1), 1)


def test_classes():
    equal(js.Date.new(0).toISOString(), "1970-01-01T00:00:00.000Z")
    equal(window.URL.new("/x?y=1", "http://a").search, "?y=1")
    with raises(Exception, "new"):
        js.Map()
    with raises(Exception, "new"):
        js.Promise(1)


def test_exceptions_of_javascript():
    with raises(ffi.JsException, "SyntaxError: ") as raised:
        js.JSON.parse("{")
    equal(raised.error.name, "SyntaxError")
    equal(raised.error.message.startswith("Expected"), True)
    equal(str(raised.error), "SyntaxError: " + raised.error.message)
    with raises(Exception, "querySelector"):
        document.querySelector("###")


async def test_exceptions_of_promises():
    with raises(ffi.JsException, "TypeError: later") as raised:
        await js.Promise.reject(js.TypeError.new("later"))
    equal((raised.error.name, raised.error.message), ("TypeError", "later"))
    with raises(ffi.JsException, "just text"):
        await js.Promise.reject("just text")


def test_large_numbers():
    equal(js.Number("1e12"), 10**12)
    equal(js.Number("-8589934592"), -(2**33))
    equal(js.Date.new(2020, 1).getFullYear(), 2020)


def test_bytes():
    from pyscript.util import as_bytearray, as_uint8_array

    data = bytes(range(256)) * 16
    array = as_uint8_array(data)
    equal((array.constructor.name, array.length, array[255]), ("Uint8Array", 4096, 255))
    equal(as_bytearray(array), bytearray(data))
    equal(as_bytearray(array.buffer), bytearray(data))
    equal(as_bytearray(array.subarray(1, 3)), bytearray(b"\x01\x02"))
    equal(as_bytearray(js.Uint8Array.new(0)), bytearray())
