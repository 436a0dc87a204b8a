"""Notes that stay in the browser. `page` finds elements, and calling `div`, `p` or `button` makes them."""

from pyscript import storage, window
from pyscript.web import button, div, p, page

# A dict: what is put into it is there again on the next visit.
notes = await storage("pyrite-example-notes")


def show(key):
    # textContent shows a text as it is; p("<b>") would be bold.
    note = div(p(textContent=notes[key]), classes="card")

    def remove():
        del notes[key]
        note.remove()
        count()
        page["text"].focus()

    note.append(button("Remove", classes="plain", ariaLabel="Remove " + notes[key], on_click=remove))
    page["notes"].append(note)


def keep():
    field = page["text"]
    if field.value.strip():
        key = str(window.Date.now())
        notes[key] = field.value.strip()
        show(key)
        count()
        field.value = ""
    field.focus()


def count():
    page["summary"].textContent = f"{len(notes)} kept"


page["keep"].on_click = keep
for key in sorted(notes):
    show(key)
count()
