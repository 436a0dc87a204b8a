// MicroPython's module with a place of its own for all that it knows. The original keeps that in the global scope: where a
// second one starts, it takes the tables of the first away, which then waits for ever. Each import of the result under
// another address is another MicroPython.
//
// Used when the distribution is made (tools/write-separate.mjs), and by extras/another.ts for a MicroPython from elsewhere.

/** Its tables in the global scope. */
const TABLES = ["proxy_js_ref", "proxy_js_ref_next", "proxy_js_ref_map", "proxy_js_map", "proxy_js_existing", "pyProxyFinalizationRegistry"];

/** What is in the place of what. */
const CHANGES = [
  ...TABLES.map((name) => [new RegExp(`(?<![\\w.])(globalThis\\.)?${name}\\b`, "g"), `$own.${name}`]),
  ["globalThis.Module=Module", "$own.Module=Module"],
  ["globalThis.loadMicroPython=", "$own.loadMicroPython="],
  // Who watches the start of another one does not see this.
  ["WebAssembly.instantiateStreaming(", "$own.WebAssembly.instantiateStreaming("],
  // A function of one interpreter is any function to the others.
  ['"_ref"in ', "$mark in "],
  ["obj._ref=id", "obj[$mark]=id"],
  ['js_obj._ref,"i32"', 'js_obj._ref??js_obj[$mark],"i32"'],
];

const BEGIN = `let Module;
const $mark = "_ref" + import.meta.url;
const $own = {
  set Module(module) { Module = module },
  WebAssembly: {
    async instantiateStreaming(source, imports) {
      const module = await WebAssembly.compileStreaming(source);
      return { module, instance: await WebAssembly.instantiate(module, imports) };
    },
  },
};
export { $own as own };
`;

/** Changes the text of the module. Fails when it is another one than this was written for. */
export const separate = (text) => {
  for (const [from, to] of CHANGES) {
    const result = text.replaceAll(from, () => to);
    if (result === text) throw new Error(`this MicroPython cannot run beside another one: its module has no ${from}`);
    text = result;
  }
  return BEGIN + text;
};
