// Makes snapshots of Pyodide with packages and imports: a worker of the workshop, because what it finds there pages have, too.
import { doing, folder, given, library, made, work } from "./tools.js";
import { headOf, make, packed, pretend } from "./snapshot.mjs";

const text = async (name) => new TextDecoder().decode(await given(name));

/** What the engine holds and a memory does not, by the reason why an import that changes it cannot be kept. */
const outside = ({ _module: module, _api }) => {
  let held = 0;
  try {
    _api.serializeHiwireState();
  } catch {
    held = 1;
  }
  return {
    "it loads a compiled library": Object.keys(module.LDSO.loadedLibsByName).length,
    "it makes functions for the engine": module.wasmTable.length,
    "it keeps a file open": module.FS.streams.filter(Boolean).length,
    "it holds objects of JavaScript": held,
  };
};

/** Why what is outside is not what it was before. */
const changed = (before, after) => Object.keys(after).find((why) => after[why] !== before[why]) ?? "";

await work(async () => {
  await doing("starting Python");
  const { loadPyodide } = await import(`${folder}pyodide.mjs`);
  const { default: create } = await import(`${folder}pyodide.asm.mjs`);
  const { suspending } = headOf(await given("runtime/pyodide/snapshot.bin"));
  if (!("Suspending" in WebAssembly)) pretend(true);
  const python = await text("imports.py");
  const repair = await text("restored.py");
  const { extent, whole } = await library();
  const stdLibURL = URL.createObjectURL(whole);
  const { starts } = JSON.parse(await text("task.json"));
  const left = [];
  for (const [number, { wheels, own, imports }] of starts.entries()) {
    let wanted = imports;
    for (let finished = false; !finished; ) {
      const good = [];
      const prepare = async (pyodide) => {
        const globals = pyodide.runPython("{}");
        pyodide.runPython(python, { globals });
        const begin = globals.get("Begin")(JSON.stringify(own));
        for (const wheel of wheels) begin.install(await given(`wheels/${wheel}`));
        for (const one of wanted) {
          await doing(one.text);
          const before = outside(pyodide);
          const why = begin.run(one.module, one.name ?? undefined) || changed(before, outside(pyodide));
          if (why) left.push({ start: number, text: one.text, why });
          else good.push(one);
        }
        begin.end();
        begin.destroy();
        globals.destroy();
      };
      const snapshot = await make({ loadPyodide, create, options: { stdLibURL, indexURL: folder }, repair, prepare }).catch((error) => {
        // What was left out may be in the way, too.
        if (good.length === wanted.length) throw error;
      });
      finished = good.length === wanted.length;
      // What has to be left out has left its traces: once more without it.
      wanted = good;
      if (finished) await made(`${number}.bin`, packed(snapshot, suspending, extent));
    }
  }
  await made("left.json", JSON.stringify(left));
});
