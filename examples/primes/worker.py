"""Runs in a worker: the page does not wait for what is done here, but can be read and changed from here."""

from pyscript import document

stopped = False


def is_prime(number):
    if number < 4:
        return number > 1
    if number % 2 == 0:
        return False
    for divisor in range(3, int(number**0.5) + 1, 2):
        if number % divisor == 0:
            return False
    return True


def count(end):
    """How many prime numbers there are below `end`; None when the page has asked to stop."""
    bar = document.querySelector("#bar")
    stop = document.querySelector("#stop")
    found = 0
    for number in range(end):
        if is_prime(number):
            found += 1
        if number % (end // 100) == 0:
            bar.value = 100 * number // end
            # Reading the page costs a few microseconds.
            if stop.disabled:
                return None
    bar.value = 100
    return found


# What the page may call.
__export__ = ["count"]
