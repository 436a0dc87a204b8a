"""How scripts of a page run in MicroPython."""

import builtins

import __main__
import _pyscript
import js
import jsffi
from _pyscript import runner


class _Package:
    """Stands in for the module `pyscript` in scripts that use it without importing it."""

    def __getattr__(self, name):
        import pyscript

        return getattr(pyscript, name)


def prepare():
    __main__.pyscript = _Package()
    _allow_several_pauses()
    _follow_scripts_in_tasks()
    _raise_what_javascript_throws()
    builtins.input = _input


def _allow_several_pauses():
    """Lets any number of scripts wait for asyncio at the same time.

    MicroPython's event loop has one task that stands for all code outside of tasks. A second script that waits takes
    it over, and the first one never goes on. So each pause gets a task of its own.
    """
    from asyncio import core

    class Pause:
        # In the place of a coroutine: the event loop calls `send` when the wait is over.
        def send(self, value):
            self.resolve()

        def throw(self, error):
            self.reject(error)

    def renew():
        core._top_level_task = core.cur_task = core.Task(Pause(), core.__dict__)

    class TopLevelCoro:
        # Called when code outside of tasks has begun to wait; the task that waits is the current one.
        @staticmethod
        def set(resolve, reject):
            pause = core.cur_task.coro
            pause.resolve = resolve
            pause.reject = reject
            renew()

    core.TopLevelCoro = TopLevelCoro
    renew()


def _follow_scripts_in_tasks():
    """Lets each task run on behalf of the script that made it."""
    import asyncio
    from asyncio import core

    create_task = core.create_task

    class Owned:
        # In the place of a coroutine.
        def __init__(self, coroutine):
            self._coroutine = coroutine
            self._script = runner.script

        def send(self, value):
            before = runner.enter(self._script)
            try:
                return self._coroutine.send(value)
            finally:
                runner.enter(before)

        def throw(self, *error):
            before = runner.enter(self._script)
            try:
                return self._coroutine.throw(*error)
            finally:
                runner.enter(before)

        def close(self):
            self._coroutine.close()

        def __repr__(self):
            return repr(self._coroutine)

    def create_owned_task(coroutine):
        return create_task(Owned(coroutine) if hasattr(coroutine, "throw") else coroutine)

    core.create_task = asyncio.create_task = create_owned_task
    core.Loop.create_task = create_owned_task


def _raise_what_javascript_throws():
    """Lets scripts catch what JavaScript throws while they call it; `web/micropython.ts` is the other half."""

    class Raiser:
        def __iter__(self):
            error = runner.thrown
            runner.thrown = None
            raise _exception(error)

    runner.raiser = Raiser()
    runner.explain = _exception

    from asyncio import core

    class Waiting(core.ThenableEvent):
        # A task waits for a promise, and it has failed.
        def cancel(self, error=None):
            super().cancel(error)
            self.error = _exception(error)

    core.ThenableEvent = Waiting


class JsException(jsffi.JsException):
    """What JavaScript has thrown: `name`, `message` and all else that the thrown object has."""

    def __init__(self, error):
        super().__init__(js.String(error))
        self.js_error = error

    def __getattr__(self, name):
        return getattr(self.js_error, name)


def _exception(error):
    """Makes an exception of what was thrown."""
    if getattr(error, "name", None) == "PythonError":
        # It comes from Python and only went through JavaScript.
        kind = getattr(builtins, error.type, None)
        if kind:
            text = error.message.strip().split("\n")[-1]
            return kind(text[len(error.type) + 2 :])
    return JsException(error)


def _input(prompt=""):
    """Asks the visitor for a line."""
    from pyscript._input import ask

    return ask(prompt)


def bind(function):
    """Gives a function that runs on behalf of the script that is running now, whenever it is called."""
    script = runner.script

    def bound(*args):
        before = runner.enter(script)
        try:
            return function(*args)
        finally:
            runner.enter(before)

    return bound


def _plain(function):
    # `inspect` knows nothing of what is inside a bound method or a closure.
    try:
        return type(_plain)(function.__code__, function.__globals__)
    except (AttributeError, TypeError):
        return function


def arity(function):
    """Tells how many positional arguments a function takes; None when that cannot be told."""
    import uctypes

    plain = _plain(function)
    if not hasattr(plain, "__code__"):
        return None
    # `inspect` does not tell of `*args`, so this reads what it reads: the function's fourth word points to its
    # bytecode, whose first bytes have the counts, one bit of each in every byte after the first.
    code = int.from_bytes(uctypes.bytearray_at(id(plain) + 12, 4), "little")
    head = uctypes.bytearray_at(code, 8)
    count, several, at = head[0] & 3, 0, 0
    while head[at] & 128:
        count |= (head[at + 1] & 4) << at
        several |= (head[at + 1] >> 6 & 1) << at
        at += 1
    if several & 4:
        return None
    kind, name = type(function).__name__, repr(function)
    # What is bound or captured is passed in front of the arguments.
    count -= kind == "bound_method"
    if kind == "closure" or ".<closure <" in name:
        count -= int(name.split("n_closed=", 1)[1].split(" ", 1)[0])
    return count


def is_coroutine_function(function):
    """Tells whether calling a function gives something to await; here that holds for every generator."""
    import inspect

    # Older ones have no name for it.
    return getattr(inspect, "iscoroutinefunction", inspect.isgeneratorfunction)(_plain(function))
