// Compiled libraries of packages in a snapshot: pages link them before Python's memory is there (web/setup/compiled.ts).

/** The names of those that Python has opened, in that order. */
export const opened = ({ _module: { LDSO } }) => Object.keys(LDSO.loadedLibsByName).filter((name) => name !== "__main__");

/** One of them, with its place in a wheel; `why` it cannot be linked before Python is there, if that is known. */
export const compiled = ({ FS, _module: module }, name, place) => {
  if (!place) return { name, why: "it loads a compiled library that no wheel has" };
  const code = FS.readFile(name);
  const needs = module.getDylinkMetadata(code).neededDynlibs;
  const why = needs.length ? `it loads a compiled library that needs another one: ${needs[0]}` : "";
  return { name, code, why, place };
};
