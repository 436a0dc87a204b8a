// Compiles the Python of a build: a page of the workshop (workshop/mod.rs).
import { about, doing, folder, given, library, made, work } from "./tools.js";

const text = async (name) => new TextDecoder().decode(await given(name));

await work(async () => {
  await doing("starting Python");
  const { loadPyodide } = await import(`${folder}pyodide.mjs`);
  const pyodide = await loadPyodide({ stdLibURL: URL.createObjectURL(await library()) });
  const { wheels, modules } = JSON.parse(await text("task.json"));
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
});
