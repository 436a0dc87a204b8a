"""How scripts of a page run in Pyodide."""

import ast
import builtins
import inspect
import linecache
import sys
from contextvars import ContextVar, copy_context

import __main__
import _pyscript
import js

# The element of the script that code belongs to. Tasks and callbacks inherit it, so that output later on still finds
# its place.
_script = ContextVar("script", default=None)
# The lines of each file that scripts were compiled from, for tracebacks.
_lines = {}


class _Package:
    """Stands in for the module `pyscript` in scripts that use it without importing it."""

    def __getattr__(self, name):
        import pyscript

        return getattr(pyscript, name)


def prepare():
    __main__.pyscript = _Package()
    builtins.input = _input
    _take_any_reason()
    _find_library_source()


def _take_any_reason():
    """Lets a promise be rejected by what is no error; Pyodide would never go on with whoever waits for it."""
    from pyodide.webloop import PyodideFuture

    set_exception = PyodideFuture.set_exception

    def set_any_exception(self, error):
        if not isinstance(error, (BaseException, type)):
            error = js.Error.new(str(error))
        set_exception(self, error)

    PyodideFuture.set_exception = set_any_exception


def _find_library_source():
    """Lets tracebacks and `inspect` show the lines of the standard library, which is shipped compiled."""
    from zipimport import zipimporter

    get_compiled = zipimporter.get_source

    def get_source(self, fullname):
        source = get_compiled(self, fullname)
        if source is None:
            try:
                from pyscript._library import source_of

                source = source_of(self.archive, fullname)
            except Exception:
                # Better a traceback without these lines than none.
                pass
        return source

    zipimporter.get_source = get_source


def current():
    """Gives the element of the running script, or None."""
    return _script.get()


def lacks(*modules):
    """Tells whether any of these modules may have to be read from a file."""
    there = {*sys.modules, *sys.builtin_module_names, "js", "pyscript"}
    return not there.issuperset(modules)


def enter(script):
    """Makes a script the running one and gives the one before."""
    before = _script.get()
    _script.set(script)
    return before


def _compile(code, file, blank_lines, flags):
    new = code.splitlines(keepends=True)
    lines = _lines.setdefault(file, [])
    end = blank_lines + len(new)
    lines.extend(["\n"] * (end - len(lines)))
    lines[blank_lines:end] = new
    linecache.cache[file] = (1, None, lines, file)
    return compile("\n" * blank_lines + code, file, "exec", flags, dont_inherit=True)


def _exit_status(error):
    # Only a status that tells of a failure is worth a message.
    if error.code not in (None, 0):
        raise RuntimeError(f"SystemExit: {error.code}") from None


def run(code, file, blank_lines, script):
    """Runs code to its end."""

    def body():
        _script.set(script)
        eval(_compile(code, file, blank_lines, 0), __main__.__dict__)

    try:
        copy_context().run(body)
    except SystemExit as error:
        _exit_status(error)


async def run_async(code, file, blank_lines, script, begun):
    """Runs code in which `await` may stand anywhere. `begun` is told that the next script may begin after this step."""
    _script.set(script)
    begun()
    try:
        compiled = _compile(code, file, blank_lines, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        coroutine = eval(compiled, __main__.__dict__)
        if compiled.co_flags & inspect.CO_COROUTINE:
            await coroutine
    except SystemExit as error:
        _exit_status(error)


def _input(prompt=""):
    """Asks the visitor for a line."""
    from pyscript._input import ask

    return ask(prompt)


def bind(function):
    """Gives a function that runs on behalf of the script that is running now, whenever it is called."""
    context = copy_context()
    return lambda *args: context.copy().run(function, *args)


def arity(function):
    """Tells how many positional arguments a function takes; None when that cannot be told."""
    try:
        parameters = inspect.signature(inspect.unwrap(function)).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


is_coroutine_function = inspect.iscoroutinefunction
