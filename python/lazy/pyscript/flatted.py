"""JSON for values that contain themselves or share parts, in the format of JavaScript's `flatted`.

The text is a list: first the value, then everything inside it. In place of a text, a list or a dict stands its number
in that list, as text.
"""

import json


def parse(text, *args, **options):
    """Gives the value of a text that `stringify` made. What else is given goes to `json.loads`."""
    values = json.loads(text, *args, **options)
    for value in values:
        if isinstance(value, dict):
            for key in value:
                if isinstance(value[key], str):
                    value[key] = values[int(value[key])]
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, str):
                    value[index] = values[int(item)]
    return values[0]


def stringify(value, *args, **options):
    """Gives the text of a value made of dicts, lists, tuples, texts, numbers, booleans and None.

    Tuples become lists. What else is given goes to `json.dumps`.
    """
    values = [value]
    numbers = {}

    def number(item):
        if isinstance(item, str):
            known = ("text", item)
        elif isinstance(item, (dict, list, tuple)):
            known = id(item)
        else:
            return item
        if known not in numbers:
            numbers[known] = str(len(values))
            values.append(item)
        return numbers[known]

    if isinstance(value, (dict, list, tuple)):
        numbers[id(value)] = "0"
    elif isinstance(value, str):
        numbers[("text", value)] = "0"
    rows = []
    # It grows while it is read.
    for item in values:
        if isinstance(item, dict):
            item = {key if isinstance(key, str) else json.dumps(key): number(item[key]) for key in item}
        elif isinstance(item, (list, tuple)):
            item = [number(part) for part in item]
        rows.append(item)
    return json.dumps(rows, *args, **options)
