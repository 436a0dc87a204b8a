/**
 * Compiled libraries that are there before Python is: what makes snapshots (snapshot.mjs) and what starts from them
 * (web/setup/snapshot.ts) link them in the same way at the same time, so that they get the same places.
 */

/** Where memory in use and the table of functions end. */
const ends = (module) => [module._sbrk(0), module.wasmTable.length];

/**
 * Links libraries, which are names and what promises their code, while Python does not run yet; `here` is told after each
 * where memory and table end. When Python opens one by its name, it gets what was linked.
 */
export const link = async (module, libraries, here) => {
  for (const { name, code } of libraries) {
    module.preloadedWasm[name] = await module.loadWebAssemblyModule(await code, { loadAsync: true, nodelete: true }, name, {});
    here(ends(module));
  }
};

/** By which one library is told from another: a number of its words. */
export const sumOf = (data) => {
  const words = new Uint32Array(data, 0, data.byteLength >> 2);
  let sum = data.byteLength;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words[i], 0x9e3779b1);
  return sum;
};
