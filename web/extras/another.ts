/** MicroPythons beside that of the page. */
import { base, chunk, keyed } from "../base";
import { type Bridge, configure } from "../boot";
import { words } from "../host";
import type { Engine, Start } from "../package";
import { separate } from "../tools/separate.mjs";
import { failure } from "./failure";

let count = 0;

/** The address of a module that nobody else has. */
const separately = async (address: string): Promise<string> => {
  const own = `${base}micropython/`;
  // The first has the plain address: a build in one file knows that one only.
  if (address.startsWith(own)) return keyed(own + "micropython-separate.mjs") + (count++ ? `&n=${count}` : "");
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}: ${address}`);
  return URL.createObjectURL(new Blob([separate(await response.text())], { type: "text/javascript" }));
};

/** Starts one; `request` is its configuration. Fails with facts (crates/core/src/facts.rs). */
export const startAnother = async (
  request: object | undefined,
  bridge: Bridge,
  stdout: (line: string) => void,
  stderr: (line: string) => void,
  progress: (what: string) => void,
): Promise<Engine> => {
  try {
    progress("Loading MicroPython");
    const { address, options, install } = await configure("mpy", "micropython", request, bridge, progress);
    progress("Loading interpreter");
    const [{ start }, module] = await Promise.all([chunk("mpy.js") as Promise<{ start: Start }>, separately(address)]);
    const engine = await start(module, { url: address.replace(/\.[^.]*$/, "") + ".wasm", ...options }, stdout, stderr);
    if (module.startsWith("blob:")) URL.revokeObjectURL(module);
    progress("Loaded interpreter");
    engine.install(bridge);
    bridge.interpreter = engine.interpreter;
    await install?.(engine.interpreter);
    progress("Loaded MicroPython");
    return engine;
  } catch (error) {
    if (typeof error === "string") throw error;
    const hint = "a type with `env: \"mpy\"` shares the page's MicroPython; one from elsewhere needs a policy that allows scripts of `blob:`";
    throw failure("PY3001", `A MicroPython beside that of the page could not be started: ${words(error)}`, hint);
  }
};
