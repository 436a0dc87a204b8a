"""What Pyodide's scripts have started, so that `pyrite serve` can end it before a script runs again."""

import asyncio

import __main__
import _pyrite
from pyscript.events import Event

# The numbers of scripts that were taken back.
_gone = set()
# Listeners to events of Python: the number of the script, the event, the listener.
_listeners = []

_run_async = _pyrite.run_async
_add_listener = Event.add_listener


def start(number):
    """`number` tells which script runs."""
    global _number
    _number = number


def _of(script):
    return getattr(script, "pyriteRun", None)


async def run_async(code, file, blank_lines, script, begun):
    try:
        await _run_async(code, file, blank_lines, script, begun)
    except asyncio.CancelledError:
        # Ended by us: that is no failure of the script.
        if _of(script) not in _gone:
            raise


def add_listener(self, listener):
    _add_listener(self, listener)
    _listeners.append((_number(), self, listener))


_pyrite.run_async = run_async
Event.add_listener = add_listener


def forget(number, names):
    """Ends what a script has started and takes its names away."""
    _gone.add(number)
    for task in asyncio.all_tasks():
        if _of(task.get_context().get(_pyrite._script)) == number:
            task.cancel()
    for one in [one for one in _listeners if one[0] == number]:
        one[1].remove_listener(one[2])
        _listeners.remove(one)
    for name in names:
        __main__.__dict__.pop(name, None)
