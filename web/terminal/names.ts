/** What a page and the console of one of its workers say to each other. */

/** The names under which a worker asks its page: for a line, for the terminal, for the element that shows output. */
export const READ = "__pyrite_read__";
export const TERMINAL = "__pyrite_terminal__";
export const OUTPUT = "__pyrite_output__";

/** A worker's console gets this before its work. */
export interface Opening {
  readonly console: MessagePort;
  /** What it is for: a terminal reads, too. */
  readonly terminal: boolean;
}

/** From the page: code to run, or keys for MicroPython's own prompt. */
export type Order =
  | { readonly run: string; readonly file: string; readonly who: unknown; readonly id: number }
  | { readonly keys: string };

/** To the page: what was written and for whom; what has ended and how; whether keys are wanted, and that they were taken. */
export type News =
  | { readonly out: string; readonly who: unknown; readonly isError: boolean; readonly isTraceback?: true }
  | { readonly ended: number; readonly error?: string }
  | { readonly raw: boolean }
  | { readonly taken: true };
