"""Pyodide: exact arithmetic. Offers `window.pi_digits` to whoever wants it."""

from decimal import Decimal, localcontext

from pyscript import ffi, window


def pi_digits(digits):
    """π by Machin's formula, with so many digits after the point."""
    with localcontext() as context:
        context.prec = digits + 10
        pi = 4 * (4 * arctan_of_inverse(5, digits) - arctan_of_inverse(239, digits))
        return str(pi)[: digits + 2]


def arctan_of_inverse(n, digits):
    term = total = Decimal(1) / n
    limit = Decimal(10) ** -(digits + 8)
    k = 1
    while abs(term) > limit:
        term /= -n * n
        k += 2
        total += term / k
    return total


window.pi_digits = ffi.create_proxy(pi_digits)

# MicroPython may still be on its way; then it finds our function by itself.
if hasattr(window, "pyodide_ready"):
    window.pyodide_ready()
