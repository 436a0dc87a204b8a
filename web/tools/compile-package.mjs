/**
 * Compiles the Python package for one interpreter: `node compile-package.mjs py|mpy IN.json OUT.json`.
 *
 * Both files are `{path: content}`; the compiled one has a character for each byte: its number, or 256 more where it
 * would need an escape in JavaScript, which compresses worse.
 */
import { readFileSync, writeFileSync } from "node:fs";

const [kind, input, output] = process.argv.slice(2);
// Each compilation is a program of its own, with listeners of its own.
process.setMaxListeners(0);
const sources = JSON.parse(readFileSync(input, "utf8"));

/** Where tracebacks say that it is, which leave it out. */
const HOME = "/lib/pyrite/";

const compilers = {
  async mpy() {
    // It takes a `fetch` for a browser's, which has no files.
    delete globalThis.fetch;
    const { compile } = await import("@pybricks/mpy-cross-v6");
    return async (path, text) => {
      const { mpy, err } = await compile(path.replaceAll("/", "-"), text, ["-O3", "-s", HOME + path]);
      if (!mpy) throw new Error(`${path}: ${err.join("\n")}`);
      return [path.replace(/py$/, "mpy"), mpy];
    };
  },
  async py() {
    const { loadPyodide } = await import("pyodide");
    const pyodide = await loadPyodide();
    // Without lines of its own, which no traceback shows. But each instruction has a place, the first line of its
    // function, because `traceback` fails without: pairs of "no column, same line", each for up to eight instructions.
    const compile = pyodide.runPython(`
import importlib.util
from importlib._bootstrap_external import _code_to_hash_pyc

def places(count):
    table = b""
    while count:
        run = min(count, 8)
        table += bytes([0x80 | 13 << 3 | run - 1, 0])
        count -= run
    return table

def bare(code):
    constants = tuple(bare(one) if isinstance(one, type(code)) else one for one in code.co_consts)
    return code.replace(co_linetable=places(len(code.co_code) // 2), co_consts=constants)

def compiled(name, source):
    code = bare(compile(source, name, "exec", dont_inherit=True, optimize=0))
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source.encode()), checked=False))

compiled`);
    return (path, text) => [path + "c", compile(HOME + path, text).toJs()];
  },
};

const escaped = (byte) => byte < 32 || byte === 34 || byte === 92 || byte === 127;
const characters = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(escaped(byte) ? 256 + byte : byte)).join("");
/** What is only for the other interpreter is left out by compilers that know which one it is. */
const decided = (text) =>
  text.replace(/^( *)if (not )?MICROPYTHON:$/gm, (_, indent, not) => `${indent}if ${(kind === "mpy") === !not ? "True" : "False"}:`);

const compile = await compilers[kind]();
const compiled = {};
for (const [path, text] of Object.entries(sources)) {
  const [name, bytes] = await compile(path, decided(text));
  compiled[name] = characters(bytes);
}
writeFileSync(output, JSON.stringify(compiled));
