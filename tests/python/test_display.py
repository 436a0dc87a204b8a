"""`display` and `HTML`: each form that a value may have, on the real page."""

import asyncio
import binascii

from harness import equal, place, raises, until
from pyscript import HTML, display, document, window

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class _Shown:
    """An object with one way to show itself."""

    def __init__(self, **methods):
        for name in methods:
            setattr(self, name, methods[name])

    def __repr__(self):
        return "<as text>"


def _inner(*values, **options):
    target = place()
    display(*values, target=target.id, **options)
    return target


def test_text_is_text():
    equal(_inner("<b>&amp;").innerHTML, "<div>&lt;b&gt;&amp;amp;</div>")


def test_values_are_shown_by_their_repr():
    equal(_inner(1, [1, "two"], None).innerHTML, "<div>1</div><div>[1, 'two']</div><div>None</div>")


def test_html_is_html():
    equal(_inner(HTML("<b>bold</b>")).innerHTML, "<div><b>bold</b></div>")


def test_each_method_gives_its_form():
    image = _inner(_Shown(_repr_png_=lambda: PNG)).querySelector("img")
    equal(image.src, "data:image/png;base64," + PNG)
    # A browser looks at the content; what is no picture at all would count as not loaded.
    image = _inner(_Shown(_repr_jpeg_=lambda: binascii.a2b_base64(PNG.encode()))).querySelector("img")
    equal(image.src, "data:image/jpeg;base64," + PNG)
    assert _inner(_Shown(_repr_svg_=lambda: "<svg><g></g></svg>")).querySelector("svg g")
    assert _inner(_Shown(_repr_html_=lambda: "<i>x</i>")).querySelector("i")
    equal(_inner(_Shown(_repr_json_=lambda: '{"a": 1}')).textContent, '{"a": 1}')


def test_the_best_form_that_there_is_wins():
    shown = _Shown(_repr_html_=lambda: "<i>html</i>", _repr_svg_=lambda: None, _repr_json_=lambda: "json")
    equal(_inner(shown).innerHTML, "<div><i>html</i></div>")
    equal(_inner(_Shown(_repr_html_=lambda: None)).textContent, "<as text>")


def test_a_picture_is_saved_by_savefig():
    def savefig(file, format):
        equal(format, "png")
        file.write(binascii.a2b_base64(PNG.encode()))

    equal(_inner(_Shown(savefig=savefig)).querySelector("img").src, "data:image/png;base64," + PNG)


def test_a_mime_bundle_may_have_metadata():
    bundle = ({"application/unknown": "x", "image/png": PNG}, {"image/png": {"width": 7, "alt": "dot"}})
    image = _inner(_Shown(_repr_mimebundle_=lambda: bundle)).querySelector("img")
    equal((image.getAttribute("width"), image.alt), ("7", "dot"))
    shown = _Shown(_repr_mimebundle_=lambda: {"text/html": ("<u>x</u>", {})})
    equal(_inner(shown).innerHTML, "<div><u>x</u></div>")


def test_javascript_runs():
    window.ranByDisplay = 0
    _inner(_Shown(_repr_javascript_=lambda: "globalThis.ranByDisplay = 41 + 1"))
    equal(window.ranByDisplay, 42)


def test_scripts_inside_html_run():
    window.ranByDisplay = 0
    _inner(HTML("<p>x</p><script>globalThis.ranByDisplay = 7</script>"))
    equal(window.ranByDisplay, 7)


def test_what_is_blank_is_not_shown():
    equal(_inner("", "  \n").innerHTML, "")


def test_without_append_the_last_value_stays():
    target = place("<p>old</p>")
    display("first", "second", target=target.id, append=False)
    equal(target.innerHTML, "second")
    display("third", target="#" + target.id)
    equal(target.innerHTML, "second<div>third</div>")


def test_an_unknown_target_is_an_error():
    for target in ("nowhere", "#nowhere"):
        with raises(ValueError, "Cannot find element with id='nowhere' in the page."):
            display("x", target=target)
    with raises(ValueError, "Cannot find element with id='' in the page."):
        display("x", target="")


async def test_without_a_target_it_is_shown_where_the_script_stands():
    from pyscript import current_target

    def shown():
        return document.getElementById(current_target()).textContent

    display("at once;")
    assert "at once;" in shown()

    async def later():
        await asyncio.sleep(0.01)
        display("in a task;")

    await asyncio.create_task(later())
    assert "in a task;" in shown()
    window.setTimeout(lambda: display("in a timer;"), 5)
    await until(lambda: "in a timer;" in shown())


def test_html_has_its_representation():
    equal(HTML("<b>")._repr_html_(), "<b>")
