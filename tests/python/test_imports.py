"""`js_import`, `py_import`, `from pyscript import js`, and modules that are fetched when they are imported."""

import sys

import js
import pyscript
from harness import MICROPYTHON, equal, raises, window
from pyscript import js_import, py_import


def _here(path):
    return str(window.location.origin) + path


async def test_javascript_modules_are_imported():
    (module,) = await js_import(_here("/modules/counting.js"))
    equal(module.add(1, 2), 3)
    equal(module.default.name, "counting")


async def test_javascript_modules_find_the_pages_document():
    (module,) = await js_import("./modules/page.js")
    equal(module.title(), "Test")


async def test_a_javascript_module_that_is_not_there_is_an_error():
    failed = None
    try:
        await js_import("./modules/none.js")
    except Exception as error:
        failed = str(error)
    assert failed and "none.js" in failed, failed


async def test_several_come_in_the_order_asked_for():
    first, second = await js_import(_here("/modules/counting.js"), _here("/modules/other.js"))
    equal((first.default.name, second.name), ("counting", "other"))


async def test_python_modules_that_are_there_are_only_imported():
    import json

    found = await py_import("json", "sys")
    assert found[0] is json and found[1] is sys
    equal(len(found), 2)


def test_js_is_the_module_of_that_name():
    from pyscript import js as ours

    assert ours is js


def test_modules_are_attributes_of_the_package():
    import pyscript.flatted
    from pyscript import flatted

    assert pyscript.flatted is flatted
    equal(flatted.__name__, "pyscript.flatted")
    assert sys.modules["pyscript.flatted"] is flatted


def test_every_module_can_be_imported():
    for name in "context display events fetch ffi flatted media storage util web websocket".split():
        __import__("pyscript." + name)
        scope = {}
        exec("from pyscript import " + name, scope)
        assert scope[name] is not None


def test_a_missing_name_of_a_module_is_an_import_error():
    with raises(ImportError, "nonsense"):
        exec("from pyscript.flatted import nonsense", {})
    with raises(ImportError):
        exec("from pyscript.nonsense import anything", {})
