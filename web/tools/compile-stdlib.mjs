/**
 * Compiles Python's standard library by Pyodide itself: `node compile-stdlib.mjs IN.zip OUT.zip`.
 *
 * Pyodide's own archive holds source text, which Python compiles anew on every start of every page: most of its start.
 * The result is not compressed, so that a server's brotli can do better.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const COMPILE = `
import importlib.util
import io
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

ZIP = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip/"

def compiled(name, source):
    # The same name as zipimport would give it, so that tracebacks do not change.
    code = compile(source, ZIP + name, "exec", dont_inherit=True, optimize=0)
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), checked=False))

def convert(data):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist()):
            if name.endswith("/"):
                continue
            content = source.read(name)
            if name.endswith(".py"):
                content = compiled(name, content)
                name += "c"
            # A fixed date: the same input gives the same bytes.
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return out.getvalue()

convert(data.to_py())
`;

const [input, output] = process.argv.slice(2);
const pyodide = await loadPyodide();
pyodide.globals.set("data", new Uint8Array(readFileSync(input)));
writeFileSync(output, pyodide.runPython(COMPILE).toJs());
