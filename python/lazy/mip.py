"""Installs packages while MicroPython runs: `import mip; mip.install("keyword")`. The page stands still meanwhile."""

import json
import os
import sys

import _pyscript
import js

_INDEX = "https://micropython.org/pi/v2"
_SITES = {
    "github": "https://raw.githubusercontent.com/{0}/{1}/{2}/{3}",
    "gitlab": "https://gitlab.com/{0}/{1}/-/raw/{2}/{3}",
    "codeberg": "https://codeberg.org/api/v1/repos/{0}/{1}/raw/{3}?ref={2}",
}


def _get(url, missing="File not found:"):
    request = js.XMLHttpRequest.new()
    request.open("GET", url, False)
    # The browser gives nothing but text here: one character per byte, which is its lower half.
    request.overrideMimeType("text/plain; charset=x-user-defined")
    try:
        request.send()
    except Exception:
        # The status says it.
        pass
    if request.status == 404:
        raise OSError(missing + " " + url)
    if request.status == 0:
        raise OSError("No answer from " + url + ": check the network, and that its site lets other sites read it (CORS)")
    if request.status != 200:
        raise OSError("Error " + str(request.status) + " requesting " + url)
    return bytes(ord(character) & 255 for character in request.responseText)


def _resolve(url, version):
    scheme = url.split(":", 1)[0]
    if scheme not in _SITES:
        return url
    owner, repo, path = (url.split(":", 1)[1] + "//").split("/", 2)
    return _SITES[scheme].format(owner, repo, version or "HEAD", path.rstrip("/"))


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


def _manifest(url):
    try:
        return json.loads(_get(url, "Package not found:"))
    except ValueError:
        raise OSError("No package description: " + url + " is not JSON")


def _describe(package, indexes, version):
    bytecode = getattr(sys.implementation, "_mpy", 6) & 255
    for index in indexes:
        index = index.rstrip("/")
        print("Looking for", package, "(" + version + ") in", index)
        url = index + "/package/" + str(bytecode) + "/" + package + "/" + version + ".json"
        try:
            return index, url, _manifest(url)
        except OSError as error:
            # The next index may have it; any other failure is one.
            if index == indexes[-1].rstrip("/") or not str(error).startswith("Package not found"):
                raise


def _install(package, indexes, target, version, seen):
    if package in seen:
        return
    seen.append(package)
    if ":" in package:
        plain = package.split("?")[0].split("#")[0]
        if plain.endswith(".whl"):
            raise OSError("Not a package of mip: " + package + ": name wheels in `packages` of the configuration")
        if plain.endswith((".py", ".mpy")):
            return _write(target + "/" + plain.rsplit("/", 1)[1], _resolve(package, version))
        # What is beside a description keeps its branch.
        written = package if plain.endswith(".json") else package.rstrip("/") + "/package.json"
        manifest = _manifest(_resolve(written, version))
        index = indexes[0].rstrip("/")
    else:
        index, written, manifest = _describe(package, indexes, version or "latest")
        print("Installing", package, "to", target)
    for path, digest in manifest.get("hashes", ()):
        _write(target + "/" + path, index + "/file/" + digest[:2] + "/" + digest)
    for path, source in manifest.get("urls", ()):
        if ":" not in source:
            source = written.split("?")[0].rsplit("/", 1)[0] + "/" + (source[2:] if source.startswith("./") else source)
        _write(target + "/" + path, _resolve(source, version))
    for dependency in manifest.get("deps", ()):
        _install(dependency[0], indexes, target, dependency[1] if len(dependency) > 1 else None, seen)


def install(package, index=None, target=None, version=None, mpy=True):
    """Installs a package by its name in the index, its address, or `github:owner/repo/path`, with all that it needs."""
    if "@" in package and not version and not package.startswith(("http:", "https:")):
        package, version = package.rsplit("@", 1)
    # Those of the page's configuration, if it has some.
    indexes = [index] if index else [str(given) for given in getattr(_pyscript, "index_urls", None) or ()] or [_INDEX]
    try:
        _install(package, indexes, (target or "/lib").rstrip("/"), version, [])
    except OSError:
        print("Package may be partially installed")
        raise
    print("Done")
