/** Packages on Pyodide: micropip resolves and installs them once; after that a lock and kept wheels do. */
import { type Interpreter, type Package, type Place, type Plan, failed } from "./kinds";

/** The parts of Pyodide that packages need. */
export interface Pyodide extends Interpreter {
  readonly version: string;
  readonly loadedPackages: Record<string, string>;
  loadPackage(names: string | string[], options: object): Promise<unknown>;
}

/** What an earlier visit has found out. */
interface Kept {
  /** The names to load, with all that they need. */
  readonly names: string[];
  /** The lock file that says where they are. */
  readonly lock: string;
}

interface Locked {
  readonly packages: Record<string, { name: string; file_name: string; sha256: string }>;
}

const CACHE = "pyrite-packages";

const hex = async (data: BufferSource): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", data))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What micropip takes. */
const requirement = ({ requirement, address, written }: Package): string => requirement ?? address ?? written;

/** The cache for these packages, unless nothing may be kept. Pages without a secure context have none. */
const open = async ({ packages, packages_cache }: Plan): Promise<Cache | undefined> => {
  const local = packages.some(({ kind }) => kind !== "named");
  const never = packages_cache === "never" || packages_cache === "passthrough" || (local && packages_cache !== "all");
  return never || typeof caches === "undefined" || !crypto.subtle ? undefined : caches.open(CACHE).catch(() => undefined);
};

/** The last line of a traceback, with the lines of its own that follow. */
const words = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return (/^(?:[\w.]*(?:Error|Exception)): ([^]*)$/m.exec(text)?.[1] ?? text).trim();
};

const HINTS: readonly [RegExp, string][] = [
  [/pure Python 3 wheel/, "check its spelling; if it has compiled parts, its makers have to publish a wheel for Pyodide"],
  [/Can't fetch metadata|Failed to fetch|NetworkError/i, "check the name, the index, and that the network is there"],
  [/conflict|incompatible|Requested/i, "two packages want different versions of a third; ask for versions that agree"],
];

/** Packages for one start of Pyodide. */
export class Packages {
  private constructor(
    private readonly plan: Plan,
    private readonly progress: (what: string) => void,
    private readonly cache: Cache | undefined,
    private readonly key: string,
    private readonly kept: Kept | undefined,
  ) {}

  /** Looks for what an earlier visit has kept; `address` is the interpreter's. */
  static async find(plan: Plan, address: string, base: string, progress: (what: string) => void): Promise<Packages> {
    const cache = await open(plan);
    const asked = JSON.stringify([address, plan.packages.map(requirement).sort(), plan.index_urls]);
    const key = cache ? `${base}packages/${await hex(new TextEncoder().encode(asked))}` : "";
    const kept: Kept | undefined = await (await cache?.match(key))?.json().catch(() => undefined);
    return new Packages(plan, progress, cache, key, kept);
  }

  /** What Pyodide has to be started with. */
  options(address: string): Record<string, unknown> {
    if (!this.kept) return {};
    return { lockFileContents: this.kept.lock, packageBaseUrl: new URL("./", address).href };
  }

  /** Installs the packages. */
  async install(pyodide: Pyodide, placeOf: (line: number) => Place | undefined): Promise<void> {
    this.progress("Loading packages");
    const told: string[] = [];
    const messageCallback = (message: string) => this.progress(message);
    const callbacks = { messageCallback, errorCallback: (message: string) => void told.push(message) };
    try {
      if (!(this.kept && (await this.restore(pyodide, this.kept, callbacks)))) await this.resolve(pyodide, callbacks);
    } catch (error) {
      const said = words(error);
      const about = this.plan.packages.find(({ name, written }) => said.includes(name ?? written));
      const hint = HINTS.find(([about]) => about.test(said))?.[1] ?? "the details say what micropip was doing";
      const detail = error instanceof Error ? error.message : undefined;
      const message = `The packages could not be installed: ${[said, ...told].join("\n")}`;
      throw failed("PY3102", message, hint, about && placeOf(about.line), detail && `(PY3102): ${message}\n${detail}`);
    }
    this.progress("Loaded packages");
  }

  /** Loads what the lock names, from the cache where it is there. Tells whether all of it came. */
  private async restore(pyodide: Pyodide, { names, lock }: Kept, callbacks: object): Promise<boolean> {
    const sums = new Map(Object.values((JSON.parse(lock) as Locked).packages).map((one) => [one.file_name, one.sha256]));
    const own = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const wanted = sums.get(url);
      const hit = wanted && (await this.cache?.match(url));
      const data = hit && (await hit.arrayBuffer());
      return data && (await hex(data)) === wanted ? new Response(data, { headers: hit.headers }) : own(input, init);
    };
    try {
      await pyodide.loadPackage(names, callbacks);
    } catch {
      return false;
    } finally {
      globalThis.fetch = own;
    }
    const all = names.every((name) => name in pyodide.loadedPackages);
    if (!all) await this.cache?.delete(this.key);
    return all;
  }

  /** Lets micropip find and install them, and keeps what it found. */
  private async resolve(pyodide: Pyodide, callbacks: object): Promise<void> {
    await pyodide.loadPackage("micropip", callbacks);
    const micropip = pyodide.pyimport("micropip");
    const { index_urls, packages } = this.plan;
    if (index_urls.length) micropip.set_index_urls(index_urls);
    await micropip.install.callKwargs(packages.map(requirement), { keep_going: true });
    if (!this.cache) return;
    const lock: string = micropip.freeze();
    const locked = Object.values((JSON.parse(lock) as Locked).packages);
    const names = locked.map(({ name }) => name).filter((name) => name !== "micropip" && this.has(pyodide, name));
    const kept: Kept = { names, lock };
    await this.cache.put(this.key, new Response(JSON.stringify(kept)));
    // Nobody has to wait for this: the browser has these files already.
    for (const { file_name, name } of locked) {
      if (names.includes(name)) void this.keep(file_name);
    }
  }

  private has({ loadedPackages }: Pyodide, wanted: string): boolean {
    const plain = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");
    return Object.keys(loadedPackages).some((name) => plain(name) === plain(wanted));
  }

  private async keep(url: string): Promise<void> {
    try {
      const response = await fetch(url, { cache: "force-cache" });
      if (response.ok) await this.cache?.put(url, response);
    } catch {
      // Then the next visit asks for it again.
    }
  }
}
