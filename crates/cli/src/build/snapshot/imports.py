"""Imports what a snapshot is going to hold, and says which imports cannot be in it."""

import gc
import importlib
import io
import json
import os
import random
import struct
import sys
import sysconfig
import weakref
import zipfile

SITE = "/" + sysconfig.get_path("purelib").strip("/")
# Where modules may write something when they are imported; a snapshot has no files.
PLACES = ("/home", "/tmp")


def files():
    return {os.path.join(place, name) for top in PLACES for place, _, names in os.walk(top) for name in names}


def place(data, info):
    """Where a file is in an archive (PKWARE's APPNOTE.TXT, 4.3.7)."""
    at = info.header_offset
    at += 30 + sum(struct.unpack_from("<HH", data, at + 26))
    is_deflated = info.compress_type != zipfile.ZIP_STORED
    return {"name": f"{SITE}/{info.filename}", "at": at, "length": info.compress_size, "deflated": is_deflated}


class Begin:
    def __init__(self, own):
        self._own = set(json.loads(own))
        self._drawn = False
        self._urandom = os.urandom
        self._seed = random.Random.seed
        # Generators that were seeded by chance: each visit seeds them anew (python/page/restored.py).
        random._pyrite_unseeded = []

        def urandom(size):
            self._drawn = True
            return self._urandom(size)

        def seed(instance, a=None, version=2):
            if a is None:
                random._pyrite_unseeded.append(weakref.ref(instance))
            return self._seed(instance, a, version)

        self._noticing = urandom
        self._exchange(self._urandom, urandom)
        random.Random.seed = seed

    def install(self, wheel):
        """Installs a wheel; gives its compiled libraries, and where in it they are."""
        data = wheel.to_py()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(SITE)
            libraries = [place(data, info) for info in archive.infolist() if info.filename.endswith(".so")]
        importlib.invalidate_caches()
        return json.dumps(libraries)

    def run(self, module, name):
        """Does an import; gives the reason why it cannot be kept, or nothing."""
        before, there = set(sys.modules), files()
        self._drawn = False
        try:
            found = importlib.import_module(module)
            if name and not hasattr(found, name):
                importlib.import_module(f"{module}.{name}")
        except BaseException as error:
            return f"{type(error).__name__}: {error}".split("\n")[0]
        # Numbers of `random` are no secrets; a module may draw some for names of its own.
        if self._drawn:
            return "it asks the system for random bytes, which would be the same on each visit"
        if own := {name.split(".")[0] for name in set(sys.modules) - before} & self._own:
            return f"it imports {sorted(own)[0]}, which is a file of the site"
        if files() != there:
            return "it writes files"
        return ""

    def end(self):
        """Puts back what was changed to watch."""
        random.Random.seed = self._seed
        self._exchange(self._noticing, self._urandom)
        # Of files that a page does not have yet when it starts.
        for place in list(sys.path_importer_cache):
            if not place.endswith(".zip"):
                del sys.path_importer_cache[place]
        gc.collect()

    def _exchange(self, old, new):
        for module in list(sys.modules.values()):
            for name, value in list(getattr(module, "__dict__", {}).items()):
                if value is old:
                    setattr(module, name, new)
