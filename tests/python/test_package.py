"""What `import pyscript` gives, and where code runs."""

import sys

import js
import pyscript
from harness import MAIN, MICROPYTHON, WORKER, equal, raises


def test_every_name_can_be_imported_from_the_package():
    for name in (
        "window document display HTML when Event fetch ffi sync PyWorker current_target config "
        "RUNNING_IN_WORKER Storage WebSocket context events flatted js js_import js_modules media py_import "
        "storage util web websocket"
    ).split():
        scope = {}
        exec("from pyscript import " + name, scope)
        assert name in scope, name
        # MicroPython's `dir` asks a module for every name that it knows, and cannot be told that there is none.
        assert MICROPYTHON or name in dir(pyscript), name


def test_a_name_that_is_not_there_is_an_import_error():
    with raises(ImportError, "nonsense"):
        exec("from pyscript import nonsense", {})


def test_where_code_runs():
    equal(pyscript.RUNNING_IN_WORKER, WORKER)
    equal(pyscript.context.RUNNING_IN_WORKER, WORKER)


def test_the_configuration_is_a_dict_with_the_type():
    assert isinstance(pyscript.config, dict)
    equal(pyscript.config["type"], "mpy" if MICROPYTHON else "py")
    assert "./python/harness.py" in pyscript.config["files"]


def test_window_and_document_are_the_pages():
    equal(pyscript.document.title, "Test")
    equal(pyscript.window.document.title, "Test")
    pyscript.window.madeByPython = "so it is"
    equal(pyscript.window.madeByPython, "so it is")
    equal(js.document.title, "Test")


def test_classes_of_javascript_are_instantiated_by_new():
    equal(pyscript.window.Date.new(0).getTime(), 0)


def test_sync_is_for_workers():
    if MAIN:
        with raises(AttributeError, "pyscript.sync works only when running in a worker; here, use the `sync` of"):
            pyscript.sync.anything
        assert repr(pyscript.sync).startswith("<NotSupported pyscript.sync [pyscript.sync works only"), pyscript.sync
    else:
        pyscript.sync.given = lambda: 1
        assert callable(pyscript.sync.given)


def test_workers_are_made_by_the_main_thread():
    if WORKER:
        with raises(TypeError, "pyscript.PyWorker works only when running in the main thread"):
            pyscript.PyWorker("./worker.py")
    else:
        assert callable(pyscript.PyWorker)


def test_the_target_of_output_has_an_id():
    target = pyscript.current_target()
    assert isinstance(target, str) and target, target
    assert pyscript.document.getElementById(target)


def test_functions_are_not_hidden_by_modules_of_their_name():
    import pyscript.display
    import pyscript.fetch
    from pyscript.display import display
    from pyscript.fetch import fetch

    assert callable(display) and callable(fetch)
    assert callable(pyscript.display) and callable(pyscript.fetch)
    assert pyscript.fetch is fetch
    assert sys.modules["pyscript.display"].display is display


def test_the_context_has_what_it_has_in_pyscript():
    for name in (
        "RUNNING_IN_WORKER PyWorker config current_target document js_import js_modules py_import sync window"
    ).split():
        scope = {}
        exec("from pyscript.context import " + name, scope)
        assert scope[name] is getattr(pyscript, name), name
    with raises(ImportError, "nonsense"):
        exec("from pyscript.context import nonsense", {})
