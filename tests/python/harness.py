"""Runs tests inside an interpreter of a page or of one of its workers, and tells the page what came of each.

Works on both interpreters. A test is a function `test_…`, plain or async, in a file `test_….py`; it fails by raising.
"""

import sys

from pyscript import RUNNING_IN_WORKER, document, window

MICROPYTHON = sys.implementation.name == "micropython"
PYODIDE = not MICROPYTHON
WORKER = RUNNING_IN_WORKER
MAIN = not WORKER


class _Skipped(Exception):
    pass


def skip_if(condition, reason):
    """Ends a test that makes no sense here; the reason is in the report."""
    if condition:
        raise _Skipped(reason)


def equal(actual, expected):
    """Compares, and shows both values when they differ."""
    if actual != expected:
        raise AssertionError("got " + repr(actual) + ", expected " + repr(expected))


class raises:
    """`with raises(ValueError, "part of the message"):` fails unless that is raised. `error` has it afterwards."""

    def __init__(self, kind, *parts):
        self.kind = kind
        self.parts = parts
        self.error = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if error is None:
            raise AssertionError(self.kind.__name__ + " was not raised")
        if not isinstance(error, self.kind):
            return False
        self.error = error
        for part in self.parts:
            if part not in str(error):
                raise AssertionError("the error does not say " + repr(part) + ": " + repr(str(error)))
        return True


_places = 0


def place(html="", tag="div"):
    """Adds an element with an id of its own to the page, for one test, and gives it."""
    global _places
    _places += 1
    element = document.createElement(tag)
    element.id = "place-" + str(_places)
    element.innerHTML = html
    document.body.append(element)
    return element


async def until(condition, what="what was waited for"):
    """Waits until a function gives something true; fails after as many turns as no test needs."""
    import asyncio

    for _ in range(500):
        result = condition()
        if result:
            return result
        await asyncio.sleep(0.01)
    raise AssertionError(what + " did not happen")


def _traceback(error):
    if PYODIDE:
        import traceback

        return "".join(traceback.format_exception(error))
    import io

    text = io.StringIO()
    sys.print_exception(error, text)
    return text.getvalue()


def _tell(outcome, name, detail=""):
    window.results.push(outcome + "\n" + name + "\n" + detail)


async def _run_test(name, test):
    _tell("begun", name)
    try:
        pending = test()
        if hasattr(pending, "send") or hasattr(pending, "__await__"):
            await pending
    except _Skipped as reason:
        _tell("skipped", name, str(reason))
    except Exception as error:
        _tell("failed", name, _traceback(error))
    else:
        _tell("passed", name)


async def run(*files):
    """Runs the tests of these modules one after the other."""
    for file in files:
        try:
            module = __import__(file)
        except Exception as error:
            _tell("failed", file, _traceback(error))
            continue
        for name in sorted(dir(module)):
            if name.startswith("test_"):
                await _run_test(file + "." + name, getattr(module, name))
    _tell("ended", "")
