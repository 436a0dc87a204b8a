"""On behalf of which call of a worker code of this page runs, on Pyodide; `workers.js` brings it."""

import asyncio
import inspect

from pyodide.webloop import WebLoop

# By the task, or future, that a call of a worker waits for: the number of the call.
_calls = {}
# By a number: futures that Pyodide has made of what functions of workers give.
_futures = {}
_made = None
_create_future = WebLoop.create_future


def _create(self):
    global _made
    _made = _create_future(self)
    return _made


WebLoop.create_future = _create


def act(call, function, *args):
    """Calls a function for a call of a worker."""
    result = function(*args)
    if inspect.iscoroutine(result):
        result = asyncio.ensure_future(result)
    if isinstance(result, asyncio.Future) and not result.done():
        _calls[result] = call
        result.add_done_callback(_calls.pop)
    return result


def follow(number):
    """Remembers the future that was made last."""
    global _made
    future, _made = _made, None
    if future is None:
        return False
    _futures[number] = future
    future.add_done_callback(lambda _: _futures.pop(number, None))
    return True


def waiter(number):
    """Tells for which call somebody waits for this future."""
    return _call_of(_futures.get(number))


def caller():
    """Tells for which call the code that is running now runs."""
    try:
        return _call_of(asyncio.current_task())
    except RuntimeError:
        return None


def _call_of(future):
    # Who waits for it, who waits for those, and so on.
    ahead, seen = [future], set()
    while ahead:
        future = ahead.pop()
        if future in _calls:
            return _calls[future]
        if future is not None and future not in seen:
            seen.add(future)
            for callback, _ in getattr(future, "_callbacks", None) or ():
                ahead.extend(_waiting(callback))
    return None


def _waiting(callback):
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Future):
        return [owner]
    if isinstance(owner, asyncio.TaskGroup):
        return [owner._parent_task] if owner._on_completed_fut else []
    # `gather` and `shield` have a future of their own in a closure. So has `wait`, but it may go on before.
    if getattr(callback, "__name__", "_on_completion") == "_on_completion":
        return []
    cells = getattr(callback, "__closure__", None) or ()
    return [cell.cell_contents for cell in cells if isinstance(_content(cell), asyncio.Future)]


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return None
