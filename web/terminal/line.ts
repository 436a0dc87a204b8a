/** Editing of a line, or of several, in a terminal: cursor, history, completion. */
import type { Terminal } from "@xterm/xterm";

/** What was typed: see `Ends.read` in `console.ts`. */
export type Answer = string;

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const NONE = /\p{M}|\u200b|\u200d/u;
const widthOf = (character: string): number => (NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** Text without what only colours it. */
const plain = (text: string): string => text.replace(/\x1b\[[\d;]*[A-Za-z]/g, "");

/** Where the cursor is after a text that begins at the left edge. */
const place = (text: string, columns: number): [row: number, column: number] => {
  let [row, column] = [0, 0];
  for (const character of text) {
    if (character === "\n") {
      row++;
      column = 0;
      continue;
    }
    const width = widthOf(character);
    if (column + width > columns) {
      row++;
      column = 0;
    }
    column += width;
  }
  return column >= columns ? [row + 1, 0] : [row, column];
};

const WORD_BEFORE = /[\p{L}\p{N}_]+[^\p{L}\p{N}_]*$|[^\p{L}\p{N}_]+$/u;
const WORD_AFTER = /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u;
/** What the lines after the first begin with. */
const NEXT = "... ";

export class LineEditor {
  readonly history: string[] = [];
  /** Called when the history has grown. */
  remember: () => void = () => {};
  #answer: ((answer: Answer) => void) | undefined;
  #prompt = "";
  #isPrompt = false;
  #text = "";
  #at = 0;
  /** Which entry of the history is shown, and what was typed before it. */
  #entry = 0;
  #draft = "";
  /** The row of the cursor, counted from that of the prompt. */
  #row = 0;
  /** Keys that came when nobody asked. */
  #early = "";
  /** What stands left of the prompt, on its line. */
  #column = 0;
  #isPasting = false;

  constructor(readonly terminal: Terminal) {}

  get isOpen(): boolean {
    return !!this.#answer;
  }

  /** Asks for a line. `more`: the text before is not complete; `found`: what the word before the cursor may become. */
  read(prompt: string, isPrompt: boolean, more?: string, found?: string): Promise<Answer> {
    const { buffer } = this.terminal;
    if (found !== undefined) this.#complete(found ? found.split("\n") : []);
    else if (more !== undefined) this.#goOn(more);
    else {
      this.#prompt = prompt;
      this.#isPrompt = isPrompt;
      this.#text = "";
      this.#at = this.#row = 0;
      this.#entry = this.history.length;
      this.#column = buffer.active.cursorX;
      this.#draw();
    }
    const answer = new Promise<Answer>((ok) => (this.#answer = ok));
    const early = this.#early;
    this.#early = "";
    if (early) this.type(early);
    return answer;
  }

  /** Ends the asking. */
  stop(): void {
    this.#answer = undefined;
    this.#early = "";
  }

  /** Takes what the terminal says was typed or pasted. */
  type(data: string): void {
    const keys = data.match(/\x1b\[[\d;]*[A-Za-z~]|\x1bO[A-Z]|\x1b[\s\S]?|\r\n|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g) ?? [];
    for (let i = 0; i < keys.length; i++) {
      if (!this.#answer) {
        this.#early += keys.slice(i).join("");
        return;
      }
      this.#key(keys[i]!);
    }
  }

  #full(text = this.#text): string {
    return " ".repeat(this.#column) + plain(this.#prompt) + text.replaceAll("\n", "\n" + NEXT);
  }

  /** Writes the prompt and the text again, and puts the cursor where it belongs. */
  #draw(): void {
    const columns = this.terminal.cols;
    const [endRow, endColumn] = place(this.#full(), columns);
    const [row, column] = place(this.#full(this.#text.slice(0, this.#at)), columns);
    const shown = this.#text.replaceAll("\n", "\r\n" + NEXT);
    let out = this.#row ? `\x1b[${this.#row}A` : "";
    out += "\r" + (this.#column ? `\x1b[${this.#column}C` : "") + "\x1b[J" + this.#prompt + shown;
    // The terminal goes to the next line only with the next character.
    if (!endColumn && endRow) out += "\r\n".slice(this.#text.endsWith("\n") ? 2 : 0);
    if (endRow > row) out += `\x1b[${endRow - row}A`;
    out += "\r" + (column ? `\x1b[${column}C` : "");
    this.terminal.write(out);
    this.#row = row;
  }

  #insert(text: string): void {
    const columns = this.terminal.cols;
    const [row, column] = place(this.#full(), columns);
    const [newRow, newColumn] = place(this.#full(this.#text + text), columns);
    if (this.#at === this.#text.length && !text.includes("\n") && row === newRow && column < newColumn) {
      // Who listens to a screen reader hears what was typed, and not the whole line again.
      this.#text += text;
      this.#at += text.length;
      this.terminal.write(text);
      return;
    }
    this.#text = this.#text.slice(0, this.#at) + text + this.#text.slice(this.#at);
    this.#at += text.length;
    this.#draw();
  }

  #cut(from: number, to: number): void {
    this.#text = this.#text.slice(0, from) + this.#text.slice(to);
    this.#at = from;
    this.#draw();
  }

  #move(to: number): void {
    this.#at = Math.max(0, Math.min(this.#text.length, to));
    const [row, column] = place(this.#full(this.#text.slice(0, this.#at)), this.terminal.cols);
    const rows = row - this.#row;
    this.terminal.write((rows ? `\x1b[${Math.abs(rows)}${rows < 0 ? "A" : "B"}` : "") + "\r" + (column ? `\x1b[${column}C` : ""));
    this.#row = row;
  }

  /** Shows another text, with the cursor at its end. */
  #replace(text: string): void {
    this.#text = text;
    this.#at = text.length;
    this.#draw();
  }

  #finish(answer: Answer): void {
    const tell = this.#answer;
    this.#answer = undefined;
    tell?.(answer);
  }

  /** Goes on in a new line, indented as the one before, or further after a colon. */
  #goOn(text: string): void {
    const line = text.slice(text.lastIndexOf("\n") + 1);
    const indent = /^\s*/.exec(line)![0] + (/:\s*(#.*)?$/.test(line) ? "    " : "");
    this.#text = text;
    this.#at = text.length;
    this.#insert("\n" + (this.#isPasting ? "" : indent));
  }

  #enter(): void {
    // Inside of several lines, a new one.
    if (this.#text.indexOf("\n", this.#at) >= 0) return this.#insert("\n");
    // An empty line ends a block.
    if (/\n[ \t]+$/.test(this.#text)) this.#replace(this.#text.replace(/[ \t]+$/, ""));
    else this.#move(this.#text.length);
    const text = this.#text;
    const known = text.trimEnd();
    const isComplete = !this.#isPrompt || text.endsWith("\n") || !/\n/.test(text);
    if (isComplete && known && this.history.at(-1) !== known && this.#isPrompt && !/:\s*(#.*)?$/.test(known)) {
      this.history.push(known);
      this.remember();
    }
    this.#finish("l" + text);
    this.#entry = this.history.length;
  }

  /** What was read is done with: the next line of the terminal is somebody else's. */
  accept(): void {
    this.terminal.write("\r\n");
  }

  #recall(step: number): void {
    // Within several lines, the cursor moves first.
    const start = this.#text.lastIndexOf("\n", this.#at - 1) + 1;
    const column = this.#at - start;
    if (step < 0 && start > 0) {
      const before = this.#text.lastIndexOf("\n", start - 2) + 1;
      return this.#move(Math.min(before + column, start - 1));
    }
    const end = this.#text.indexOf("\n", this.#at);
    if (step > 0 && end >= 0) {
      const after = this.#text.indexOf("\n", end + 1);
      return this.#move(Math.min(end + 1 + column, after < 0 ? this.#text.length : after));
    }
    const entry = this.#entry + step;
    if (entry < 0 || entry > this.history.length) return;
    if (this.#entry === this.history.length) this.#draft = this.#text;
    this.#entry = entry;
    this.#replace(this.history[entry] ?? this.#draft);
  }

  #complete(found: string[]): void {
    const word = /[\w.]*$/.exec(this.#text.slice(0, this.#at))![0];
    const fitting = [...new Set(found)].filter((name) => name.startsWith(word)).sort();
    if (!fitting.length) return;
    let common = fitting[0]!;
    for (const name of fitting) while (!name.startsWith(common)) common = common.slice(0, -1);
    if (common.length > word.length) return this.#insert(common.slice(word.length));
    if (fitting.length === 1) return;
    // Nothing is sure: all that it may be, in columns, and the line again.
    const names = fitting.slice(0, 200).map((name) => name.slice(word.lastIndexOf(".") + 1));
    const width = Math.max(...names.map((name) => name.length)) + 2;
    const each = Math.max(1, Math.floor(this.terminal.cols / width));
    let out = "\r\n";
    names.forEach((name, i) => (out += (i + 1) % each && i + 1 < names.length ? name.padEnd(width) : name + "\r\n"));
    const at = this.#at;
    this.#move(this.#text.length);
    this.terminal.write(out);
    this.#at = at;
    this.#row = this.#column = 0;
    this.#draw();
  }

  #key(key: string): void {
    const before = this.#text.slice(0, this.#at);
    const after = this.#text.slice(this.#at);
    const lineStart = before.lastIndexOf("\n") + 1;
    const lineEnd = after.indexOf("\n") < 0 ? this.#text.length : this.#at + after.indexOf("\n");
    const wordLeft = () => this.#at - (WORD_BEFORE.exec(before)?.[0].length ?? 0);
    const wordRight = () => this.#at + WORD_AFTER.exec(after)![0].length;
    const back = [...before].at(-1)?.length ?? 0;
    const next = [...after][0]?.length ?? 0;
    switch (key) {
      case "\r": case "\n": case "\r\n":
        return this.#enter();
      case "\x1b\r": return this.#insert("\n");
      case "\x7f": case "\b": {
        // Indentation goes in steps.
        const line = before.slice(lineStart);
        const step = line && !line.trim() ? ((line.length - 1) % 4) + 1 : back;
        return this.#cut(this.#at - step, this.#at);
      }
      case "\x1b[3~": return this.#cut(this.#at, this.#at + next);
      case "\x03":
        this.#move(this.#text.length);
        this.terminal.write("^C");
        return this.#finish("c");
      case "\x04":
        if (this.#text) return this.#cut(this.#at, this.#at + next);
        return this.#finish("d");
      case "\t":
        if (!this.#isPrompt || !/[\w.]$/.test(before)) return this.#insert("    ".slice((this.#at - lineStart) % 4));
        return this.#finish("t" + /[\w.]*$/.exec(before)![0]);
      case "\x1b[D": case "\x1bOD": case "\x02": return this.#move(this.#at - back);
      case "\x1b[C": case "\x1bOC": case "\x06": return this.#move(this.#at + next);
      case "\x1b[A": case "\x1bOA": case "\x10": return this.#recall(-1);
      case "\x1b[B": case "\x1bOB": case "\x0e": return this.#recall(1);
      case "\x1b[H": case "\x1bOH": case "\x1b[1~": case "\x01": return this.#move(lineStart);
      case "\x1b[F": case "\x1bOF": case "\x1b[4~": case "\x05": return this.#move(lineEnd);
      case "\x1b[1;5D": case "\x1b[1;3D": case "\x1bb": return this.#move(wordLeft());
      case "\x1b[1;5C": case "\x1b[1;3C": case "\x1bf": return this.#move(wordRight());
      case "\x17": case "\x1b\x7f": return this.#cut(wordLeft(), this.#at);
      case "\x1bd": return this.#cut(this.#at, wordRight());
      case "\x0b": return this.#cut(this.#at, lineEnd);
      case "\x15": return this.#cut(lineStart, this.#at);
      case "\x0c":
        this.terminal.clear();
        return this.#draw();
      case "\x1b[200~": case "\x1b[201~":
        this.#isPasting = key === "\x1b[200~";
        return;
    }
    if (key >= " ") this.#insert(key);
  }
}
