"""Pyodide's standard library as text, which is shipped compiled; fetched when somebody asks for a line of it."""

import io
import sys
import zipfile

import _pyscript
import js

_HOME = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip"
_opened = {}


def _open(address):
    request = js.XMLHttpRequest.new()
    request.open("GET", address, False)
    # Python waits, so the browser allows nothing but text: one character per byte, which is its lower half.
    request.overrideMimeType("text/plain; charset=x-user-defined")
    request.send()
    return zipfile.ZipFile(io.BytesIO(request.response.encode("utf-16-le")[::2]))


def _archive(address):
    if address not in _opened:
        _opened[address] = _open(address)
    return _opened[address]


def text_of(address, path):
    """Gives the text of a file in an archive."""
    return _archive(address).read(path).decode()


def source_of(archive, name):
    """Gives the text of a module of the library, or nothing when the archive is another one."""
    if archive != _HOME:
        return None
    path = name.replace(".", "/")
    names = _archive(_pyscript.library).NameToInfo
    return text_of(_pyscript.library, path + ".py" if path + ".py" in names else path + "/__init__.py")
