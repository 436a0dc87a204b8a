/** The entry of a worker that runs one script: what the page loads as `worker.js`. */
import { base, chunk as load } from "./base";
import { type Bridge, boot } from "./boot";
import { sharing } from "./workers/compiled";
import { listenForErrors, words } from "./host";
import type { Job } from "./spawn";
import type { Opening } from "./terminal/names";
import { converter, type Convert, type Interpreter } from "./workers/convert";
import { exporter } from "./workers/export";
import { type Interrupted, interrupted, watch } from "./workers/interrupt";
import { TARGET, WAY } from "./workers/names";
import type { BridgeStart, Start } from "./workers/page";

/** What of an interpreter is used here besides. */
interface Pyodide {
  readonly _api?: { on_fatal?: (error: unknown) => void };
}

/** What Python gets of the page. `tell` sends the page a message. */
const cross = async (bridge: BridgeStart | undefined, tell: (text: string) => void): Promise<Bridge> => {
  if (!bridge) return { unable: UNABLE };
  let convert: Convert = (value) => value;
  let given: Record<string, unknown> | undefined;
  let python: Interrupted | undefined;
  const { address, init, module } = bridge;
  const [{ openWorker }, chunk] = await Promise.all([
    import(address),
    init.way === "promise-integration" ? load("suspend.js") : undefined,
  ]);
  const suspend = chunk && new chunk.Suspension();
  const end = openWorker(init, module, {
    transform: (value: unknown) => convert(value),
    suspend,
    interrupted: () => python?.raise(),
    idle: () => python?.idle?.(),
    due: () => python?.due?.(),
    // `debug = true` logs what is asked of the page.
    trace: (kind: number, id: number, key: unknown) => {
      if (given?.debug) console.debug(`Pyrite bridge: ${ASKS[kind]} ${typeof key === "object" ? "" : String(key)} of ${id}`);
    },
    broke: (error: unknown) => isFatal(error) && tell(`c${error}`),
    holds: true,
  });
  const { window, document, sync, ffi, remember } = end;
  const repeat = end.repeatable;
  const asks = (name: string) => repeat((...args: unknown[]) => sync[name](...args));
  const target = asks(TARGET);
  given = { sync, window, document, ffi, remember, target, asks, repeat, suspends: !!suspend };
  let interpreter: (Interpreter & Pyodide) | undefined;
  if (end.interrupts) watch(end);

  /** Says how the worker waits, and takes away what cannot be had that way. */
  const settleWay = () => {
    if (init.way === "shared-memory") return;
    let why: string | undefined;
    if (suspend && !suspend.attach(interpreter, given!)) {
      end.way = "asynchronous";
      why = "this version of the interpreter cannot be made to stand still";
    } else if (end.way !== init.way) {
      why = "the site has a service worker of its own, which has to load Pyrite's with `importScripts`";
    }
    const { sync_main_only: isSilent } = JSON.parse(given.config as string);
    if (isSilent) {
      end.way = "asynchronous";
      why = "`sync_main_only` asks for it";
    }
    if (init.way !== "asynchronous" || why) void end.tell(WAY, end.way, why);
    // Nothing can be asked and answered in one step.
    if (end.way === "asynchronous") {
      for (const name of ["window", "document", "ffi", "remember", "target"]) delete given[name];
      given.unable = UNABLE;
      if (!isSilent) console.warn(UNABLE);
    }
  };
  given.started = (is: Interpreter & Pyodide) => {
    interpreter = is;
    convert = converter(is, suspend ? (fn, args) => suspend.invoke(fn, args) : undefined);
    // Pyodide tells nobody else when it breaks down in a task of its event loop.
    if (is._api) is._api.on_fatal = (error) => tell(`c${error}`);
    if (end.interrupts) python = interrupted(is as any, end);
    settleWay();
  };
  /** The code has ended: gives what is wrong with its `__export__`, if anything is. */
  given.ended = () => {
    const problem = interpreter && exporter(interpreter, sync);
    end.settled();
    return problem;
  };
  return given;
};

/** What is asked of a page, by number: see `Message` in web/bridge/kinds.ts. */
const ASKS = "result throw get set has delete keys descriptor prototype apply construct method define iterate instance gather assign query sync".split(" ");

/** PyScript's words, and what to do. */
const UNABLE =
  "Unable to use `window` or `document` in worker. This requires SharedArrayBuffer support. " +
  "See: https://docs.pyscript.net/latest/faq/#sharedarraybuffer - " +
  "let the server send `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp` " +
  "with the page; where it cannot, put `service-worker.js` of the distribution beside the page";

/** Errors of WebAssembly itself, which an interpreter does not survive. */
const isFatal = (error: any) =>
  error instanceof WebAssembly.RuntimeError ||
  !!error?.pyodide_fatal_error ||
  /^(Exit|ExitStatus|FatalPyodideError)$/.test(error?.name) ||
  (error instanceof RangeError && /call stack/.test(error.message));

/** What of a worker's surroundings may fail without a word. */
const quietly = <T>(call: () => T): T | undefined => {
  try {
    return call();
  } catch {
    return undefined;
  }
};

/** Does what the page asks for. Each message to it is a letter for its kind, and what it is about. */
const work = async (
  tell: (text: string) => void,
  bridge: Bridge,
  opening: Opening | undefined,
  [kind, code, file, blankLines, async, config, hooks]: Job,
  shared: <T>(load: () => Promise<T>) => Promise<T>,
) => {
  listenForErrors((text) => tell("u" + text));
  const { started, ended } = bridge as { started?(interpreter: unknown): void; ended?(): string | undefined };
  // Hooks may redirect where it goes.
  const io = { stdout: (line: unknown) => console.log(line), stderr: (line: unknown) => tell("e" + line) };
  const stdout = (line: string) => io.stdout(line);
  const stderr = (line: string) => io.stderr(line);
  // Asked for now, needed once the interpreter is there.
  const chunk: Promise<typeof import("./terminal/worker")> | undefined = opening && load("console.js");
  chunk?.catch(() => {});
  let engine;
  let run;
  try {
    engine = await shared(() => boot(kind, config, bridge, stdout, stderr, (what) => tell("p" + what)));
    const { interpreter } = engine;
    quietly(() => started?.(interpreter));
    run = (chunk ? (await chunk).open(opening!, engine, bridge, stdout, stderr) : engine).run;
  } catch (facts) {
    return tell("f" + (typeof facts === "string" ? facts : "PY3000\0chunk\0" + kind + "\0" + base + "console.js\0" + words(facts)));
  }
  tell("r");
  let failed: string | undefined;
  try {
    // What waits for the page by suspending has to be entered from the event loop.
    const pauses = async || !!bridge.suspends;
    const { interpreter } = engine;
    const chunk = (hooks as { chunk?: string } | undefined)?.chunk ?? "hooks.js";
    if (hooks) run = (await (await load(chunk)).inWorker(hooks, kind, { run, interpreter }, async, bridge, tell, io)).run as typeof run;
    // Nobody waits for this script to begin.
    await run(code, file, blankLines, pauses, null, () => {});
  } catch (error) {
    failed = (isFatal(error) ? "c" : "x") + words(error);
  }
  const problem = quietly(() => ended?.());
  tell(failed ?? (problem ? "x" + problem : "d"));
};

let opening: Opening | undefined;

const begin = async (event: MessageEvent<Start & Opening>) => {
  if (Array.isArray(event.data?.ahead) && !event.data.port) {
    // What it is going to run. Whoever needs one asks again, and is told.
    for (const module of event.data.ahead) import(module).catch(() => {});
    return event.stopImmediatePropagation();
  }
  if (event.data?.console instanceof MessagePort && !opening) {
    opening = event.data;
    return event.stopImmediatePropagation();
  }
  if (!(event.data?.port instanceof MessagePort)) return;
  event.stopImmediatePropagation();
  removeEventListener("message", begin);
  const { port, bridge, lock, job, ahead } = event.data;
  const tell = (text: string) => port.postMessage(text);
  // Before anything of an interpreter watches what is instantiated.
  const shared = sharing(port, ahead);
  // Held for life, so that the page is told of its end.
  void navigator.locks?.request(lock, () => {
    tell("l");
    return new Promise(() => {});
  });
  await work(tell, await cross(bridge, tell), opening, job, shared);
};

addEventListener("message", begin);
