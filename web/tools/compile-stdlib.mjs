/**
 * Compiles Python's standard library by Pyodide itself: `node compile-stdlib.mjs IN.zip WHOLE.zip FIRST.zip REST.bin`.
 *
 * Pyodide's own archive holds source text, which Python compiles anew on every start of every page: most of its start.
 * The result is not compressed, so that a server's brotli can do better.
 *
 * It is written as a whole and in two parts. Modules that every start imports stand at the beginning; they and the list of
 * all modules are the first part, and what is between them is the other. web/library.ts puts them together.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { RECORDS } from "./extent.mjs";

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

def convert(data, begun):
    def comes_later(name):
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return not name.endswith(".py") or module not in begun

    rest = None
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda name: (comes_later(name), name)):
            if name.endswith("/"):
                continue
            if rest is None and comes_later(name):
                rest = out.tell()
            content = source.read(name)
            if name.endswith(".py"):
                content = compiled(name, content)
                name += "c"
            # A fixed date: the same input gives the same bytes.
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    whole = out.getvalue()
    # The last records stay in the first file.
    end = min(target.start_dir, len(whole) - records)
    return whole, whole[:rest] + whole[end:], whole[rest:end]

convert(data.to_py(), set(begun))
`;

const [input, ...outputs] = process.argv.slice(2);
const pyodide = await loadPyodide();
pyodide.globals.set("begun", pyodide.runPython("import sys; list(sys.modules)"));
pyodide.globals.set("records", RECORDS);
pyodide.globals.set("data", new Uint8Array(readFileSync(input)));
pyodide.runPython(COMPILE).toJs().forEach((part, i) => writeFileSync(outputs[i], part));
