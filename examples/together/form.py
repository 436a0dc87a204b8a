"""MicroPython: the form. Calls `window.pi_digits`, which Pyodide provides."""

from pyscript import document, when, window


def show_status(text):
    document.querySelector("#status").textContent = text


def pyodide_ready():
    """Called by Pyodide when its part is in place."""
    document.querySelector("#compute").disabled = False
    show_status("Both Pythons are ready.")


@when("click", "#compute")
def compute():
    # A field may be empty or hold a fraction, whatever its attributes say.
    digits = int(float(document.querySelector("#digits").value or 1))
    digits = max(1, min(digits, 2000))
    # The number goes over to CPython, and the answer comes back as a str.
    document.querySelector("#result").textContent = window.pi_digits(digits)
    show_status(f"{digits} digits, computed by Pyodide, shown by MicroPython")


# A function that hangs on window stays; it needs no create_proxy.
window.pyodide_ready = pyodide_ready
show_status("MicroPython is ready. Loading Pyodide …")
# Whichever comes last tells that both are there.
if hasattr(window, "pi_digits"):
    pyodide_ready()
