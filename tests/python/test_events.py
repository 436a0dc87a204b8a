"""`pyscript.events`: `Event` and `when`."""

import asyncio

from harness import equal, place, raises, until
from pyscript import Event, document, when, window


def test_listeners_hear_in_the_order_in_which_they_came():
    event, heard = Event(), []

    def first(result):
        heard.append(("first", result))

    def second(result):
        heard.append(("second", result))

    event.add_listener(first)
    event.add_listener(second)
    event.add_listener(first)
    event.trigger(1)
    equal(heard, [("first", 1), ("second", 1)])


async def test_async_listeners_are_run():
    event, heard = Event(), []

    async def listener(result):
        await asyncio.sleep(0)
        heard.append(result)

    event.add_listener(listener)
    event.trigger("it")
    equal(heard, [])
    await until(lambda: heard)
    equal(heard, ["it"])


def test_an_exception_of_a_listener_reaches_whoever_triggers():
    event, heard = Event(), []

    def failing(result):
        raise KeyError(result)

    event.add_listener(failing)
    event.add_listener(heard.append)
    with raises(KeyError, "it"):
        event.trigger("it")
    equal(heard, [])


def test_listeners_are_removed_one_by_one_or_all():
    event, heard = Event(), []

    def other(result):
        heard.append("other")

    def unknown(result):
        pass

    event.add_listener(heard.append)
    event.add_listener(other)
    event.remove_listener(other, unknown)
    event.trigger(1)
    equal(heard, [1])
    event.remove_listener()
    event.trigger(2)
    equal(heard, [1])


def test_a_listener_is_callable():
    with raises(ValueError, "Listener must be callable."):
        Event().add_listener("no function")


def test_when_needs_a_selector_for_events_of_the_page():
    with raises(ValueError, "Selector required for DOM event handling."):
        when("click")


def test_when_says_that_nothing_matches():
    with raises(ValueError, "No elements found for selector: #no-such-thing"):
        when("click", "#no-such-thing")


async def test_when_takes_functions_of_no_or_one_argument_of_every_kind():
    button = place(tag="button")
    heard = []

    class Methods:
        def none(self):
            heard.append("method")

        def one(self, event):
            heard.append("method " + event.type)

        async def later(self):
            heard.append("async method")

        async def later_one(self, event):
            heard.append("async method " + event.type)

    methods = Methods()

    @when("click", "#" + button.id)
    def plain():
        heard.append("closure")

    @when("click", "#" + button.id)
    async def asynchronous(event):
        heard.append("async closure " + event.type)

    for method in (methods.none, methods.one, methods.later, methods.later_one):
        when("click", "#" + button.id)(method)
    button.click()
    await until(lambda: len(heard) >= 6)
    equal(
        sorted(heard),
        ["async closure click", "async method", "async method click", "closure", "method", "method click"],
    )


async def test_when_takes_elements_lists_of_them_and_options():
    first, second = place(tag="button"), place(tag="button")
    heard = []

    @when("click", [first, second], once=True)
    def clicked(event):
        heard.append(event.currentTarget.id)

    for button in (first, second, first, second):
        button.click()
    await until(lambda: len(heard) >= 2)
    equal(heard, [first.id, second.id])

    when("click", first)(lambda: heard.append("one"))
    first.click()
    await until(lambda: len(heard) == 3)
    equal(heard[2], "one")


def test_when_gives_the_function_back_and_takes_events():
    first, second, heard = Event(), Event(), []

    @when(first)
    @when([first, second])
    def listener(result):
        heard.append(result)

    assert callable(listener)
    listener("direct")
    second.trigger("second")
    equal(heard, ["direct", "second"])


async def test_when_hears_events_that_code_dispatches():
    target, heard = place(), []
    when("made:here", target)(lambda event: heard.append(event.detail))
    options = window.Object.new()
    options.detail = "detail"
    document.getElementById(target.id).dispatchEvent(window.CustomEvent.new("made:here", options))
    await until(lambda: heard)
    equal(heard, ["detail"])
