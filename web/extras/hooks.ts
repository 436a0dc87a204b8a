/** Hooks: functions and code that plugins have run around scripts. Loaded by pages where somebody adds one. */
import type { Kind } from "../boot";
import { type Facts, failure } from "./failure";
import type { Engine } from "../package";
import type { Parts } from "../parts";
import { call } from "./call";
import { buffered, wrapper } from "./wrapper";

type Runner = Pick<Engine, "run">;

/** Code with its place, as an interpreter is given it. */
interface Placed {
  readonly file: string;
  readonly blankLines: number;
  readonly code: string;
}

/** Where hooks run, and whom to tell that one has failed. */
interface Side {
  readonly name: "main" | "worker";
  /** What functions are called with. */
  readonly given: readonly unknown[];
  functions(name: string): Iterable<Function>;
  code(name: string): Iterable<Placed>;
  tell(facts: Facts): void;
  raised(text: string): void;
}

const words = (error: any): string => (typeof error?.message === "string" ? error.message : String(error));

/** Calls functions one after the other. One that fails is told of, and the others are called all the same. */
const each = async ({ name: side, functions, given, tell }: Side, name: string): Promise<void> => {
  for (const hook of functions(name)) {
    try {
      await hook(...given);
    } catch (error: any) {
      const hint = "the script runs as if there were no such hook; the fault is in the plugin that has added it";
      tell(failure("PY4002", `The hook ${side}.${name} failed: ${words(error)}`, hint, error?.stack));
    }
  }
};

/** Runs scripts with hooks around them. */
const around = (side: Side, engine: Runner, async: boolean): Runner => {
  const mode = async ? "Async" : "";
  const begun = () => {};
  const codes = async (name: string, script: unknown) => {
    for (const { file, blankLines, code } of side.code(name)) {
      try {
        await engine.run(code, file, blankLines, async, script, begun);
      } catch (error) {
        side.raised(words(error));
      }
    }
  };
  return {
    async run(code, file, blankLines, pauses, script, begun) {
      await each(side, "onBeforeRun" + mode);
      await codes("codeBeforeRun" + mode, script);
      let failed: { error: unknown } | undefined;
      try {
        await engine.run(code, file, blankLines, pauses, script, begun);
      } catch (error) {
        failed = { error };
      }
      await codes("codeAfterRun" + mode, script);
      await each(side, "onAfterRun" + mode);
      if (failed) throw failed.error;
    },
  };
};

const placed = new Map<string, Placed>();

/** Code of a hook under its hook's name, so that a traceback says where it stands. */
const place = (parts: Parts, kind: Kind, name: string, code: string): Placed => {
  const key = [kind, name, code].join("\0");
  let known = placed.get(key);
  if (!known) {
    const [, , file, blankLines] = parts.place(kind, `hooks.${name}`, code);
    placed.set(key, (known = { file, blankLines: +blankLines, code }));
  }
  return known;
};

const onMain = (parts: Parts, kind: Kind, given: readonly unknown[]): Side => ({
  name: "main",
  given,
  functions: (name) => parts.hooks.main[name]!,
  code: (name) => [...parts.hooks.main[name]!].map((code) => place(parts, kind, `main.${name}`, code)),
  tell: (facts) => void parts.report(facts),
  raised: (text) => parts.raised(kind, text),
});

/** Gets everything ready for a script of the page; gives how hooks are put around what runs it. */
export const onPage = async (parts: Parts, kind: Kind, script: Element, async: boolean): Promise<(engine: Runner) => Runner> => {
  const side = onMain(parts, kind, [wrapper(parts, kind), script]);
  await each(side, "onReady");
  return (engine) => around(side, engine, async);
};

/** What a worker is sent of its hooks: functions as their text, so they know nothing of where they were written. */
export interface Sent {
  readonly functions: Record<string, string[]>;
  readonly code: Record<string, Placed[]>;
}

/** Tells plugins of a new worker; gives what is to be run in it. */
export const forWorker = async (parts: Parts, kind: Kind, worker: Worker): Promise<Sent> => {
  await each(onMain(parts, kind, [null, worker]), "onWorker");
  const sent: Sent = { functions: {}, code: {} };
  for (const [name, hooks] of Object.entries(parts.hooks.worker)) {
    if (name.startsWith("on")) sent.functions[name] = [...hooks].map(String);
    else sent.code[name] = [...hooks].map((code) => place(parts, kind, `worker.${name}`, code));
  }
  return sent;
};

/** A function from its text. */
const revive = (text: string): Function => {
  // Not in this module's scope.
  const evaluate = globalThis.eval;
  try {
    return evaluate(`(${text})`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A method, `{ onReady() {} }.onReady`.
    return Object.values(evaluate(`({${text}})`) as Record<string, Function>)[0]!;
  }
};

/** Inside a worker: gives what runs its code. */
export const inWorker = async (
  { functions, code }: Sent,
  kind: Kind,
  engine: Pick<Engine, "run" | "interpreter">,
  async: boolean,
  bridge: Record<string, unknown>,
  tell: (text: string) => void,
  io: Record<string, unknown>,
): Promise<Runner> => {
  const { interpreter } = engine;
  io.buffered = buffered;
  const told = (error: unknown) => tell("u" + words(error));
  const wrap = {
    type: kind,
    interpreter,
    io,
    config: JSON.parse(bridge.config as string),
    run(text: string) {
      try {
        return interpreter.runPython(text);
      } catch (error) {
        return told(error);
      }
    },
    runAsync: async (text: string) => interpreter.runPythonAsync(text),
    runEvent: async (path: string, event: Event) => call(interpreter, path, event),
  };
  for (const name of ["runAsync", "runEvent"] as const) {
    const run = wrap[name] as (...args: unknown[]) => Promise<unknown>;
    wrap[name] = (...args: unknown[]) => run(...args).catch(told);
  }
  const { sync, window, document } = bridge;
  const xworker = { sync, window, document, postMessage: (...args: [unknown]) => postMessage(...args) };
  const side: Side = {
    name: "worker",
    given: [wrap, xworker],
    functions: (name) => functions[name]!.map((text) => (...args: unknown[]) => revive(text)(...args)),
    code: (name) => code[name]!,
    tell: (facts) => tell("h" + facts),
    raised: (text) => tell("u" + text),
  };
  await each(side, "onReady");
  return around(side, engine, async);
};
