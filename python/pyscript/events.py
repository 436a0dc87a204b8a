"""Events of the page and of Python."""

import asyncio

from _pyrite import arity, bind, is_coroutine_function

from pyscript.context import document
from pyscript.ffi import create_proxy, to_js

class Event:
    """Something that can happen, with functions that want to know when it does."""

    def __init__(self):
        self._listeners = []

    def trigger(self, result):
        """Tells every listener, in the order in which they came."""
        for listener in list(self._listeners):
            _caller(listener)(result)

    def add_listener(self, listener):
        """Adds a function, plain or async, that takes the result. The same one twice counts once."""
        if not callable(listener):
            raise ValueError("Listener must be callable.")
        if listener not in self._listeners:
            self._listeners.append(listener)

    def remove_listener(self, *listeners):
        """Removes functions; without arguments all of them."""
        if listeners:
            self._listeners = [known for known in self._listeners if known not in listeners]
        else:
            self._listeners = []


def _innermost(function):
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def _caller(function):
    """Gives a function of one argument that calls `function` with as many as it takes."""
    inner = _innermost(function)
    count = arity(inner)
    if is_coroutine_function(inner):

        def call(event):
            # The browser has no use for the task, and it could not leave a worker.
            asyncio.create_task(function(event) if count != 0 else function())

    elif count is None:
        call = function
    else:

        def call(event):
            return function(event) if count else function()

    return call


def _elements(selector):
    if isinstance(selector, str):
        found = list(document.querySelectorAll(selector))
        if not found:
            raise ValueError("No elements found for selector: " + selector)
        return found
    # A form has `elements` too, which are not ours.
    elements = getattr(selector, "elements", None)
    if isinstance(elements, list):
        selector = elements
    if isinstance(selector, (list, tuple)):
        return [getattr(element, "_dom_element", element) for element in selector]
    return [getattr(selector, "_dom_element", selector)]


def when(event_type, selector=None, **options):
    """Calls the decorated function when an event happens.

    `event_type` is the name of a DOM event, an `Event`, or a list of `Event`s. For a DOM event `selector` says on
    which elements: a CSS selector, an element, or several. `options` go to `addEventListener`, `once=True` for
    example. The function may be async, and takes the event or nothing.
    """
    if isinstance(event_type, str):
        if selector is None or selector == "":
            raise ValueError("Selector required for DOM event handling.")
        elements = _elements(selector)

        def decorator(function):
            listener = create_proxy(bind(_caller(function)))
            settings = to_js(options) if options else False
            for element in elements:
                element.addEventListener(event_type, listener, settings)
            return function

    else:
        events = event_type if isinstance(event_type, (list, tuple)) else [event_type]

        def decorator(function):
            listener = bind(_caller(function))
            for event in events:
                event.add_listener(listener)
            return function

    return decorator
