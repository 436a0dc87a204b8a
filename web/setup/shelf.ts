/**
 * Answers that are there before they are asked for.
 *
 * An interpreter's package manager begins to ask when the interpreter runs. What it will ask for is known earlier, so
 * it is fetched at the same time as the interpreter, put on a shelf, and taken from there. What was not foreseen is
 * asked as usual, and remembered: a failure can then be explained, and what was installed be kept.
 */

/** What came back for an address. */
export interface Answer {
  /** Zero when there was none. */
  readonly status: number;
  readonly headers: [string, string][];
  readonly data: Uint8Array<ArrayBuffer>;
  /** The browser's words when there was none. */
  readonly words?: string;
}

const open = new Set<Shelf>();
let own: typeof fetch | undefined;

/** In the place of `fetch` while a shelf is open. Code that has got hold of it then goes on using it, unchanged. */
const shelved: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : String(input), "Window" in globalThis ? document.baseURI : location.href).href;
  for (const shelf of open) {
    const answer = await shelf.take(url, () => direct(input, init));
    if (answer) return new Response(answer.data.length ? answer.data : null, { status: answer.status, headers: answer.headers });
  }
  return direct(input, init);
};

/** Asks the network, whatever is on a shelf. */
export const direct: typeof fetch = (input, init) => (own ?? globalThis.fetch).call(globalThis, input, init);

/** What a response says. */
export const read = async (asked: Promise<Response>): Promise<Answer> => {
  try {
    const response = await asked;
    const data = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: [...response.headers], data: resolved(response, data) };
  } catch (error) {
    return { status: 0, headers: [], data: new Uint8Array(), words: (error as Error).message };
  }
};

/** An index's answer in JSON, with whole addresses: micropip takes relative ones in HTML only. */
const resolved = ({ url, headers }: Response, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  if (!headers.get("content-type")?.startsWith("application/vnd.pypi.simple.v1+json")) return data;
  try {
    const { files, ...rest } = JSON.parse(new TextDecoder().decode(data));
    const whole = files.map((file: { url: string }) => ({ ...file, url: new URL(file.url, url).href }));
    return new TextEncoder().encode(JSON.stringify({ ...rest, files: whole }));
  } catch {
    // Then micropip says what is wrong with it.
    return data;
  }
};

export class Shelf {
  private readonly answers = new Map<string, Promise<Answer | undefined>>();

  /** `interesting` tells which addresses are worth remembering. */
  constructor(private readonly interesting: (url: string) => boolean) {
    if (!open.size && globalThis.fetch !== shelved) {
      own = globalThis.fetch;
      globalThis.fetch = shelved;
    }
    open.add(this);
  }

  /** From now on, everything is asked as if the shelf had never been. */
  close(): void {
    open.delete(this);
    if (!open.size && globalThis.fetch === shelved) globalThis.fetch = own!;
  }

  /** Fetches now what will be asked for later. */
  fetch(url: string, init?: RequestInit): Promise<Answer> {
    const answer = read(direct(url, init));
    this.answers.set(url, answer);
    return answer;
  }

  /** Puts an answer there; without one, the address is asked as usual. */
  put(url: string, answer: Promise<Answer | undefined>): void {
    this.answers.set(url, answer.catch(() => undefined));
  }

  /** What was answered for an address; one that is interesting is asked now, if it was not before. */
  async take(url: string, ask?: () => Promise<Response>): Promise<Answer | undefined> {
    const answer = await this.answers.get(url);
    // A fault of the network may be over.
    if (answer?.status) return answer;
    if (!ask || !this.interesting(url)) return undefined;
    const asked = read(ask());
    this.answers.set(url, asked);
    const { status } = await asked;
    return status ? asked : undefined;
  }

  /** All that was answered, by address. */
  async seen(): Promise<Map<string, Answer>> {
    const seen = new Map<string, Answer>();
    for (const [url, coming] of this.answers) {
      const answer = await coming;
      if (answer) seen.set(url, answer);
    }
    return seen;
  }
}
