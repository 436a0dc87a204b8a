/** Packages on Pyodide: micropip resolves and installs them once; after that, what it found is kept. */
import { keyed } from "../base";
import { unpack } from "./archive";
import { Unfetched, fetcher } from "./fetch";
import { type Diagnostic, Failed, type Interpreter, type Package, type Place, type Plan, all } from "./kinds";
import { type Kept, Store, hex } from "./kept";
import { part } from "./part";
import { Shelf, direct } from "./shelf";

/** The parts of Pyodide that packages need. */
export interface Pyodide extends Interpreter {
  readonly version: string;
  readonly loadedPackages: Record<string, string>;
  readonly lockfile?: Lock;
  runPython(code: string, options?: object): any;
  loadPackage(names: string | string[], options: object): Promise<unknown>;
}

/** Pyodide's list of what belongs to its distribution. */
interface Lock {
  readonly info: { readonly abi_version: string };
  readonly packages: Record<
    string,
    { readonly name: string; readonly file_name: string; readonly sha256: string; readonly depends: readonly string[] }
  >;
}

/** The index that micropip asks when it is told none. */
const INDEX = "https://pypi.org/simple";
/** How micropip asks an index; the same words let the browser answer both questions once. */
const ASKING = { headers: { accept: "application/vnd.pypi.simple.v1+json, */*;q=0.01" } };

/** What micropip takes. */
const requirement = ({ requirement, address, written }: Package): string => requirement ?? address ?? written;

/** A name as indexes compare it. */
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** Where an index answers for a package. */
const page = (index: string, name: string): string =>
  index.includes("{package_name}") ? index.replace("{package_name}", name) : `${index}/${name}/`;

const has = ({ loadedPackages }: Pyodide, wanted: string): boolean =>
  Object.keys(loadedPackages).some((name) => plain(name) === plain(wanted));

/** Packages for one start of Pyodide, or for one request of Python's. */
export class Packages {
  private constructor(
    private readonly plan: Plan,
    private readonly base: string,
    private readonly progress: (what: string) => void,
    private readonly placeOf: (line: number) => Place | undefined,
    private readonly folder: string,
    private readonly indexes: readonly string[],
    private readonly shelf: Shelf,
    private readonly store: Store,
    private readonly kept: Kept | undefined,
  ) {}

  /** Looks for what an earlier visit has kept, and begins to fetch; `address` is the interpreter's. */
  static async begin(
    plan: Plan,
    address: string,
    base: string,
    progress: (what: string) => void,
    placeOf: (line: number) => Place | undefined,
    running?: Pyodide,
  ): Promise<Packages> {
    const folder = new URL("./", address).href;
    const indexes = plan.index_urls.length ? plan.index_urls.map((index) => (index === "PYPI" ? INDEX : index)) : [INDEX];
    const begins = indexes.map((index) => index.split("{package_name}")[0]!);
    const shelf = new Shelf((url) => /\.whl(\.metadata)?(?=[?#]|$)/.test(url) || begins.some((index) => url.startsWith(index)));
    try {
      const asked = [address, plan.packages.map(requirement).sort(), plan.index_urls];
      const store = await Store.open(plan.keeping, `${base}packages/${await hex(JSON.stringify(asked))}`);
      const kept = await store.find();
      const packages = new Packages(plan, base, progress, placeOf, folder, indexes, shelf, store, kept);
      if (kept) for (const file of kept.files) shelf.put(file.url, store.file(file));
      else packages.foresee(running);
      return packages;
    } catch (error) {
      shelf.close();
      throw error;
    }
  }

  /** The list of Pyodide's own packages, asked once for us and the interpreter. */
  private lock: Promise<string> | undefined;

  /** Fetches what micropip is going to ask for, as far as it can be told without it. */
  private foresee(running?: Pyodide): void {
    const { packages, keeping, index_urls } = this.plan;
    const fetch = fetcher(this.base, direct);
    for (const one of packages) {
      const { kind, address, written } = one;
      if (kind !== "wheel") continue;
      const data = fetch(address!, written);
      const wheel = data.catch((error) => this.unfetched(error, one));
      // One that does not come is told when its turn has come.
      wheel.catch(() => {});
      this.wheels.push(wheel);
      this.shelf.put(address!, data.then((data) => ({ status: 200, headers: [], data })));
    }
    const lock = () => fetch(keyed(`${this.folder}pyodide-lock.json`)).then((data) => new TextDecoder().decode(data));
    if (keeping === "passthrough" && !running) {
      this.passing = this.lock = lock();
      this.lock.catch(() => {});
      return;
    }
    const named = packages.filter(({ kind }) => kind === "named").map(({ name }) => plain(name!));
    const look = (name: string) => void this.shelf.fetch(page(this.indexes[0]!, name), ASKING);
    if (index_urls.length) named.forEach(look);
    if (running?.lockfile) return this.ofDistribution(running.lockfile, named, index_urls.length ? undefined : look);
    this.lock = lock();
    this.lock
      .then((text) => this.ofDistribution(JSON.parse(text), named, index_urls.length ? undefined : look))
      // Then Pyodide does not start, which has its own words.
      .catch(() => {});
  }

  private readonly wheels: Promise<unknown>[] = [];
  /** The same list, when Pyodide itself loads the packages. */
  private passing: Promise<string> | undefined;

  /** Says why the wheel at an address cannot be had. */
  private async unfetched(error: unknown, { address, written, line }: Package): Promise<never> {
    if (!(error instanceof Unfetched)) throw error;
    const { status, text } = error;
    const ask = await part(this.base, "packages");
    const request = { address, path: "", of: address, version: null, by: null };
    const { diagnostic }: { diagnostic: Diagnostic } = ask({ unfetched: request, written, status, text });
    throw new Failed([{ ...diagnostic, place: this.placeOf(line) }]);
  }


  /** Fetches micropip and, unless there are other indexes, packages of the distribution with all they need. */
  private ofDistribution({ packages }: Lock, named: readonly string[], look?: (name: string) => void): void {
    const wanted = ["micropip"];
    if (look) for (const name of named) name in packages ? wanted.push(name) : look(name);
    for (const name of wanted) {
      const one = packages[name];
      if (!one) continue;
      for (const other of one.depends) if (!wanted.includes(plain(other))) wanted.push(plain(other));
      const url = new URL(one.file_name, this.folder).href;
      this.shelf.put(url, this.store.checked(this.shelf.fetch(url), one.sha256));
    }
  }

  /** What Pyodide has to be started with. */
  async options(): Promise<Record<string, unknown>> {
    if (!this.lock) return {};
    const options = { lockFileContents: this.lock, packageBaseUrl: this.folder };
    if (!this.passing) return options;
    const { packages }: Lock = JSON.parse(await this.passing);
    const names = this.plan.packages.map(({ name, address }) => address ?? plain(name!));
    // Pyodide would not start for the sake of one that it does not know.
    return { ...options, packages: names.filter((name) => name in packages || name.includes(":")) };
  }

  /** Installs the packages. */
  async install(pyodide: Pyodide): Promise<void> {
    this.progress("Loading packages");
    const told: string[] = [];
    const messageCallback = (message: string) => this.progress(message);
    const callbacks = { messageCallback, errorCallback: (message: string) => void told.push(message) };
    try {
      if (this.passing) await this.passed(pyodide);
      else if (!(await this.restore(pyodide, callbacks))) await this.resolve(pyodide, callbacks);
    } catch (error) {
      throw error instanceof Failed ? error : await this.explained(pyodide, error, told);
    } finally {
      this.shelf.close();
    }
    this.progress("Loaded packages");
  }

  /** Tells which packages Pyodide has not loaded while it started. */
  private async passed(pyodide: Pyodide): Promise<void> {
    await all(this.wheels);
    for (const { name, written } of this.plan.packages) {
      if (name && !has(pyodide, name)) throw new Error(`ValueError: No known package with name '${written}'`);
    }
  }

  /** Loads what was kept. Tells whether all of it came. */
  private async restore(pyodide: Pyodide, callbacks: object): Promise<boolean> {
    if (!this.kept) return false;
    const { files, version } = this.kept;
    const there = await Promise.all(files.map(({ url }) => this.shelf.take(url)));
    if (version === pyodide.version && !there.includes(undefined)) {
      await pyodide.loadPackage(files.map(({ name, own, url }) => (own ? name : url)), callbacks).catch(() => {});
      if (files.every(({ name }) => has(pyodide, name))) return true;
    }
    // It was for another version, or something of it is gone.
    await this.store.forget();
    return false;
  }

  /** Lets micropip find and install them, and keeps what it found. */
  private async resolve(pyodide: Pyodide, callbacks: object): Promise<void> {
    await all(this.wheels);
    await pyodide.loadPackage("micropip", callbacks);
    const micropip = pyodide.pyimport("micropip");
    const { index_urls, packages } = this.plan;
    // What Python installs later comes from there too.
    if (index_urls.length) micropip.set_index_urls(index_urls);
    await micropip.install.callKwargs(packages.map(requirement), { keep_going: true });
    if (this.plan.keeping !== "keep") return;
    const lock: Lock = JSON.parse(micropip.freeze());
    const files = Object.values(lock.packages)
      .filter(({ name }) => name !== "micropip" && has(pyodide, name))
      .map(({ name, file_name, sha256 }) => ({
        name,
        url: file_name,
        sha256,
        own: pyodide.loadedPackages[name] === "default channel",
      }));
    // Nobody has to wait for this: what was fetched is still on the shelf.
    void this.shelf.seen().then((seen) => this.store.keep({ version: pyodide.version, files }, seen));
  }

  /** Why it has failed, for people. */
  private async explained(
    pyodide: Pyodide,
    error: unknown,
    told: readonly string[],
  ): Promise<Failed> {
    const text = error instanceof Error ? error.message : String(error);
    const { packages } = this.plan;
    const seen = await this.shelf.seen();
    const decoder = new TextDecoder();
    const answers = [...seen].map(([address, { status, data, words }]) => ({
      address,
      status,
      text: words ?? (/\.whl(?=[?#]|$)/.test(address) ? "" : decoder.decode(data)),
    }));
    const metadata = answers.filter(({ address, status }) => status === 200 && address.endsWith(".metadata")).map(({ text }) => text);
    for (const [address, { status, data }] of seen) {
      if (status !== 200 || !/\.whl(?=[?#]|$)/.test(address)) continue;
      const { files } = await unpack(this.base, address, "zip", "", data).catch(() => ({ files: [] }));
      const found = files.find(({ path }) => path.endsWith(".dist-info/METADATA"));
      if (found) metadata.push(decoder.decode(found.data));
    }
    const ask = await part(this.base, "packages");
    const { diagnostic }: { diagnostic: Diagnostic } = ask({
      failed: text,
      asked: packages.map(requirement),
      indexes: this.indexes,
      answers,
      metadata,
      platform: `pyemscripten_${pyodide.lockfile?.info.abi_version ?? "wasm32"}_wasm32`,
    });
    const message = [diagnostic.message, ...told].join("\n");
    const about = packages.find(({ name, written }) => message.includes(name ?? written));
    return new Failed([{ ...diagnostic, message, place: about && this.placeOf(about.line), detail: `${message}\n${text}` }]);
  }
}
