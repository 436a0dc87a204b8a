"""The harness itself: a test that cannot fail is worth nothing."""

import asyncio

import harness
from harness import equal, place, raises, until


def test_equal_fails_with_both_values():
    with raises(AssertionError, "got 1", "expected 2"):
        equal(1, 2)


def test_raises_fails_when_nothing_is_raised():
    with raises(AssertionError, "ValueError was not raised"):
        with raises(ValueError):
            pass


def test_raises_fails_when_the_message_is_another():
    with raises(AssertionError, "does not say 'this'"):
        with raises(ValueError, "this"):
            raise ValueError("that")


def test_raises_lets_other_errors_through():
    with raises(KeyError):
        with raises(ValueError):
            raise KeyError("other")


def test_places_are_on_the_page_and_have_ids_of_their_own():
    first, second = place("<b>bold</b>"), place()
    assert first.id != second.id
    equal(harness.document.getElementById(first.id).textContent, "bold")


async def test_until_waits():
    seen = []

    async def later():
        await asyncio.sleep(0.02)
        seen.append("it")

    asyncio.create_task(later())
    await until(lambda: seen)
    equal(seen, ["it"])


async def _outcomes(test):
    """What is told of a test that the harness runs."""
    told = []
    tell = harness._tell
    harness._tell = lambda outcome, name, detail="": told.append((outcome, detail))
    try:
        await harness._run_test("inner", test)
    finally:
        harness._tell = tell
    return told


async def test_failures_are_told_with_their_traceback():
    def failing():
        raise ValueError("on purpose")

    async def failing_later():
        await asyncio.sleep(0)
        raise ValueError("on purpose")

    for test in (failing, failing_later):
        begun, failed = await _outcomes(test)
        equal((begun[0], failed[0]), ("begun", "failed"))
        assert "on purpose" in failed[1] and "test_harness.py" in failed[1], failed[1]


async def test_skipped_tests_tell_why():
    equal((await _outcomes(lambda: harness.skip_if(True, "no need")))[1], ("skipped", "no need"))
    equal((await _outcomes(lambda: harness.skip_if(False, "no need")))[1], ("passed", ""))
