"""On behalf of which call of a worker code of this page runs, on MicroPython; `workers.js` brings it."""


def act(function, enter, *args):
    """Calls a function. `enter` is told when a step of its coroutine begins and ends."""
    result = function(*args)
    return _drive(result, enter) if hasattr(result, "throw") else result


def _drive(coroutine, enter):
    step, value = coroutine.send, None
    while True:
        enter(True)
        try:
            waiting = step(value)
        except StopIteration as end:
            return end.value
        finally:
            enter(False)
        try:
            value = yield waiting
            step = coroutine.send
        except BaseException as error:
            step, value = coroutine.throw, error
