"""Markdown to HTML in forty lines: enough for notes, and small enough to read."""

import re

from pyscript import HTML, display, document, when


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def inline(text):
    """What stands inside of a line. Addresses that are no web addresses stay text."""
    text = escape(text)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
    return re.sub(r"\[([^\]]+)\]\((https?://[^)]+)\)", r'<a href="\2">\1</a>', text)


def block(lines):
    """One block: lines without a blank one between them."""
    first = lines[0]
    if first.startswith("#"):
        level = min(len(first) - len(first.lstrip("#")), 6)
        return f"<h{level}>{inline(first.lstrip('#').strip())}</h{level}>"
    if first.startswith("```"):
        return f"<pre>{escape('\n'.join(lines[1:]).rstrip('`'))}</pre>"
    if first.startswith("- "):
        return "<ul>" + "".join(f"<li>{inline(line[2:])}</li>" for line in lines) + "</ul>"
    if first.startswith(">"):
        return "<blockquote>" + inline(" ".join(line.lstrip("> ") for line in lines)) + "</blockquote>"
    return f"<p>{inline(' '.join(lines))}</p>"


def html(source):
    blocks, lines, fenced = [], [], False
    for line in source.split("\n") + [""]:
        if line.startswith("```"):
            fenced = not fenced
        # A blank line ends a block, unless it is one of code.
        if line.strip() or fenced:
            lines.append(line)
        elif lines:
            blocks.append(block(lines))
            lines = []
    return "\n".join(blocks + ([block(lines)] if lines else []))


@when("input", "#source")
def show():
    display(HTML(html(document.querySelector("#source").value)), target="preview", append=False)


show()
