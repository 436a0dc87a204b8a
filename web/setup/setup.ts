/**
 * What a configuration asks for, carried out: a chunk that only pages with a configuration load (`setup.js`).
 *
 * The rules are in parts (crates/part); this is the fetching, decompressing, importing and writing, the same on the
 * main thread and in a worker.
 */
import { type Request, read } from "./config";
import { fetcher } from "./fetch";
import { download, write } from "./files";
import { type Diagnostic, Failed, type Interpreter, type Place, failed } from "./kinds";
import { collect } from "./mip";
import { install, loadModules } from "./modules";
import { Packages, type Pyodide } from "./pyodide";

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

/** Promises that may fail before anybody waits for them. */
const later = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};

const prepare = async (request: Request, { base, address, options, bridge, progress }: Surroundings): Promise<Setup> => {
  const fetch = fetcher(base);
  const { plan, file, lines } = await read(base, fetch, request);
  for (const warning of plan.diagnostics) console.warn(shown(warning));
  bridge.config = JSON.stringify(plan.config);
  const placeOf = (line: number): Place | undefined =>
    line > 0 ? { file, line: null, source: lines[line - 1] ?? null } : undefined;
  const wanted = request.worker ? plan.worker_modules : plan.main_modules;
  const { downloads } = plan;

  if (downloads.length) progress("Loading files");
  const trees = later(download(base, fetch, downloads, progress));
  if (wanted.length) progress("Loading JS modules");
  const modules = later(loadModules(fetch, wanted));

  const chosen = plan.interpreter?.address ?? address;
  const python = request.language === "py";
  const packages = python && plan.packages.length ? await Packages.find(plan, chosen, base, progress) : undefined;
  const small = python ? [] : plan.packages;
  if (small.length) progress("Loading packages");
  const libraries = later(collect(base, fetch, small, plan.index_urls, progress, placeOf));

  return {
    address: chosen,
    options: {
      ...(plan.interpreter ? {} : options),
      ...packages?.options(chosen),
      ...(!python && (plan.debug || plan.ulab) ? { url: variant(chosen, plan.debug, plan.ulab) } : {}),
    },
    install: async (interpreter) => {
      if (downloads.length) {
        write(interpreter.FS, await trees, (index) => placeOf(downloads[index]!.line));
        progress("Loaded files");
      }
      install(interpreter, bridge, await modules);
      if (wanted.length) progress("Loaded JS modules");
      if (small.length) {
        write(interpreter.FS, await libraries, () => undefined);
        progress("Loaded packages");
      }
      if (packages) await packages.install(interpreter as Pyodide, placeOf);
      if (python) interpreter.runPython("import importlib; importlib.invalidate_caches(); del importlib");
    },
  };
};

/** The WebAssembly of one of MicroPython's variants, beside its module. */
const variant = (address: string, debug: boolean, ulab: boolean): string =>
  address.replace(/\.m?js(?=[?#]|$)/, `${debug ? "-settrace" : ""}${ulab ? "-ulab" : ""}.wasm`);

/** A warning as text for the console. */
const shown = ({ message, hint, place }: Diagnostic): string =>
  [message, place && `  File "${place.file}"${place.line ? `, line ${place.line}` : ""}`, place?.source && `    ${place.source.trim()}`]
    .concat(hint ? `hint: ${hint}` : [])
    .filter(Boolean)
    .join("\n");

/** Whatever goes wrong is thrown as one text: a diagnostic as the runtime packs it (crates/web/src/report.rs). */
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
    throw [code, hint, place?.file, place?.source, detail, message].map((field) => field ?? "").join("\0");
  }
};

/** Understands a configuration, and begins with what it asks for. */
export const configure = (request: Request, surroundings: Surroundings): Promise<Setup> =>
  explained(
    prepare(request, surroundings).then((setup) => ({
      ...setup,
      install: (interpreter) => explained(setup.install(interpreter)),
    })),
  );
