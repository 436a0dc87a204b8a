/** Python that a page gives work to, piece by piece: `const { execute, evaluate } = await donkey()`. */
import type { Kind } from "../boot";
import python from "../../python/page/donkey.py";
import { factory, type Parts } from "../parts";
import type { PythonWorker } from "../spawn";

export interface Options {
  /** Which Python: `py`, the default, or `mpy`. */
  readonly type?: string;
  /** Whether names stay from one piece of code to the next. */
  readonly persistent?: boolean;
  /** Where a terminal shows what is printed: an id or a selector. The console without it. */
  readonly terminal?: string;
  /** The worker's configuration: an object, or as in the `config` attribute. */
  readonly config?: object | string;
  readonly serviceWorker?: string;
}

export interface Donkey {
  /** Runs code. */
  execute(code: string): Promise<void>;
  /** Gives the value of an expression. */
  evaluate(code: string): Promise<any>;
  /** Runs code as if it were typed at a prompt: values are printed. */
  process(code: string): Promise<void>;
  /** Empties the terminal. */
  clear(): Promise<void>;
  /** Ends what is running, and starts anew. */
  reset(): Promise<void>;
  /** Ends it for good. */
  kill(): Promise<void>;
}

const KINDS: Record<string, Kind> = { py: "py", pyodide: "py", mpy: "mpy", micropython: "mpy" };

/** A worker that is starting, or has started. */
interface Running {
  readonly ready: Promise<PythonWorker>;
  /** Empties the terminal, if it has one. */
  clear(): void;
  end(): void;
}

/** A worker without anything on the page. */
const hidden = (parts: Parts, kind: Kind, { config, serviceWorker }: Options): Running => {
  const worker = new (factory(parts, kind))("donkey.py", { name: "donkey", code: python, config, serviceWorker });
  return { ready: worker.ready, clear() {}, end: () => worker.terminate() };
};

/** A script with a terminal. */
const shown = (kind: Kind, { config, serviceWorker, terminal }: Options): Running => {
  const script = document.createElement("script") as any;
  script.type = kind;
  script.textContent = python;
  const attributes = {
    worker: "",
    terminal: "",
    target: terminal!,
    config: typeof config === "object" ? JSON.stringify(config) : config,
    "service-worker": serviceWorker,
    async: "false",
  };
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) script.setAttribute(name, value);
  const done = new Promise<void>((resolve) => {
    // The page has not made this script, and is not to hear of it.
    for (const what of ["ready", "done"]) {
      script.addEventListener(`${kind}:${what}`, (event: Event) => {
        event.stopPropagation();
        if (what === "done") resolve();
      });
    }
  });
  document.body.append(script);
  const ready = done.then(() => {
    if (!script.xworker) throw new Error("the donkey could not start: the page says why");
    return script.xworker.ready as Promise<PythonWorker>;
  });
  ready.catch(() => {});
  return {
    ready,
    clear: () => script.terminal?.clear(),
    end() {
      if (script.xworker) script.xworker.terminate();
      else void done.then(() => script.xworker?.terminate());
      const element = script.terminal?.element?.closest("py-terminal,mpy-terminal");
      script.terminal?.dispose?.();
      element?.remove();
      script.remove();
    },
  };
};

/** Makes a donkey; resolves when it can be given work. */
export const donkey = async (parts: Parts, options: Options = {}): Promise<Donkey> => {
  const kind = KINDS[options.type ?? "py"];
  if (!kind) throw new TypeError(`a donkey of type ${JSON.stringify(options.type)} is not known: use "py" or "mpy"`);
  const start = () => (options.terminal ? shown(kind, options) : hidden(parts, kind, options));
  let current: Running | undefined = start();
  let busy = false;

  const alive = (): Running => {
    if (!current) throw new Error("this donkey has been killed; make another one with donkey()");
    return current;
  };
  const restart = (): Running => {
    alive().end();
    busy = false;
    return (current = start());
  };
  const task = (name: string) => async (code: string) => {
    if (typeof code !== "string") throw new TypeError(`${name}() takes a text of Python, not ${typeof code}`);
    // What is running has nobody who waits for it any more: its promise is rejected.
    const mine = busy ? restart() : alive();
    busy = true;
    try {
      const { sync } = await mine.ready;
      const value = await sync[`__donkey_${name}__`](code, !!options.persistent, !!options.terminal);
      // MicroPython's `None` is `null`, Pyodide's is `undefined`.
      return name === "evaluate" ? value : undefined;
    } finally {
      if (mine === current) busy = false;
    }
  };
  await current.ready;
  return {
    execute: task("execute"),
    evaluate: task("evaluate"),
    process: task("process"),
    clear: async () => alive().clear(),
    reset: async () => void (await restart().ready),
    kill: async () => {
      current?.end();
      current = undefined;
    },
  };
};
