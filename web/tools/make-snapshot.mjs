/**
 * Writes a snapshot of Pyodide's memory, as it is once Python has started: `node make-snapshot.mjs LIBRARY OUT.bin`. In the
 * folder LIBRARY is what compile-stdlib.mjs has written.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { extentOf } from "./extent.mjs";
import { make, packed, pretend } from "./snapshot.mjs";

const [library, output] = process.argv.slice(2);
const { loadPyodide } = await import("pyodide");
const { default: create } = await import("pyodide/pyodide.asm.mjs");

const repair = readFileSync(new URL("../../python/page/restored.py", import.meta.url), "utf8");

/**
 * What scripts import most of the standard library, besides what each start imports: it is in the snapshot, too. Together
 * they are 0.7 MB of it, brotli; importing 30 of them took as long as half a start.
 */
const POPULAR =
  "argparse array bisect calendar code configparser csv datetime decimal difflib email.message fractions hashlib html.parser " +
  "http.cookies pprint queue secrets shlex statistics textwrap unicodedata urllib.parse uuid xml.etree.ElementTree";

const started = (able) => {
  pretend(able);
  const prepare = (pyodide) => pyodide.runPython(`for name in "${POPULAR}".split(): __import__(name)\ndel name`);
  return make({ loadPyodide, create, options: { stdLibURL: `${library}/whole.zip` }, repair, prepare });
};

const snapshot = await started(true);
const without = (await started(false)).heap;
const { heap, initial, methods } = snapshot;
if (heap.length !== initial.length) throw new Error("Python has grown its memory; the snapshot of the distribution has to have the size of a new one");

// Where it may not stand still, one method of Pyodide's is another.
const suspending = [];
for (let at = methods; at < methods + 4096; at++) if (heap[at] !== without[at]) suspending.push([at, without[at]]);
if (suspending.length !== 1) throw new Error(`Pyodide has changed what depends on JavaScript Promise Integration: ${suspending}`);
writeFileSync(output, packed(snapshot, suspending[0], extentOf(readFileSync(`${library}/first.zip`))));
