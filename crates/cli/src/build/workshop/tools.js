// What the pages of a workshop (mod.rs) need: the interpreter, and the way back to the command.
import { extentOf } from "./extent.mjs";

/** Says what is done at the moment. */
export const doing = (text) => fetch("/doing", { method: "POST", body: text });

/** Hands over a file that was made. */
export const made = async (name, bytes) => {
  const answer = await fetch(`/made/${name}`, { method: "POST", body: bytes });
  if (!answer.ok) throw new Error(`${name} was not taken: ${answer.status}`);
};

/** The bytes of a file that the command gave. */
export const given = async (name) => {
  const answer = await fetch(`/${name}`);
  if (!answer.ok) throw new Error(`${name} is missing: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

/** The bytes of a tool that is inside of the command. */
export const tool = (name) => given(`runtime/tools/${name}`);

/** Where the interpreter is. */
export const folder = new URL("/runtime/pyodide/", location.href).href;

/** The standard library, which pages have in two parts: its bytes, and how it is cut. */
export const library = async () => {
  const first = await given("runtime/pyodide/python_stdlib_compiled.zip");
  const rest = await given("runtime/pyodide/python_stdlib_rest.bin");
  const extent = extentOf(first);
  const [from] = extent;
  return { extent, whole: new Blob([first.subarray(0, from), rest, first.subarray(from)]) };
};

/** Does something about a file, whose name is in front of what goes wrong. */
export const about = async (name, task) => {
  await doing(name);
  try {
    return await task();
  } catch (error) {
    throw new Error(`${name}: ${words(error)}`);
  }
};

/** What went wrong, on one line: Python's own words stand at the end of its traceback. */
const words = (error) => String(error?.message ?? error).trim().split("\n").at(-1) || "it failed";

/** Does the work and tells how it ended. */
export const work = async (task) => {
  let reason = "";
  try {
    await task();
  } catch (error) {
    reason = words(error);
  }
  await fetch("/end", { method: "POST", body: reason });
};
