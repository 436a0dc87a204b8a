"""Compiles wheels and modules, in the interpreter that is going to run them."""

import ast
import base64
import hashlib
import importlib.util
import io
import marshal
import re
import sys
import sysconfig
import warnings
import zipfile
from _imp import source_hash
from importlib._bootstrap_external import _code_to_hash_pyc

# The same input gives the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)
TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"


def compiled(source, place, checked):
    """Code as Python keeps it. `checked`: Python compares it with the source before it is used."""
    code = compile(source, place, "exec", dont_inherit=True, optimize=0)
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), checked))


def is_module(name):
    """Whether it can be imported: templates and data are named in other ways, and are read as text."""
    return name.endswith(".py") and all(part.isidentifier() for part in name.removesuffix(".py").split("/"))


def digest(content):
    text = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
    return f"sha256={text.rstrip('=')},{len(content)}"


def write(archive, path, content, attributes=0):
    entry = zipfile.ZipInfo(path, DATE)
    entry.external_attr = attributes
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=9)


class Compiler:
    """Compiles, and keeps what it has compiled as text for tracebacks."""

    def __init__(self):
        self.tag = sys.implementation.cache_tag
        self._site = "/" + sysconfig.get_path("purelib").lstrip("/")
        self._buffer = io.BytesIO()
        self._archive = zipfile.ZipFile(self._buffer, "w")
        self._seen = set()

    def wheel(self, name, data):
        """Gives a wheel's new name, and the wheel with compiled modules in the place of those in source."""
        out = io.BytesIO()
        record = []
        path_of_record = None
        pure = re.fullmatch(r"(.+)-(py3|py2\.py3)-none-any\.whl", name)
        with zipfile.ZipFile(io.BytesIO(data.to_py())) as old, zipfile.ZipFile(out, "w") as new:
            names = set(old.namelist())

            def add(info, path, content):
                write(new, path, content, info.external_attr)

            for info in sorted(old.infolist(), key=lambda info: info.filename):
                path = info.filename
                if path.endswith("/"):
                    continue
                content = old.read(info)
                if path.endswith(".dist-info/RECORD"):
                    path_of_record = path
                    continue
                if path.endswith(".dist-info/WHEEL") and pure:
                    content = re.sub(rb"(?m)^Tag: py[23]-none-any\s*\n", b"", content)
                    content = content.rstrip() + f"\nTag: {TAG}-none-any\n".encode()
                if is_module(path) and path + "c" not in names:
                    try:
                        code = compiled(content, f"{self._site}/{path}", False)
                    except (SyntaxError, ValueError):
                        # Of another Python, or no code: it stays as it is.
                        code = None
                    if code:
                        if path not in self._seen:
                            self._seen.add(path)
                            write(self._archive, path, content)
                        path, content = path + "c", code
                add(info, path, content)
                record.append(f'"{path}"' if "," in path else path)
                record[-1] += "," + digest(content)
            if path_of_record:
                record.append(f"{path_of_record},,")
                add(old.getinfo(path_of_record), path_of_record, "\n".join(record) + "\n")
        return (f"{pure[1]}-{TAG}-none-any.whl" if pure else name), out.getvalue()

    def module(self, name, data):
        """A module of the site itself; nothing when it does not compile, which its page is going to tell."""
        try:
            return compiled(bytes(data.to_py()), name, True)
        except (SyntaxError, ValueError):
            return None

    def scripts(self, texts):
        """Scripts of a page, as python/page/compiled.py finds them; nothing when none of them compiles."""
        made = {}
        for text, pauses in texts:
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if pauses else 0
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                try:
                    code = compile(text, "script", "exec", flags, dont_inherit=True, optimize=0)
                except (SyntaxError, ValueError):
                    continue
            # What the compiler has to say of it belongs to the page.
            if not told:
                made[flags, source_hash(0, text.encode())] = marshal.dumps(code)
        return marshal.dumps(made) if made else None

    def sources(self):
        """Gives an archive with the text of all modules in wheels."""
        self._archive.close()
        return self._buffer.getvalue()
