"""Runs on the page: waits for the worker by its name, and for what its functions give."""

from pyscript import document, when, workers

END = 50_000

start = document.querySelector("#start")
stop = document.querySelector("#stop")
result = document.querySelector("#result")

worker = await workers["primes"]
start.disabled = False
result.textContent = f"Ready to count below {END}."


@when("click", "#start")
async def begin():
    start.disabled, stop.disabled = True, False
    result.textContent = "Counting …"
    try:
        found = await worker.count(END)
        result.textContent = "Stopped." if found is None else f"{found} prime numbers below {END}."
    finally:
        start.disabled, stop.disabled = False, True


@when("click", "#stop")
def end():
    stop.disabled = True
