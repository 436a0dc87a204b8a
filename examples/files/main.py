"""Copies files between the visitor's disk and Python's own file system."""

import os

from pyscript import document, fetch, ffi, when, window

FOLDER = "/files"
if "files" not in os.listdir("/"):
    os.mkdir(FOLDER)


@when("change", "#upload")
async def upload(event):
    for file in event.target.files:
        # A temporary address under which the browser can fetch the chosen file.
        url = window.URL.createObjectURL(file)
        with open(f"{FOLDER}/{file.name}", "wb") as copy:
            copy.write(await fetch(url).bytearray())
        window.URL.revokeObjectURL(url)
    show_listing()


@when("click", "#write")
def write_note():
    with open(f"{FOLDER}/note.txt", "w") as note:
        note.write(document.querySelector("#note").value + "\n")
    show_listing()


def download(name):
    with open(f"{FOLDER}/{name}", "rb") as source:
        data = source.read()
    # JavaScript needs the bytes in a buffer of its own.
    buffer = window.Uint8Array.new(len(data))
    for position, byte in enumerate(data):
        buffer[position] = byte
    file = window.File.new(ffi.to_js([buffer]), name, ffi.to_js({"type": "application/octet-stream"}))

    url = window.URL.createObjectURL(file)
    link = document.createElement("a")
    link.href = url
    link.download = name
    link.click()
    window.URL.revokeObjectURL(url)


@when("click", "#listing")
def listing_clicked(event):
    name = event.target.getAttribute("data-name")
    if name:
        download(name)


def show_listing():
    listing = document.querySelector("#listing")
    listing.replaceChildren()
    for name in sorted(os.listdir(FOLDER)):
        row = listing.insertRow()
        row.insertCell().textContent = name
        row.insertCell().textContent = f"{os.stat(FOLDER + '/' + name)[6]:,} bytes"
        button = document.createElement("button")
        button.textContent = "Download"
        button.setAttribute("aria-label", "Download " + name)
        button.setAttribute("data-name", name)
        row.insertCell().append(button)
