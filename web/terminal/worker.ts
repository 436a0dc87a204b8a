/** The console of a worker: a chunk (`console.js`) for workers that have a terminal or run an editor's code. */
import type { Bridge } from "../boot";
import type { Engine } from "../package";
import { type Console, connect, readable } from "./console";
import { type News, type Opening, type Order, OUTPUT, READ, TERMINAL } from "./names";

type Ask = (...args: unknown[]) => any;

/** What the worker's entry gives to Python and to us. */
type Given = Bridge & { asks?(name: string): Ask; repeat?<F extends Ask>(call: F): F; suspends?: boolean; unable?: string };

/** Connects the interpreter of this worker with the page. */
export const open = (
  { console: port, terminal }: Opening,
  engine: Engine,
  bridge: Given,
  out: (line: string) => void,
  err: (line: string) => void,
): Console => {
  const tell = (news: News) => port.postMessage(news);
  // Messages and questions go different ways; the page waits for as many messages as there were.
  let count = 0;
  const ask = (name: string): Ask => bridge.asks?.(name) ?? (() => null);
  const [read, output, give] = [ask(READ), ask(OUTPUT), ask(TERMINAL)];
  const isAble = !bridge.unable;
  const repeatable: NonNullable<Given["repeat"]> = bridge.repeat ?? ((call) => call);
  const made = connect(engine, {
    who: () => engine.current(),
    write(text, isError, who) {
      count++;
      tell({ out: text, who: who ?? engine.current() ?? null, isError });
      return true;
    },
    failed(text, who) {
      count++;
      tell({ out: text, who, isError: true, isTraceback: true });
    },
    reads: () => terminal,
    read: (prompt, isPrompt, more, found) => read(count, prompt, isPrompt, more ?? null, found ?? null),
    terminal: give,
    raw: (raw) => tell({ raw }),
    unable: isAble ? "" : bridge.unable!,
    repeatable,
  }, out, err);
  const { interpreter } = engine as { interpreter: { setStdin?(from: object): void } };
  if (terminal && isAble && !bridge.suspends)
    interpreter.setStdin?.({
      isatty: true,
      stdin: () => {
        const answer = read(count, "", false, null, null) as string;
        return answer[0] === "l" ? answer.slice(1) + "\n" : undefined;
      },
    });
  // What code displays belongs to the editor that it is in.
  if (!terminal && isAble) bridge.target = repeatable(() => output(count, engine.current() ?? null));
  const take = (keys: string) => made.keys(keys).finally(() => tell({ taken: true }));
  const orders: Order[] = [];
  let isBusy = false;
  const work = async () => {
    if (isBusy) return;
    isBusy = true;
    for (let order = orders.shift(); order; order = orders.shift()) {
      if ("keys" in order) {
        await take(order.keys);
        continue;
      }
      const { run, file, who, id } = order;
      // The first line of MicroPython's code is the first of the editor's.
      const error = await made.run(run, file, 0, true, who, () => {}).then(() => undefined, readable);
      tell({ ended: id, ...(error === undefined ? {} : { error }) });
    }
    isBusy = false;
  };
  const begin = () => {
    port.onmessage = ({ data }: MessageEvent<Order>) => {
      // Keys do not wait for code that awaits something.
      if ("keys" in data && isBusy) return void take(data.keys);
      orders.push(data);
      void work();
    };
  };
  return {
    keys: made.keys,
    // The script of the worker first: it prepares what others use.
    async run(...job) {
      begin();
      isBusy = true;
      try {
        await made.run(...job);
      } finally {
        isBusy = false;
        tell({ ended: 0 });
        void work();
      }
    },
  };
};
