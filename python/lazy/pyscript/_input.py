"""What `input()` does; fetched when it is called."""

import _pyscript
import js


def ask(prompt):
    """Asks the visitor for a line."""
    window = getattr(_pyscript, "window", js)
    if not hasattr(window, "prompt"):
        raise OSError("input() has to ask the page. " + _pyscript.unable)
    answer = window.prompt(str(prompt))
    # The visitor has declined.
    if not isinstance(answer, str):
        raise EOFError("EOF when reading a line")
    return answer
