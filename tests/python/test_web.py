"""`pyscript.web`, as the page sees it."""

from harness import document, equal, place, raises, until, window
from pyscript import Event, when, web
from pyscript.web import Element, ElementCollection, page


def _html(element):
    return element._dom_element.outerHTML


# The page


def test_the_page_has_its_parts():
    equal(page.html._dom_element.tagName, "HTML")
    equal(page.head._dom_element.tagName, "HEAD")
    assert isinstance(page.head, web.head) and isinstance(page.body, web.body) and isinstance(page.html, web.html)
    equal(page.title, "Test")
    page.title = "Other"
    equal(document.title, "Other")
    page.title = "Test"


def test_the_page_finds_by_id_whatever_the_id():
    for name in ("plain", "1st", "a.b:c", "with space", 'quote"d', "täst", "#hash"):
        made = place()
        made.id = name
        if not name.startswith("#"):
            equal(page[name].id, name)
            equal(page["#" + name].id, name)
        else:
            equal(page["#" + name].id, name)
    assert page["no-such-id"] is None
    assert page["#no-such-id"] is None


def test_the_page_finds_by_selector_and_appends():
    made = web.p("new", classes="test-page-append")
    page.append(made)
    found = page.find(".test-page-append")
    assert isinstance(found, ElementCollection)
    equal(len(found), 1)
    assert found[0] == made
    equal(document.body.lastElementChild.textContent, "new")
    equal(len(page.find(".no-such-class")), 0)


# Making elements


def test_every_class_makes_its_tag():
    special = ("canvas", "video", "datalist", "optgroup", "select")
    equal(len(web.CONTAINER_TAGS) + len(web.VOID_TAGS) + len(special), 103)
    for name in list(web.CONTAINER_TAGS) + list(web.VOID_TAGS) + list(special):
        kind = getattr(web, name)
        made = kind()
        equal(made._dom_element.tagName.lower(), name.replace("_", ""))
        equal(kind.get_tag_name(), name.replace("_", ""))
        assert isinstance(made, Element)
        assert type(Element.wrap_dom_element(made._dom_element)) is kind, name
    for name in web.VOID_TAGS:
        assert not isinstance(getattr(web, name)(), web.ContainerElement), name


def test_an_element_is_made_with_content_classes_style_and_attributes():
    made = web.div(
        "text <b>bold</b>",
        web.span("inner"),
        children=[web.p("last")],
        classes=["one", "two three"],
        style={"color": "red", "margin-top": "3px"},
        id="made-here",
        title="a title",
    )
    dom = made._dom_element
    equal(dom.innerHTML, "text <b>bold</b><span>inner</span><p>last</p>")
    equal(dom.className, "one two three")
    equal(dom.style.color, "red")
    equal(dom.style.marginTop, "3px")
    equal((dom.id, dom.title), ("made-here", "a title"))
    equal([child._dom_element.tagName for child in made], ["B", "SPAN", "P"])


def test_reserved_names_have_an_underscore():
    label = web.label("name", for_="field", class_="wide")
    equal(label._dom_element.htmlFor, "field")
    equal(label._dom_element.className, "wide")
    equal((label.for_, label.class_), ("field", "wide"))
    equal(web.input_(type_="number").type, "number")


def test_attributes_are_those_of_the_element():
    field = web.input_(type="text", value="before")
    equal(field.value, "before")
    field.value = "after"
    equal(field._dom_element.value, "after")
    field.disabled = True
    assert field._dom_element.disabled
    with raises(AttributeError):
        field.no_such_attribute


def test_names_with_an_underscore_are_pythons_own():
    made = web.div()
    made._own = {"any": "thing"}
    equal(made._own, {"any": "thing"})
    assert not hasattr(made._dom_element, "_own")
    with raises(AttributeError, "_missing"):
        made._missing


def test_unknown_tags_are_plain_elements():
    wrapped = Element.wrap_dom_element(document.createElement("my-own"))
    assert type(wrapped) is Element
    equal(wrapped._dom_element.tagName, "MY-OWN")


def test_classes_for_tags_can_be_registered():
    class special_(web.ContainerElement):
        pass

    Element.register_element_classes([special_])
    try:
        equal(special_("x")._dom_element.outerHTML, "<special>x</special>")
        assert type(Element.wrap_dom_element(document.createElement("special"))) is special_
    finally:
        Element.unregister_element_classes([special_])
    assert type(Element.wrap_dom_element(document.createElement("special"))) is Element


# Finding and moving


def test_children_are_found_by_index_slice_and_id():
    outer = Element.wrap_dom_element(place("<b id='b-id'>1</b><i>2</i><u><s id='1.s'>3</s></u>"))
    equal([child._dom_element.tagName for child in outer.children], ["B", "I", "U"])
    equal(outer[0].textContent, "1")
    equal(outer[-1]._dom_element.tagName, "U")
    assert isinstance(outer[0:2], ElementCollection)
    equal(len(outer[0:2]), 2)
    equal(outer["b-id"].textContent, "1")
    equal(outer["#b-id"].textContent, "1")
    equal(outer["1.s"].textContent, "3")
    assert outer["elsewhere"] is None
    with raises(IndexError):
        outer[3]
    with raises(TypeError, "Element indices must be integers, slices, or strings, not float."):
        outer[1.5]


def test_the_parent_is_an_element_or_none():
    outer = Element.wrap_dom_element(place("<b>1</b>"))
    assert outer[0].parent == outer
    assert outer.parent == page.body
    assert page.html.parent is None
    assert web.div().parent is None


def test_find_gives_what_fits():
    outer = Element.wrap_dom_element(place("<b class='x'>1</b><p><b class='x'>2</b></p>"))
    equal([found.textContent for found in outer.find("b.x")], ["1", "2"])
    equal(len(outer.find("i")), 0)


def test_everything_sensible_can_be_appended():
    outer = web.div()
    nodes = place("<i>7</i><i>8</i>")
    outer.append("<text>", 1, 2.5, True, web.b("3"), [web.b("4"), "5"], (document.createElement("u"),))
    outer.append(ElementCollection([web.s("6")]), nodes.childNodes)
    equal(
        outer.innerHTML,
        "&lt;text&gt;12.5True<b>3</b><b>4</b>5<u></u><s>6</s><i>7</i><i>8</i>",
    )
    equal(nodes.children.length, 0)


def test_what_cannot_be_appended_changes_nothing():
    outer = web.div()
    with raises(TypeError, "Cannot append {}", "to element."):
        outer.append("first", {})
    with raises(TypeError, "Cannot append None to element."):
        outer.append(None)
    equal(outer.innerHTML, "")


def test_a_clone_has_no_false_id():
    original = web.div(web.b("x"), id="original", classes="c")
    equal(_html(original.clone()), '<div class="c"><b>x</b></div>')
    equal(original.clone("other").id, "other")
    equal(original.id, "original")
    assert isinstance(original.clone(), web.div)


def test_elements_are_equal_by_their_dom_element_and_can_be_in_sets():
    made = place()
    first, second, other = Element.wrap_dom_element(made), page[made.id], web.div()
    assert first == second and not first != second
    assert first != other and first != made and first is not None
    equal(hash(first), hash(second))
    assert len({first, second, other}) == 2
    names = {first: "it", other: "other"}
    equal(names[second], "it")


def test_show_me_scrolls():
    tall = place()
    tall.style.height = "5000px"
    low = Element.wrap_dom_element(place("low"))
    low.show_me()
    box = low._dom_element.getBoundingClientRect()
    assert 0 <= box.top < window.innerHeight, box.top
    tall.remove()


def test_update_changes_several_things():
    made = web.div(classes="a")
    made.update(classes="b c", style={"color": "blue"}, title="t")
    equal(sorted(made.classes), ["a", "b", "c"])
    equal((made._dom_element.style.color, made.title), ("blue", "t"))


# Classes and style


def test_classes_are_always_those_of_the_element():
    made = web.div(classes="a b")
    classes = made.classes
    classes.add("c d")
    classes.discard("a", "missing")
    equal(made._dom_element.className, "b c d")
    made._dom_element.classList.add("late")
    assert "late" in classes and "a" not in classes
    equal(len(classes), 4)
    assert classes == {"b", "c", "d", "late"}
    classes.toggle("b", "new")
    equal(sorted(classes), ["c", "d", "late", "new"])
    classes.remove("new")
    classes.clear()
    equal(made._dom_element.className, "")
    made.classes = ["x", "y z"]
    equal(made._dom_element.className, "x y z")


async def test_removing_a_class_that_is_not_there_warns():
    warnings = []
    warn = window.console.warn
    window.console.warn = lambda text: warnings.append(text)
    try:
        web.div().classes.remove("x")
        await until(lambda: warnings)
    finally:
        window.console.warn = warn
    equal(warnings, ["Class 'x' not found in element classes."])


def test_style_shows_what_the_element_has():
    made = Element.wrap_dom_element(place("<b style='color: red; margin-left: 2px'>x</b>"))[0]
    style = made.style
    equal(style["color"], "red")
    equal(style.color, "red")
    equal(style.get("margin-left"), "2px")
    equal(style.get("width"), None)
    equal(style.get("width", "auto"), "auto")
    equal(sorted(style), ["color", "margin-left"])
    equal(sorted(style.keys()), ["color", "margin-left"])
    equal(sorted(style.items()), [("color", "red"), ("margin-left", "2px")])
    equal(sorted(style.values()), ["2px", "red"])
    equal(len(style), 2)
    assert "color" in style and "width" not in style
    assert style == {"color": "red", "margin-left": "2px"}


def test_style_is_changed():
    made = web.div(style="color: red")
    style = made.style
    style["background-color"] = "blue"
    style.set("z-index", 3)
    style.marginTop = "1px"
    equal(made._dom_element.style.cssText, "color: red; background-color: blue; z-index: 3; margin-top: 1px;")
    del style["color"]
    style.remove("z-index")
    equal(style.pop("margin-top"), "1px")
    equal(style.pop("margin-top", None), None)
    equal(made._dom_element.style.cssText, "background-color: blue;")
    for missing in (lambda: style["color"], lambda: style.pop("color"), lambda: style.remove("color")):
        with raises(KeyError, "color"):
            missing()
    made.style = {"width": "1px"}
    equal(made._dom_element.style.cssText, "width: 1px;")
    style.clear()
    equal(len(style), 0)


# Events


async def test_every_event_that_the_element_has_can_be_heard():
    heard = []
    field = web.input_(type="text")
    place().append(field._dom_element)
    for name in ("on_click", "on_change", "on_input", "on_mouseover", "on_keydown", "on_focusin"):
        assert isinstance(getattr(field, name), Event), name
        setattr(field, name, lambda event: heard.append(event.type))
    field._dom_element.click()
    for name in ("change", "input", "mouseover", "keydown", "focusin"):
        field._dom_element.dispatchEvent(window.Event.new(name))
    await until(lambda: len(heard) == 6)
    equal(heard, ["click", "change", "input", "mouseover", "keydown", "focusin"])

    details = web.details(on_toggle=lambda event: heard.append("toggled"))
    place().append(details._dom_element)
    details.open = True
    await until(lambda: len(heard) == 7)
    equal(heard[6], "toggled")


async def test_handlers_may_be_async_take_nothing_and_be_several():
    heard = []

    async def later(event):
        heard.append("async " + event.type)

    button = web.button("x", on_click=[later, lambda: heard.append("nothing")])
    assert button.on_click is button.get_event("on_click")
    button.on_click.add_listener(lambda event: heard.append("listener"))
    when(button.on_click)(lambda event: heard.append("when"))
    button._dom_element.click()
    await until(lambda: len(heard) == 4)
    equal(sorted(heard), ["async click", "listener", "nothing", "when"])


def test_an_event_that_the_element_lacks_is_an_error():
    with raises(ValueError, "Element has no 'foo' event."):
        web.div().on_foo
    with raises(ValueError, "Element has no 'foo' event."):
        web.div(on_foo=print)
    with raises(ValueError, "Event names must start with 'on_'."):
        web.div().get_event("click")


async def test_when_takes_elements_and_collections():
    heard = []
    form = web.form(web.input_(), web.button("1", type="button"), web.button("2", type="button"))
    place().append(form._dom_element)
    when("click", form)(lambda event: heard.append("form"))
    when("click", form.find("button"))(lambda event: heard.append(event.target.textContent))
    for button in form.find("button"):
        button._dom_element.click()
    await until(lambda: len(heard) == 4)
    equal(sorted(heard), ["1", "2", "form", "form"])
    # The DOM's own form has fields under the name by which a collection has its elements.
    when("made", form._dom_element)(lambda event: heard.append("made"))
    form._dom_element.dispatchEvent(window.Event.new("made"))
    await until(lambda: len(heard) == 5)


# Collections


def test_collections_are_lists_of_elements():
    outer = Element.wrap_dom_element(place("<b id='c-one'>1<i>x</i></b><b>2<i>y</i></b>"))
    both = outer.find("b")
    equal(len(both), 2)
    equal([element.textContent for element in both], ["1x", "2y"])
    equal(both[1].textContent, "2y")
    equal(len(both[:1]), 1)
    equal(both["c-one"].textContent, "1x")
    equal(both["#c-one"].textContent, "1x")
    assert both["absent"] is None
    assert both == outer.children and both != outer.find("i")
    assert isinstance(both.elements, list)
    equal([element.textContent for element in both.find("i")], ["x", "y"])
    with raises(TypeError, "Collection indices must be integers, slices, or strings, not float"):
        both[0.5]


def test_an_element_is_found_once_by_a_collection():
    outer = Element.wrap_dom_element(place("<div><div><b>1</b></div></div>"))
    equal(len(outer.find("div").find("b")), 1)


def test_all_of_a_collection_are_updated():
    outer = Element.wrap_dom_element(place("<b>1</b><b>2</b>"))
    outer.find("b").update_all(classes="x", style={"color": "red"}, title="t")
    for element in outer.children:
        dom = element._dom_element
        equal((dom.className, dom.style.color, dom.title), ("x", "red", "t"))


# Elements with abilities of their own


def test_options_are_a_list():
    chooser = web.select()
    first = chooser.options.add(value="1", html="<i>one</i>")
    chooser.options.add(value="2", text="<two>")
    chooser.options.add(value="", text="empty", before=0)
    chooser.options.add(value=0, text="zero", before=first)
    equal([option.value for option in chooser.options], ["", "0", "1", "2"])
    equal(chooser.options[3]._dom_element.innerHTML, "&lt;two&gt;")
    equal(len(chooser.options), 4)
    chooser.value = "2"
    equal(chooser.options.selected.value, "2")
    assert isinstance(first, web.option)
    chooser.options.remove(0)
    equal([option.value for option in chooser.options], ["0", "1", "2"])
    with raises(IndexError):
        chooser.options.remove(9)
    chooser.options.clear()
    equal(len(chooser.options), 0)
    assert chooser.options.selected is None


def test_options_are_in_lists_and_groups_too():
    for kind in (web.datalist, web.optgroup):
        made = kind()
        made.options.add(value="1", text="one", disabled=True)
        equal(len(made.options), 1)
        assert made.options[0].disabled
        assert made.options.selected is None


def _colour(made):
    data = made._dom_element.getContext("2d").getImageData(0, 0, 1, 1).data
    return [data[index] for index in range(3)]


def _red(width=4, height=4):
    made = web.canvas(width=width, height=height)
    context = made._dom_element.getContext("2d")
    context.fillStyle = "rgb(255, 0, 0)"
    context.fillRect(0, 0, width, height)
    return made


def test_a_canvas_draws_elements():
    for source in (_red(), _red()._dom_element):
        target = web.canvas(width=8, height=8)
        target.draw(source)
        equal(_colour(target), [255, 0, 0])
        target = web.canvas(width=8, height=8)
        target.draw(source, width=8, height=8)
        equal(_colour(target), [255, 0, 0])
        equal(target._dom_element.getContext("2d").getImageData(7, 7, 1, 1).data[0], 255)


def test_a_canvas_is_downloaded():
    names = []
    click = window.HTMLAnchorElement.prototype.click
    window.eval("HTMLAnchorElement.prototype.click = function () { globalThis.saved = [this.download, this.href] }")
    try:
        _red().download()
        names.append(window.saved[0])
        assert window.saved[1].startswith("data:image/png;base64,")
        _red().download(filename="mine.png")
        names.append(window.saved[0])
    finally:
        window.HTMLAnchorElement.prototype.click = click
    equal(names, ["snapped.png", "mine.png"])


def test_a_video_snaps_to_every_kind_of_canvas():
    film = web.video()
    equal(film.snap(width=5, height=6)._dom_element.width, 5)
    known = web.canvas(width=2, height=2)
    place().append(known._dom_element)
    known.id = "snap-here"
    for to in (known, known._dom_element, "#snap-here"):
        assert film.snap(to) == known
    with raises(TypeError, "Element to snap to must be a canvas."):
        film.snap(web.div())
    with raises(TypeError, "Element to snap to must be a canvas."):
        film.snap("body")
    with raises(TypeError, "No element with selector #nowhere to snap to."):
        film.snap("#nowhere")
