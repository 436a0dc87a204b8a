"""Shows Python values on the page."""

import _pyscript

from pyscript.context import document
from pyscript.ffi import is_none

# How values say what they look like, best first, and what each answer is.
_METHODS = (
    ("savefig", "image/png"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_html_", "text/html"),
    ("_repr_json_", "application/json"),
    ("_repr_javascript_", "application/javascript"),
)


class HTML:
    """Text that `display` takes as HTML. It is not checked: only give it what you trust."""

    def __init__(self, html):
        self._html = html

    def _repr_html_(self):
        return self._html


def _text(data, meta):
    return document.createTextNode(data)


def _html(data, meta):
    # A fragment made this way runs the scripts in it.
    return document.createRange().createContextualFragment(data)


def _javascript(data, meta):
    script = document.createElement("script")
    script.textContent = data
    return script


def _image(mime):
    def render(data, meta):
        if not isinstance(data, str):
            import base64

            data = base64.b64encode(data).decode("utf-8")
        image = document.createElement("img")
        image.src = "data:" + mime + ";base64," + "".join(data.split())
        for name, value in meta.items():
            image.setAttribute(name, str(value))
        return image

    return render


_RENDERERS = {
    "text/plain": _text,
    "text/html": _html,
    "image/png": _image("image/png"),
    "image/jpeg": _image("image/jpeg"),
    "image/svg+xml": _html,
    "application/json": _text,
    "application/javascript": _javascript,
}


def _method(value, name):
    # A proxy of a JavaScript object may answer to any name.
    method = getattr(value, name, None)
    return method if callable(method) else None


def _represent(value):
    """Gives the best form of a value: its MIME type, data and metadata."""
    if isinstance(value, str):
        return "text/plain", value, {}
    bundle = _method(value, "_repr_mimebundle_")
    if bundle:
        data, meta = bundle(), {}
        if isinstance(data, tuple):
            data, meta = data
        for mime in data or ():
            if mime in _RENDERERS:
                return _with_metadata(mime, data[mime], meta.get(mime, {}))
    for name, mime in _METHODS:
        method = _method(value, name)
        if not method:
            continue
        if name == "savefig":
            import io

            buffer = io.BytesIO()
            method(buffer, format="png")
            return mime, buffer.getvalue(), {}
        data = method()
        if data is not None:
            return _with_metadata(mime, data, {})
    return "text/plain", repr(value), {}


def _with_metadata(mime, data, meta):
    if isinstance(data, tuple):
        data, meta = data
    return mime, data, meta


def _container(target):
    """Finds the element to write to."""
    if isinstance(target, str):
        name = target[1:] if target.startswith("#") else target
        element = document.getElementById(name) if name else None
        if is_none(element):
            raise ValueError("Cannot find element with id='" + name + "' in the page.")
        own = getattr(element, "target", None) if element.tagName == "SCRIPT" else None
        return own or element
    # Without the page at hand, asking for its document says why.
    element = _pyscript.target() if hasattr(_pyscript, "target") else document.body
    if is_none(element):
        raise ValueError("Cannot find element with id='' in the page.")
    return element


def display(*values, target=None, append=True):
    """Shows values on the page, each in the richest form that it offers.

    `target` is the id of an element; without one, values appear where the running script stands. `append=False`
    replaces what was there.
    """
    container = _container(target)
    if not append:
        container.replaceChildren()
    for value in values:
        mime, data, meta = _represent(value)
        if isinstance(data, str) and not data.strip():
            continue
        node = _RENDERERS[mime](data, meta)
        if append:
            line = document.createElement("div")
            line.append(node)
            container.append(line)
        else:
            container.replaceChildren(node)
