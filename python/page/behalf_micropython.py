"""On behalf of which call of a worker code of this page runs, on MicroPython; `workers.js` brings it."""

from asyncio import core
from asyncio.funcs import _Remove

# By the number of a call: the task that stands for its coroutine while that waits for something of asyncio's.
_pauses = {}
# Tasks that began to gather others, and those.
_gathers = []
# The wait for a promise that begins now.
_event = None


class _Event(core.ThenableEvent):
    def __init__(self, thenable):
        global _event
        before, _event = _event, self
        try:
            super().__init__(thenable)
        finally:
            _event = before


_promote = core._promote_to_task


def _gather(awaitable):
    task = _promote(awaitable)
    waiter = core.cur_task
    if not (_gathers and _gathers[-1][0] is waiter and not _gathers[-1][1][0].done()):
        _gathers[:] = [one for one in _gathers if one[0].data is _Remove and one[0] is not waiter]
        _gathers.append((waiter, []))
    _gathers[-1][1].append(task)
    return task


core.ThenableEvent = _Event
core._promote_to_task = _gather


def act(call, function, enter, *args):
    """Calls a function. `enter` is told when a step of its coroutine begins and ends."""
    result = function(*args)
    return _drive(call, result, enter) if hasattr(result, "throw") else result


def _drive(call, coroutine, enter):
    step, value = coroutine.send, None
    while True:
        enter(True)
        try:
            waiting = step(value)
        except StopIteration as end:
            return end.value
        finally:
            enter(False)
        if waiting is None:
            _pauses[call] = core.cur_task
        try:
            value = yield waiting
            step = coroutine.send
        except BaseException as error:
            step, value = coroutine.throw, error
        _pauses.pop(call, None)


def task(soon):
    """When a task begins to wait for a promise now, or `soon` will: gives what tells for which call it does."""
    event, waiting = _event, core.cur_task

    def call():
        nonlocal event
        event = event or waiting.data
        return _call_of(waiting, event)

    if event or (soon and waiting is not core._top_level_task):
        return call


def _call_of(waiting, event):
    # It may have begun without going on to wait, or have been cancelled.
    if waiting.data is event:
        for call, pause in _pauses.items():
            if _waits(pause, waiting):
                return call


def _waits(task, wanted):
    ahead, seen = [task], set()
    while ahead:
        task = ahead.pop()
        if task is wanted:
            return True
        if id(task) in seen:
            continue
        seen.add(id(task))
        if isinstance(task.data, core.Task):
            ahead.append(task.data)
        elif task.data is _Remove:
            for waiter, gathered in _gathers:
                if waiter is task:
                    ahead.extend(gathered)
    return False
