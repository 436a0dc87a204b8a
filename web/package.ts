/** What goes with either interpreter: the `pyscript` package, and how an interpreter gets it. */

/** Emscripten's file system, the same in both interpreters. */
interface FileSystem {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array): void;
}

/** The part of an interpreter's interface that both of them have. */
export interface Interpreter {
  readonly FS: FileSystem;
  registerJsModule(name: string, module: object): void;
  runPython(code: string): unknown;
  runPythonAsync(code: string): unknown;
  pyimport(name: string): any;
}

/** How scripts of the page run in an interpreter. */
export interface Engine {
  readonly interpreter: Interpreter;
  /** Gives it the package, on top of the module `_pyscript`. */
  install(bridge: Record<string, unknown>): void;
  /**
   * Runs code to its end, or to its last `await`. Code that may pause calls `begun` when it has run up to its first pause,
   * or is about to run to it without a stop.
   */
  run(code: string, file: string, blankLines: number, async: boolean, script: unknown, begun: () => void): Promise<void>;
  /** The element of the script that runs at this moment, where that can be told. */
  current(): unknown;
}

/** Starts the interpreter whose module is at `address`; `options` are for its own loader. */
export type Start = (
  address: string,
  options: object,
  stdout: (line: string) => void,
  stderr: (line: string) => void,
) => Promise<Engine>;

/** Where the package lives in an interpreter's file system. */
const LIBRARY = "/lib/pyrite";

/** Writes the package, which has a character for each byte, and lets Python prepare itself. `place`: where in `sys.path`. */
export const install = (interpreter: Interpreter, files: Record<string, string>, bridge: object, place: number): void => {
  let made;
  for (const [path, bytes] of Object.entries(files)) {
    const full = `${LIBRARY}/${path}`;
    const folder = full.replace(/\/[^/]*$/, "");
    // Folders that are there make Emscripten throw and catch.
    if (folder !== made) interpreter.FS.mkdirTree((made = folder));
    const data = new Uint8Array(bytes.length);
    for (let i = 0; i < data.length; i++) data[i] = bytes.charCodeAt(i);
    interpreter.FS.writeFile(full, data);
  }
  interpreter.registerJsModule("_pyscript", bridge);
  interpreter.runPython(`import sys\nsys.path.insert(${place}, '${LIBRARY}')\nimport _pyrite\n_pyrite.prepare()`);
};
