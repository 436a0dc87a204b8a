"""What MicroPython's scripts have started, so that `pyrite serve` can end it before a script runs again."""

import asyncio
from asyncio import core

import __main__
from pyscript.events import Event

# Listeners to events of Python: the number of the script, the event, the listener.
_listeners = []
# The number of the script, the task.
_tasks = []

_create_task = core.create_task
_add_listener = Event.add_listener


def start(number):
    """`number` tells which script runs."""
    global _number
    _number = number


def create_task(coroutine):
    task = _create_task(coroutine)
    if len(_tasks) > 64:
        _tasks[:] = [one for one in _tasks if not one[1].done()]
    _tasks.append((_number(), task))
    return task


def add_listener(self, listener):
    _add_listener(self, listener)
    _listeners.append((_number(), self, listener))


core.create_task = asyncio.create_task = core.Loop.create_task = create_task
Event.add_listener = add_listener


def forget(number, names):
    """Ends what a script has started and takes its names away."""
    for one in [one for one in _tasks if one[0] == number]:
        one[1].cancel()
        _tasks.remove(one)
    for one in [one for one in _listeners if one[0] == number]:
        one[1].remove_listener(one[2])
        _listeners.remove(one)
    for name in names:
        if hasattr(__main__, name):
            delattr(__main__, name)
