# What the page of the tests runs: it fetches the plan, and all else with it.
import json
from pyscript import fetch
plan = json.loads(await fetch("/_pyrite/test/plan.json").text())
for name, text in plan["harness"]:
    with open(name, "w") as file:
        file.write(text)
import _pyrite_test
await _pyrite_test.run(plan)
