"""Installs packages while MicroPython runs: `import mip; mip.install("keyword")`. The page stands still meanwhile."""

import json
import os
import sys

import js

_INDEX = "https://micropython.org/pi/v2"
_SITES = {
    "github": "https://raw.githubusercontent.com/{0}/{1}/{2}/{3}",
    "gitlab": "https://gitlab.com/{0}/{1}/-/raw/{2}/{3}",
    "codeberg": "https://codeberg.org/api/v1/repos/{0}/{1}/raw/{3}?ref={2}",
}


def _get(url):
    request = js.XMLHttpRequest.new()
    request.open("GET", url, False)
    # The browser gives nothing but text here: one character per byte, which is its lower half.
    request.overrideMimeType("text/plain; charset=x-user-defined")
    request.send()
    if request.status != 200:
        raise OSError("Error " + str(request.status) + " requesting " + url)
    return bytes(ord(character) & 255 for character in request.responseText)


def _resolve(url, version):
    scheme = url.split(":", 1)[0]
    if scheme not in _SITES:
        return url
    owner, repo, path = url.split(":", 1)[1].split("/", 2)
    return _SITES[scheme].format(owner, repo, version or "HEAD", path)


def _write(path, url):
    folder = ""
    for part in path.split("/")[:-1]:
        folder += part + "/"
        try:
            os.mkdir(folder[:-1] or "/")
        except OSError:
            # It is there already.
            pass
    print("Downloading", url, "to", path)
    data = _get(url)
    with open(path, "wb") as file:
        file.write(data)


def _install(package, index, target, version, seen):
    if package in seen:
        return
    seen.append(package)
    if ":" in package:
        base = _resolve(package, version)
        if base.split("?")[0].endswith((".py", ".mpy")):
            return _write(target + "/" + base.split("?")[0].rsplit("/", 1)[1], base)
        url = base if base.endswith(".json") else base.rstrip("/") + "/package.json"
    else:
        bytecode = getattr(sys.implementation, "_mpy", 6) & 255
        url = index + "/package/" + str(bytecode) + "/" + package + "/" + (version or "latest") + ".json"
    manifest = json.loads(_get(url))
    for path, digest in manifest.get("hashes", ()):
        _write(target + "/" + path, index + "/file/" + digest[:2] + "/" + digest)
    for path, source in manifest.get("urls", ()):
        source = _resolve(source, version) if ":" in source else url.rsplit("/", 1)[0] + "/" + source
        _write(target + "/" + path, source)
    for name, wanted in manifest.get("deps", ()):
        _install(name, index, target, wanted, seen)


def install(package, index=None, target=None, version=None, mpy=True):
    """Installs a package by its name in the index, its address, or `github:owner/repo/path`, with all that it needs."""
    if "@" in package and not version:
        package, version = package.rsplit("@", 1)
    _install(package, (index or _INDEX).rstrip("/"), (target or "/lib").rstrip("/"), version, [])
    print("Done")
