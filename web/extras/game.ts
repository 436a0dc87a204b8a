/** `<script type="py-game">`: Pyodide with `pygame-ce`, drawing on a canvas of the page. */
import { boot } from "../boot";
import { fetchText } from "../host";
import type { Engine } from "../package";
import type { Parts } from "../parts";
import { failure } from "./failure";
import { explained, prepare } from "./pygame";
import { playInWorker } from "./play";

const KIND = "py";

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

/** The indentation of the first line that has words is taken from every line. */
const dedent = (text: string): string => {
  const [, indent] = /^(?:[^\S\n]*\n)*([^\S\n]*)\S/.exec(text) ?? [];
  return indent ? text.replace(new RegExp(`^${indent}`, "gm"), "") : text;
};

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
  const over = () => script.dispatchEvent(new CustomEvent("py-game:done", { bubbles: true }));
  const src = script.getAttribute("src");
  const name = src ?? (script.id || "py-game");
  let code: string;
  try {
    code = src ? await fetchText(new URL(src, document.baseURI).href) : dedent(script.textContent ?? "");
  } catch (facts) {
    return void parts.report(words(facts));
  }
  /** Tells that the game begins, or lets the page keep it from that. */
  const begins = (more: object) =>
    script.dispatchEvent(new CustomEvent("py-game", { bubbles: true, cancelable: true, detail: { canvas, code, ...more } }));
  if (script.hasAttribute("worker")) {
    return playInWorker(parts, script, canvas, parts.place(KIND, name, code), request(script), { progress, begins, over });
  }
  let engine: Engine;
  const bridge: Record<string, any> = { target: () => canvas.parentElement };
  try {
    // Each game has an interpreter of its own: SDL knows only one canvas.
    const stderr = (line: string) => void parts.report(`PY4001\0stderr\0${KIND}\0${line}`);
    engine = await boot(KIND, request(script), bridge, (line) => console.log(line), stderr, progress);
    await prepare(engine.interpreter, bridge, canvas);
  } catch (error) {
    return void parts.report(explained(error));
  }
  const interpreter = engine.interpreter as any;
  const run = (way: "runPython" | "runPythonAsync") => (text: string) => {
    try {
      return interpreter[way](text);
    } catch (error) {
      return parts.raised(KIND, words(error));
    }
  };
  const config = JSON.parse(bridge.config);
  const wrap = { type: "py-game", interpreter, config, run: run("runPython"), runAsync: run("runPythonAsync") };
  if (!begins({ config, wrap })) return;
  const [, , file, blankLines] = parts.place(KIND, name, code);
  try {
    await engine.run(code, file, +blankLines, true, script, () => {});
  } catch (error) {
    parts.raised(KIND, words(error));
  }
  over();
};
