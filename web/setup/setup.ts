/**
 * What a configuration asks for, carried out: a chunk that only pages with a configuration load (`setup.js`).
 *
 * The rules are in parts (crates/part); this is the fetching, decompressing, importing and writing, the same on the
 * main thread and in a worker.
 */
import { base as own } from "../base";
import { type Asked, type Request, read } from "./config";
import { chunk } from "../base";
import refresh from "../../python/page/refresh.py";
import { HUSH, full, hushed } from "../quiet";
import { fetcher } from "./fetch";
import { download, write } from "./files";
import { type Diagnostic, Failed, type Interpreter, type Kind, type Package, failed } from "./kinds";
import { collect } from "./mip";
import { install as provide, loadModules } from "./modules";
import { Packages, type Pyodide } from "./pyodide";
import { built, exchanged, findSources, modules as compiledModules, place } from "./built";

/** Where things are and who is told, the same for every configuration of a page. */
export interface Surroundings {
  /** The folder that `core.js` is in. */
  readonly base: string;
  /** The interpreter's module beside `core.js`. */
  readonly address: string;
  /** What that one is started with. */
  readonly options: Record<string, unknown>;
  /** Becomes the module `_pyscript`. */
  readonly bridge: Record<string, unknown>;
  /** Told what is done at the moment. */
  readonly progress: (what: string) => void;
  /** How the page's configuration wants packages to be found and kept; set once it is understood. */
  packages?: {
    readonly index_urls: readonly string[];
    readonly packages_cache?: string;
    readonly origin: string;
    readonly interpreter: string;
  };
}

/** A configuration that was understood; what it asks for is on its way. */
export interface Setup {
  /** The interpreter's module. */
  readonly address: string;
  /** For `loadPyodide` or `loadMicroPython`. */
  readonly options: Record<string, unknown>;
  /** Gives a started interpreter its files, modules and packages. */
  install(interpreter: Interpreter): Promise<void>;
}

/** How Pyodide is loaded; see snapshot.ts. */
type Via = (load: (options: object) => Promise<unknown>, options: object, library: unknown) => Promise<unknown>;

/** Promises that may fail before anybody waits for them. */
const later = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};

/** The page's own configurations: its interpreters and `core.js` ask for each, in either order. */
const reads = new Map<string, ReturnType<typeof read>>();

/** Reads a configuration, that of the page for one language once. */
const readOnce = (base: string, fetch: ReturnType<typeof fetcher>, request: Request | Asked): ReturnType<typeof read> => {
  if (request.worker || request.value) return read(base, fetch, request);
  const key = JSON.stringify(request);
  const reading = reads.get(key) ?? read(base, fetch, request);
  reads.set(key, reading);
  return reading;
};

/**
 * Writes down what a page configures, for those who import `config`. Gives a promise that settles after they have run. What
 * is wrong is told when an interpreter starts with it.
 */
export const settings = async (
  find: (kind: Kind) => Request | undefined,
  config: Partial<Record<Kind, object>>,
): Promise<{ later: Promise<unknown> }> => {
  const note = async (kind: Kind) => {
    const request = find(kind);
    // A parser of the page's own may import `core.js`, which waits for this.
    if (!request || [...request.elements, ...request.attributes].some(({ parser }) => parser)) return;
    config[kind] = structuredClone((await readOnce(own, fetcher(own), request)).plan.config);
  };
  await Promise.allSettled([note("py"), note("mpy")]);
  return { later: new Promise((done) => setTimeout(done)) };
};

/** `running` is for what Python asks for while it runs, which changes nothing of what the page has configured. */
const prepare = async (request: Request | Asked, surroundings: Surroundings, running?: Interpreter): Promise<Setup> => {
  const { base, address, options, bridge, progress } = surroundings;
  const fetch = fetcher(base);
  const { plan, origin, place: placeOf, locate } = await readOnce(base, fetch, request);
  for (const warning of plan.diagnostics) console.warn(shown(warning));
  if (!running) {
    bridge.config = JSON.stringify(plan.config);
    // What Python and the bridge to the page have to know of it.
    const { create_proxy, ffi_timeout, sync_main_only, index_urls } = plan;
    // The indexes are for micropip and mip, when Python calls them itself.
    Object.assign(bridge, { create_proxy, sync_main_only, index_urls });
    if (ffi_timeout !== null && ffi_timeout >= 0) (bridge.remember as ((time: number) => void) | undefined)?.(ffi_timeout);
    if (plan.disabled_plugins.includes("error")) hush(request, bridge);
  }
  const wanted = request.worker ? plan.worker_modules : plan.main_modules;
  const python = request.language === "py";
  // `debug` and other versions are for looking closely, or have another compiler.
  const isCompiled = built && !python && !plan.interpreter && !plan.debug;
  const downloads = isCompiled ? exchanged(base, plan.downloads) : plan.downloads;

  if (downloads.length) progress("Loading files");
  const trees = later(download(base, fetch, downloads, progress));
  if (wanted.length) progress("Loading JS modules");
  const compiled = python && built?.modules && downloads.length ? later(compiledModules(base, fetch)) : undefined;
  const modules = later(loadModules(fetch, wanted, request.worker ? plan.main_modules : [], bridge));

  const chosen = plan.interpreter?.address ?? surroundings.packages?.interpreter ?? address;
  if (!running) {
    const { index_urls, packages_cache } = plan;
    surroundings.packages = { index_urls, packages_cache: packages_cache ?? undefined, origin, interpreter: chosen };
  }
  const missing = running ? plan.packages.filter((one) => !isThere(running, python, one)) : plan.packages;
  const wish = plan.snapshot || built?.snapshots;
  const snapshot =
    wish && python && !running && !plan.interpreter
      ? later(chunk("snapshot.js").then(({ begin }) => begin(base, plan.packages.map(({ written }) => written))))
      : undefined;
  const packages =
    python && missing.length
      ? await Packages.begin({ ...plan, packages: missing }, chosen, base, progress, placeOf, running as Pyodide)
      : undefined;
  const small = python ? [] : missing;
  if (small.length) progress("Loading packages");
  const libraries = later(collect(base, fetch, small, plan.index_urls, progress, placeOf));

  return {
    address: chosen,
    options: {
      ...(plan.interpreter ? {} : options),
      ...(await packages?.options()),
      ...(snapshot ? { via: from(snapshot) } : {}),
      ...(plan.variant ? { url: chosen.replace(/\.m?js(?=[?#]|$)/, `${plan.variant}.wasm`) } : {}),
    },
    install: located(locate, async (interpreter) => {
      if (plan.debug) {
        interpreter.setDebug?.(true);
        // A worker logs what it asks its page for.
        bridge.debug = true;
        say(request, bridge, full(request.language));
      }
      if (downloads.length) {
        write(interpreter.FS, await trees, (index) => placeOf(downloads[index]!.line));
        if (compiled) place(interpreter.FS, base, downloads, await compiled.catch(() => undefined));
        progress("Loaded files");
      }
      if (!running || wanted.length) provide(interpreter, bridge, await modules);
      if (wanted.length) progress("Loaded JS modules");
      if (small.length) {
        write(interpreter.FS, await libraries, () => undefined);
        progress("Loaded packages");
      }
      if (packages) {
        // Finding them takes much of the standard library, and who knows what they import.
        await (bridge.library_there as ((all: boolean) => Promise<void>) | undefined)?.(true);
        await packages.install(interpreter as Pyodide);
      }
      if (packages && built?.sources) findSources(interpreter as Pyodide, base);
      if (python && (downloads.length || packages)) (interpreter as Pyodide).runPython(refresh, { globals: interpreter.runPython("{}") });
    }),
  };
};

/** A way to load Pyodide, which is still on its way itself. */
const from =
  (snapshot: Promise<Via>): Via =>
  async (load, options, library) => {
    const via = await snapshot.catch((error) => void console.warn(`Pyrite: Pyodide starts without its snapshot: ${error.message}`));
    return via ? via(load, options, library) : load(options);
  };

/** Keeps errors of this language off the page; the console has them. */
const hush = (request: Request | Asked, bridge: Surroundings["bridge"]): void => say(request, bridge, request.language);

/** Tells the page how errors are shown. */
const say = ({ worker }: Request | Asked, { sync }: Surroundings["bridge"], what: string): void => {
  if (!worker || "Window" in globalThis) hushed().add(what);
  else void (sync as Record<string, (what: string) => unknown> | undefined)?.[HUSH]!(what);
};

/** The same, with the lines of the page in what goes wrong. */
const located =
  (locate: (diagnostic: Diagnostic) => Promise<Diagnostic>, install: Setup["install"]): Setup["install"] =>
  async (interpreter) => {
    try {
      await install(interpreter);
    } catch (error) {
      throw error instanceof Failed ? new Failed(await Promise.all(error.diagnostics.map(locate))) : error;
    }
  };

/** A warning as text for the console. */
const shown = ({ message, hint, place }: Diagnostic): string =>
  [message, place && `  File "${place.file}"${place.line ? `, line ${place.line}` : ""}`, place?.source && `    ${place.source.trim()}`]
    .concat(hint ? `hint: ${hint}` : [])
    .filter(Boolean)
    .join("\n");

/** Whatever goes wrong is thrown as one text: a diagnostic as the runtime packs it (crates/core/src/facts.rs). */
const explained = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    const remedy = "its files may be missing or blocked; copy the whole folder of the distribution";
    const known =
      error instanceof Failed ? error : failed("PY3002", `The configuration could not be carried out: ${error}`, remedy);
    const [first, ...more] = known.diagnostics.filter(({ severity }) => severity === "error");
    const { code, hint, place, detail } = first!;
    const message = [first!, ...more].map((one) => one.message).join("\n");
    throw [code, hint, place?.file, place?.source, detail, message, place?.line].map((field) => field ?? "").join("\0");
  }
};

/** Understands a configuration, and begins with what it asks for. */
export const configure = (request: Request | Asked, surroundings: Surroundings): Promise<Setup> =>
  explained(
    prepare(request, surroundings).then((setup) => ({
      ...setup,
      install: (interpreter) => explained(setup.install(interpreter)),
    })),
  );

/** Whether a module of this package's name can be imported already: then no index has to be asked. */
const isThere = (interpreter: Interpreter, python: boolean, { kind, name, requirement }: Package): boolean => {
  if (kind !== "named" || (python && requirement !== name)) return false;
  try {
    // MicroPython can find out by importing only. A folder without code is a module to Python, and none to us.
    if (!python) return !!interpreter.pyimport(name!);
    return !!interpreter.pyimport("importlib.util").find_spec(name!.replaceAll("-", "_"))?.origin;
  } catch (error) {
    // A module that fails by itself is there.
    return !python && (error as { type?: string }).type !== "ImportError";
  }
};

/**
 * Installs packages while Python runs; each name is an entry of `packages`. Python has it as
 * `await _pyscript.install("one", "two")`, on both interpreters, on the main thread and in workers. Indexes and the
 * base of addresses are those of the page's configuration, if it has one.
 */
export const install = async (
  language: Kind,
  packages: readonly string[],
  surroundings: Surroundings,
  interpreter: Interpreter,
): Promise<void> => {
  const { origin, interpreter: _, ...indexes } = surroundings.packages ?? {};
  const page = origin ?? ("Window" in globalThis ? document.baseURI : location.href);
  const value = { ...indexes, packages };
  try {
    const request = { language, worker: !("Window" in globalThis), page, elements: [], attributes: [], value };
    await (await prepare(request, surroundings, interpreter)).install(interpreter);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    throw new Error(error.diagnostics.map(({ message, hint }) => (hint ? `${message}\nhint: ${hint}` : message)).join("\n"));
  }
};
