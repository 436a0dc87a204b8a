/** `<script type="py-game" worker>`: a game in a worker, which draws on a canvas of the page. */
import { base } from "../base";
import { setProperty, words } from "../host";
import type { Placed } from "../engines";
import type { Parts } from "../parts";
import { beginJob, spawnWorker } from "../spawn";
import { failure } from "./failure";
import { WANTED } from "./pygame";

interface Acts {
  progress(what: string): void;
  /** Whether the page lets it begin. */
  begins(more: object): boolean;
  over(): void;
}

/** Gives the canvas away: from then on only the worker can draw on it. */
const handOver = (canvas: HTMLCanvasElement): OffscreenCanvas => {
  try {
    return canvas.transferControlToOffscreen();
  } catch (error) {
    const what = `The canvas ${canvas.id && `"${canvas.id}" `}cannot be given to a worker: ${words(error)}`;
    const hint = "somebody has drawn on it or has it already, or the browser is too old; without `worker` the game runs on the page";
    throw failure("PY0409", what, hint, (canvas.cloneNode() as Element).outerHTML);
  }
};

/** Runs it to its end. */
export const playInWorker = (
  parts: Parts,
  script: HTMLScriptElement,
  canvas: HTMLCanvasElement,
  [language, , file, blankLines, code]: Placed,
  config: object | undefined,
  { progress, begins, over }: Acts,
): void => {
  let given: OffscreenCanvas;
  try {
    given = handOver(canvas);
  } catch (facts) {
    return void parts.report(facts as string);
  }
  const worker = spawnWorker(script.getAttribute("name") ?? (script.id || "py-game"), "py", script.getAttribute("service-worker") ?? undefined);
  setProperty(script, "xworker", worker);
  if (!begins({ xworker: worker })) return worker.terminate();
  worker.addEventListener("message", (event) => {
    if (event.data !== WANTED) return;
    event.stopImmediatePropagation();
    worker.postMessage({ canvas: given }, [given]);
  });
  let ended = false;
  const hear = (text: string) => {
    const [what, rest] = [text[0], text.slice(1)];
    if (what === "p") return progress(rest);
    if (what === "r") return;
    if (what === "e") return void parts.report(`PY4001\0stderr\0py\0${rest}`);
    if (what === "x" || what === "u") parts.raised("py", rest);
    else if (what !== "d") void parts.report(rest || `PY3004\0worker\0${base}`);
    if (what === "u" || what === "h" || ended) return;
    ended = true;
    over();
  };
  beginJob(worker, hear, () => canvas.parentElement, [language as "py", code, file, +blankLines, true, config, { chunk: "stage.js", id: canvas.id }]);
};
