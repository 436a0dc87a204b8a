"""As much of pytest as tests in a browser need, for both interpreters, under the same names.

Functions of MicroPython take no attributes, so what decorators say is kept in lists beside them.
"""

_fixtures = []
_marks = []


class Skipped(BaseException):
    """Ends a test that makes no sense here."""


def skip(reason=""):
    """Ends the test; the reason is in the report."""
    raise Skipped(reason)


def fail(reason=""):
    """Fails the test."""
    raise AssertionError(reason)


def importorskip(name, reason=None):
    """Imports a module, or skips the test."""
    try:
        module = __import__(name)
    except ImportError:
        raise Skipped(reason or "there is no module " + name) from None
    for part in name.split(".")[1:]:
        module = getattr(module, part)
    return module


class raises:
    """`with raises(ValueError, match="…") as caught:` fails unless that is raised; `caught.value` has it afterwards."""

    def __init__(self, kind, match=None):
        self.kind = kind
        self.match = match
        self.value = None

    @property
    def type(self):
        """The class of what was raised."""
        return type(self.value)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if error is None:
            names = self.kind if isinstance(self.kind, tuple) else (self.kind,)
            raise AssertionError("did not raise " + " or ".join([name.__name__ for name in names]))
        if not isinstance(error, self.kind):
            return False
        self.value = error
        if self.match is not None:
            import re

            if not re.search(self.match, str(error)):
                raise AssertionError(repr(str(error)) + " does not match " + repr(self.match))
        return True


class approx:
    """A number, or a list, tuple or dict of them, that is equal to what is nearly the same."""

    def __init__(self, expected, rel=1e-6, abs=1e-12):
        self.expected = expected
        self.rel = rel
        self.abs = abs

    def __eq__(self, actual):
        return self._near(actual, self.expected)

    def __ne__(self, actual):
        return not self._near(actual, self.expected)

    __hash__ = None

    def _near(self, actual, expected):
        if isinstance(expected, dict):
            return set(actual) == set(expected) and all([self._near(actual[key], expected[key]) for key in expected])
        if isinstance(expected, (list, tuple)):
            if len(actual) != len(expected):
                return False
            return all([self._near(actual[at], expected[at]) for at in range(len(expected))])
        if actual == expected:
            return True
        return abs(actual - expected) <= max(self.rel * abs(expected), self.abs)

    def __repr__(self):
        return "approx(" + repr(self.expected) + ")"


# Fixtures.


class _Fixture:
    def __init__(self, function, scope, autouse, name):
        if scope not in ("function", "class", "module", "session"):
            raise ValueError("a fixture cannot live for " + repr(scope))
        self.function = function
        self.scope = scope
        self.autouse = autouse
        self.name = name


def fixture(function=None, scope="function", autouse=False, name=None):
    """Makes a function one whose result tests get that have a parameter of its name."""

    def decorate(function):
        _fixtures.append(_Fixture(function, scope, autouse, name))
        return function

    return decorate if function is None else decorate(function)


class MonkeyPatch:
    """Changes that are undone when the test ends."""

    def __init__(self):
        self._undo = []

    def setattr(self, target, name, value, raising=True):
        """Sets an attribute for the time of the test."""
        before = getattr(target, name, self)
        if before is self and raising:
            raise AttributeError(name)
        self._undo.append(lambda: delattr(target, name) if before is self else setattr(target, name, before))
        setattr(target, name, value)

    def delattr(self, target, name):
        """Takes an attribute away for the time of the test."""
        before = getattr(target, name)
        self._undo.append(lambda: setattr(target, name, before))
        delattr(target, name)

    def setitem(self, mapping, key, value):
        """Sets an item for the time of the test."""
        before = mapping.get(key, self)
        self._undo.append(lambda: mapping.pop(key, None) if before is self else mapping.update({key: before}))
        mapping[key] = value

    def delitem(self, mapping, key):
        """Takes an item away for the time of the test."""
        before = mapping[key]
        self._undo.append(lambda: mapping.update({key: before}))
        del mapping[key]

    def undo(self):
        """Takes back all of it."""
        while self._undo:
            self._undo.pop()()


# Marks.


class _Mark:
    def __init__(self, kind, arguments, options):
        self.kind = kind
        self.arguments = arguments
        self.options = options

    def __call__(self, target):
        _marks.append((target, self))
        return target


class _Marker:
    """A mark that may be given arguments, or none."""

    def __init__(self, kind):
        self.kind = kind

    def __call__(self, *arguments, **options):
        # `@pytest.mark.slow`, without parentheses, is given the function itself.
        bare = len(arguments) == 1 and not options and self.kind not in ("parametrize", "skipif")
        if bare and not isinstance(arguments[0], (str, bool)):
            return _Mark(self.kind, (), {})(arguments[0])
        return _Mark(self.kind, arguments, options)


class _MarkMaker:
    def __getattr__(self, kind):
        return _Marker(kind)


mark = _MarkMaker()


class param:
    """One set of values of `parametrize`, with a name."""

    def __init__(self, *values, id=None):
        self.values = values
        self.id = id


def _marks_of(target):
    return [mark for marked, mark in _marks if marked is target]


def _skip_by_marks(marks):
    for one in marks:
        reason = one.options.get("reason", "")
        if one.kind == "skip":
            raise Skipped(reason or (one.arguments[0] if one.arguments else ""))
        if one.kind == "skipif" and one.arguments[0]:
            raise Skipped(reason)


def _judged(marks, detail):
    """What a failure means: some are expected."""
    for one in marks:
        if one.kind == "xfail" and (not one.arguments or one.arguments[0]):
            return "skipped", "expected to fail: " + one.options.get("reason", "")
    return "failed", detail


def _cases(marks):
    """All sets of arguments, each with what stands behind the test's name."""
    cases = [({}, [])]
    # The mark that is nearest to the function was noted first, and its values change fastest.
    for one in reversed([one for one in marks if one.kind == "parametrize"]):
        names, sets = one.arguments[0], one.arguments[1]
        names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        ids = one.options.get("ids")
        more = []
        for values, labels in cases:
            for at, given in enumerate(sets):
                label = ids[at] if ids else None
                if isinstance(given, param):
                    label = given.id or label
                    given = given.values if len(names) > 1 else given.values[0]
                given = list(given) if len(names) > 1 else [given]
                if len(given) != len(names):
                    raise ValueError("parametrize names " + str(len(names)) + " arguments and gives " + str(len(given)))
                together = dict(values)
                together.update(zip(names, given))
                simple = [str(one) if isinstance(one, (str, int, float)) else names[i] + str(at) for i, one in enumerate(given)]
                more.append((together, labels + [label or "-".join(simple)]))
        cases = more
    return [(values, "[" + "-".join(labels) + "]" if labels else "") for values, labels in cases]
