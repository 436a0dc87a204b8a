/** Environments: what editors of one name share. Each is a worker, which starts when it is first needed. */
import type { PythonWorker } from "../spawn";
import { type News, type Order, OUTPUT } from "../terminal/names";
import { KEY, shared } from "../shared";

/** Who runs code in an environment. */
export interface Client {
  readonly id: string;
  /** Where `display` shows; nothing for code that is not seen. */
  readonly output: Element | null;
  write(text: string, isError: boolean): void;
}

export interface Settings {
  readonly config?: string;
  readonly serviceWorker?: string;
}

/** How a run has ended: well, with an exception, or because somebody ended it. */
export type End = { readonly error?: string; readonly isStopped?: boolean };

export class Environment {
  worker: PythonWorker | undefined;
  settings: Settings = {};
  isConfigured = false;
  /** Code that prepares every new worker. */
  readonly setups: [code: string, client: Client][] = [];
  #send!: (order: Order) => void;
  #clients = new Map<string, Client>();
  #ends = new Map<number, (end: End) => void>();
  #number = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  constructor(readonly kind: string, readonly name: string) {}

  /** Runs code after what was asked for before. */
  run(code: string, client: Client): Promise<End> {
    this.#start();
    return this.#enqueue(code, client);
  }

  #enqueue(code: string, client: Client): Promise<End> {
    this.#clients.set(client.id, client);
    const worker = this.worker;
    const end = this.#queue.then(() => {
      // The worker that this was meant for is gone.
      if (worker !== this.worker) return { isStopped: true };
      this.#isStopping = false;
      return new Promise<End>((ended) => {
        const id = ++this.#number;
        this.#ends.set(id, ended);
        this.#send({ run: code, file: "<editor>", who: client.id, id });
      });
    });
    this.#queue = end;
    return end;
  }

  /** Interrupts what runs; where that cannot be, or did not help, ends the worker with all that it knows. */
  stop(): void {
    if (!this.#isStopping) {
      this.#isStopping = true;
      try {
        return this.worker?.interrupt();
      } catch {
        // Without shared memory it hears nothing while it runs.
      }
    }
    this.worker?.terminate();
    this.#over({ isStopped: true });
  }

  #over(end: End): void {
    this.worker = undefined;
    this.#isStopping = false;
    const ends = [...this.#ends.values()];
    this.#ends.clear();
    for (const tell of ends) tell(end);
  }

  #start(): void {
    if (this.worker) return;
    const { PyWorker, MPWorker } = shared[KEY];
    const Factory = this.kind === "py" ? PyWorker : MPWorker;
    const worker: PythonWorker = new Factory("editor.py", { async: true, name: this.name, code: "", ...this.settings });
    this.worker = worker;
    const { port1: port, port2 } = new MessageChannel();
    worker.postMessage({ console: port2, terminal: false }, [port2]);
    let heard = 0;
    let waiting: [count: number, go: () => void][] = [];
    port.onmessage = ({ data }: MessageEvent<News>) => {
      if ("out" in data) {
        heard++;
        const client = this.#clients.get(String(data.who));
        if (client) client.write(data.out, data.isError);
        else console[data.isError ? "error" : "log"](data.out.trimEnd());
        waiting = waiting.filter(([count, go]) => count > heard || void go());
      } else if ("ended" in data) {
        this.#ends.get(data.ended)?.(data.error === undefined ? {} : { error: data.error });
        this.#ends.delete(data.ended);
      }
    };
    this.#send = (order) => port.postMessage(order);
    // What was printed before is shown before.
    worker.sync[OUTPUT] = async (count: number, who: string) => {
      if (heard < count) await new Promise<void>((go) => waiting.push([count, go]));
      return this.#clients.get(String(who))?.output ?? null;
    };
    worker.ready.catch((error: Error) => {
      if (this.worker === worker) this.#over({ error: error.message + "\n" });
    });
    this.#queue = worker.ready.catch(() => {});
    for (const [code, client] of this.setups) void this.#enqueue(code, client);
  }
}

const known = new Map<string, Environment>();
let count = 0;

/** The environment of a name, or a new one without. */
export const environment = (kind: string, name: string | null): Environment => {
  const key = name === null ? `${kind}-editor-env-${count++}` : `${kind}-${name}`;
  let found = known.get(key);
  if (!found) known.set(key, (found = new Environment(kind, key)));
  return found;
};
