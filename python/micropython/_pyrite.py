"""How scripts of a page run in MicroPython."""

import __main__


class _Package:
    """Stands in for the module `pyscript` in scripts that use it without importing it."""

    def __getattr__(self, name):
        import pyscript

        return getattr(pyscript, name)


def prepare():
    __main__.pyscript = _Package()
    _allow_several_pauses()


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


def bind(function):
    """Gives a function that runs on behalf of the script that is running now, whenever it is called."""
    return function


def arity(function):
    """Tells how many positional arguments a function takes; None when that cannot be told."""
    import inspect

    try:
        return len(inspect.signature(function).parameters)
    except NotImplementedError:
        return None


def is_coroutine_function(function):
    import inspect

    return inspect.iscoroutinefunction(function)
