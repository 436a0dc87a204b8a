from pyscript import document, when, workers

answer = document.querySelector("#answer")


@when("click", "#count")
async def count():
    answer.textContent = "Counting…"
    numbers = await workers["numbers"]
    limit = int(document.querySelector("#limit").value)
    answer.textContent = f"There are {await numbers.primes(limit)} primes up to {limit}."


print("Ready.")
