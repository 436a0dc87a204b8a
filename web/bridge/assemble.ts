/** WebAssembly, written by hand: what stands between an interpreter and the JavaScript that it calls; see suspend.ts. */

/** What a function gives, then what it takes: `iee`. */
export type Signature = string;

const VALUE: Record<string, number> = { i: 0x7f, j: 0x7e, f: 0x7d, d: 0x7c, e: 0x6f };
const NOTHING = 0x40;
const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
const list = (items: number[][]): number[] => [...leb(items.length), ...items.flat()];
const section = (id: number, items: number[][]): number[] => {
  const body = list(items);
  return [id, ...leb(body.length), ...body];
};
const name = (text: string): number[] => list([...text].map((letter) => [letter.charCodeAt(0)]));
const type = (sig: Signature): number[] => [
  0x60, ...list([...sig.slice(1)].map((letter) => [VALUE[letter]!])), ...list(sig[0] === "v" ? [] : [[VALUE[sig[0]!]!]]),
];
const get = (local: number): number[] => [0x20, ...leb(local)];
const gets = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => get(from + at)).flat();
const body = (locals: string, code: number[]): number[] => {
  const whole = [...list([...locals].map((letter) => [1, VALUE[letter]!])), ...code, 0x0b];
  return [...leb(whole.length), ...whole];
};

type Kind = { of: (sig: Signature) => number[] };
const module = (
  signatures: Signature[],
  imports: (kind: Kind) => number[][],
  bodies: (kind: Kind) => number[][],
  exported: (index: number) => number[],
  own: Signature[],
  table: number[][] = [],
): WebAssembly.Module => {
  const types = [...new Set([...signatures, ...own])];
  const kind: Kind = { of: (sig) => leb(types.indexOf(sig)) };
  return new WebAssembly.Module(new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, types.map(type)),
    ...section(2, imports(kind)),
    ...section(3, own.map(kind.of)),
    ...(table.length ? section(4, table) : []),
    ...section(7, [...own.map((_, at) => [...name(String(at)), 0, ...exported(at)]), ...(table.length ? [[...name("t"), 1, 0]] : [])]),
    ...section(10, bodies(kind)),
  ]));
};

/**
 * A loop in front of each of the functions `f`. `s`: whether one has `asked`, and how to `save`, `wait` and `resume`.
 */
export const loops = (signatures: Signature[]): WebAssembly.Module => {
  const count = signatures.length;
  const imported = (sig: Signature, i: number, of: Kind["of"]) => [...name("f"), ...name(String(i)), 0, ...of(sig)];
  return module(
    ["e", "ee", "ve"],
    ({ of }) => [
      ...signatures.map((sig, i) => imported(sig, i, of)),
      [...name("s"), ...name("save"), 0, ...of("e")],
      [...name("s"), ...name("wait"), 0, ...of("ee")],
      [...name("s"), ...name("resume"), 0, ...of("ve")],
      [...name("s"), ...name("asked"), 3, VALUE.i!, 1],
    ],
    () => signatures.map((sig, i) => {
      const given = sig.length - 1;
      const returns = sig[0] !== "v";
      return body(returns ? sig[0]! : "", [
        0x03, NOTHING, // loop
        ...gets(0, given), 0x10, ...leb(i), ...(returns ? [0x21, ...leb(given)] : []), // the import; keep what it gave
        0x23, 0, 0x45, 0x04, NOTHING, ...(returns ? get(given) : []), 0x0f, 0x0b, // not asked: return it
        0x10, ...leb(count), 0x10, ...leb(count + 1), 0x10, ...leb(count + 2), // save, wait, resume
        0x0c, 0, 0x0b, 0x00, // once more; unreachable
      ]);
    }),
    (at) => leb(count + 3 + at),
    signatures,
  );
};

/** Functions that call what is in a table `t`, for a module that wants them before that is there. */
export const doors = (signatures: Signature[]): WebAssembly.Module =>
  module(
    [],
    () => [],
    ({ of }) => signatures.map((sig, at) => body("", [...gets(0, sig.length - 1), 0x41, ...leb(at), 0x11, ...of(sig), 0])),
    leb,
    signatures,
    [[0x70, 0, ...leb(signatures.length)]],
  );

/**
 * Functions that call what is in the table `s.t` and catch a jump of C on its way: an exception of JavaScript of which
 * `s.jumped` says so. The first number is the place in the table; `s.get` and `s.set` are C's stack, `s.threw` tells C.
 */
export const catchers = (signatures: Signature[]): WebAssembly.Module => {
  const inner = (sig: Signature) => sig[0] + sig.slice(2);
  return module(
    ["i", "vi", "ie", "vii", "ve", ...signatures.map(inner)],
    ({ of }) => [
      [...name("s"), ...name("get"), 0, ...of("i")],
      [...name("s"), ...name("set"), 0, ...of("vi")],
      [...name("s"), ...name("jumped"), 0, ...of("ie")],
      [...name("s"), ...name("threw"), 0, ...of("vii")],
      [...name("s"), ...name("t"), 1, 0x70, 0, 0],
      [...name("s"), ...name("tag"), 4, 0, ...of("ve")],
    ],
    ({ of }) => signatures.map((sig) => {
      const given = sig.length - 1;
      const [stack, error] = [given, given + 1];
      const result = sig[0] === "v" ? NOTHING : VALUE[sig[0]!]!;
      return body("ie", [
        0x10, 0, 0x21, ...leb(stack),
        0x02, VALUE.e!, 0x1f, result, 1, 0, 0, 0, // block, in it try, to whose end goes what is caught
        ...gets(1, given), ...get(0), 0x11, ...of(inner(sig)), 0, 0x0b, 0x0f, 0x0b, // call it, and return
        0x21, ...leb(error),
        ...get(stack), 0x10, 1,
        ...get(error), 0x10, 2, 0x45, 0x04, NOTHING, ...get(error), 0x08, 0, 0x0b, // no jump: throw it again
        0x41, 1, 0x41, 0, 0x10, 3,
        ...(result === NOTHING ? [] : [0x41, 0]),
      ]);
    }),
    (at) => leb(4 + at),
    signatures,
  );
};
