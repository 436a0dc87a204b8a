// Makes snapshots of Pyodide with packages and imports: a worker of the workshop, because what it finds there pages have, too.
import { doing, folder, given, library, made, work } from "./tools.js";
import { compiled, opened } from "./compiled.js";
import { sumOf } from "./link.mjs";
import { headOf, make, packed, pretend } from "./snapshot.mjs";
import { watch } from "./watch.js";

const text = async (name) => new TextDecoder().decode(await given(name));

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
    // What imports open is there before Python is, as on pages.
    let libraries = [];
    // Those that cannot be, and why.
    const refused = new Map();
    for (let finished = false; !finished; ) {
      const good = [];
      const needed = [];
      let started = false;
      const prepare = async (pyodide) => {
        started = true;
        const globals = pyodide.runPython("{}");
        pyodide.runPython(python, { globals });
        const begin = globals.get("Begin")(JSON.stringify(own));
        const places = new Map();
        for (const { file, path } of wheels) {
          const bytes = await given(`wheels/${file}`);
          for (const { name, ...place } of JSON.parse(begin.install(bytes))) {
            const sum = sumOf(bytes.buffer.slice(place.at, place.at + place.length));
            places.set(name, { wheel: path, ...place, sum });
          }
        }
        for (const one of wanted) {
          await doing(one.text);
          const before = opened(pyodide);
          const changed = watch(pyodide);
          const failed = begin.run(one.module, one.name ?? undefined);
          const names = opened(pyodide).slice(before.length);
          const ours = names.map((name) => libraries.find((one) => one.name === name) ?? compiled(pyodide, name, places.get(name)));
          const reasons = ours.map(({ name, why }) => refused.get(name) ?? why);
          // One that was not there is linked now, which is seen again when it is there.
          const why = [failed, ...reasons, changed(ours.some((one) => !libraries.includes(one)))].find(Boolean);
          if (why) left.push({ start: number, text: one.text, why });
          else {
            good.push(one);
            needed.push(...ours);
          }
        }
        begin.end();
        begin.destroy();
        globals.destroy();
      };
      const options = { stdLibURL, indexURL: folder };
      let error;
      const snapshot = await make({ loadPyodide, create, options, repair, prepare, libraries }).catch((reason) => (error = reason));
      if (error && !started && libraries.length) {
        // It is the last one that was linked, or any of them if all were.
        const some = error.library ? [error.library] : libraries.map(({ name }) => name);
        for (const name of some) refused.set(name, `it loads a compiled library that cannot be there before Python: ${error.message ?? error}`);
        libraries = libraries.filter(({ name }) => !refused.has(name));
        continue;
      }
      const isSame = needed.length === libraries.length && needed.every((one, i) => one === libraries[i]);
      finished = isSame && good.length === wanted.length;
      // What was left out may be in the way, too.
      if (error && finished) throw error;
      // What has to be left out has left its traces, and what was linked late its functions: once more.
      wanted = good;
      libraries = needed;
      if (!finished) continue;
      await made(`${number}.bin`, packed(snapshot, suspending, extent));
      await made(`${number}.json`, JSON.stringify(libraries.map(({ place }, i) => ({ ...snapshot.linked[i], ...place }))));
    }
  }
  await made("left.json", JSON.stringify(left));
});
