"""Fetches JSON or CSV and shows it as a table that can be sorted."""

from pyscript import document, fetch, when

headings = []
rows = []  # one list per row, as long as `headings`
sorted_by = None


async def load_json(url):
    data = await fetch(url).json()
    return data["headings"], data["rows"]


async def load_csv(url):
    # Enough for plain files. For quotes and line breaks inside fields use Pyodide and its csv module.
    lines = (await fetch(url).text()).strip().splitlines()
    names = lines[0].split(",")
    return names, [[number_or_text(field) for field in line.split(",")] for line in lines[1:]]


def number_or_text(field):
    try:
        return float(field) if "." in field else int(field)
    except ValueError:
        return field


def make(tag, text="", parent=None):
    element = document.createElement(tag)
    element.textContent = text
    if parent is not None:
        parent.append(element)
    return element


def draw():
    table = document.querySelector("#table")
    table.replaceChildren()
    row = make("tr", parent=make("thead", parent=table))
    for column, name in enumerate(headings):
        cell = make("th", parent=row)
        cell.scope = "col"
        if column == sorted_by:
            cell.ariaSort = "ascending"
        button = make("button", name + (" ↓" if column == sorted_by else ""), cell)
        button.dataset.column = column
    body = make("tbody", parent=table)
    for values in rows:
        row = make("tr", parent=body)
        for value in values:
            cell = make("td", str(value), row)
            if not isinstance(value, str):
                cell.className = "number"


async def show(load, url):
    global headings, rows, sorted_by
    headings, rows = await load(url)
    sorted_by = None
    draw()
    document.querySelector("#status").textContent = f"{url}: {len(rows)} rows"


@when("click", "#table")
def sort(event):
    global sorted_by
    column = event.target.getAttribute("data-column")
    if column:
        sorted_by = int(column)
        rows.sort(key=lambda row: row[sorted_by])
        draw()
        document.querySelector(f'[data-column="{column}"]').focus()


@when("click", "#json")
async def choose_json():
    await show(load_json, "planets.json")


@when("click", "#csv")
async def choose_csv():
    await show(load_csv, "mountains.csv")


# A script may await without being inside a function.
await show(load_json, "planets.json")
