"""Shows the files of the example that the address names: source/?hello"""

import re

from pyscript import document, fetch, window


def make(tag, parent, text=""):
    element = document.createElement(tag)
    element.textContent = text
    parent.append(element)
    return element


def scripts_in(page):
    """The files that a page names by src="./…"; MicroPython's re has no findall."""
    rest = page
    while True:
        found = re.search(r'<script type="m?py" src="\./([a-z_]+\.py)"', rest)
        if not found:
            return
        yield found.group(1)
        rest = rest[rest.find(found.group(0)) + len(found.group(0)) :]


async def read(path):
    response = await fetch(path)
    return await response.text() if response.ok else None


def show(name, text):
    files = document.querySelector("#files")
    make("h2", files, name)
    block = make("pre", files)
    block.tabIndex = 0  # so that the keyboard can scroll it
    block.setAttribute("aria-label", name)
    code = make("code", block)
    for line in text.rstrip().split("\n"):
        make("span", code, line)


async def main():
    name = window.location.search[1:]
    # Only a plain name: an address must not be able to make this page show anything else.
    page = await read(f"../{name}/index.html") if re.match("^[a-z-]+$", name) else None
    if page is None:
        document.querySelector("#status").textContent = "There is no such example."
        return
    document.title = f"Source of {name} · Pyrite"
    document.querySelector("#title").textContent = name
    document.querySelector("#open").href = f"../{name}/"
    show("index.html", page)
    for script in scripts_in(page):
        show(script, await read(f"../{name}/{script}"))
    document.querySelector("#status").textContent = "Copy what you like."


await main()
