// Compiles the Python of a build: a page of the workshop (workshop/mod.rs).
import { about, doing, folder, given, library, made, tool, work } from "./tools.js";

const text = async (name) => new TextDecoder().decode(await given(name));

/** Wheels, modules and scripts for Pyodide. */
const large = async ({ wheels, modules, scripts }) => {
  await doing("starting Python");
  const { loadPyodide } = await import(`${folder}pyodide.mjs`);
  const pyodide = await loadPyodide({ stdLibURL: URL.createObjectURL((await library()).whole) });
  const globals = pyodide.runPython("{}");
  pyodide.runPython(await text("precompile.py"), { globals });
  const compiler = globals.get("Compiler")();
  for (const [number, name] of wheels.entries()) {
    await about(name, async () => {
      const [file, data] = compiler.wheel(name, await given(`wheels/${number}`)).toJs();
      await made(`wheels/${name}/${file}`, data);
    });
  }
  if (wheels.length) await made("source.zip", compiler.sources().toJs());
  const compiled = {};
  for (const [number, name] of modules.entries()) {
    await about(name, async () => {
      const bytes = compiler.module(name, await given(`modules/${number}`));
      // A character for each byte.
      if (bytes) compiled[name] = Array.from(bytes.toJs(), (byte) => String.fromCharCode(byte)).join("");
    });
  }
  if (modules.length) await made("compiled.json", JSON.stringify({ tag: compiler.tag, modules: compiled }));
  for (const [number, { page, codes }] of scripts.entries()) {
    await about(page, async () => {
      const texts = await Promise.all(codes.map(async ([name, pauses]) => [await text(name), pauses]));
      const bytes = compiler.scripts(pyodide.toPy(texts));
      if (bytes) await made(`scripts/${number}.bin`, bytes.toJs());
    });
  }
};

/** Modules for MicroPython; those that do not compile are left out. */
const small = async (modules) => {
  const wasmBinary = await tool("mpy-cross.wasm");
  const script = document.createElement("script");
  script.src = URL.createObjectURL(new Blob([await tool("mpy-cross.js")], { type: "text/javascript" }));
  document.head.append(script);
  await new Promise((loaded, failed) => Object.assign(script, { onload: loaded, onerror: () => failed(new Error("mpy-cross does not load")) }));
  for (const [number, { path, file }] of modules.entries()) {
    await about(path, async () => {
      const inputFileContents = await text(`small/${number}`);
      const bytes = await new Promise((compiled, failed) => {
        const callback = (status, mpy) => compiled(mpy);
        // Each compilation is a program of its own. `-s`: as tracebacks name it.
        globalThis.MpyCross({ arguments: ["-s", file, "module.py"], inputFileContents, callback, wasmBinary }).catch(failed);
      });
      if (bytes) await made(`micropython/modules/${number}.mpy`, bytes);
    });
  }
};

await work(async () => {
  const task = JSON.parse(await text("task.json"));
  if (task.wheels.length || task.modules.length || task.scripts.length) await large(task);
  if (task.small.length) await small(task.small);
});
