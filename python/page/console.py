"""How Python writes to a terminal and reads from it; `console.js` brings it to the interpreters that have one."""

import builtins
import sys

import __main__
import _pyrite_console as page

_ask_visitor = builtins.input


class _Terminal:
    """The terminal of the running script: `__terminal__`."""

    def __getattr__(self, name):
        return getattr(page.terminal(), name)

    def __setattr__(self, name, value):
        setattr(page.terminal(), name, value)


def prepare():
    __main__.__terminal__ = _Terminal()
    builtins.input = _input
    if sys.implementation.name == "micropython":
        sys.modules["code"] = _Code
    else:
        _write_at_once()


class _Code:
    """In the place of a module `code`, which MicroPython has not: its own prompt."""

    @staticmethod
    def interact(banner=None, readfunc=None, local=None, exitmsg=None):
        if not page.reads():
            raise OSError("code.interact() needs a terminal: add the attribute `terminal` to the script")
        if banner:
            print(banner)
        page.start()


def _write_at_once():
    """Lets what is written show although its line has not ended."""
    import codecs
    import io
    import os

    class Raw(io.RawIOBase):
        def __init__(self, number):
            self._number = number
            self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

        def writable(self):
            return True

        def fileno(self):
            return self._number

        def isatty(self):
            return True

        def write(self, data):
            if page.write(self._decoder.decode(bytes(data)), self._number == 2):
                return len(data)
            return os.write(self._number, data)

    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = io.TextIOWrapper(Raw(number), encoding="utf-8", errors="backslashreplace", write_through=True)
        stream.mode = "w"
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _wait(answer):
    if isinstance(answer, str):
        return answer
    from pyodide.ffi import run_sync

    return run_sync(answer)


def _can_wait():
    if sys.implementation.name == "micropython" or page.unable == "":
        return page.unable == ""
    from pyodide.ffi import can_run_sync

    return page.unable == "promise" and can_run_sync()


def _input(prompt=""):
    """Asks whoever sits at the terminal for a line."""
    if not page.reads():
        return _ask_visitor(prompt)
    console = None if sys.implementation.name == "micropython" else _asking_console()
    if not _can_wait():
        if console is None:
            return _ask_visitor(prompt)
        print("This terminal is read only: " + _reason(), file=sys.stderr)
        raise EOFError(_reason())
    if console is not None and _later:
        return _later.pop(0)
    more = found = None
    while True:
        answer = _wait(page.read(str(prompt), console is not None, more, found))
        kind, text = answer[0], answer[1:]
        more = found = None
        if kind == "t":
            found = "\n".join(_completions(text, console))
        elif kind == "c":
            raise KeyboardInterrupt
        elif kind == "d":
            raise EOFError("EOF when reading a line")
        elif console is None or console.buffer:
            return text
        elif _is_open(text, console):
            more = text
        else:
            return _first_statement(text)


def _reason():
    if page.unable == "promise":
        return "Python can stop and wait only in code that is async; leave `async=\"false\"` out"
    return page.unable


def _asking_console():
    """Gives the prompt of `code.interact()` that wants the line, if it is one."""
    from code import InteractiveConsole

    frame = sys._getframe(2)
    console = frame.f_locals.get("self") if frame.f_code.co_name == "raw_input" else None
    return console if isinstance(console, InteractiveConsole) else None


#: Statements that were entered together and wait for their turn.
_later = []


def _is_open(text, console):
    # As Python's own prompt sees it: more lines belong to this statement.
    try:
        return console.compile(text, "<console>", "single") is None
    except (SyntaxError, ValueError, OverflowError):
        import ast

        try:
            return "\n" in text and not text.endswith("\n") and ast.parse(text).body[-1].lineno != text.count("\n") + 1
        except (SyntaxError, ValueError, IndexError):
            return False


def _first_statement(text):
    """Gives the first of the statements in a text, and keeps the others for later."""
    import ast

    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return text
    if len(body) < 2:
        return text
    lines = text.split("\n")
    start = 0
    parts = []
    for statement in body:
        if statement.lineno <= start:
            # Two on one line.
            continue
        part = lines[start : statement.end_lineno]
        while part and not part[0].strip():
            part.pop(0)
        # A block ends with an empty line.
        parts.append("\n".join(part) + ("\n" if len(part) > 1 else ""))
        start = statement.end_lineno
    _later.extend(parts[1:])
    return parts[0]


def _completions(word, console):
    import rlcompleter

    names = getattr(console, "locals", None) or __main__.__dict__
    completer = rlcompleter.Completer(names)
    found = []
    while len(found) < 500:
        match = completer.complete(word, len(found))
        if match is None:
            break
        found.append(match)
    return found
