"""How Python in a worker sleeps and is interrupted, on Pyodide; `worker.js` brings it.

An interruption is for the code that sleeps; else for the code that runs; else, while asyncio's event loop does nothing or
is busy with itself, for scripts and editors' code that wait. Pyodide alone would let it end the event loop's own work.
"""

import asyncio
import signal
import sys
import time

import _pyrite
from pyodide.ffi import can_run_sync, run_sync

# Set by the worker: stands still for milliseconds, and tells whether an interruption has ended that.
nap = nap  # noqa: F821, PLW0127

_sleep = getattr(time.sleep, "__wrapped__", time.sleep)
_run_async = _pyrite.run_async
# Timers take no more than some weeks.
_AT_ONCE = 1_000_000
_LONGEST = 9_000_000_000
# Whoever sleeps while other code runs.
_sleeping = []
# Code that runs from its first line to its last, and whether it was interrupted while it waited.
_runs = {}
# Where asyncio and the runtime are at work for nobody.
_INNER = ("/asyncio/", "/pyodide/", "/_pyodide/", "/lib/pyrite/")


def interrupt():
    """Interrupts the code that calls this."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is _on_interrupt:
        raise KeyboardInterrupt
    if callable(handler):
        handler(signal.SIGINT, sys._getframe(1))


def _on_interrupt(number, frame):
    sleeping = [woken for woken in _sleeping if not woken.done()]
    for woken in sleeping:
        woken.set_result(True)
    if sleeping:
        return
    while frame is not None:
        if not any(part in frame.f_code.co_filename for part in _INNER):
            raise KeyboardInterrupt
        frame = frame.f_back
    for task in list(_runs):
        _runs[task] = True
        task.cancel()


def _wake(woken):
    if not woken.done():
        woken.set_result(False)


def _rest(seconds):
    if not can_run_sync():
        return nap(seconds * 1000)
    loop = asyncio.get_event_loop()
    woken = loop.create_future()
    timer = loop.call_later(seconds, _wake, woken)
    _sleeping.append(woken)
    try:
        return run_sync(woken)
    finally:
        _sleeping.remove(woken)
        timer.cancel()


def sleep(seconds, /):
    left = float(seconds) if hasattr(seconds, "__float__") else -1.0
    if not 0 <= left <= _LONGEST:
        return _sleep(seconds)
    end = time.monotonic() + left
    while True:
        if _rest(min(left, _AT_ONCE)):
            interrupt()
        left = end - time.monotonic()
        if left <= 0:
            return None


async def run_async(*job):
    task = asyncio.current_task()
    _runs[task] = False
    try:
        await _run_async(*job)
    except asyncio.CancelledError as error:
        if not _runs[task]:
            raise
        raise KeyboardInterrupt().with_traceback(error.__traceback__) from None
    finally:
        del _runs[task]


sleep.__doc__ = _sleep.__doc__
time.sleep = sleep
_pyrite.run_async = run_async
signal.signal(signal.SIGINT, _on_interrupt)
# Whoever was interrupted hears of it; the event loop goes on.
asyncio.get_event_loop()._keyboard_interrupt_handler = lambda: None
