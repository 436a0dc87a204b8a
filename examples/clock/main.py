"""A clock and a countdown, each a task of its own."""

import asyncio
import time

from pyscript import document, when, window


def show(selector, text):
    document.querySelector(selector).textContent = text


async def run_clock():
    while True:
        # The browser knows the reader's time zone; MicroPython's own clock is always UTC.
        now = window.Date.new()
        show("#clock", now.toTimeString()[:8])
        show("#date", now.toDateString())
        # Sleep until the next second begins, so that the clock never skips one.
        await asyncio.sleep((1000 - now.getMilliseconds()) / 1000)


async def count_down(seconds):
    end = time.time() + seconds
    left = seconds
    while left > 0:
        show("#left", f"{left // 60:02d}:{left % 60:02d}")
        await asyncio.sleep(0.1)
        left = int(end - time.time() + 0.999)
    show("#left", "00:00")
    show("#status", "Time is up!")
    set_running(False)


def set_running(running):
    document.querySelector("#start").disabled = running
    document.querySelector("#stop").disabled = not running


timer = None


@when("click", "#start")
def start():
    global timer
    try:
        seconds = int(float(document.querySelector("#minutes").value) * 60)
    except ValueError:
        seconds = 0
    if seconds < 1:
        show("#status", "Please give a number of minutes.")
        return
    show("#status", "Running")
    set_running(True)
    timer = asyncio.create_task(count_down(seconds))


@when("click", "#stop")
def stop():
    timer.cancel()
    show("#status", "Stopped")
    set_running(False)


# The script ends here; the task goes on.
asyncio.create_task(run_clock())
