"""The page as Python objects: find, make and change elements.

`page["id"]` and `page.find("css selector")` find them, `div("text", classes="note")` makes one, and
`element.on_click = function` hears its events.
"""

import js

from _pyrite import bind

from pyscript.context import document, window
from pyscript.events import Event
from pyscript.ffi import create_proxy, is_none

_same = getattr(js.Object, "is")

# Numbers of DOM nodes, for `hash`: two objects for one node are equal.
_numbers = js.WeakMap.new()
_count = 0

# Events that elements have without a property of the name.
_PLAIN_EVENTS = (
    "focusin focusout compositionstart compositionupdate compositionend touchstart touchmove touchend touchcancel"
).split()


def _node(thing):
    """Gives the DOM node of an Element, and anything else as it is."""
    return getattr(thing, "_dom_element", thing) if isinstance(thing, Element) else thing


def _wrap(node):
    return None if is_none(node) else Element.wrap_dom_element(node)


def _collection(nodes):
    return ElementCollection([Element.wrap_dom_element(node) for node in nodes])


def _with_id(node, name):
    """Finds the element with an id below a node, whatever characters the id has."""
    name = name[1:] if name.startswith("#") else name
    return _wrap(node.querySelector("#" + window.CSS.escape(name))) if name else None


def _pick(things, index, kind):
    if isinstance(index, int):
        return things[index]
    if isinstance(index, slice):
        return ElementCollection(things[index])
    raise TypeError(kind + " indices must be integers, slices, or strings, not " + type(index).__name__ + ".")


def _nodes(items):
    """Makes DOM nodes of whatever can be appended to an element."""
    found = []
    for item in items:
        if isinstance(item, Element):
            found.append(item._dom_element)
        elif isinstance(item, (list, tuple, ElementCollection)):
            found.extend(_nodes(item))
        elif isinstance(item, (str, int, float, bool)):
            found.append(document.createTextNode(str(item)))
        elif hasattr(item, "nodeType"):
            found.append(item)
        elif hasattr(item, "item") and hasattr(item, "length"):
            # Appending may take nodes out of it.
            found.extend(list(item))
        else:
            raise TypeError("Cannot append " + repr(item) + " to element.")
    return found


def _attribute(name):
    """The DOM's name of an attribute: what Python reserves has a `_` at the end."""
    return {"for_": "htmlFor", "class_": "className"}.get(name) or (name[:-1] if name.endswith("_") else name)


class Element:
    """An element of the page, or a new one of the class's tag.

    Everything that the DOM element has can be read and set: `input_.value`, `a.href`, `div.innerHTML`. Names that Python
    reserves get a `_` at the end: `for_`, `class_`. A name that begins with `_` is Python's alone.

    `on_EVENT`, `on_click` for example, is an `Event`; assigning a function adds it as a listener. Raises `ValueError`
    for an event that the element does not have.
    """

    #: The class of each tag's elements.
    element_classes_by_tag_name = {}

    _events = None

    @classmethod
    def get_tag_name(cls):
        """The tag that the class makes, which is its name without `_`."""
        return cls.__name__.replace("_", "")

    @classmethod
    def register_element_classes(cls, element_classes):
        """Has elements of these classes' tags wrapped in these classes from now on."""
        for element_class in element_classes:
            cls.element_classes_by_tag_name[element_class.get_tag_name()] = element_class

    @classmethod
    def unregister_element_classes(cls, element_classes):
        """Undoes `register_element_classes`."""
        for element_class in element_classes:
            cls.element_classes_by_tag_name.pop(element_class.get_tag_name(), None)

    @classmethod
    def wrap_dom_element(cls, dom_element):
        """Gives an object of the right class for a DOM element."""
        known = cls.element_classes_by_tag_name.get(dom_element.tagName.lower(), Element)
        return known(dom_element=dom_element)

    def __init__(self, dom_element=None, classes=None, style=None, **attributes):
        if dom_element is None:
            dom_element = document.createElement(self.get_tag_name())
        object.__setattr__(self, "_dom_element", dom_element)
        self.update(classes, style, **attributes)

    def __eq__(self, other):
        return isinstance(other, Element) and _same(self._dom_element, other._dom_element)

    def __hash__(self):
        global _count
        if not _numbers.has(self._dom_element):
            _count += 1
            _numbers.set(self._dom_element, _count)
        return hash(_numbers.get(self._dom_element))

    def __repr__(self):
        name = self._dom_element.id
        return "<" + self._dom_element.tagName.lower() + (" #" + name if name else "") + ">"

    def __getitem__(self, key):
        """A child by its index, children by a slice, or the element inside with an id, None when there is none."""
        if isinstance(key, str):
            return _with_id(self._dom_element, key)
        return _pick(list(self.children), key, "Element")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name.startswith("on_"):
            return self.get_event(name)
        return getattr(self._dom_element, _attribute(name))

    def __setattr__(self, name, value):
        if name.startswith("_") or name in ("classes", "style"):
            object.__setattr__(self, name, value)
        elif name.startswith("on_"):
            for listener in value if isinstance(value, (list, tuple)) else [value]:
                self.get_event(name).add_listener(listener)
        else:
            setattr(self._dom_element, _attribute(name), _node(value))

    @property
    def children(self):
        """The elements directly inside, an `ElementCollection`."""
        return _collection(self._dom_element.children)

    @property
    def parent(self):
        """The element around this one, or None."""
        return _wrap(self._dom_element.parentElement)

    @property
    def classes(self):
        """The CSS classes, `Classes`. What is assigned takes the place of all."""
        return Classes(self)

    @classes.setter
    def classes(self, value):
        self.classes.clear()
        self.update(classes=value)

    @property
    def style(self):
        """The inline style, `Style`. What is assigned takes the place of all."""
        return Style(self)

    @style.setter
    def style(self, value):
        self.style.clear()
        self.update(style=value)

    def get_event(self, name):
        """Gives the `Event` of a name such as `on_click`, the same each time."""
        if not name.startswith("on_"):
            raise ValueError("Event names must start with 'on_'.")
        if self._events is None:
            self._events = {}
        known = self._events.get(name)
        if known is None:
            event = name[3:].rstrip("_")
            if not (hasattr(self._dom_element, "on" + event) or event in _PLAIN_EVENTS):
                raise ValueError("Element has no '" + event + "' event.")
            known = self._events[name] = Event()
            self._dom_element.addEventListener(event, create_proxy(bind(known.trigger)))
        return known

    def append(self, *items):
        """Adds to the end: elements, collections, DOM nodes and lists of nodes; texts and numbers as text.

        Lists and tuples of those as well. Raises `TypeError` for anything else, and then nothing is added.
        """
        self._dom_element.append(*_nodes(items))

    def clone(self, clone_id=None):
        """Gives a copy of the element with all that is inside. It has the id that is given, or none."""
        copy = self._dom_element.cloneNode(True)
        if clone_id is None:
            copy.removeAttribute("id")
        else:
            copy.id = clone_id
        return Element.wrap_dom_element(copy)

    def find(self, selector):
        """Finds all elements inside that a CSS selector fits, an `ElementCollection`."""
        return _collection(self._dom_element.querySelectorAll(selector))

    def show_me(self):
        """Scrolls the page until the element is visible."""
        self._dom_element.scrollIntoView()

    def update(self, classes=None, style=None, **attributes):
        """Adds classes, a text or a list of them, sets styles, a dict or CSS, and sets attributes."""
        if classes:
            self.classes.add(classes)
        if style:
            self.style.update(style)
        for name in attributes:
            setattr(self, name, attributes[name])


class Classes:
    """The CSS classes of an element, as a set that always shows what the element has."""

    def __init__(self, element):
        self._list = element._dom_element.classList

    def __iter__(self):
        return iter(list(self._list))

    def __len__(self):
        return self._list.length

    def __contains__(self, name):
        return self._list.contains(name)

    def __eq__(self, other):
        return set(self) == set(other)

    def __repr__(self):
        return "Classes(" + repr(sorted(self)) + ")"

    def add(self, *names):
        """Adds classes: texts, in which spaces separate several, or lists of them."""
        for name in self._split(names):
            self._list.add(name)

    def discard(self, *names):
        """Removes classes; those that the element does not have are no matter."""
        for name in self._split(names):
            self._list.remove(name)

    def remove(self, *names):
        """Removes classes, and warns in the console about one that the element does not have."""
        for name in self._split(names):
            if name not in self:
                window.console.warn("Class '" + name + "' not found in element classes.")
            self._list.remove(name)

    def toggle(self, *names):
        """Removes the classes that the element has, and adds the others."""
        for name in self._split(names):
            self._list.toggle(name)

    def clear(self):
        """Removes all classes."""
        self.discard(*self)

    @staticmethod
    def _split(names):
        for name in names:
            for part in name.split() if isinstance(name, str) else Classes._split(name):
                yield part


class Style:
    """The inline style of an element, as a dict that always shows what the element has.

    `style["background-color"] = "red"`, and by attribute with the DOM's names: `style.backgroundColor`.
    """

    def __init__(self, element):
        object.__setattr__(self, "_style", element._dom_element.style)

    def __getattr__(self, name):
        return getattr(self._style, name)

    def __setattr__(self, name, value):
        setattr(self._style, name, value)

    def __contains__(self, name):
        return bool(self._style.getPropertyValue(name))

    def __getitem__(self, name):
        value = self._style.getPropertyValue(name)
        if not value:
            raise KeyError(name)
        return value

    def __setitem__(self, name, value):
        self._style.setProperty(name, str(value))

    def __delitem__(self, name):
        if name not in self:
            raise KeyError(name)
        self._style.removeProperty(name)

    def __iter__(self):
        return iter([self._style.item(index) for index in range(len(self))])

    def __len__(self):
        return self._style.length

    def __repr__(self):
        return "Style(" + repr(self._style.cssText) + ")"

    def __eq__(self, other):
        return dict(self.items()) == (dict(other.items()) if isinstance(other, Style) else other)

    def keys(self):
        """The names of what is set."""
        return list(self)

    def values(self):
        """The values of what is set."""
        return [self[name] for name in self]

    def items(self):
        """Names and values of what is set."""
        return [(name, self[name]) for name in self]

    def get(self, name, default=None):
        """A value, or `default` when it is not set."""
        return self._style.getPropertyValue(name) or default

    def set(self, name, value):
        """Sets a value, as `style[name] = value` does."""
        self[name] = value

    def remove(self, name):
        """Removes a value, as `del style[name]` does."""
        del self[name]

    def pop(self, name, *default):
        """Removes a value and gives it; `default`, or a `KeyError`, when it is not set."""
        if default and name not in self:
            return default[0]
        value = self[name]
        del self[name]
        return value

    def update(self, style):
        """Sets what a dict, or a text of CSS, says."""
        if isinstance(style, str):
            self._style.cssText += ";" + style
        else:
            for name, value in style.items():
                self[name] = value

    def clear(self):
        """Removes all of it."""
        self._style.cssText = ""


class HasOptions:
    """An element with options: `select`, `datalist`, `optgroup`."""

    @property
    def options(self):
        """The `Options`."""
        return Options(self)


class Options:
    """The options of an element, as a list of `option` elements."""

    def __init__(self, element):
        self._element = element

    def __getitem__(self, index):
        return self._all()[index]

    def __iter__(self):
        return iter(self._all())

    def __len__(self):
        return len(self._all())

    def __repr__(self):
        return "Options(" + repr(self._all()) + ")"

    def _all(self):
        return self._element.find("option").elements

    @property
    def selected(self):
        """The selected option, or None."""
        index = getattr(self._element._dom_element, "selectedIndex", -1)
        return self[index] if index >= 0 else None

    def add(self, value=None, html=None, text=None, before=None, **attributes):
        """Adds an option and gives it. `before`, an option or an index, says where; without, it is the last one."""
        made = document.createElement("option")
        if html is not None:
            made.innerHTML = html
        if text is not None:
            made.textContent = text
        if value is not None:
            made.value = value
        if isinstance(before, int):
            before = self[before] if before < len(self) else None
        if before is None:
            self._element._dom_element.append(made)
        else:
            _node(before).before(made)
        made = Element.wrap_dom_element(made)
        made.update(**attributes)
        return made

    def remove(self, index):
        """Removes the option at an index; `IndexError` when there is none."""
        self[index]._dom_element.remove()

    def clear(self):
        """Removes all options."""
        for option in self:
            option._dom_element.remove()


class ContainerElement(Element):
    """An element that may have others inside. What is given to it becomes its content.

    Elements and collections are appended; a text is taken as HTML, so give it none that you do not trust.
    """

    def __init__(self, *args, children=None, dom_element=None, classes=None, style=None, **attributes):
        super().__init__(dom_element=dom_element, classes=classes, style=style, **attributes)
        for child in list(args) + list(children or ()):
            if isinstance(child, str):
                self._dom_element.insertAdjacentHTML("beforeend", child)
            elif isinstance(child, (Element, ElementCollection, list, tuple)) or hasattr(child, "nodeType"):
                self.append(child)
            else:
                self._dom_element.insertAdjacentHTML("beforeend", str(child))

    def __iter__(self):
        return iter(self.children)


class ElementCollection:
    """Several elements. An index gives one, a slice some, an id the one with it, None when there is none."""

    def __init__(self, elements):
        self._elements = list(elements)

    @property
    def elements(self):
        """The elements as a list."""
        return self._elements

    def __eq__(self, other):
        return isinstance(other, ElementCollection) and self._elements == other._elements

    def __getitem__(self, key):
        if isinstance(key, str):
            name = key[1:] if key.startswith("#") else key
            for element in self._elements:
                if element._dom_element.id == name:
                    return element
            return None
        return _pick(self._elements, key, "Collection")

    def __iter__(self):
        return iter(self._elements)

    def __len__(self):
        return len(self._elements)

    def __repr__(self):
        return "ElementCollection(" + repr(self._elements) + ")"

    def find(self, selector):
        """Finds all elements inside of these that a CSS selector fits, each of them once."""
        found = []
        for element in self._elements:
            for inner in element.find(selector):
                if inner not in found:
                    found.append(inner)
        return ElementCollection(found)

    def update_all(self, classes=None, style=None, **attributes):
        """Does `update` with each of them."""
        for element in self._elements:
            element.update(classes, style, **attributes)


class canvas(ContainerElement):
    """A `canvas`, which Python can draw images on."""

    def download(self, filename="snapped.png"):
        """Saves the picture as a file of the visitor."""
        link = document.createElement("a")
        link.download = filename
        link.href = self._dom_element.toDataURL()
        link.click()

    def draw(self, what, width=None, height=None):
        """Draws an image, a video or another canvas, an element or a DOM element, as large as is said."""
        context = self._dom_element.getContext("2d")
        if width is None and height is None:
            context.drawImage(_node(what), 0, 0)
        else:
            node = self._dom_element
            width = node.width if width is None else width
            height = node.height if height is None else height
            context.drawImage(_node(what), 0, 0, width, height)


class video(ContainerElement):
    """A `video`, of which Python can take pictures."""

    def snap(self, to=None, width=None, height=None):
        """Draws the picture of this moment on a canvas and gives that, a new one by default.

        `to` is a canvas: an element, a DOM element or a CSS selector. Raises `TypeError` when there is none.
        """
        width = self._dom_element.videoWidth if width is None else width
        height = self._dom_element.videoHeight if height is None else height
        if to is None:
            to = canvas(width=width, height=height)
        elif isinstance(to, str):
            node = document.querySelector(to)
            if is_none(node):
                raise TypeError("No element with selector " + to + " to snap to.")
            to = Element.wrap_dom_element(node)
        elif not isinstance(to, Element):
            to = Element.wrap_dom_element(to)
        if to._dom_element.tagName != "CANVAS":
            raise TypeError("Element to snap to must be a canvas.")
        if not isinstance(to, canvas):
            to = canvas(dom_element=to._dom_element)
        to.draw(self, width, height)
        return to


class datalist(ContainerElement, HasOptions):
    """A `datalist`."""


class optgroup(ContainerElement, HasOptions):
    """An `optgroup`."""


class select(ContainerElement, HasOptions):
    """A `select`."""


#: The names of the classes for elements with content.
CONTAINER_TAGS = (
    "a abbr address article aside audio b blockquote body button caption cite code colgroup data dd del_ details dialog "
    "div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup html i iframe ins kbd label "
    "legend li main map_ mark menu meta meter nav object_ ol option output p param picture pre progress q s script "
    "section small span strong style sub summary sup table tbody td template textarea tfoot th thead time title tr u ul "
    "var wbr"
).split()

#: The names of the classes for elements that have none.
VOID_TAGS = "area base br col embed hr img input_ link source track".split()

for _tags, _base in ((CONTAINER_TAGS, ContainerElement), (VOID_TAGS, Element)):
    for _name in _tags:
        globals()[_name] = type(_name, (_base,), {})
        Element.register_element_classes([globals()[_name]])
Element.register_element_classes([canvas, video, datalist, optgroup, select])


class Page:
    """The page: `page`."""

    @property
    def html(self):
        """The root element."""
        return Element.wrap_dom_element(document.documentElement)

    @property
    def head(self):
        """The `head`."""
        return Element.wrap_dom_element(document.head)

    @property
    def body(self):
        """The `body`."""
        return Element.wrap_dom_element(document.body)

    @property
    def title(self):
        """The title, which can be set."""
        return document.title

    @title.setter
    def title(self, title):
        document.title = title

    def __getitem__(self, name):
        """The element with an id, with or without `#` in front; None when there is none."""
        return _wrap(document.getElementById(name[1:] if name.startswith("#") else name))

    def find(self, selector):
        """Finds all elements that a CSS selector fits, an `ElementCollection`."""
        return _collection(document.querySelectorAll(selector))

    def append(self, *items):
        """Adds to the end of the body, as `Element.append` does."""
        self.body.append(*items)


#: The page that code works on.
page = Page()
