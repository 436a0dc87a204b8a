/** Uses every export, so that its types are checked; Vite builds it, and a browser runs it. */
import storage, { storage as named, type Stored } from "@pyrite/core/storage";
import {
  type Donkey,
  type HookWrap,
  type PythonWorker,
  MPWorker,
  PyWorker,
  TYPES,
  codemirror,
  config,
  define,
  donkey,
  hooks,
  inputFailure,
  offline_interpreter,
  optional,
  ready,
  relative_url,
  stdlib,
  version,
  whenDefined,
} from "@pyrite/core";

hooks.main.onReady.add((wrap: HookWrap, script: Element) => console.log(`hooked ${wrap.type} ${script.localName}`));
hooks.main.onWorker.add((_, worker: PythonWorker) => {
  worker.sync.twice = (x: number) => x * 2;
});
hooks.worker.onReady.add((wrap, xworker) => xworker.sync.twice(wrap.type.length));
hooks.main.codeBeforeRunAsync.add("given = 'by a plugin'");
// @ts-expect-error Code is a text.
const wrong = () => hooks.main.codeBeforeRun.add(() => {});
// @ts-expect-error There is no such interpreter.
const unknown = () => define("odd", { interpreter: "cobol" });

/** Never called: all that matters is that it is right. */
export const typed = async (): Promise<unknown[]> => {
  const worker: PythonWorker = await PyWorker("./x.py", { config: { packages: [] }, async: true });
  const other: PythonWorker = new MPWorker("./x.py");
  other.interrupt();
  const texts: string[] = [inputFailure, stdlib, optional, relative_url("x"), offline_interpreter(config.py) ?? ""];
  const language: string | undefined = TYPES.get("py");
  return [worker, texts, language, wrong, unknown];
};

await ready;
console.log(`version ${version}`);
const kept: Stored = await storage("npm");
kept.word = "kept";
await kept.sync();
console.log(`storage ${(await named("npm")).word}`);
await define("mine", { interpreter: "micropython", hooks: { main: { onReady: (wrap) => wrap.run("print('my own type')") } } });
const it: Donkey = await donkey({ type: "mpy" });
console.log(`donkey ${await it.evaluate("6 * 7")}`);
await it.kill();
const { EditorState } = await codemirror.state;
console.log(`text ${EditorState.create({ doc: "of CodeMirror" }).doc.toString()}`);
console.log(`wrapper ${(await whenDefined("mpy")).type}`);
