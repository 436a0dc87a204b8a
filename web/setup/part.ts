/** Calls a part: a WebAssembly module of ours that only decides. Its interface is told in crates/part/src/lib.rs. */
import { keyed } from "../base";
import { KEY, shared } from "../shared";

interface Exports {
  readonly memory: WebAssembly.Memory;
  alloc(length: number): number;
  run(at: number, length: number): number;
}

/** Asks one question. */
export type Ask = (question: object, bytes?: Uint8Array) => any;

const parts = new Map<string, Promise<Ask>>();

const load = async (address: string): Promise<Ask> => {
  const response = await fetch(keyed(address));
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  const { instance, module } = await WebAssembly.instantiateStreaming(response);
  // Workers of the page are sent it.
  (shared[KEY].parts ??= new Map()).set(keyed(address), module);
  const { memory, alloc, run } = instance.exports as unknown as Exports;
  return (question, bytes) => {
    const text = new TextEncoder().encode(JSON.stringify(question));
    // Parts that look at bytes have them behind the question, and its length in front.
    const front = bytes ? 4 : 0;
    const length = front + text.length + (bytes?.length ?? 0);
    const at = alloc(length);
    if (bytes) {
      new DataView(memory.buffer).setUint32(at, text.length, true);
      new Uint8Array(memory.buffer).set(bytes, at + front + text.length);
    }
    new Uint8Array(memory.buffer).set(text, at + front);
    const answer = run(at, length);
    const size = new DataView(memory.buffer).getUint32(answer, true);
    return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, answer + 4, size)));
  };
};

/** The part of this name, loaded when it is asked for the first time. */
export const part = (base: string, name: string): Promise<Ask> => {
  const address = `${base}parts/${name}.wasm`;
  let loading = parts.get(address);
  if (!loading) parts.set(address, (loading = load(address)));
  return loading;
};
