"""Shifts each letter by thirteen places, as codecs.rot_13 does."""

import codecs

from pyscript import display, document, when


@when("click", "#encode")
def encode_message(event):
    message = document.querySelector("#message").value
    display(codecs.encode(message, "rot_13"), target="output", append=False)


display("Ready.", target="output")
