"""How scripts of a page run in MicroPython."""

import __main__


class _Package:
    """Stands in for the module `pyscript` in scripts that use it without importing it."""

    def __getattr__(self, name):
        import pyscript

        return getattr(pyscript, name)


def prepare():
    __main__.pyscript = _Package()


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
