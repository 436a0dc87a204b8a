/** What emscripten's module has for linking. */
export interface Linker {
  readonly wasmTable: WebAssembly.Table;
  readonly preloadedWasm: Record<string, unknown>;
  _sbrk(bytes: number): number;
  loadWebAssemblyModule(code: BufferSource | WebAssembly.Module, flags: object, name: string, scope: object): Promise<unknown>;
}

type Code = BufferSource | WebAssembly.Module;

/** Where memory in use and the table of functions end. */
export type Ends = readonly [memory: number, table: number];

export const link: (
  module: Linker,
  libraries: readonly { readonly name: string; readonly code: Code | Promise<Code> }[],
  here: (ends: Ends) => void,
) => Promise<void>;

export const sumOf: (data: ArrayBuffer) => number;
