/** Terminals: a chunk (`terminal.js`) that pages load when a script has the attribute `terminal`. */
import type { Terminal } from "@xterm/xterm";
import { base, chunk } from "../base";
import type { Kind } from "../boot";
import { findTarget, makeOutput, setProperty } from "../host";
import type { Engine } from "../package";
import type { PythonWorker } from "../spawn";
import { type Console, connect } from "./console";
import { LineEditor } from "./line";
import { type News, type Order, READ, TERMINAL } from "./names";
import { open } from "./view";
import { KEY, shared } from "../shared";

const RED = "\x1b[31m";
const PLAIN = "\x1b[39m";

/** A script's terminal, as the page sees it. */
class Session {
  readonly line: LineEditor;
  /** Keys go to MicroPython's own prompt. */
  raw = false;
  /** Whether the script, or code that was given to it, runs. */
  isRunning = true;
  /** Where keys and code go, and how what runs is interrupted. */
  send: (order: Order) => void = () => {};
  interrupt: () => void = () => {};
  /** Keys are on their way, and those that came since. */
  #isBusy = false;
  #held = "";
  #number = 0;
  readonly #ended = new Map<number, () => void>();
  /** Settles when the exception that ended the code is shown. */
  #told: Promise<void> = Promise.resolve();
  readonly #feeding: { lines: string[]; done: () => void }[] = [];

  constructor(readonly terminal: Terminal) {
    this.line = new LineEditor(terminal);
    terminal.onData((data) => this.#typed(data));
  }

  #typed(data: string): void {
    if (this.raw) {
      if (!this.#isBusy) {
        // What follows a line may be for the code that the line starts.
        const end = data.indexOf("\r") + 1 || data.length;
        this.#isBusy = true;
        this.#held = data.slice(end);
        return this.send({ keys: data.slice(0, end) });
      }
      if (data === "\x03") return this.interrupt();
      // Code that these keys have started may ask for a line.
      this.#held += data;
      return;
    }
    if (data === "\x03" && !this.line.isOpen) {
      this.terminal.write("^C\r\n");
      return this.interrupt();
    }
    this.line.type(data);
  }

  write(text: string, isError = false): void {
    this.settle(false);
    this.terminal.write(isError && !text.includes("\x1b") ? RED + text + PLAIN : text);
  }

  /** Shows an exception with the places that its author knows. */
  fail(kind: Kind, text: string): void {
    this.#told = realPlaces(kind, text).then((real) => this.write(real, true));
  }

  async read(prompt: string, isPrompt: boolean, more?: string, found?: string): Promise<string> {
    // Where the cursor is shows only when all that was written has been drawn.
    await new Promise<void>((ok) => this.terminal.write("", ok));
    const wasRaw = this.raw;
    this.raw = false;
    this.#isPrompt = isPrompt;
    const answer = this.line.read(prompt, isPrompt, more, found);
    if (this.#held) this.line.type(this.#held);
    this.#held = "";
    if (found === undefined) this.#feed();
    const text = await answer;
    this.raw = wasRaw;
    // The line is complete only if Python does not ask to go on with it.
    if (text[0] === "t") return text;
    if (text[0] !== "l" || !isPrompt) this.line.accept();
    else this.#unended = true;
    return text;
  }

  #isPrompt = false;
  #unended = false;

  /** Ends a line whose answer was taken. */
  settle(isMore: boolean): void {
    if (this.#unended && !isMore) this.line.accept();
    this.#unended = false;
  }

  took(): void {
    this.#isBusy = false;
    const held = this.#held;
    this.#held = "";
    if (held) this.#typed(held);
  }

  async ended(id: number): Promise<void> {
    await this.#told;
    if (id === 0) this.isRunning = false;
    this.#ended.get(id)?.();
    this.#ended.delete(id);
    this.settle(false);
    if (!this.isRunning && !this.line.isOpen) this.#feed();
  }

  /** Types code where somebody waits for it; else it is run. */
  process = (code: string): Promise<void> =>
    new Promise((done) => {
      this.#feeding.push({ lines: [code.replace(/\r\n?/g, "\n").replace(/\n+$/, "")], done });
      this.#feed();
    });

  #feed(): void {
    const { line } = this;
    const next = this.#feeding[0];
    if (!next) return;
    const code = next.lines[0]!;
    if (this.raw) {
      // As it is pasted there.
      this.#typed(/\n/.test(code) ? `\x05${code}\x04` : code + "\r");
    } else if (line.isOpen) {
      line.type(this.#isPrompt ? `${code.replaceAll("\n", "\x1b\r")}${/\n\s/.test(code) ? "\x1b\r\r" : "\r"}` : code.replaceAll("\n", "\r") + "\r");
    } else if (!this.isRunning) {
      const id = ++this.#number;
      this.#ended.set(id, next.done);
      this.#feeding.shift();
      return this.send({ run: code, file: "<process>", who: null, id });
    } else return;
    this.#feeding.shift();
    next.done();
  }
}

/** A traceback as banners tell it. */
const realPlaces = async (kind: Kind, text: string): Promise<string> => {
  try {
    const { locate } = await chunk("errors.js");
    return (await locate(base, kind, text, exports().known)) + "\n";
  } catch {
    return text;
  }
};

/** How many lines of a prompt's history outlive the page. */
const KEPT = 200;

/** Keeps what is typed at Python's prompt while the tab is open: a reload does not lose it. */
const keepHistory = ({ line }: Session, kind: Kind, script: Element): void => {
  const number = [...document.querySelectorAll("[terminal]")].indexOf(script);
  const key = `pyrite:history:${location.pathname}:${kind}:${script.id || number}`;
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    if (Array.isArray(kept)) line.history.push(...kept.map(String));
  } catch {
    // A page may be forbidden to store anything.
    return;
  }
  line.remember = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify(line.history.slice(-KEPT)));
    } catch {
      // There is no room.
    }
  };
};

const lookUp = (kind: Kind, script: Element): HTMLElement => {
  const target = script.getAttribute("target");
  const found = target && (findTarget(script, target) as HTMLElement | null);
  if (found) return found;
  if (target) console.error(`Unknown target ${target}: the terminal is shown after its script`);
  return makeOutput(script, kind + "-terminal") as HTMLElement;
};

const begin = (kind: Kind, script: Element): Session => {
  const session = new Session(open(lookUp(kind, script)));
  keepHistory(session, kind, script);
  setProperty(script, "terminal", session.terminal);
  setProperty(script, "process", session.process);
  return session;
};

/** What the interpreters of the main thread have: one console each, whose terminal is that of the running script. */
const consoles: Partial<Record<Kind, Promise<Console>>> = {};
const sessions = new Map<unknown, Session>();
let keysFor: Element | undefined;

const exports = () => shared[KEY];

const NO_PROMISES = "this browser has no JavaScript Promise Integration, so Python on the page cannot stop and wait for a line; add `worker` to the script";
const SMALL = "MicroPython on the page cannot stop and wait for a line";

/** Gives a script of the main thread its terminal; and an engine that runs it there. */
export const onPage = async (kind: Kind, script: Element, engine: Engine): Promise<Pick<Engine, "run">> => {
  const session = begin(kind, script);
  sessions.set(script, session);
  const who = () => keysFor ?? engine.current();
  const current = () => sessions.get(who());
  const isAble = kind === "py" && "Suspending" in WebAssembly;
  const made = await (consoles[kind] ??= exports().whenDefined(kind).then(({ io }: any) =>
    connect(engine, {
      who,
      write(text, isError, owner) {
        const to = owner ? sessions.get(owner) : current();
        to?.write(text, isError);
        return !!to;
      },
      failed: (text, owner) => sessions.get(owner)?.fail(kind, text),
      reads: () => !!current(),
      read: (prompt, isPrompt, more, found) => {
        const to = current()!;
        to.settle(more !== undefined);
        return to.read(prompt, isPrompt, more, found);
      },
      terminal: () => current()?.terminal ?? [...sessions.values()].at(-1)!.terminal,
      raw: (on) => {
        const to = current();
        if (to) to.raw = on;
      },
      unable: isAble ? "promise" : kind === "py" ? NO_PROMISES : SMALL,
    }, (line) => io.stdout(line), (line) => io.stderr(line))));
  if (kind === "py" && !isAble) {
    console.warn("py-terminal is read only on main thread");
    session.write(`This terminal is read only: ${NO_PROMISES}.\n`);
  }
  session.send = (order) => {
    if ("keys" in order) {
      keysFor = script;
      const taken = made.keys(order.keys);
      keysFor = undefined;
      void taken.finally(() => session.took());
    } else {
      const failed = (error: unknown) => console.error(error);
      void made.run(order.run, order.file, 0, true, script, () => {}).catch(failed).then(() => session.ended(order.id));
    }
  };
  return {
    run: (...job) => made.run(...job).finally(() => session.ended(0)),
  };
};

/** Gives the script of a worker its terminal, before the worker gets its work. */
export const inWorker = (kind: Kind, script: Element, worker: PythonWorker): void => {
  const session = begin(kind, script);
  const { port1: port, port2 } = new MessageChannel();
  worker.postMessage({ console: port2, terminal: true }, [port2]);
  let heard = 0;
  let waiting: [count: number, go: () => void][] = [];
  // What was written before a question is shown before it.
  const after = (count: number) => new Promise<void>((go) => (heard >= count ? go() : waiting.push([count, go])));
  port.onmessage = ({ data }: MessageEvent<News>) => {
    if ("out" in data) {
      heard++;
      if (data.isTraceback) session.fail(kind, data.out);
      else session.write(data.out, data.isError);
      waiting = waiting.filter(([count, go]) => count > heard || void go());
    } else if ("ended" in data) void session.ended(data.ended);
    else if ("raw" in data) session.raw = data.raw;
    else session.took();
  };
  session.send = (order) => port.postMessage(order);
  session.interrupt = () => {
    try {
      worker.interrupt();
    } catch (error) {
      session.write((error as Error).message + "\n", true);
    }
  };
  worker.sync[READ] = async (count: number, prompt: string, isPrompt: boolean, more: string | null, found: string | null) => {
    await after(count);
    session.settle(more !== null);
    return session.read(prompt, isPrompt, more ?? undefined, found ?? undefined);
  };
  worker.sync[TERMINAL] = () => session.terminal;
};
