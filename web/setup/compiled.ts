/** Compiled libraries of packages that Python has opened in a snapshot: they are there before its memory is. */
import { type Ends, type Linker, link, sumOf } from "../tools/link.mjs";

/** One of them, which is in a wheel. */
export interface Compiled {
  /** Where Python has it. */
  readonly name: string;
  /** Where memory and table end when it is linked. */
  readonly ends: Ends;
  /** What Python knows it by. */
  readonly handle: number;
  /** Whether others see its functions. */
  readonly global: boolean;
  /** The wheel, and where in it. */
  readonly wheel: string;
  readonly at: number;
  readonly length: number;
  readonly deflated: boolean;
  /** Which it is. */
  readonly sum: number;
}

/** Emscripten's module. */
export interface Linking extends Linker {
  loadDynamicLibrary(name: string, flags: object, scope: object | null, handle: number): unknown;
}

/** Links them into a module in which nothing has run; gives what opens them, when memory is as it was. */
export type Link = (module: Linking) => Promise<() => void>;

/** Browsers make instances of larger modules in another thread only. */
const LARGE = 8 << 20;

const codeOf = async (base: string, { wheel, at, length, deflated, sum }: Compiled): Promise<BufferSource | WebAssembly.Module> => {
  // As packages do it, who want the same: the browser has it once.
  const answer = await fetch(new Request(base + wheel));
  if (!answer.ok) throw new Error(`the server answered ${answer.status} for ${wheel}`);
  const data = (await answer.arrayBuffer()).slice(at, at + length);
  if (sumOf(data) !== sum) throw new Error(`${wheel} is not that of the build`);
  const stream = new Blob([data]).stream();
  const code = await new Response(deflated ? stream.pipeThrough(new DecompressionStream("deflate-raw")) : stream).arrayBuffer();
  return code.byteLength < LARGE ? WebAssembly.compile(code) : new Uint8Array(code);
};

/** Fetches them; gives the way to link them. */
export const fetched = (base: string, libraries: readonly Compiled[]): Link => {
  const all = libraries.map((one) => {
    const code = codeOf(base, one);
    code.catch(() => {});
    return { ...one, code };
  });
  return async (module) => {
    let next = 0;
    await link(module, all, ([memory, table]) => {
      const { ends, name } = all[next++]!;
      if (memory !== ends[0] || table !== ends[1]) throw new Error(`${name} gets another place`);
    });
    return () => {
      for (const { name, global, handle } of all) module.loadDynamicLibrary(name, { global, nodelete: true }, global ? null : {}, handle);
    };
  };
};
