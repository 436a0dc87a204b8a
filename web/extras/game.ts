/** `<script type="py-game">`: Pyodide with `pygame-ce`, drawing on a canvas of the page. */
import { boot } from "../boot";
import { fetchText } from "../host";
import type { Engine } from "../package";
import type { Parts } from "../parts";
import { failure } from "./failure";

const KIND = "py";

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

/** The indentation of the first line that has words is taken from every line. */
const dedent = (text: string): string => {
  const [, indent] = /^(?:[^\S\n]*\n)*([^\S\n]*)\S/.exec(text) ?? [];
  return indent ? text.replace(new RegExp(`^${indent}`, "gm"), "") : text;
};

/** Whether a configuration names the library itself; a wheel of it somewhere else counts as well. */
const brings = (config: { packages?: unknown }): boolean =>
  Array.isArray(config.packages) && config.packages.some((name) => typeof name === "string" && /(^|\/)pygame[-_.]?ce\b/i.test(name));

/** `config` of a game, as the request for `setup.js` that it is. */
const request = (script: Element): object | undefined => {
  const value = script.getAttribute("config");
  if (value === null) return undefined;
  const parser = script.getAttribute("config-parser");
  return { language: KIND, worker: true, own: true, page: document.baseURI, elements: [], attributes: [{ value, parser }] };
};

/** An element by its id, else by a selector, in the tree that the script is in. */
const find = (script: Element, target: string): Element | null => {
  const root = script.getRootNode() as Document | ShadowRoot;
  try {
    return root.getElementById(target) ?? root.querySelector(target);
  } catch {
    return null;
  }
};

/** Runs a game. */
export const adopt = async (parts: Parts, script: HTMLScriptElement): Promise<void> => {
  const target = script.getAttribute("target") || "canvas";
  const canvas = find(script, target);
  if (!(canvas instanceof HTMLCanvasElement)) {
    const hint = `a game needs <canvas id="${target}"></canvas> in the page, or the id of another one as its \`target\``;
    const what = canvas ? `\`target\` of a game is a <${canvas.localName}>, not a canvas: ${target}` : `Unknown target ${target}`;
    return void parts.report(failure("PY0409", what, hint, script.cloneNode().textContent ?? ""));
  }
  const progress = (what: string) => void dispatchEvent(new CustomEvent("py-game:progress", { detail: what }));
  let engine: Engine;
  let code: string;
  let config: { packages?: unknown };
  try {
    const src = script.getAttribute("src");
    code = src ? await fetchText(new URL(src, document.baseURI).href) : dedent(script.textContent ?? "");
    // Each game has an interpreter of its own: SDL knows only one canvas.
    const stderr = (line: string) => void parts.report(`PY4001\0stderr\0${KIND}\0${line}`);
    const bridge: Record<string, any> = { target: () => canvas.parentElement };
    engine = await boot(KIND, request(script), bridge, (line) => console.log(line), stderr, progress);
    config = JSON.parse(bridge.config);
    if (!brings(config)) {
      await bridge.install("pygame-ce");
      // Pyodide only writes a line when a wheel of its own index cannot be had.
      engine.interpreter.runPython("__import__('importlib.metadata').metadata.version('pygame-ce')");
    }
  } catch (error) {
    const facts = words(error);
    if (facts.includes("\0")) return void parts.report(facts);
    const hint =
      "pygame-ce comes with Pyodide's packages: put its wheel where the page can reach it, and name it in the game's " +
      "`config`, as in config='{\"packages\": [\"./pygame_ce-….whl\"]}'";
    return void parts.report(failure("PY3102", "A game could not start without pygame-ce", hint, facts));
  }
  const interpreter = engine.interpreter as any;
  // SDL leaves the stack of `main` in order to run frames; Pyodide is not to take that for a crash.
  interpreter._api._skip_unwind_fatal_error = true;
  interpreter.canvas.setCanvas2D(canvas);
  const run = (way: "runPython" | "runPythonAsync") => (text: string) => {
    try {
      return interpreter[way](text);
    } catch (error) {
      return parts.raised(KIND, words(error));
    }
  };
  const wrap = { type: "py-game", interpreter, config, run: run("runPython"), runAsync: run("runPythonAsync") };
  const event = new CustomEvent("py-game", { bubbles: true, cancelable: true, detail: { canvas, code, config, wrap } });
  if (!script.dispatchEvent(event)) return;
  const name = script.getAttribute("src") ?? (script.id || "py-game");
  const [, , file, blankLines] = parts.place(KIND, name, code);
  try {
    await engine.run(code, file, +blankLines, true, script, () => {});
  } catch (error) {
    parts.raised(KIND, words(error));
  }
  script.dispatchEvent(new CustomEvent("py-game:done", { bubbles: true }));
};
