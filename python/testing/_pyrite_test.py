"""Runs tests inside an interpreter of a page or of a worker, and tells the command what came of each.

Works on both interpreters. What MicroPython cannot say of a function (its parameters, whether it yields) stands in the
plan, which the command makes from the source.
"""

import asyncio
import json
import os
import sys

import pytest
from _pyrite_page import Page
from pyscript import RUNNING_IN_WORKER, window

MICROPYTHON = sys.implementation.name == "micropython"
OWN = ("_pyrite_test.py", "_pyrite_page.py", "pytest.py")
LONGEST = 1000

_plan = {}


# What an assertion compared.


def explain(source, values, compared=None, message=None):
    """The text of a failed assertion. A value that is `...` was not evaluated."""
    lines = [] if message is None else [str(message)]
    lines.append("assert " + source)
    seen = []
    for text, value in values:
        if value is ... or text in seen:
            continue
        shown = _shown(value)
        # Where an object is says nothing about it.
        says = " object at " not in shown and not shown.startswith("<function ") and not shown.startswith("<module ")
        if says and shown != text and not (isinstance(value, str) and text[1:-1] == value):
            seen.append(text)
            lines.append("  " + text + " = " + shown)
    if compared and compared[0] == "==":
        lines.extend(["  " + line for line in _difference(compared[1], compared[2])])
    return "\n".join(lines)


def _shown(value):
    try:
        text = repr(value)
    except Exception as error:
        return "(its repr raises " + type(error).__name__ + ")"
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _difference(left, right):
    if isinstance(left, str) and isinstance(right, str):
        at = _first(left, right)
        if at is None or max(len(left), len(right)) < 20:
            return []
        begin = max(0, at - 10)
        return ["differs at " + str(at) + ": " + repr(left[begin : at + 20]) + " and " + repr(right[begin : at + 20])]
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        lines = []
        at = _first(left, right)
        if at is not None and at < min(len(left), len(right)):
            lines.append("differs at [" + str(at) + "]: " + _shown(left[at]) + " and " + _shown(right[at]))
        if len(left) != len(right):
            lines.append(str(len(left)) + " items and " + str(len(right)))
        return lines
    if isinstance(left, dict) and isinstance(right, dict):
        lines = _only([key for key in left if key not in right], [key for key in right if key not in left])
        for key in left:
            if key in right and left[key] != right[key]:
                lines.append("differs at [" + repr(key) + "]: " + _shown(left[key]) + " and " + _shown(right[key]))
        return lines
    if isinstance(left, (set, frozenset)) and isinstance(right, (set, frozenset)):
        return _only([item for item in left if item not in right], [item for item in right if item not in left])
    return []


def _first(left, right):
    shorter = min(len(left), len(right))
    for at in range(shorter):
        if left[at] != right[at]:
            return at
    return None if len(left) == len(right) else shorter


def _only(left, right):
    sides = (("only on the left: ", left), ("only on the right: ", right))
    return [said + ", ".join(sorted([_shown(item) for item in items])) for said, items in sides if items]


# What happened.


def _traceback(error):
    if MICROPYTHON:
        import io

        text = io.StringIO()
        sys.print_exception(error, text)
        lines = text.getvalue().rstrip().split("\n")
        return "\n".join([line for line in lines if not any(['File "' + name + '"' in line for name in OWN])])
    import traceback

    told = []
    while error is not None:
        # Frames and lines without columns: those of assertions are not the author's.
        frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__))
        own = [frame for frame in frames if frame.filename.rsplit("/", 1)[-1] not in OWN]
        text = "".join(traceback.format_exception_only(error)).rstrip()
        if own:
            text = "Traceback (most recent call last):\n" + "".join(traceback.format_list(own)) + text
        told.insert(0, text)
        if error.__cause__ is None and error.__context__ is not None and not error.__suppress_context__:
            told.insert(0, "During handling of the above exception, another exception occurred:")
            error = error.__context__
        else:
            if error.__cause__ is not None:
                told.insert(0, "The above exception was the direct cause of the following exception:")
            error = error.__cause__
    return "\n\n".join(told).replace(os.getcwd().rstrip("/") + "/", "")


def _tell(kind, **facts):
    facts["kind"] = kind
    window.pyriteTest.tell(json.dumps(facts))


async def _begun(**facts):
    """Tells which test begins. If it hangs on the page, nothing can be told any more: so the command must know before."""
    _tell("begun", **facts)
    if not RUNNING_IN_WORKER:
        number = window.pyriteTest.count
        while window.pyriteTest.heard < number:
            # Shorter, Pyodide's loop would leave the browser no time to ask.
            await asyncio.sleep(0.01)


async def _picture():
    """Waits until the page has been photographed."""
    if _plan["pictures"]:
        number = window.pyriteTest.pictures + 1
        _tell("picture")
        while window.pyriteTest.pictures < number:
            await asyncio.sleep(0.02)


def _now():
    return window.performance.now() / 1000


# Modules.


def _folders(path):
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]


def _place(folder):
    """A folder of the project as an entry of `sys.path`. Tracebacks of MicroPython show it."""
    return folder if MICROPYTHON else (os.getcwd().rstrip("/") + "/" + folder).rstrip("/")


def _write(path, text):
    for folder in _folders(path)[1:]:
        try:
            os.mkdir(folder)
        except OSError:
            pass  # It is there already.
    with open(path, "w") as file:
        file.write(text)


_modules = {}


def _module(path):
    """Imports a test file, or gives the error that this raised."""
    if path not in _modules:
        name = path.rsplit("/", 1)[-1][:-3]
        sys.path.insert(0, _place(_folders(path)[-1]))
        # Another folder's file of that name is another module.
        if name in sys.modules:
            del sys.modules[name]
        try:
            _modules[path] = __import__(name)
        except BaseException as error:
            _modules[path] = error
        if path in _plan["originals"]:
            # For tracebacks: the lines as they were written.
            _write(path, _plan["originals"][path])
    found = _modules[path]
    if isinstance(found, BaseException):
        raise found
    return found


# Fixtures.


class _Facts:
    """What must be known of a function in order to call it."""

    def __init__(self, parameters, is_async, is_generator):
        self.parameters = parameters
        self.is_async = is_async
        self.is_generator = is_generator


def _facts(function, path, kind=None):
    if not MICROPYTHON:
        import inspect

        needed = [
            name
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is parameter.empty and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        inner = inspect.unwrap(function)
        generates = inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner)
        return _Facts(needed, inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner), generates)
    name = function.__name__ if kind is None else kind.__name__ + "." + function.__name__
    others = [other for other in _plan["functions"] if other != path]
    for file in [path] + others:
        known = _plan["functions"].get(file, {}).get(name)
        if known:
            return _Facts(known["parameters"], known["async"], known["generator"])
    return _Facts([], False, False)


class _Scope:
    """Values that live for one test, one class, one module or all of them."""

    def __init__(self):
        self.values = []
        self.ends = []

    async def close(self):
        """Ends them, the last first. Gives what went wrong."""
        errors = []
        while self.ends:
            try:
                result = self.ends.pop()()
                if result is not None:
                    await result
            except Exception as error:
                errors.append(error)
        self.values = []
        return errors


class _Fixtures:
    def __init__(self):
        self.scopes = {"session": _Scope(), "module": _Scope(), "class": _Scope(), "function": _Scope()}

    def _find(self, name, path):
        for file in [path] + _plan["conftests"].get(path, []):
            module = _module(file)
            for entry in pytest._fixtures:
                named = entry.name == name and getattr(module, entry.function.__name__, None) is entry.function
                plain = entry.name is None and getattr(module, name, None) is entry.function
                if named or plain:
                    return entry, file
        return None, None

    async def automatic(self, path):
        """Those that nobody has to ask for."""
        for file in list(reversed(_plan["conftests"].get(path, []))) + [path]:
            module = _module(file)
            for entry in pytest._fixtures:
                if entry.autouse and getattr(module, entry.function.__name__, None) is entry.function:
                    await self._value(entry, file, path)

    async def value(self, name, path):
        if name == "page":
            return self._built_in(name, Page, Page.close)
        if name == "monkeypatch":
            return self._built_in(name, pytest.MonkeyPatch, pytest.MonkeyPatch.undo)
        entry, file = self._find(name, path)
        if entry is None:
            raise LookupError("there is no fixture named " + repr(name) + "; it needs @pytest.fixture, here or in conftest.py")
        return await self._value(entry, file, path)

    def _built_in(self, name, make, end):
        scope = self.scopes["function"]
        for key, value in scope.values:
            if key == name:
                return value
        value = make()
        scope.values.append((name, value))
        scope.ends.append(lambda: end(value))
        return value

    async def _value(self, entry, file, path):
        scope = self.scopes[entry.scope]
        for key, value in scope.values:
            if key is entry:
                return value
        facts = _facts(entry.function, file)
        result = entry.function(**await self.arguments(facts.parameters, path))
        if facts.is_generator and facts.is_async:
            if MICROPYTHON:
                raise TypeError("MicroPython has no async generators: an async fixture cannot yield there")
            value = await result.__anext__()
            scope.ends.append(lambda: _drained(result))
        elif facts.is_generator:
            value = next(result)
            scope.ends.append(lambda: next(result, None))
        else:
            value = await result if facts.is_async else result
        scope.values.append((entry, value))
        return value

    async def arguments(self, names, path):
        # No comprehension: MicroPython cannot wait in one.
        found = {}
        for name in names:
            found[name] = await self.value(name, path)
        return found


async def _drained(generator):
    async for _ in generator:
        pass


# Running.


async def _call(function, facts, given=()):
    # As pytest: these may take what they belong to, and need not.
    result = function(*given[: len(facts.parameters)])
    if facts.is_async:
        await result


class _Runner:
    def __init__(self):
        self.fixtures = _Fixtures()
        self.module = None
        self.kind = None
        self.failed = False

    async def close(self, *names):
        errors = []
        for name in names:
            errors.extend(await self.fixtures.scopes[name].close())
        return errors

    async def file(self, path, tests):
        try:
            module = _module(path)
            for conftest in _plan["conftests"].get(path, []):
                _module(conftest)
            await self._around(module, path, "setup_module", (module,))
        except pytest.Skipped as reason:
            self._result(tests[0] if tests else -1, path, "", "skipped", str(reason), 0)
            return
        except (Exception, SyntaxError) as error:
            # Without a picture: no test of it was on the page.
            self._result(tests[0] if tests else -1, path, "", "failed", _traceback(error), 0)
            return
        kind = None
        for number in tests:
            test = _plan["tests"][number]
            if kind != test["class"]:
                await self._report_ends(number, path, "class")
                kind = test["class"]
            await self._test(number, test, module)
            if self.failed and _plan["stop"]:
                break
        try:
            await self._around(module, path, "teardown_module", (module,))
        except Exception as error:
            self._result(tests[-1], path, "teardown_module", "failed", _traceback(error), 0)
        await self._report_ends(tests[-1] if tests else -1, path, "class", "module")

    async def _report_ends(self, number, path, *scopes):
        for error in await self.close(*scopes):
            self._result(number, path, "the end of a fixture", "failed", _traceback(error), 0)

    async def _around(self, holder, path, name, given):
        function = getattr(holder, name, None)
        if function is not None:
            kind = type(holder) if hasattr(type(holder), name) else None
            await _call(function, _facts(function, path, kind), given)

    def _result(self, number, path, name, outcome, detail, seconds):
        self.failed = self.failed or outcome == "failed"
        _tell("result", test=number, file=path, name=name, outcome=outcome, detail=detail, seconds=seconds)

    async def _test(self, number, test, module):
        holder = getattr(module, test["class"], None) if test["class"] else module
        function = getattr(holder, test["name"], None)
        name = test["name"] if not test["class"] else test["class"] + "::" + test["name"]
        if function is None:
            # In a branch that was not taken.
            self._result(number, test["file"], name, "skipped", "it is not defined here", 0)
            return
        marks = pytest._marks_of(function) + (pytest._marks_of(holder) if test["class"] else [])
        for values, label in pytest._cases(marks):
            await self._case(number, test, module, holder, name + label, marks, values)
            if self.failed and _plan["stop"]:
                break

    async def _case(self, number, test, module, holder, name, marks, values):
        path = test["file"]
        await _begun(test=number, file=path, name=name)
        begin = _now()
        outcome, detail = "passed", ""
        owner, function, which = None, None, "method" if test["class"] else "function"
        try:
            pytest._skip_by_marks(marks)
            await self.fixtures.automatic(path)
            owner = holder() if test["class"] else module
            function = getattr(owner, test["name"])
            await self._around(owner, path, "setup_" + which, (function,))
            # The parameters are those of the source: a decorator may hide them.
            needed = [parameter for parameter in test["parameters"] if parameter not in values]
            arguments = await self.fixtures.arguments(needed, path)
            arguments.update(values)
            result = function(**arguments)
            if hasattr(result, "__await__") or (test["async"] and hasattr(result, "send")):
                await result
        except pytest.Skipped as reason:
            outcome, detail = "skipped", str(reason)
        except Exception as error:
            outcome, detail = pytest._judged(marks, _traceback(error))
            if outcome == "failed":
                await _picture()
        try:
            if function is not None:
                await self._around(owner, path, "teardown_" + which, (function,))
        except Exception as error:
            outcome, detail = "failed", (detail + "\n\n" + _traceback(error)).strip()
        for error in await self.close("function"):
            outcome, detail = "failed", (detail + "\n\n" + _traceback(error)).strip()
        self._result(number, path, name, outcome, detail, _now() - begin)


async def run(plan):
    """Runs the tests of a plan, one after the other."""
    _plan.update(plan)
    sys.path.insert(0, _place(""))
    for path in plan["files"]:
        _write(path, plan["files"][path])
    if not MICROPYTHON:
        import importlib

        importlib.invalidate_caches()
    runner = _Runner()
    for file in plan["order"]:
        if runner.failed and plan["stop"]:
            break
        await runner.file(file["file"], file["tests"])
    await runner._report_ends(-1, "", "session")
    _tell("ended")
