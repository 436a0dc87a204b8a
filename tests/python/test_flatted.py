"""`pyscript.flatted`: JSON with cycles, in the format of JavaScript's `flatted`."""

import json

from harness import equal
from pyscript import flatted


def test_plain_values_come_back():
    values = [
        None,
        True,
        1,
        -2.5,
        "text",
        "",
        [],
        {},
        [1, [2, ["3", None]], {"a": "a", "b": ["a"]}],
        {"a": {"b": {"c": [False]}}, "0": "1"},
    ]
    for value in values:
        equal(flatted.parse(flatted.stringify(value)), value)


def test_the_format_is_that_of_javascript():
    equal(json.loads(flatted.stringify([{"a": "x"}, "x", 1])), [["1", "2", 1], {"a": "2"}, "x"])
    equal(flatted.parse('[["1","2"],{"self":"1","of":"0"},"text"]')[0]["of"][1], "text")


def test_cycles_and_shared_parts_stay_what_they_are():
    value = {"list": [1]}
    value["self"] = value
    value["again"] = value["list"]
    copy = flatted.parse(flatted.stringify(value))
    assert copy["self"] is copy
    assert copy["again"] is copy["list"]
    equal(copy["list"], [1])


def test_tuples_become_lists_and_keys_text():
    equal(flatted.parse(flatted.stringify({1: (1, "two")})), {"1": [1, "two"]})


def test_deep_values_need_no_recursion():
    value = []
    for _ in range(3000):
        value = [value]
    copy = flatted.parse(flatted.stringify(value))
    depth = 0
    while copy:
        copy = copy[0]
        depth += 1
    equal(depth, 3000)


def test_more_arguments_go_to_json():
    assert "\n" not in flatted.stringify([1, 2], separators=(",", ":"))
    equal(flatted.stringify([1, 2], separators=(",", ":")), "[[1,2]]")
