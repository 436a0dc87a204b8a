"""How Python in a worker sleeps, on MicroPython, whose own way cannot be interrupted; `worker.js` brings it."""

import time


def sleep(seconds):
    # Set by the worker: tells whether an interruption has ended it.
    if nap((0.0 + seconds) * 1000):  # noqa: F821
        raise KeyboardInterrupt


def sleep_ms(milliseconds):
    sleep(milliseconds / 1000)


def take():
    """Takes an interruption that MicroPython knows of and has not raised; tells whether there was one."""
    try:
        for _ in range(2):
            pass
    except KeyboardInterrupt:
        return True
    return False


time.sleep = sleep
time.sleep_ms = sleep_ms
