/** The console of an interpreter: what it writes and reads, character by character. The same on the page and in a worker. */
import type { Engine, Interpreter } from "../package";
import python from "../../python/page/console.py";

/** Where an interpreter's output goes and its input comes from. */
export interface Ends {
  /** Whose code runs; whatever the engine is told to run for. */
  who(): unknown;
  /**
   * Takes what was written, by the code that runs or on behalf of `who`; tells whether it could. What it does not take goes
   * where it went before.
   */
  write(text: string, isError: boolean, who?: unknown): boolean;
  /** Takes an exception that ended a script; its places are as the interpreter knows them. */
  failed(text: string, who: unknown): void;
  /** Whether the code that runs has somebody to ask. */
  reads(): boolean;
  /**
   * A line: "l" and the line, "t" and a word to complete, "c" for Ctrl+C, "d" for the end of input. `more` is what was
   * typed before and is not complete; `found` what the word could be.
   */
  read(prompt: string, isPrompt: boolean, more: string | undefined, found: string | undefined): string | Promise<string>;
  /** The terminal itself. */
  terminal(): unknown;
  /** Keys are wanted from now on, or no more. */
  raw(on: boolean): void;
  /** Why nobody can be asked. */
  readonly unable: string;
  /** Marks a function that may run twice for one call. */
  repeatable?<F extends (...args: any[]) => unknown>(fn: F): F;
}

/** What of the interpreters is used here. */
type Streams = Interpreter & {
  readonly _api?: { capture_stderr(): void; restore_stderr(): string };
  setStdin?(from: { stdin(): string | undefined; isatty: boolean }): void;
  replInit?(): void;
  /** A promise where Python can stand still. */
  replProcessChar?(code: number): number | Promise<number>;
  readonly FS: { getStream(number: number): { stream_ops: object } };
};

/** What became of it. */
export interface Console {
  run: Engine["run"];
  /** Gives keys to MicroPython's prompt; at once, unless code that they start stands still. */
  keys(text: string): Promise<void>;
}

/** Frames of the runtime in a traceback; nobody wants to read them. */
const OURS = /^ {2}File "(?:\/lib\/pyrite\/|\/lib\/python\d+\.zip\/_pyodide\/|<exec>).*\n(?: {4}.*\n)*/gm;

/** An exception as a person wants to read it. */
export const readable = (error: unknown): string => {
  const text = typeof (error as Error)?.message === "string" ? (error as Error).message : String(error);
  return text.replace(OURS, "").trim() + "\n";
};

/** Connects an interpreter with its console. Lines that nobody takes go to `out` and `err`. */
export const connect = (engine: Engine, ends: Ends, out: (line: string) => void, err: (line: string) => void): Console => {
  const interpreter = engine.interpreter as Streams;
  const rest = ["", ""];
  const write = (text: string, isError: boolean) => {
    if (ends.write(text, isError)) return;
    const lines = (rest[+isError] + text).split("\n");
    rest[+isError] = lines.pop()!;
    for (const line of lines) (isError ? err : out)(line);
  };
  // Pyodide prints an exception to tell it to JavaScript; that is not for anybody to read.
  let isTelling = false;
  const api = interpreter._api;
  if (api) {
    const { capture_stderr: begin, restore_stderr: end } = api;
    api.capture_stderr = () => {
      isTelling = true;
      begin();
    };
    api.restore_stderr = () => {
      isTelling = false;
      return end();
    };
  } else {
    for (const isError of [false, true]) {
      const open = interpreter.FS.getStream(isError ? 2 : 1);
      const decoder = new TextDecoder();
      const take = (_: unknown, buffer: Uint8Array, offset: number, length: number) => {
        write(decoder.decode(buffer.slice(offset, offset + length), { stream: true }), isError);
        return length;
      };
      open.stream_ops = { ...open.stream_ops, write: take };
    }
  }
  const { repeatable = (fn) => fn } = ends;
  const bridge = {
    write(text: string, isError: boolean) {
      if (isTelling && isError) return false;
      write(text, isError);
      return true;
    },
    reads: () => ends.reads(),
    read: repeatable((prompt: string, isPrompt: boolean, more?: string, found?: string) =>
      ends.read(prompt, isPrompt, more ?? undefined, found ?? undefined)),
    terminal: repeatable(() => ends.terminal()),
    unable: ends.unable,
    start: () => {
      ends.raw(true);
      interpreter.replInit!();
    },
  };
  interpreter.registerJsModule("_pyrite_console", bridge);
  interpreter.FS.writeFile("/lib/pyrite/_console.py", new TextEncoder().encode(python));
  interpreter.pyimport("_console").prepare();
  return {
    async run(...job) {
      try {
        await engine.run(...job);
      } catch (error) {
        const [, file, , , who] = job;
        const text = readable(error);
        // Code that no script has counts its lines from its own first one; MicroPython calls all code alike.
        if (file.startsWith("<")) ends.write(text.replaceAll('File "<stdin>"', `File "${file}"`), true, who);
        else ends.failed(text, who);
        throw error;
      }
    },
    async keys(text) {
      for (const byte of new TextEncoder().encode(text)) {
        const isOver = interpreter.replProcessChar!(byte);
        if (typeof isOver === "number" ? isOver : await isOver) ends.raw(false);
      }
    },
  };
};
