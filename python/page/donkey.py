"""Runs what a page gives its donkey (web/extras/donkey.ts), in a worker of its own."""

import sys

from pyscript import sync

_kept = {"__name__": "__main__"}


def _scope(persistent):
    return _kept if persistent else {"__name__": "__main__"}


def _told(act):
    def run(code, persistent, loud):
        try:
            return act(code, _scope(persistent))
        except BaseException as error:
            if loud:
                _show(error)
            raise

    return run


def _show(error):
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback

        traceback.print_exception(error)


def _execute(code, scope):
    exec(code, scope)


def _evaluate(code, scope):
    return eval(code.strip(), scope)


def _process(code, scope):
    """Does what typing the code at the prompt does: values are printed."""
    try:
        import ast
    except ImportError:
        try:
            compiled = compile(code.strip(), "<stdin>", "eval")
        except SyntaxError:
            exec(code, scope)
            return
        value = eval(compiled, scope)
        if value is not None:
            print(repr(value))
        return
    tree = ast.Interactive(ast.parse(code).body)
    exec(compile(tree, "<stdin>", "single"), scope)


sync.__donkey_execute__ = _told(_execute)
sync.__donkey_evaluate__ = _told(_evaluate)
sync.__donkey_process__ = _told(_process)
