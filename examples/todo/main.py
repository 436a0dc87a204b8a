"""A to-do list. The tasks live in a Python list; `draw` makes the page show them."""

import json

from pyscript import document, when, window

KEY = "pyrite-example-todo"


def load():
    # getItem gives None when nothing was ever stored.
    text = window.localStorage.getItem(KEY)
    return json.loads(text) if text else []


tasks = load()  # [{"text": "Buy bread", "done": False}, ...]


def draw():
    window.localStorage.setItem(KEY, json.dumps(tasks))
    items = document.querySelector("#list")
    items.replaceChildren()
    for number, task in enumerate(tasks):
        items.append(make_item(number, task))
    left = len([task for task in tasks if not task["done"]])
    summary = f"{left} of {len(tasks)} left to do" if tasks else "Nothing to do. Well done!"
    document.querySelector("#summary").textContent = summary


def make_item(number, task):
    box = document.createElement("input")
    box.type = "checkbox"
    box.checked = task["done"]
    box.dataset.toggle = number

    # textContent shows the text as it is, so that "<b>" stays three characters.
    text = document.createElement("span")
    text.textContent = task["text"]

    label = document.createElement("label")
    label.append(box, text)

    remove = document.createElement("button")
    remove.className = "plain"
    remove.textContent = "Remove"
    remove.setAttribute("aria-label", "Remove " + task["text"])
    remove.dataset.remove = number

    item = document.createElement("li")
    item.className = "done" if task["done"] else ""
    item.append(label, remove)
    return item


@when("submit", "#new")
def add(event):
    event.preventDefault()  # stay on the page
    field = document.querySelector("#task")
    text = field.value.strip()
    if text:
        tasks.append({"text": text, "done": False})
        field.value = ""
        draw()
    field.focus()


# One listener on the list serves all items, also those that come later.
@when("click", "#list")
def remove(event):
    number = event.target.getAttribute("data-remove")
    if number:
        del tasks[int(number)]
        draw()
        document.querySelector("#task").focus()


@when("change", "#list")
def toggle(event):
    number = event.target.getAttribute("data-toggle")
    if number:
        task = tasks[int(number)]
        task["done"] = not task["done"]
        draw()
        document.querySelector(f'[data-toggle="{number}"]').focus()


draw()
